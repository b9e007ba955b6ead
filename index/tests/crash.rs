//! What survives: a process killed at random points of import and of rebuild, a full disk, a folder that
//! cannot be written. This program is its own child: it runs itself again to be killed.
#![allow(clippy::print_stdout, reason = "tells what it did, and is its own child process")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jobmatch_index::offer::{Offer, OfferKey};
use jobmatch_index::{Error, Index, Options, Part, Progress, SearchQuery};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const KILLS: usize = 200;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", "import", dir, next] => import(Path::new(dir), next.parse()?),
        ["child", "rebuild", dir, next] => rebuild(Path::new(dir), next.parse()?),
        ["child", "fill", dir] => fill(Path::new(dir)),
        ["child", "read", dir] => read(Path::new(dir)),
        // What a test runner asks of all test programs.
        ["--list", ..] => Ok(()),
        _ => {
            killed_processes_lose_nothing()?;
            a_full_disk_loses_nothing()?;
            a_read_only_folder_can_be_read()
        }
    }
}

// The work of the children: operation `n` is the same in every process.

enum Operation {
    Put(Vec<Offer>),
    Remove(Vec<OfferKey>),
}

const KEYS: u64 = 40;

fn operation(n: u64) -> Operation {
    let mut random = Random(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if random.below(10) < 7 {
        Operation::Put((0..=random.below(3)).map(|part| offer(random.below(KEYS), n * 10 + part)).collect())
    } else {
        Operation::Remove((0..=random.below(2)).map(|_| key(random.below(KEYS))).collect())
    }
}

fn key(n: u64) -> OfferKey {
    OfferKey { source: format!("s{}", n % 3), id: n.to_string() }
}

fn offer(n: u64, version: u64) -> Offer {
    Offer {
        key: key(n),
        title: "Boulangère".into(),
        description: format!("Version{version} de l'offre, avec quelques mots de plus. ").repeat(5),
        ..Offer::default()
    }
}

fn apply(index: &Index, operation: Operation) -> Result<(), Error> {
    match operation {
        Operation::Put(offers) => index.put(&offers).map(drop),
        Operation::Remove(keys) => index.remove(&keys).map(drop),
    }
}

/// Short writes and imports in turn, each acknowledged on standard output once it is durable.
fn import(dir: &Path, mut next: u64) -> Outcome {
    let index = Index::open(dir, Options::default())?;
    say("ready")?;
    loop {
        for _ in 0..next % 4 {
            apply(&index, operation(next))?;
            say(&format!("done {next}"))?;
            next += 1;
        }
        let mut writer = index.writer()?;
        for _ in 0..4 {
            match operation(next) {
                Operation::Put(offers) => drop(writer.put(&offers)?),
                Operation::Remove(keys) => drop(writer.remove(&keys)?),
            }
            say(&format!("done {next}"))?;
            next += 1;
        }
        writer.finish()?;
    }
}

/// One rebuild after the other, with short writes beside.
fn rebuild(dir: &Path, mut next: u64) -> Outcome {
    let index = Index::open(dir, Options::default())?;
    say("ready")?;
    std::thread::scope(|scope| {
        scope.spawn(|| -> Outcome {
            loop {
                apply(&index, operation(next))?;
                say(&format!("done {next}"))?;
                next += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        loop {
            for part in [Part::Text, Part::All, Part::Vectors] {
                index.rebuild(part, &Progress::none())?;
            }
        }
    })
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

// The parent.

fn killed_processes_lose_nothing() -> Outcome {
    let dir = tempfile::tempdir()?;
    let mut model = Model::default();
    let mut random = Random(20_261_122);
    for round in 0..KILLS {
        let work = if round % 2 == 0 { "import" } else { "rebuild" };
        let mut child = spawn(&["child", work, path(dir.path()), &model.next.to_string()])?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut said = String::new();
        // Killed after so many lines, « ready » being the first; now and then while it opens, which is when it
        // mends.
        for _ in 0..random.below(5) {
            output.read_line(&mut said)?;
        }
        std::thread::sleep(Duration::from_micros(random.below(20_000)));
        child.kill()?;
        output.read_to_string(&mut said)?;
        let status = child.wait()?;
        if status.code().is_some() {
            return Err(format!("round {round}: the child ended by itself: {}", end(child)?).into());
        }
        for line in said.lines().filter_map(|line| line.strip_prefix("done ")) {
            assert_eq!(line.parse::<u64>()?, model.next);
            model.advance();
        }
        if round % 5 == 0 {
            // Readable before anything is mended.
            Index::open(dir.path(), Options { read_only: true, ..Options::default() })?;
        }
        let index = Index::open(dir.path(), Options::default())?;
        model.settle(&index).map_err(|e| format!("round {round}, {work}: {e}"))?;
        check(&index, &model.offers).map_err(|e| format!("round {round}, {work}: {e}"))?;
        let folders = std::fs::read_dir(dir.path().join("text"))?.count();
        assert_eq!(folders, 1, "round {round}: leftovers of a rebuild");
    }
    println!("{KILLS} kills, {} acknowledged operations, nothing lost", model.next);
    Ok(())
}

/// What the store must hold.
#[derive(Default)]
struct Model {
    offers: BTreeMap<OfferKey, Offer>,
    /// The next operation.
    next: u64,
}

impl Model {
    fn advance(&mut self) {
        match operation(self.next) {
            Operation::Put(offers) => self.offers.extend(offers.into_iter().map(|o| (o.key.clone(), o))),
            Operation::Remove(keys) => keys.iter().for_each(|key| drop(self.offers.remove(key))),
        }
        self.next += 1;
    }

    /// The operation that was under way may have been done, whole, or not at all.
    fn settle(&mut self, index: &Index) -> Outcome {
        let stored = stored(index)?;
        if stored != self.offers {
            self.advance();
        }
        if stored != self.offers { Err("an operation is lost or half done".into()) } else { Ok(()) }
    }
}

fn stored(index: &Index) -> Outcome<BTreeMap<OfferKey, Offer>> {
    let mut offers = BTreeMap::new();
    for n in 0..KEYS {
        if let Some(offer) = index.get(&key(n))? {
            offers.insert(key(n), offer);
        }
    }
    Ok(offers)
}

/// Store, columns and text index hold these offers and no others.
fn check(index: &Index, offers: &BTreeMap<OfferKey, Offer>) -> Outcome {
    let search = |words: &str| index.search(&SearchQuery { words: words.into(), ..SearchQuery::default() });
    let stats = index.stats()?;
    let total = search("")?.total;
    let expected = offers.len() as u64;
    if (stats.offers, total) != (expected, expected) || stats.outdated.is_some() {
        let found = index.search(&SearchQuery { limit: 100, ..SearchQuery::default() })?.hits;
        let found: Vec<String> = found.into_iter().map(|hit| hit.offer.key.to_string()).collect();
        let stored = stats.offers;
        return Err(format!("{expected} offers, but {stored} are stored and {total} found: {found:?}").into());
    }
    for offer in offers.values() {
        let word = offer.description.split(' ').next().unwrap_or_default();
        let hits = search(&format!("\"{word}\""))?.hits;
        if hits.len() != 1 || hits[0].offer != *offer {
            return Err(format!("{} is not found by {word}", offer.key).into());
        }
    }
    Ok(())
}

// Full disk: a file-size limit anywhere, a small file system where mounting is allowed.

fn a_full_disk_loses_nothing() -> Outcome {
    let exe = std::env::current_exe()?;
    let limited = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" child fill \"$1\"";
    let mounted = "mount -t tmpfs -o size=6m tmpfs \"$1\" || exit 77; exec \"$0\" child fill \"$1\"";
    let runs: [(&str, &[&str], &str); 2] = [
        ("a file-size limit", &["sh", "-c", limited], "File too large"),
        ("a full file system", &["unshare", "-rm", "sh", "-c", mounted], "No space left"),
    ];
    for (name, command, message) in runs {
        let dir = tempfile::tempdir()?;
        let Some(output) = run(command, &exe, dir.path())? else {
            println!("{name}: not permitted here, skipped");
            continue;
        };
        assert!(output.contains(message) && output.contains(path(dir.path())), "{name}: {output}");
        print!("{name}: {output}");
    }
    Ok(())
}

/// Puts offers until the disk is full, then looks whether all that was stored is there.
fn fill(dir: &Path) -> Outcome {
    let mut random = Random(7);
    let mut stored: BTreeMap<OfferKey, Offer> = BTreeMap::new();
    let index = Index::open(dir, Options::default())?;
    let error = loop {
        let from = stored.len() as u64;
        let batch: Vec<Offer> = (from..from + 20)
            .map(|n| {
                let noise: String = (0..200).map(|_| format!("{:x} ", random.below(u64::MAX))).collect();
                Offer { description: format!("Version{n} {noise}"), ..offer(n, n) }
            })
            .collect();
        match index.put(&batch) {
            Ok(_) => stored.extend(batch.into_iter().map(|offer| (offer.key.clone(), offer))),
            Err(e) => break e,
        }
    };
    let holds = |index: &Index| -> Outcome {
        for (key, offer) in &stored {
            if index.get(key)?.as_ref() != Some(offer) {
                return Err(format!("{key} is lost").into());
            }
        }
        Ok(())
    };
    holds(&index)?;
    drop(index);
    holds(&Index::open(dir, Options::default())?)?;
    println!("{} offers, then: {error}", stored.len());
    Ok(())
}

fn a_read_only_folder_can_be_read() -> Outcome {
    let exe = std::env::current_exe()?;
    let dir = tempfile::tempdir()?;
    Index::open(dir.path(), Options::default())?.put(&[offer(1, 1), offer(2, 2)])?;
    let mounted = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" || exit 77; exec \"$0\" child read \"$1\"";
    match run(&["unshare", "-rm", "sh", "-c", mounted], &exe, dir.path())? {
        Some(output) => {
            assert!(output.contains("Read-only") && output.contains(path(dir.path())), "{output}");
            print!("a read-only folder: {output}");
        }
        None => println!("a read-only folder: not permitted here, skipped"),
    }
    Ok(())
}

/// Reads, and is refused to write.
fn read(dir: &Path) -> Outcome {
    let index = Index::open(dir, Options { read_only: true, ..Options::default() })?;
    check(&index, &BTreeMap::from([(key(1), offer(1, 1)), (key(2), offer(2, 2))]))?;
    drop(index);
    match Index::open(dir, Options::default()) {
        Ok(_) => Err("a read-only folder was opened for writing".into()),
        Err(e) => {
            println!("{e}");
            Ok(())
        }
    }
}

// Processes.

fn spawn(args: &[&str]) -> Outcome<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    Ok(command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
}

/// Why a child ended.
fn end(mut child: Child) -> Outcome<String> {
    let mut error = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut error)?;
    }
    Ok(format!("{} {error}", child.wait()?))
}

/// Output of a command that ends well; `None` when the system does not let it run.
fn run(command: &[&str], exe: &Path, dir: &Path) -> Outcome<Option<String>> {
    let output = Command::new(command[0]).args(&command[1..]).arg(exe).arg(dir).output();
    let output = match output {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        output => output?,
    };
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    match output.status.code() {
        Some(0) => Ok(Some(out.into_owned())),
        _ if output.status.code() == Some(77) || error.starts_with("unshare:") => Ok(None),
        _ => Err(format!("{command:?}: {} {out} {error}", output.status).into()),
    }
}

fn path(dir: &Path) -> &str {
    dir.to_str().expect("a temporary folder has a plain name")
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % n
    }
}
