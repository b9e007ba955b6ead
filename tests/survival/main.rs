//! What people keep here survives: processes killed at random points of making, filling, erasing and backing up
//! accounts; every file of the data folder lost, cut, changed or out of reach, one at a time; a full disk.
//!
//! This program is its own child: it runs itself again to be killed, or to start where something is damaged.
//! `JOBMATCH_KILLS=200` kills as many times.
#![allow(clippy::print_stdout, reason = "tells what it did, and is its own child process")]

mod damage;
mod kills;
mod people;

use std::path::Path;
use std::process::{Command, Output};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", "live", dir, next] => kills::live(Path::new(dir), next.parse()?),
        ["child", "build", dir] => damage::build(Path::new(dir)),
        ["child", "start", dir] => damage::start(Path::new(dir)),
        // What a test runner asks of all test programs.
        ["--list", ..] => Ok(()),
        _ => {
            kills::killed_processes_lose_nothing_of_anybody()?;
            damage::every_file_may_be_damaged_and_put_back()?;
            damage::damaged_text_is_made_again()?;
            damage::a_full_disk_lets_people_in()?;
            damage::a_backup_that_does_not_open_replaces_nothing()
        }
    }
}

fn child(args: &[&str]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("child").args(args);
    Ok(command)
}

/// The real program in a data folder.
fn program(dir: &Path, args: &[&str]) -> Outcome<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jobmatch"));
    command.env_remove("JOBMATCH_LANG").arg("--data-dir").arg(dir).args(args);
    Ok(command.output()?)
}

fn path(dir: &Path) -> &str {
    dir.to_str().expect("a temporary folder has a plain name")
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
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
