//! The process that reads untrusted documents, as the system sees it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::run::Jobmatch;

#[test]
fn the_reading_process_reaches_nothing() {
    let done = Jobmatch::new().run(["read-document", "--reach"]);
    let reach: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(reach["network"], false);
    assert_eq!(reach["programs"], false);
    // A kernel may be built without Landlock; `doctor` says so then.
    let landlock =
        std::fs::read_to_string("/proc/kallsyms").is_ok_and(|symbols| symbols.contains("landlock"));
    assert_eq!(reach["files"], !landlock);
}

/// A shell that opens a file for its children to inherit, starts the process that reads, and says its number.
fn parent() -> (Child, PathBuf) {
    let mut shell = Command::new("sh")
        .args([
            "-c",
            r#"exec 3<&0 7</etc/passwd; "$0" read-document <&3 & echo $!; wait"#,
            env!("CARGO_BIN_EXE_jobmatch"),
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut number = String::new();
    BufReader::new(shell.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
    (shell, PathBuf::from("/proc").join(number.trim()))
}

/// Waits up to ten seconds for something to become so.
fn soon(mut so: impl FnMut() -> bool) -> bool {
    (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        so()
    })
}

fn confined(process: &std::path::Path) -> bool {
    let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
    ["NoNewPrivs:\t1", "Seccomp:\t2"].iter().all(|line| status.contains(line))
}

#[test]
fn the_reading_process_inherits_no_file_and_ends_with_its_parent() {
    let (mut shell, process) = parent();
    let is_confined = soon(|| confined(&process));
    let descriptors: Vec<_> =
        std::fs::read_dir(process.join("fd")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    shell.kill().unwrap();
    // Its standard input is still open here: nothing else would end it.
    let input = shell.stdin.take();
    let has_ended = soon(|| !process.exists());
    drop(input);
    shell.wait().unwrap();
    assert!(is_confined);
    assert_eq!(descriptors.len(), 3, "{descriptors:?}");
    assert!(has_ended);
}
