//! The `jobmatch` program.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ["taxonomy", "build", "--raw", raw, "--out", out] = arguments.as_slice() else {
        return ExitCode::from(2);
    };
    match jobmatch::taxonomy::build(Path::new(raw), Path::new(out), &jobmatch_index::Progress::none()) {
        Ok(report) => {
            eprintln!("{report:?}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
