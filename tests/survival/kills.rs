//! A process that makes, fills, erases and backs up accounts, killed at random points.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jobmatch_index::{Index, Options};

use crate::people::{self, Deed, Everybody};
use crate::{Outcome, Random, child, path};

/// Kills, unless `JOBMATCH_KILLS` says how many.
const KILLS: usize = 25;

fn backup_of(dir: &Path, n: u64) -> PathBuf {
    dir.with_file_name(format!("backup-{}", n % 2))
}

/// The child: one deed after the other, each told once it is done.
pub(crate) fn live(dir: &Path, mut next: u64) -> Outcome {
    let index = people::open(dir)?;
    let mut state = people::whole(&index)?;
    say("ready")?;
    loop {
        let deed = people::deed(next, &state);
        people::perform(&index, &deed, &backup_of(dir, next))?;
        say(&format!("done {next}"))?;
        state = people::after(&deed, state);
        next += 1;
    }
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

pub(crate) fn killed_processes_lose_nothing_of_anybody() -> Outcome {
    let kills = std::env::var("JOBMATCH_KILLS").map_or(Ok(KILLS), |kills| kills.parse())?;
    let folder = tempfile::tempdir()?;
    let dir = folder.path().join("data");
    let (mut state, mut next, mut backups, mut random) = (Everybody::new(), 0, 0, Random(20_261_128));
    // The latest whole back-up, and what it holds.
    let mut kept: Option<(PathBuf, Everybody)> = None;
    for round in 0..kills {
        let mut child = child(&["live", path(&dir), &next.to_string()])?
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut said = String::new();
        // Killed after so many lines, « ready » being the first; now and then while it opens, which is when it mends.
        for _ in 0..random.below(6) {
            output.read_line(&mut said)?;
        }
        std::thread::sleep(Duration::from_micros(random.below(60_000)));
        child.kill()?;
        output.read_to_string(&mut said)?;
        let status = child.wait()?;
        if status.code().is_some() {
            let mut error = String::new();
            if let Some(mut stderr) = child.stderr.take() {
                stderr.read_to_string(&mut error)?;
            }
            return Err(format!("round {round}: the child ended by itself: {status} {error}").into());
        }
        for line in said.lines().filter_map(|line| line.strip_prefix("done ")) {
            assert_eq!(line.parse::<u64>()?, next);
            let deed = people::deed(next, &state);
            state = people::after(&deed, state);
            if deed == Deed::BackUp {
                kept = Some((backup_of(&dir, next), state.clone()));
            }
            next += 1;
        }
        let index = people::open(&dir)?;
        let found = people::whole(&index).map_err(|e| format!("round {round}: {e}"))?;
        let deed = people::deed(next, &state);
        let maybe = people::after(&deed, state.clone());
        if found == maybe && deed != Deed::BackUp {
            // What was under way was done, whole.
            (state, next) = (maybe, next + 1);
        } else if found != state {
            return Err(
                format!("round {round}, {deed:?}: {found:?} instead of {state:?} or {maybe:?}").into()
            );
        }
        if deed == Deed::BackUp && kept.as_ref().is_some_and(|(path, _)| *path == backup_of(&dir, next)) {
            // It was being replaced.
            kept = None;
        }
        drop(index);
        if let Some((path, held)) = kept.as_ref().filter(|_| round % 5 == 0) {
            let to = folder.path().join(format!("restored-{round}"));
            let restored = Index::restore(path, &to, Options::default())?;
            assert_eq!(people::whole(&restored)?, *held, "round {round}: the back-up");
            drop(restored);
            std::fs::remove_dir_all(&to)?;
            backups += 1;
        }
    }
    println!("{kills} kills, {next} acknowledged deeds of people, {backups} back-ups restored, nothing lost");
    Ok(())
}
