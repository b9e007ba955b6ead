//! JobMatch on the command line. `README.md` has the map of the code.

fn main() -> std::process::ExitCode {
    jobmatch::cli::main()
}
