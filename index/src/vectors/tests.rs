use proptest::prelude::*;
use roaring::RoaringBitmap;

use super::*;
use crate::Progress;

/// Vectors around `clusters` centres, from a fixed linear congruential sequence.
fn clustered(n: usize, dim: usize, clusters: usize) -> Vec<Vec<f32>> {
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    let centres: Vec<Vec<f32>> = (0..clusters).map(|_| (0..dim).map(|_| next()).collect()).collect();
    (0..n).map(|i| centres[i % clusters].iter().map(|c| c + 0.8 * next()).collect()).collect()
}

fn filled(vectors: &[Vec<f32>]) -> Vectors {
    let mut all = Vectors::new(vectors[0].len());
    for (i, v) in vectors.iter().enumerate() {
        all.insert(OfferId(i as u32 * 2), &quantise(v));
    }
    all
}

fn unit(v: &[f32]) -> Vec<f32> {
    let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    v.iter().map(|x| x / norm).collect()
}

/// Every cosine, sorted: the truth that the ways are measured against.
fn exact(all: &Vectors, query: &[f32], k: usize, filter: Option<&RoaringBitmap>) -> Vec<(OfferId, f32)> {
    let ids = (0..all.slots.len() as u32).filter(|&id| filter.is_none_or(|f| f.contains(id)));
    let mut found: Vec<_> =
        ids.filter_map(|id| Some((OfferId(id), all.cosine(query, OfferId(id))?))).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(k);
    found
}

fn recall(all: &Vectors, way: Way, queries: &[Vec<f32>], k: usize, filter: Option<&RoaringBitmap>) -> f64 {
    let mut hit = 0;
    let mut total = 0;
    for query in queries {
        let truth = exact(all, query, k, filter);
        let found = all.nearest_by(way, query, k, filter);
        hit += truth.iter().filter(|t| found.contains(t)).count();
        total += truth.len();
    }
    hit as f64 / total as f64
}

#[test]
fn a_vector_is_its_own_nearest() {
    let vectors = clustered(300, 100, 7);
    let all = filled(&vectors);
    for (i, v) in vectors.iter().enumerate() {
        let (id, cosine) = all.nearest(&unit(v), 1, None)[0];
        assert_eq!(id, OfferId(i as u32 * 2));
        assert!((cosine - 1.0).abs() < 1e-3, "{cosine}");
    }
}

#[test]
fn direct_scan_is_exact_and_signs_nearly_so() {
    let vectors = clustered(12_000, 256, 60);
    let all = filled(&vectors);
    let queries: Vec<_> = clustered(40, 256, 20).iter().map(|v| unit(v)).collect();
    assert_eq!(recall(&all, Way::Direct, &queries, 50, None), 1.0);
    let signs = recall(&all, Way::Signs, &queries, 50, None);
    assert!(signs >= 0.99, "{signs}");
    let third: RoaringBitmap = (0..24_000).step_by(6).collect();
    let signs = recall(&all, Way::Signs, &queries, 50, Some(&third));
    assert!(signs >= 0.99, "{signs}");
}

#[test]
fn only_offers_of_the_filter_are_found() {
    let all = filled(&clustered(500, 64, 5));
    let filter: RoaringBitmap = [4, 10, 11, 400, 5_000_000].into_iter().collect();
    let found = all.nearest(&unit(&clustered(1, 64, 1)[0]), 10, Some(&filter));
    let mut ids: Vec<u32> = found.iter().map(|f| f.0.0).collect();
    ids.sort_unstable();
    assert_eq!(ids, [4, 10, 400]);
}

#[test]
fn equal_vectors_come_in_the_order_of_offers() {
    let mut all = Vectors::new(64);
    let v = quantise(&clustered(1, 64, 1)[0]);
    for id in [9, 3, 7, 1] {
        all.insert(OfferId(id), &v);
    }
    let found = all.nearest(&unit(&clustered(1, 64, 1)[0]), 3, None);
    assert_eq!(found.iter().map(|f| f.0.0).collect::<Vec<_>>(), [1, 3, 7]);
}

#[test]
fn a_vector_of_another_dimension_is_none() {
    let mut all = Vectors::new(64);
    let v = clustered(1, 64, 1).remove(0);
    all.insert(OfferId(1), &quantise(&v));
    all.insert(OfferId(1), &Quantised::default());
    assert!(all.is_empty());
    assert_eq!(all.cosine(&v, OfferId(1)), None);
    assert!(all.nearest(&v[..10], 5, None).is_empty());
}

#[test]
fn the_graph_finds_what_the_scan_finds() {
    let vectors = clustered(4_000, 64, 80);
    let mut all = filled(&vectors);
    all.insert(OfferId(9_001), &quantise(&vectors[0]));
    let graph = all.graph_input().build(&Progress::none()).unwrap();
    assert_eq!(graph.points(), 4_000, "equal vectors share a point");
    all.use_graph(graph);
    let queries: Vec<_> = clustered(60, 64, 30).iter().map(|v| unit(v)).collect();
    let plain = recall(&all, Way::Graph, &queries, 20, None);
    assert!(plain >= 0.99, "{plain}");

    // What changes after the graph was built: gone, moved, new.
    for id in (0..1_000).step_by(2) {
        all.remove(OfferId(id));
    }
    all.insert(OfferId(2_000), &quantise(&queries[0]));
    all.insert(OfferId(9_003), &quantise(&queries[1]));
    assert_eq!(all.graph_lag(), 2);
    assert_eq!(all.nearest_by(Way::Graph, &queries[0], 1, None)[0].0, OfferId(2_000));
    assert_eq!(all.nearest_by(Way::Graph, &queries[1], 1, None)[0].0, OfferId(9_003));
    let half: RoaringBitmap = (0..10_000).step_by(4).collect();
    let changed = recall(&all, Way::Graph, &queries, 20, Some(&half));
    assert!(changed >= 0.99, "{changed}");
}

#[test]
fn a_snapshot_comes_back_the_same() {
    let vectors = clustered(600, 64, 12);
    let mut all = filled(&vectors);
    let graph = all.graph_input().build(&Progress::none()).unwrap();
    let chunks = Snapshot::chunks(&graph, "model-1", 42).unwrap();
    all.use_graph(graph);
    let queries: Vec<_> = clustered(20, 64, 12).iter().map(|v| unit(v)).collect();
    let before: Vec<_> = queries.iter().map(|q| all.nearest_by(Way::Graph, q, 10, None)).collect();

    let loaded = Snapshot::load(&chunks, "model-1").unwrap().unwrap();
    assert_eq!((loaded.header.revision, loaded.header.points), (42, 600));
    all.use_graph(loaded.graph);
    assert_eq!(all.graph_lag(), 0);
    let after: Vec<_> = queries.iter().map(|q| all.nearest_by(Way::Graph, q, 10, None)).collect();
    assert_eq!(before, after);

    assert!(Snapshot::load(&chunks, "model-2").unwrap().is_none(), "another model");
}

#[test]
fn a_damaged_snapshot_is_refused() {
    let all = filled(&clustered(200, 64, 4));
    let graph = all.graph_input().build(&Progress::none()).unwrap();
    let whole = Snapshot::chunks(&graph, "m", 1).unwrap().concat();
    let cut = &whole[..whole.len() - 1];
    assert!(matches!(Snapshot::load([cut], "m"), Err(crate::Error::Corrupt { .. })));
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    assert!(matches!(Snapshot::load([&flipped], "m"), Err(crate::Error::Corrupt { .. })));
    assert!(matches!(Snapshot::load([b""], "m"), Err(crate::Error::Corrupt { .. })));
}

#[test]
fn building_a_graph_can_be_stopped() {
    let all = filled(&clustered(300, 64, 4));
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let stopped = all.graph_input().build(&Progress::new(&|_, _| {}, &cancel));
    assert!(matches!(stopped, Err(crate::Error::Cancelled)));
}

proptest! {
    /// Inserting and removing in any order leaves what a map would hold.
    #[test]
    fn behaves_like_a_map(steps in prop::collection::vec((0u32..20, prop::option::of(-5i8..5)), 0..60)) {
        let vector = |v: i8| quantise(&[1.0, f32::from(v), 0.5]);
        let mut all = Vectors::new(3);
        let mut map = std::collections::BTreeMap::new();
        for (id, value) in steps {
            match value {
                Some(v) => { all.insert(OfferId(id), &vector(v)); map.insert(id, v); }
                None => prop_assert_eq!(all.remove(OfferId(id)), map.remove(&id).is_some()),
            }
        }
        prop_assert_eq!(all.len(), map.len());
        let query = unit(&[1.0, 1.0, 1.0]);
        for id in 0..20 {
            let expected = map.get(&id).map(|&v| vector(v)).map(|q| quantised::dot_float(&query, &q.values) * q.scale);
            prop_assert_eq!(all.cosine(&query, OfferId(id)), expected);
        }
        prop_assert_eq!(all.nearest(&query, 100, None).len(), map.len());
    }
}
