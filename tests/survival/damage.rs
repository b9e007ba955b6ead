//! A folder in which one thing is damaged: the program starts or says what is wrong, destroys nothing, and once the
//! file is back everything is as before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jobmatch::imports::{self, Import};
use jobmatch::messages;
use jobmatch::people::Refusal;
use jobmatch_index::{Index, Options, SearchQuery};

use crate::people::{self, Deed};
use crate::{Outcome, child, path, program, words};

const OFFERS: u64 = 30;
/// What a start that refuses ends with.
const REFUSED: i32 = 3;

/// The child that makes a folder: three people, what they keep, offers, and an import in the log.
pub(crate) fn build(dir: &Path) -> Outcome {
    let index = people::open(dir)?;
    for n in 0..OFFERS {
        index.put(&[people::offer(n)])?;
    }
    for n in 0..3 {
        let who = people::email(n);
        for deed in [
            Deed::Join(who.clone()),
            Deed::AddCv(who.clone(), format!("CV de {n}")),
            Deed::Follow(who.clone(), n),
        ] {
            people::perform(&index, &deed, dir)?;
        }
    }
    let import = Import {
        at: Timestamp::UNIX_EPOCH,
        name: "offres.json".into(),
        created: OFFERS as usize,
        updated: 0,
        duplicate: 0,
        rejected: 0,
    };
    imports::record(&index.records(), &import, &[])?;
    Ok(())
}

/// The child that starts as a server does, and tells what it finds.
pub(crate) fn start(dir: &Path) -> Outcome {
    let told = people::open(dir).and_then(|index| state(&index));
    match told {
        Ok(state) => print!("{state}"),
        Err(error) => {
            let message = match error.downcast::<Refusal>() {
                Ok(refusal) => messages::refusal(&refusal),
                Err(error) => match error.downcast::<jobmatch_index::Error>() {
                    Ok(error) => messages::engine(&error),
                    Err(other) => return Err(other),
                },
            };
            eprintln!("{message}");
            std::process::exit(REFUSED);
        }
    }
    Ok(())
}

fn state(index: &Index) -> Outcome<String> {
    let mut lines = vec![];
    for (who, kept) in people::found(&index.records())? {
        lines.push(match kept {
            Ok(kept) => format!("{who}: {kept:?}"),
            Err(_) => format!("{who}: closed"),
        });
    }
    for n in 0..OFFERS {
        let stored = index.get(&people::offer(n).key).ok().flatten() == Some(people::offer(n));
        let words = format!("Offre{n}");
        let found = index.search(&SearchQuery { words, ..SearchQuery::default() })?.total;
        lines.push(format!("{n}: {stored}, found {found}"));
    }
    lines.push(format!("{} imports", imports::list(&index.records())?.len()));
    Ok(lines.join("\n") + "\n")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Removed,
    Emptied,
    Cut,
    /// The first bytes are others.
    Head,
    /// A bit in the middle is another.
    Flipped,
    /// In its place is a folder, which cannot be read as a file even by root.
    Folder,
}

impl Damage {
    const ALL: [Self; 6] = [Self::Removed, Self::Emptied, Self::Cut, Self::Head, Self::Flipped, Self::Folder];

    fn apply(self, file: &Path) -> Outcome {
        let bytes = fs::read(file)?;
        fs::remove_file(file)?;
        let mut changed = bytes.clone();
        match self {
            Self::Removed => return Ok(()),
            Self::Folder => return Ok(fs::create_dir(file)?),
            Self::Emptied => changed.clear(),
            Self::Cut => changed.truncate(bytes.len() / 2),
            Self::Head => changed.iter_mut().take(64).for_each(|byte| *byte = !*byte),
            Self::Flipped => {
                if let Some(byte) = changed.get_mut(bytes.len() / 2) {
                    *byte ^= 0x10;
                }
            }
        }
        Ok(fs::write(file, changed)?)
    }
}

/// What a start may do.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// All as before: what was damaged is made again, or told nothing.
    Same,
    /// It says which file, and what to do.
    Refused,
    /// One person's rows stay closed.
    OneClosed,
    /// Whichever: a bit of the store may be anything.
    Any,
}

fn expected(file: &str, damage: Damage) -> Expected {
    let folder = damage == Damage::Folder;
    match file {
        "store/data.mdb" if damage == Damage::Flipped => Expected::Any,
        "store/data.mdb" => Expected::Refused,
        "store/lock.mdb" | "write.lock" if folder => Expected::Refused,
        "keys/server.key" | "keys/00000000-0000-0000-0000-000000000000.key" => Expected::Refused,
        _ if file.starts_with("keys/") => Expected::OneClosed,
        _ => Expected::Same,
    }
}

/// Whether `jobmatch doctor` has something to find: locks, and what tantivy does without, are made again silently.
fn shows(file: &str, damage: Damage) -> bool {
    let hidden = file.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
    let lock = file.ends_with(".lock") || file.ends_with("lock.mdb");
    !hidden && !lock && expected(file, damage) != Expected::Any
}

pub(crate) fn every_file_may_be_damaged_and_put_back() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (whole, dir) = (folder.path().join("whole"), folder.path().join("data"));
    let before = built(&whole)?;
    let files = files(&whole)?;
    let mut tries = 0;
    for (n, (file, bytes)) in files.iter().enumerate() {
        // The text index has many files of a kind.
        let text = file.starts_with("text/");
        for (kind, damage) in Damage::ALL.into_iter().enumerate() {
            if text && kind != n % Damage::ALL.len() {
                continue;
            }
            let what = format!("{file}, {damage:?}");
            copy(&whole, &dir)?;
            let at = dir.join(file);
            damage.apply(&at)?;
            if kind == n % Damage::ALL.len() && shows(file, damage) {
                let told = words(&program(&dir, &["doctor"])?.stdout);
                let found = told.lines().filter_map(|line| line.split_once(' ')).any(|(mark, line)| {
                    mark != "✓" && ["offres", "fichiers", "clés"].iter().any(|name| line.starts_with(name))
                });
                assert!(found, "{what}: doctor finds nothing: {told}");
            }
            let output = started(&dir)?;
            let (out, error) = (words(&output.stdout), words(&output.stderr));
            let code = output.status.code();
            assert!(
                matches!(code, Some(0 | REFUSED)) && !error.contains("panicked"),
                "{what}: {code:?} {error}"
            );
            match expected(file, damage) {
                Expected::Same => {
                    assert_eq!((code, out.as_str()), (Some(0), before.as_str()), "{what}: {error}");
                }
                Expected::Refused => {
                    let name = file.rsplit('/').next().unwrap_or_default();
                    assert!(code == Some(REFUSED) && error.contains(name), "{what}: {code:?} {error}");
                }
                Expected::OneClosed => {
                    assert_eq!(code, Some(0), "{what}: {error}");
                    let closed = out.lines().filter(|line| line.ends_with(": closed")).count();
                    let same = before.lines().filter(|line| out.contains(*line)).count();
                    assert_eq!((closed, same), (1, before.lines().count() - 1), "{what}: {out}");
                }
                Expected::Any => {}
            }
            if at.is_dir() {
                fs::remove_dir_all(&at)?;
            }
            fs::create_dir_all(at.parent().ok_or("no folder")?)?;
            fs::write(&at, bytes)?;
            let output = started(&dir)?;
            assert_eq!(words(&output.stdout), before, "{what}, put back: {}", words(&output.stderr));
            tries += 1;
        }
    }
    a_server_without_its_store_or_keys_does_not_start(&whole, &before)?;
    println!("{} files damaged in {tries} ways and put back: nothing lost", files.len());
    Ok(())
}

fn a_server_without_its_store_or_keys_does_not_start(whole: &Path, before: &str) -> Outcome {
    for (away, named) in [
        ("store", "data.mdb"),
        ("keys", "00000000-0000-0000-0000-000000000000.key"),
        ("keys/server.key", "server.key"),
    ] {
        let aside = whole.with_file_name("aside");
        fs::rename(whole.join(away), &aside)?;
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_jobmatch"));
        command.args(["--lang", "fr", "--data-dir", path(whole), "serve", "--listen", "127.0.0.1:0"]);
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let began = Instant::now();
        let status = loop {
            match server.try_wait()? {
                Some(status) => break Some(status),
                None if began.elapsed() > Duration::from_secs(60) => break None,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        if status.is_none() {
            server.kill()?;
        }
        let told = words(&server.wait_with_output()?.stderr);
        assert_eq!(status.and_then(|status| status.code()), Some(1), "without {away}: {told}");
        assert!(told.contains(named), "without {away}: {told}");
        // An empty folder may have come in its place.
        let _ = fs::remove_dir_all(whole.join(away));
        fs::rename(&aside, whole.join(away))?;
        assert_eq!(words(&started(whole)?.stdout), before, "{away} put back");
    }
    Ok(())
}

pub(crate) fn damaged_text_is_made_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("data");
    let before = built(&dir)?;
    let kinds: [(&str, fn(&Path) -> Outcome); 20] = [
        ("the folder is gone", |text| Ok(fs::remove_dir_all(text)?)),
        ("a file in place of the folder", |text| {
            fs::remove_dir_all(text)?;
            Ok(fs::write(text, "x")?)
        }),
        ("a file in place of all text", |text| {
            let texts = text.parent().ok_or("no parent")?;
            fs::remove_dir_all(texts)?;
            Ok(fs::write(texts, "x")?)
        }),
        ("an empty folder", |text| {
            fs::remove_dir_all(text)?;
            Ok(fs::create_dir(text)?)
        }),
        ("no meta.json", |text| Ok(fs::remove_file(text.join("meta.json"))?)),
        ("an empty meta.json", |text| Ok(fs::write(text.join("meta.json"), "")?)),
        ("half of meta.json", |text| Damage::Cut.apply(&text.join("meta.json"))),
        ("meta.json is JSON of another kind", |text| Ok(fs::write(text.join("meta.json"), "[1, {}]")?)),
        ("meta.json is no UTF-8", |text| Ok(fs::write(text.join("meta.json"), [0xff; 100])?)),
        ("meta.json without segments", |text| {
            change_meta(text, |meta| meta["segments"] = serde_json::json!([]))
        }),
        ("meta.json of another revision", |text| change_meta(text, |meta| meta["payload"] = "999999".into())),
        ("meta.json without a revision", |text| {
            change_meta(text, |meta| meta["payload"] = serde_json::Value::Null)
        }),
        ("no list of files", |text| Ok(fs::remove_file(text.join(".managed.json"))?)),
        ("a list of files that is none", |text| Ok(fs::write(text.join(".managed.json"), "{")?)),
        ("a segment's files are gone", |text| each_segment_file(text, Damage::Removed)),
        ("a segment's files are empty", |text| each_segment_file(text, Damage::Emptied)),
        ("a segment's files are cut", |text| each_segment_file(text, Damage::Cut)),
        ("a segment's files begin otherwise", |text| each_segment_file(text, Damage::Head)),
        ("a bit of each file of a segment", |text| each_segment_file(text, Damage::Flipped)),
        ("folders in place of a segment's files", |text| each_segment_file(text, Damage::Folder)),
    ];
    for (what, damage) in kinds {
        damage(&live_text(&dir)?).map_err(|e| format!("{what}: {e}"))?;
        let output = started(&dir)?;
        let error = words(&output.stderr);
        assert!(!error.contains("panicked"), "{what}: {error}");
        assert_eq!(words(&output.stdout), before, "{what}: {error}");
    }
    println!("{} kinds of damage of the text index mended", kinds.len());
    Ok(())
}

fn live_text(dir: &Path) -> Outcome<PathBuf> {
    Ok(fs::read_dir(dir.join("text"))?.next().ok_or("no text index")??.path())
}

fn change_meta(text: &Path, change: fn(&mut serde_json::Value)) -> Outcome {
    let file = text.join("meta.json");
    let mut meta = serde_json::from_slice(&fs::read(&file)?)?;
    change(&mut meta);
    Ok(fs::write(file, serde_json::to_vec(&meta)?)?)
}

fn each_segment_file(text: &Path, damage: Damage) -> Outcome {
    for entry in fs::read_dir(text)? {
        let file = entry?.path();
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.ends_with(".json") && !name.starts_with('.') {
            damage.apply(&file)?;
        }
    }
    Ok(())
}

pub(crate) fn a_full_disk_lets_people_in() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (whole, disk) = (folder.path().join("whole"), folder.path().join("disk"));
    let before = built(&whole)?;
    fs::create_dir(&disk)?;
    let script = "mount -t tmpfs -o size=48m tmpfs \"$1\" && cp -r \"$2\"/. \"$1\" || exit 77; rm -f \"$1\"/store/lock.mdb; \
        dd if=/dev/zero of=\"$1\"/filler bs=4k 2>/dev/null; \"$0\" child start \"$1\"; echo \"code $?\"; \
        rm \"$1\"/filler; exec \"$0\" child start \"$1\"";
    let mut command = std::process::Command::new("unshare");
    command.args(["-rm", "sh", "-c", script]).arg(std::env::current_exe()?);
    let output = match command.arg(&disk).arg(&whole).output() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        output => Some(output?).filter(|o| o.status.code() != Some(77) && !o.stderr.starts_with(b"unshare:")),
    };
    let Some(output) = output else {
        println!("a full disk: not permitted here, skipped");
        return Ok(());
    };
    let (out, error) = (words(&output.stdout), words(&output.stderr));
    // Without a lock file LMDB cannot open, which is said; with room again, all is as before.
    assert!(out.starts_with("code 3") && error.contains("lock.mdb"), "{out} {error}");
    assert!(out.ends_with(&before), "{out} {error}");
    println!("a full disk: {}", error.trim());

    let script = "mount -t tmpfs -o size=48m tmpfs \"$1\" && cp -r \"$2\"/. \"$1\" || exit 77; \
        dd if=/dev/zero of=\"$1\"/filler bs=4k 2>/dev/null; exec \"$0\" child start \"$1\"";
    let mut command = std::process::Command::new("unshare");
    let output = command
        .args(["-rm", "sh", "-c", script])
        .arg(std::env::current_exe()?)
        .arg(&disk)
        .arg(&whole)
        .output()?;
    assert_eq!(words(&output.stdout), before, "{}", words(&output.stderr));
    Ok(())
}

/// A folder made by a child, opened once more by another; gives what it tells.
fn built(dir: &Path) -> Outcome<String> {
    let output = child(&["build", path(dir)])?.output()?;
    assert!(output.status.success(), "{}", words(&output.stderr));
    let output = started(dir)?;
    let told = words(&output.stdout);
    assert_eq!(told.lines().filter(|line| line.contains("true, found 1")).count(), OFFERS as usize, "{told}");
    Ok(told)
}

fn started(dir: &Path) -> Outcome<Output> {
    Ok(child(&["start", path(dir)])?.output()?)
}

/// Path within the folder, and bytes.
fn files(dir: &Path) -> Outcome<BTreeMap<String, Vec<u8>>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let at = entry?.path();
            if at.is_dir() {
                folders.push(at);
            } else {
                files.insert(path(at.strip_prefix(dir)?).to_owned(), fs::read(&at)?);
            }
        }
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Outcome {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    for (file, bytes) in files(from)? {
        let at = to.join(file);
        fs::create_dir_all(at.parent().ok_or("no folder")?)?;
        fs::write(at, bytes)?;
    }
    Ok(())
}

/// Restoring looks at what it restores: see the engine's own tests; here, that the program says so and keeps what
/// is there.
pub(crate) fn a_backup_that_does_not_open_replaces_nothing() -> Outcome {
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("data");
    let before = built(&dir)?;
    let house = dir.join("keys/00000000-0000-0000-0000-000000000000.key");
    let (backup, key) = (folder.path().join("offres.bak"), fs::read(&house)?);
    let index = Index::open(&dir, Options::default())?;
    fs::write(&house, [7; 32])?;
    index.backup(&backup)?;
    fs::write(&house, key)?;
    drop(index);
    let output = program(&dir, &["restore", path(&backup), "--yes"])?;
    let told = words(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("00000000-0000-0000-0000-000000000000.key"), "{told}");
    assert_eq!(words(&started(&dir)?.stdout), before);
    assert!(
        !dir.with_file_name("data.before-restore").exists() && !dir.with_file_name("data.restoring").exists()
    );
    Ok(())
}
