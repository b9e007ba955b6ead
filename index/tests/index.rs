//! The index from outside: offers in, found, updated, removed; reopened, mended, shared, rebuilt, restored.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jobmatch_index::offer::{Contract, Found, Offer, OfferKey, Place, Position, Salary, Telework};
use jobmatch_index::records::{Owner, Row, Uuid};
use jobmatch_index::{
    Error, Filter, Index, Limits, Near, OnBusy, Options, Part, Progress, Put, SearchQuery, SearchResults,
    Sort,
};

const TITLES: [&str; 5] =
    ["Boulanger (H/F)", "Infirmière de bloc", "Développeur·euse Java", "Chauffeur SPL", "Comptable unique"];

fn key(n: usize) -> OfferKey {
    OfferKey { source: if n.is_multiple_of(2) { "alpha" } else { "beta" }.into(), id: format!("o{n}") }
}

fn offer(n: usize) -> Offer {
    Offer {
        key: key(n),
        title: TITLES[n % TITLES.len()].into(),
        description: format!(
            "Nous recherchons une personne sérieuse pour notre équipe. Référence unique{n}."
        ),
        company: Some(format!("Maison {}", n % 3)),
        published: Some(jiff::civil::date(2026, 11, 1 + (n % 28) as i8)),
        contract: (!n.is_multiple_of(4)).then(|| {
            let contract = if n.is_multiple_of(2) { Contract::FixedTerm } else { Contract::Permanent };
            Found::in_field(contract, "contrat")
        }),
        salary: (n.is_multiple_of(3)).then(|| Found::in_field(Salary { min: 24_000, max: 26_000 }, "24 k€")),
        telework: (n.is_multiple_of(5)).then(|| Found::in_field(Telework::Full, "télétravail")),
        place: Some(Found::in_field(
            Place {
                label: "Lyon".into(),
                position: Some(Position { lat: 45.76 + n as f32 / 100.0, lon: 4.84 }),
                ..Place::default()
            },
            "69 - LYON",
        )),
        ..Offer::default()
    }
}

fn offers(range: std::ops::Range<usize>) -> Vec<Offer> {
    range.map(offer).collect()
}

fn open(dir: &Path) -> Index {
    Index::open(dir, Options::default()).unwrap()
}

fn read_only(dir: &Path) -> Index {
    Index::open(dir, Options { read_only: true, ..Options::default() }).unwrap()
}

fn search(index: &Index, words: &str) -> SearchResults {
    index.search(&SearchQuery { words: words.into(), limit: 1_000, ..SearchQuery::default() }).unwrap()
}

fn found(index: &Index, words: &str) -> Vec<String> {
    let mut ids: Vec<String> = search(index, words).hits.into_iter().map(|hit| hit.offer.key.id).collect();
    ids.sort();
    ids
}

/// Every offer of `present` is stored and found by its own word, and there are no others.
#[track_caller]
fn assert_holds(index: &Index, present: &[Offer]) {
    assert_eq!(index.stats().unwrap().offers, present.len() as u64);
    assert_eq!(search(index, "").total, present.len() as u64, "columns and text agree");
    for offer in present {
        assert_eq!(index.get(&offer.key).unwrap().as_ref(), Some(offer));
        let word = format!("\"unique{}\"", &offer.key.id[1..]);
        assert_eq!(found(index, &word), std::slice::from_ref(&offer.key.id), "searched {word}");
    }
}

#[test]
fn offers_are_created_updated_left_alone_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    assert_eq!(index.put(&offers(0..3)).unwrap(), [Put::Created; 3]);
    let mut changed = offer(1);
    changed.title = "Chaudronnier".into();
    let puts = index.put(&[offer(0), changed.clone(), offer(3)]).unwrap();
    assert_eq!(puts, [Put::Unchanged, Put::Updated, Put::Created]);
    assert_eq!(index.get(&key(1)).unwrap(), Some(changed.clone()));
    assert_eq!(found(&index, "chaudronnier"), ["o1"]);
    assert_eq!(found(&index, "infirmier"), [] as [&str; 0], "its former title is forgotten");
    assert_holds(&index, &[offer(0), changed, offer(2), offer(3)]);
    assert_eq!(index.remove(&[key(0), key(9), key(2)]).unwrap(), 2);
    assert_eq!(index.get(&key(0)).unwrap(), None);
    assert_eq!(found(&index, "boulanger"), [] as [&str; 0]);
    assert_eq!(index.put(&offers(0..6)).unwrap()[..3], [Put::Created, Put::Updated, Put::Created]);
    assert_holds(&index, &offers(0..6));
}

#[test]
fn the_last_of_two_states_in_one_batch_wins() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let mut second = offer(0);
    second.title = "Tourneur".into();
    let puts = index.put(&[offer(0), second.clone(), second.clone()]).unwrap();
    assert_eq!(puts, [Put::Created, Put::Updated, Put::Unchanged]);
    assert_holds(&index, &[second]);
    assert_eq!(found(&index, "boulanger"), [] as [&str; 0]);
}

#[test]
fn strange_keys_are_keys() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let ids = ["", "é/\u{0}\n", &"x".repeat(3_000), &format!("{}y", "x".repeat(2_999))];
    let offers: Vec<Offer> = ids
        .iter()
        .map(|id| Offer { key: OfferKey { source: "s".into(), id: (*id).into() }, ..offer(1) })
        .collect();
    assert_eq!(index.put(&offers).unwrap(), [Put::Created; 4]);
    for offer in &offers {
        assert_eq!(index.get(&offer.key).unwrap().as_ref(), Some(offer));
    }
}

#[test]
fn a_search_filters_sorts_pages_counts_and_shows_why() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    index.put(&offers(0..100)).unwrap();
    let results = search(&index, "développeuse java");
    assert_eq!((results.total, results.relaxed), (20, false));
    assert!(results.hits.iter().all(|hit| hit.offer.title.contains("Java") && hit.score > 0.0));
    assert_eq!(results.facets.sources, [("alpha".into(), 10), ("beta".into(), 10)].into());
    assert_eq!(results.facets.contracts, [(Contract::Permanent, 10), (Contract::FixedTerm, 5)]);
    assert_eq!((results.facets.contract_unknown, results.facets.telework_unknown), (5, 20));

    let query = |filter: Filter| SearchQuery { filter, limit: 1_000, ..SearchQuery::default() };
    let total = |filter: Filter| index.search(&query(filter)).unwrap().total;
    assert_eq!(total(Filter { contracts: vec![Contract::Permanent], ..Filter::default() }), 75);
    assert_eq!(total(Filter { salary_min: Some(27_000), ..Filter::default() }), 66);
    assert_eq!(total(Filter { salary_known: true, ..Filter::default() }), 34);
    assert_eq!(total(Filter { sources: vec!["beta".into()], ..Filter::default() }), 50);
    assert_eq!(total(Filter { words: Some("boulanger".into()), ..Filter::default() }), 20);
    let near = Some(Near::Circle { centre: Position { lat: 45.76, lon: 4.84 }, radius_km: 5.0 });
    assert_eq!(total(Filter { near, ..Filter::default() }), 5 + 19, "five near, and those done from home");

    let page = |offset| SearchQuery { offset, limit: 7, sort: Sort::Date, ..SearchQuery::default() };
    let pages: Vec<OfferKey> = (0..100)
        .step_by(7)
        .flat_map(|offset| index.search(&page(offset)).unwrap().hits)
        .map(|hit| hit.offer.key)
        .collect();
    let all = index.search(&SearchQuery { sort: Sort::Date, limit: 100, ..SearchQuery::default() }).unwrap();
    assert!(pages.iter().eq(all.hits.iter().map(|hit| &hit.offer.key)));
    assert!(all.hits.is_sorted_by_key(|hit| std::cmp::Reverse(hit.offer.published)));

    let hit = &search(&index, "unique7 ").hits[0];
    let marked: Vec<&str> = hit.snippet.marks.iter().map(|mark| &hit.snippet.text[mark.clone()]).collect();
    assert_eq!(marked, ["unique7"]);
}

#[test]
fn words_are_understood_kindly() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    index.put(&offers(0..20)).unwrap();
    assert_eq!(search(&index, "java -beta").total, 4, "« beta » is a source, not a word");
    assert_eq!(search(&index, "équipe -java ").total, 16);
    assert_eq!(search(&index, "chauff").total, 4, "the last word may be a beginning");
    assert_eq!(search(&index, "chauff ").total, 0);
    assert_eq!(search(&index, "\"personne sérieuse\"").total, 20);
    assert_eq!(search(&index, "\"sérieuse personne\"").total, 0);
    assert_eq!(search(&index, "maison ").total, 20, "the employer's name counts");
    let relaxed = search(&index, "comptable java ");
    assert_eq!((relaxed.total, relaxed.relaxed), (8, true));
    for words in ["\"", "-", "(((", "a:b AND [", "", "  ", "\u{0}", "++", "&&&"] {
        search(&index, words);
    }
}

#[test]
fn an_index_is_the_same_when_reopened() {
    let dir = tempfile::tempdir().unwrap();
    let before = {
        let index = open(dir.path());
        index.put(&offers(0..50)).unwrap();
        index.remove(&[key(10), key(49)]).unwrap();
        (search(&index, "boulanger"), index.stats().unwrap())
    };
    let index = open(dir.path());
    assert_eq!((search(&index, "boulanger"), index.stats().unwrap()), before);
}

#[test]
fn a_text_index_that_is_behind_replays_what_it_misses() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).put(&offers(0..30)).unwrap();
    let text = dir.path().join("text");
    let old = dir.path().join("old");
    copy(&text, &old);
    {
        let index = open(dir.path());
        index.put(&offers(30..60)).unwrap();
        index.remove(&[key(3)]).unwrap();
        index.put(&[Offer { title: "Soudeur".into(), ..offer(4) }]).unwrap();
    }
    std::fs::remove_dir_all(&text).unwrap();
    std::fs::rename(&old, &text).unwrap();
    let mut expected = offers(0..60);
    expected[4].title = "Soudeur".into();
    expected.remove(3);
    assert_holds(&open(dir.path()), &expected);
}

#[test]
fn a_text_index_that_is_gone_or_damaged_is_built_again() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).put(&offers(0..30)).unwrap();
    std::fs::remove_dir_all(dir.path().join("text")).unwrap();
    assert_holds(&open(dir.path()), &offers(0..30));
    let folder = std::fs::read_dir(dir.path().join("text")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    assert_holds(&open(dir.path()), &offers(0..30));
    for file in std::fs::read_dir(&folder).unwrap().flatten() {
        if file.path().extension().is_some_and(|e| e == "store" || e == "term" || e == "idx") {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    assert_holds(&open(dir.path()), &offers(0..30));
}

#[test]
fn handles_see_each_others_writes() {
    let dir = tempfile::tempdir().unwrap();
    let (writer, reader) = (open(dir.path()), read_only(dir.path()));
    assert_holds(&reader, &[]);
    writer.put(&offers(0..10)).unwrap();
    assert_holds(&reader, &offers(0..10));
    assert!(matches!(reader.put(&offers(0..1)), Err(Error::ReadOnly(_))));
    assert!(matches!(reader.rebuild(Part::All, &Progress::none()), Err(Error::ReadOnly(_))));
    let other = open(dir.path());
    other.put(&offers(10..20)).unwrap();
    writer.remove(&[key(0)]).unwrap();
    other.rebuild(Part::All, &Progress::none()).unwrap();
    // More commits than the journal keeps for those who look away.
    let mut import = writer.writer().unwrap();
    for n in 20..320 {
        import.put(&[offer(n)]).unwrap();
    }
    import.finish().unwrap();
    assert_holds(&reader, &offers(1..320));
    assert_holds(&other, &offers(1..320));
}

#[test]
fn a_second_import_waits_and_a_short_write_goes_between() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let strict = Index::open(dir.path(), Options { on_busy: OnBusy::Fail, ..Options::default() }).unwrap();
    let told = Arc::new(AtomicBool::new(false));
    let tell = told.clone();
    let on_busy = OnBusy::Tell(Arc::new(move || tell.store(true, Ordering::SeqCst)));
    let patient = Index::open(dir.path(), Options { on_busy, ..Options::default() }).unwrap();
    let mut import = index.writer().unwrap();
    import.put(&offers(0..10)).unwrap();
    assert!(matches!(strict.writer().map(drop), Err(Error::Busy(_))));
    std::thread::scope(|scope| {
        let short = scope.spawn(|| patient.put(&offers(100..101)).unwrap());
        let mut n = 10;
        while !short.is_finished() {
            import.put(&offers(n..n + 1)).unwrap();
            n += 1;
        }
        assert_eq!(found(&patient, "\"unique100\""), ["o100"], "searchable while the import goes on");
        import.put(&offers(n..80)).unwrap();
        import.finish().unwrap();
    });
    assert!(told.load(Ordering::SeqCst));
    let expected: Vec<Offer> = offers(0..80).into_iter().chain(offers(100..101)).collect();
    assert_holds(&index, &expected);
}

#[test]
fn an_import_that_is_dropped_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let mut writer = index.writer().unwrap();
    writer.put(&offers(0..10)).unwrap();
    drop(writer);
    assert_holds(&index, &offers(0..10));
}

#[test]
fn a_rebuild_keeps_what_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    index.put(&offers(0..50)).unwrap();
    for part in [Part::Text, Part::Vectors, Part::All] {
        let steps = AtomicU64::new(0);
        let never = AtomicBool::new(false);
        let report = |_, _| {
            if steps.fetch_add(1, Ordering::SeqCst) == 1 {
                index.put(&[Offer { title: format!("Zingueur {part:?}"), ..offer(7) }, offer(60)]).unwrap();
                index.remove(&[key(5)]).unwrap();
            }
        };
        index.rebuild(part, &Progress::new(&report, &never)).unwrap();
        let mut expected = offers(0..50);
        expected[7].title = format!("Zingueur {part:?}");
        expected.remove(5);
        expected.push(offer(60));
        assert_holds(&index, &expected);
        assert_holds(&read_only(dir.path()), &expected);
        assert!(search(&index, "zingueuse ").total == 1);
        index.put(&[offer(5), offer(7)]).unwrap();
        index.remove(&[key(60)]).unwrap();
    }
    assert_eq!(std::fs::read_dir(dir.path().join("text")).unwrap().count(), 1, "one generation is left");
    assert_holds(&index, &offers(0..50));
}

#[test]
fn a_cancelled_rebuild_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    index.put(&offers(0..20)).unwrap();
    let cancel = AtomicBool::new(true);
    for part in [Part::Text, Part::Vectors, Part::All] {
        let result = index.rebuild(part, &Progress::new(&|_, _| {}, &cancel));
        assert!(matches!(result, Err(Error::Cancelled)));
        assert_eq!(std::fs::read_dir(dir.path().join("text")).unwrap().count(), 1);
        assert_holds(&index, &offers(0..20));
    }
    index.rebuild(Part::All, &Progress::none()).unwrap();
    assert_holds(&open(dir.path()), &offers(0..20));
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Note(String);

impl Row for Note {
    const KIND: &'static str = "note";
}

#[test]
fn a_backup_is_restored_elsewhere() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let index = open(dir.path());
    index.put(&offers(0..20)).unwrap();
    let owner = index.records().create_owner().unwrap();
    index.records().write(owner, |rows| rows.put(owner.0, &Note("à garder".into()))).unwrap();
    let file = elsewhere.path().join("offers.backup");
    index.backup(&file).unwrap();
    index.put(&offers(20..30)).unwrap();
    assert!(matches!(index.backup(&file), Err(Error::Backup { .. })), "a backup is not overwritten");
    let restored = Index::restore(&file, elsewhere.path().join("data"), Options::default()).unwrap();
    assert_eq!(restored.records().get::<Note>(owner, owner.0).unwrap(), Some(Note("à garder".into())));
    assert_holds(&restored, &offers(0..20));
    restored.put(&offers(20..25)).unwrap();
    assert_holds(&restored, &offers(0..25));
    assert_holds(&index, &offers(0..30));
    let again = Index::restore(&file, elsewhere.path().join("data"), Options::default());
    assert!(matches!(again.map(drop), Err(Error::Backup { .. })), "an index is not overwritten");
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("text", b"not a backup at all"),
        ("cut", &std::fs::read(&file).unwrap()[..4096]),
    ] {
        let broken = elsewhere.path().join(name);
        std::fs::write(&broken, bytes).unwrap();
        let target = elsewhere.path().join(format!("data-{name}"));
        let result = Index::restore(&broken, &target, Options::default());
        assert!(matches!(result.map(drop), Err(Error::Backup { .. })), "{name}");
        assert!(!target.join("store").exists());
    }
}

/// The files in a backup, by name.
fn unpacked(backup: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(std::fs::File::open(backup).unwrap()).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = vec![];
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), bytes)
    });
    entries.collect()
}

fn pack(files: &[(String, Vec<u8>)], to: &Path) {
    let mut archive = tar::Builder::new(zstd::Encoder::new(std::fs::File::create(to).unwrap(), 1).unwrap());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

#[test]
fn a_backup_is_looked_at_before_it_is_restored() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let index = open(dir.path());
    index.put(&offers(0..20)).unwrap();
    let records = index.records();
    records.secret(|_| Ok(false)).unwrap();
    let people = [records.create_owner().unwrap(), records.create_owner().unwrap()];
    for owner in people.into_iter().chain([Owner::HOUSE]) {
        records.write(owner, |rows| rows.put(owner.0, &Note("à garder".into()))).unwrap();
    }
    // A key that opens nothing is left out.
    std::fs::write(dir.path().join(format!("keys/{}.key", Uuid::now_v7())), [1; 32]).unwrap();
    let file = elsewhere.path().join("offers.backup");
    index.backup(&file).unwrap();
    let files = unpacked(&file);
    assert_eq!(files.len(), 5);
    let restore = |name: &str, files: &[(String, Vec<u8>)]| {
        let (changed, target) = (elsewhere.path().join("changed"), elsewhere.path().join(name));
        pack(files, &changed);
        let restored = Index::restore(&changed, &target, Options::default());
        assert_eq!(target.join("store").exists(), restored.is_ok(), "{name}");
        restored
    };
    let without = |names: &[String]| -> Vec<_> {
        files.iter().filter(|(name, _)| !names.contains(name)).cloned().collect()
    };
    let key = |owner: Owner| format!("keys/{}.key", owner.0);

    restore("whole", &files).unwrap();
    let missing = [key(Owner::HOUSE), "keys/server.key".into()];
    for (n, name) in missing.iter().enumerate() {
        let refused = restore(&format!("missing-{n}"), &without(std::slice::from_ref(name)));
        assert!(matches!(refused.map(drop), Err(Error::BackupClosed { .. })), "{name}");
    }
    let restored = restore("one-person", &without(&[key(people[0])])).unwrap();
    let unopened = restored.records().unopened().unwrap();
    assert_eq!(unopened.iter().map(|(owner, _)| *owner).collect::<Vec<_>>(), [people[0]]);
    let nobody = restore("nobody", &without(&people.map(key)));
    assert!(matches!(nobody.map(drop), Err(Error::BackupClosed { .. })));

    let mut refused = 0;
    let data = &files.iter().find(|(name, _)| name == "data.mdb").unwrap().1;
    for page in 0..data.len() / 4096 {
        let mut changed = files.clone();
        for (_, bytes) in changed.iter_mut().filter(|(name, _)| name == "data.mdb") {
            bytes[page * 4096..page * 4096 + 32].fill(0xff);
        }
        match restore(&format!("page-{page}"), &changed).map(drop) {
            Ok(()) => {}
            Err(Error::Backup { .. }) => refused += 1,
            Err(other) => panic!("page {page}: {other}"),
        }
    }
    // A copy has no free pages: what is not refused lies within long values.
    assert!(refused * 2 > data.len() / 4096, "{refused}");
}

#[test]
fn a_damaged_record_costs_that_offer_and_derived_ones_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let all = offers(0..20);
    index.put(&all).unwrap();
    drop(index);
    // Through LMDB, as a bad sector would: the pages hold together, the content does not.
    let damage = |table: &str, number: u32| {
        #[allow(unsafe_code)]
        // SAFETY: the index is closed.
        let env = unsafe {
            heed::EnvOpenOptions::new().map_size(1 << 30).max_dbs(16).open(dir.path().join("store")).unwrap()
        };
        let opened = env
            .open_databases_and_commit(env.read_txn().unwrap(), |opener, txn| {
                let table =
                    opener.open_database::<heed::types::Bytes, heed::types::Bytes>(txn, Some(table))?;
                Ok::<_, heed::Error>(heed::CommitOrAbort::<_, ()>::Commit(table.unwrap()))
            })
            .unwrap();
        let (table, key) = (opened.unwrap_commit(), number.to_be_bytes());
        let mut txn = env.write_txn().unwrap();
        let mut bytes = table.get(&txn, &key).unwrap().unwrap().to_vec();
        bytes.truncate(bytes.len() / 2);
        table.put(&mut txn, &key, &bytes).unwrap();
        txn.commit().unwrap();
        env.prepare_for_closing().wait();
    };
    damage("features-0", 3);
    let readable = Index::open(dir.path(), Options { read_only: true, ..Options::default() }).unwrap();
    assert_eq!(readable.examine().unwrap().len(), 1);
    drop(readable);
    let index = open(dir.path());
    assert!(index.examine().unwrap().is_empty());
    assert_holds(&index, &all);
    drop(index);

    damage("offers", 5);
    let index = open(dir.path());
    assert_eq!(index.examine().unwrap().len(), 1);
    assert!(matches!(index.get(&all[5].key), Err(Error::Corrupt { .. })));
    let others: Vec<Offer> = all.iter().filter(|offer| offer.key != all[5].key).cloned().collect();
    for part in [None, Some(Part::Text), Some(Part::All)] {
        if let Some(part) = part {
            index.rebuild(part, &Progress::none()).unwrap();
        }
        for offer in &others {
            assert_eq!(index.get(&offer.key).unwrap().as_ref(), Some(offer));
        }
        assert_eq!(search(&index, "").hits.len(), others.len(), "{part:?}");
    }
    // What comes again takes its place.
    index.put(&all[5..6]).unwrap();
    assert_holds(&index, &all);
}

#[test]
fn a_store_that_is_away_is_not_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let all = offers(0..5);
    index.put(&all).unwrap();
    drop(index);
    let (store, away) = (dir.path().join("store"), dir.path().join("away"));
    std::fs::rename(&store, &away).unwrap();
    let gone = || {
        for read_only in [true, false] {
            let opened = Index::open(dir.path(), Options { read_only, ..Options::default() });
            assert!(matches!(opened.map(drop), Err(Error::StoreGone { .. })), "{read_only}");
        }
    };
    gone();
    assert!(!store.exists());
    std::fs::create_dir(&store).unwrap();
    gone();
    std::fs::write(store.join("data.mdb"), "").unwrap();
    gone();
    std::fs::remove_dir_all(&store).unwrap();
    std::fs::rename(&away, &store).unwrap();
    assert_holds(&open(dir.path()), &all);
}

#[test]
fn there_must_be_something_to_read() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options { read_only: true, ..Options::default() };
    assert!(matches!(Index::open(dir.path(), options()).map(drop), Err(Error::Io { .. })));
    assert!(matches!(Index::open(dir.path().join("none"), options()).map(drop), Err(Error::Io { .. })));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made");
    std::fs::write(dir.path().join("file"), "").unwrap();
    let result = Index::open(dir.path().join("file"), Options::default());
    assert!(matches!(result.map(drop), Err(Error::Io { .. })));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn there_are_so_many_sources_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { sources: 3, ..Limits::default() };
    let index = Index::open(dir.path(), Options { limits, ..Options::default() }).unwrap();
    let of = |source: &str, n: usize| Offer {
        key: OfferKey { source: source.into(), id: n.to_string() },
        ..offer(n)
    };
    index.put(&[of("a", 0), of("b", 1), of("c", 2)]).unwrap();
    let refused = index.put(&[of("a", 3), of("d", 4)]);
    assert!(
        matches!(&refused, Err(Error::TooManySources { source_name, most: 3 }) if source_name == "d"),
        "{refused:?}"
    );
    // Nothing of that batch is stored, and the known sources go on.
    assert_eq!(index.stats().unwrap().offers, 3);
    index.put(&[of("a", 3), of("c", 4)]).unwrap();
    assert_eq!(index.stats().unwrap().sources, ["a", "b", "c"]);
    assert_eq!(search(&index, "").total, 5);
}
