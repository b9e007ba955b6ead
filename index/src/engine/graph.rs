//! The vector graph: built with the vectors by a rebuild, kept in the store, loaded beside the first queries.

use std::sync::Arc;

use super::Index;
use crate::error::Result;
use crate::progress::Progress;
use crate::store::Store;
use crate::vectors::{GRAPH_FROM, GraphInput, Snapshot};

impl Index {
    /// Builds a graph over the distinct vectors, where they are many. Too few need none: any former graph goes.
    pub(super) fn build_graph(&self, progress: &Progress<'_>) -> Result<()> {
        let (input, revision) = self.graph_input();
        if input.len() < GRAPH_FROM {
            return self.store.write_graph(&[]);
        }
        self.keep_graph(input, revision, progress)
    }

    /// The vectors to build it from, and the revision of the store that they are of.
    fn graph_input(&self) -> (GraphInput, u64) {
        let live = self.live();
        (live.vectors().graph_input(), live.meta().revision)
    }

    /// Builds the graph, keeps it, and searches by it where `Options::vector_graph` asks for one.
    fn keep_graph(&self, input: GraphInput, revision: u64, progress: &Progress<'_>) -> Result<()> {
        let graph = input.build(progress)?;
        self.store.write_graph(&Snapshot::chunks(&graph, self.embedder().id(), revision)?)?;
        if self.vector_graph {
            self.live.write().vectors_mut().use_graph(graph);
        }
        Ok(())
    }

    /// Loads the stored graph on a thread of its own, when `Options::vector_graph` asks for it: queries scan until
    /// it is there. A graph that cannot be read is left aside: the scan finds the same.
    pub(super) fn load_graph_behind(&self) {
        if !self.vector_graph {
            return;
        }
        let (store, live) = (Arc::clone(&self.store), Arc::downgrade(&self.live));
        let model = self.embedder().id().to_owned();
        std::thread::spawn(move || {
            if let Ok(Some(snapshot)) = stored_graph(&store, &model)
                && let Some(live) = live.upgrade()
            {
                live.write().vectors_mut().use_graph(snapshot.graph);
            }
        });
    }
}

fn stored_graph(store: &Store, model: &str) -> Result<Option<Snapshot>> {
    let reader = store.read()?;
    let chunks = reader.graph_chunks()?;
    if chunks.is_empty() { Ok(None) } else { Snapshot::load(chunks, model) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::engine::Options;
    use crate::matching::RankQuery;
    use crate::offer::{Offer, OfferKey};
    use crate::profile::Profile;

    fn offer(number: usize, title: &str) -> Offer {
        Offer {
            key: OfferKey { source: "test".into(), id: number.to_string() },
            title: title.into(),
            ..Offer::default()
        }
    }

    #[test]
    fn a_stored_graph_is_loaded_and_new_offers_are_found_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let titles = ["Boulanger", "Soudeur", "Comptable", "Infirmier", "Maçon", "Data scientist", "Cariste"];
        let places = ["Lyon", "Nantes", "Lille", "Brest", "Nice", "Metz"];
        let offers: Vec<Offer> = (0..200)
            .map(|n| offer(n, &format!("{} {} {n}", titles[n % titles.len()], places[n % places.len()])))
            .collect();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        index.put(&offers).unwrap();
        let (input, revision) = index.graph_input();
        index.keep_graph(input, revision, &Progress::none()).unwrap();
        assert!(index.live().vectors().graph().is_none(), "nobody asked for it");
        drop(index);

        let index = Index::open(dir.path(), Options { vector_graph: true, ..Options::default() }).unwrap();
        while index.live().vectors().graph().is_none() {
            std::thread::yield_now();
        }
        let profile = Profile { title: Some("Soudeur".into()), ..Profile::default() };
        let query = RankQuery { limit: 300, ..RankQuery::new(date(2026, 11, 25)) };
        let before = index.rank(&profile, &query).unwrap();
        assert_eq!(before.total, 200);
        index.put(&[offer(1_000, "Soudeur")]).unwrap();
        assert_eq!(index.live().vectors().graph_lag(), 1);
        assert_eq!(index.rank(&profile, &query).unwrap().matches[0].offer.id, "1000");

        // Few vectors: the rebuild finds that none is needed.
        index.rebuild(crate::Part::Vectors, &Progress::none()).unwrap();
        assert!(stored_graph(&index.store, index.embedder().id()).unwrap().is_none());
    }

    #[test]
    fn a_graph_of_another_model_is_left_aside() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(dir.path(), Options::default()).unwrap();
        index.put(&[offer(1, "Soudeur"), offer(2, "Boulanger")]).unwrap();
        let (input, revision) = index.graph_input();
        index.keep_graph(input, revision, &Progress::none()).unwrap();
        assert!(stored_graph(&index.store, index.embedder().id()).unwrap().is_some());
        assert!(stored_graph(&index.store, "another").unwrap().is_none());
    }
}
