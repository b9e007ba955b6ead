//! Prints pages with a Chromium that is kept open: a page takes a tenth of a second, starting it ten times as long.
//!
//! It is spoken to over a pipe, in messages of its DevTools protocol, each ended by a zero byte. It reads them from file
//! descriptor 3 and writes to 4, which the shell sets to the pipes that this process holds.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser with one page.
pub(super) struct Chromium {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: String,
    sent: u64,
    /// Its profile, and the page that it prints.
    folder: TempDir,
}

/// The program that `CHROMIUM` names, or `chromium`.
pub(super) fn program() -> OsString {
    std::env::var_os("CHROMIUM").unwrap_or_else(|| "chromium".into())
}

impl Chromium {
    pub(super) fn start() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut process = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 1>&2 0</dev/null"#])
            .arg(program())
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (input, output) = pipes.ok_or_else(|| io::Error::other("no pipe"))?;
        let output = BufReader::new(output);
        let mut browser = Self { process, input, output, session: String::new(), sent: 0, folder };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}))?;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach)?;
        browser.session = attached["sessionId"].as_str().unwrap_or_default().to_owned();
        browser.call("Page.enable", json!({}))?;
        Ok(browser)
    }

    /// The PDF of a page, on the paper that its style asks for.
    pub(super) fn print(&mut self, html: &str) -> io::Result<Vec<u8>> {
        let page = self.folder.path().join("page.html");
        std::fs::write(&page, format!("<!DOCTYPE html>\n{html}"))?;
        self.call("Page.navigate", json!({"url": address(&page)}))?;
        while self.hear()?["method"] != "Page.loadEventFired" {}
        let options = json!({"printBackground": true, "preferCSSPageSize": true});
        let printed = self.call("Page.printToPDF", options)?;
        let data = printed["data"].as_str().unwrap_or_default();
        STANDARD.decode(data).map_err(io::Error::other)
    }

    /// The answer to a command; what else the browser says meanwhile is of no interest.
    fn call(&mut self, method: &str, params: Value) -> io::Result<Value> {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.input.write_all(format!("{message}\0").as_bytes())?;
        self.input.flush()?;
        loop {
            let mut heard = self.hear()?;
            if heard["id"] == self.sent {
                return match heard["error"]["message"].as_str() {
                    Some(why) => Err(io::Error::other(format!("{method}: {why}"))),
                    None => Ok(heard["result"].take()),
                };
            }
        }
    }

    fn hear(&mut self) -> io::Result<Value> {
        let mut message = Vec::new();
        self.output.read_until(0, &mut message)?;
        if message.pop() != Some(0) {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the browser ended"));
        }
        serde_json::from_slice(&message).map_err(io::Error::from)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Its profile goes with the folder: it need not end well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address of a file.
fn address(path: &Path) -> String {
    format!("file://{}", path.display())
        .replace('%', "%25")
        .replace('#', "%23")
        .replace('?', "%3F")
        .replace(' ', "%20")
}
