//! The engine knows no HTTP, no async runtime and no language model: none may come in through a dependency.

use std::process::Command;

#[test]
fn no_http_and_no_async_crate_is_in_the_tree() {
    const KEPT_OUT: [&str; 12] = [
        "tokio",
        "async-std",
        "smol",
        "futures-executor",
        "hyper",
        "h2",
        "reqwest",
        "ureq",
        "axum",
        "rustls",
        "openssl",
        "ollama-rs",
    ];
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "jobmatch-index", "--all-features", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"heed") && names.contains(&"utoipa"), "{tree}");
    for kept_out in KEPT_OUT {
        assert!(!names.contains(&kept_out), "{kept_out} is in the tree:\n{tree}");
    }
}
