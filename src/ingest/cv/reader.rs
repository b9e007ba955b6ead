//! Reading an untrusted file in a process of its own, with bounds: a crash or a hang there is one file that
//! cannot be read.
//!
//! The process is this program again, asked to do nothing but read one document. A request is a line of JSON
//! ([`Request`]), then the bytes of the file. Answers are lines of JSON ([`Answer`]); the last one is followed by
//! the pictures that it announces.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::confinement::{self, Reach};
use super::{CvError, Limits, Opened, open};

/// How far the reading of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Pages that are read.
    pub page: usize,
    /// Pages in all.
    pub pages: usize,
    /// The page is an image, which takes longer.
    pub image: bool,
}

/// Reads documents, each in a process of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    program: PathBuf,
    limits: Limits,
}

/// Name of the command that answers a [`Reader`].
const COMMAND: &str = "read-document";
/// The option with which it tells what it can reach.
const REACH: &str = "--reach";

/// Stack of the thread that reads: damaged files nest deep.
const STACK: usize = 64 << 20;

/// Largest answer that is taken from the process, in bytes, and largest picture.
const ANSWER: u64 = 64 << 20;
/// How much of what the process complains of is kept, in bytes; the last words say why it ended.
const COMPLAINT: usize = 4096;

/// What the process may know of its surroundings: where libraries and the data of Tesseract are.
const ENVIRONMENT: [&str; 6] =
    ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TESSDATA_PREFIX", "SystemRoot", "LLVM_PROFILE_FILE"];

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    name: Option<String>,
    previews: bool,
    limits: Limits,
}

#[derive(Debug, Serialize, Deserialize)]
enum Answer {
    Step(Step),
    /// The document, and the size of each picture that follows.
    Opened(Box<Opened>, Vec<u64>),
    Failed(CvError),
}

impl Reader {
    /// A reader that runs `program`, which is `jobmatch`.
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program, limits }
    }

    /// A reader that runs the present program, which must be `jobmatch`.
    ///
    /// # Errors
    /// [`CvError::NoReader`] when the system does not say where the program is.
    pub fn of_this_program(limits: Limits) -> Result<Self, CvError> {
        let program = std::env::current_exe().map_err(|e| CvError::NoReader { why: e.to_string() })?;
        Ok(Self::new(program, limits))
    }

    /// Reads a document as [`open`] does. Stops when `cancel` is set.
    ///
    /// # Errors
    /// [`CvError`]; among others those of a process that took too long, too much memory, or crashed.
    pub fn open(
        &self,
        bytes: &[u8],
        file_name: Option<&str>,
        previews: bool,
        cancel: &AtomicBool,
        told: &mut dyn FnMut(Step),
    ) -> Result<Opened, CvError> {
        self.limits.check_size(bytes.len())?;
        let request = Request { name: file_name.map(str::to_owned), previews, limits: self.limits.clone() };
        let mut child = Killed(self.start().map_err(|e| CvError::NoReader { why: e.to_string() })?);
        let (input, output, errors) = (child.0.stdin.take(), child.0.stdout.take(), child.0.stderr.take());
        let (Some(mut input), Some(output), Some(errors)) = (input, output, errors) else {
            return Err(CvError::Crashed);
        };
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A process that refuses the file early closes its end.
                let _ = serde_json::to_writer(&mut input, &request);
                let _ = input.write_all(b"\n").and_then(|()| input.write_all(bytes));
            });
            let complaint = scope.spawn(move || last_words(errors));
            let (send, answers) = mpsc::channel();
            scope.spawn(move || {
                let mut output = BufReader::new(output);
                while let Ok(Some(answer)) = next(&mut output) {
                    if send.send(answer).is_err() {
                        return;
                    }
                }
            });
            let ended = self.wait(&answers, cancel, told);
            let ran_out = ended.is_none() && child.ran_out_of_time();
            // Whoever still reads or writes its pipes ends with it.
            drop(child);
            match ended {
                Some(answer) => answer,
                None if ran_out => Err(CvError::TooSlow { seconds: self.limits.seconds }),
                None => Err(self.crash(&complaint.join().unwrap_or_default())),
            }
        })
    }

    /// What the process that reads can still reach on this system, found by trying there.
    ///
    /// # Errors
    /// [`CvError::NoReader`] when it does not start, [`CvError::Crashed`] when it gives no answer.
    pub fn reach(&self) -> Result<Reach, CvError> {
        let mut command = self.command();
        command.arg(REACH).stdin(Stdio::null()).stderr(Stdio::null());
        let output = command.output().map_err(|e| CvError::NoReader { why: e.to_string() })?;
        serde_json::from_slice(&output.stdout).map_err(|_| CvError::Crashed)
    }

    fn start(&self) -> io::Result<Child> {
        self.command().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).env_clear();
        command.envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // One page at a time; Tesseract's own threads only get in each other's way.
        command.env("OMP_THREAD_LIMIT", "1");
        // Threads reserve far more memory than they use, and what is reserved counts.
        command.env("RAYON_NUM_THREADS", "1").env("MALLOC_ARENA_MAX", "2");
        command
    }

    /// The answer of the process; `None` when it ended without one.
    fn wait(
        &self,
        answers: &mpsc::Receiver<Answer>,
        cancel: &AtomicBool,
        told: &mut dyn FnMut(Step),
    ) -> Option<Result<Opened, CvError>> {
        let end = Instant::now() + Duration::from_secs(self.limits.seconds);
        loop {
            match answers.recv_timeout(Duration::from_millis(50)) {
                Ok(Answer::Step(step)) => told(step),
                Ok(Answer::Opened(opened, _)) => return Some(Ok(*opened)),
                Ok(Answer::Failed(error)) => return Some(Err(error)),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if cancel.load(Ordering::Relaxed) {
                return Some(Err(CvError::Cancelled));
            }
            if Instant::now() > end {
                return Some(Err(CvError::TooSlow { seconds: self.limits.seconds }));
            }
        }
    }

    /// Why the process ended, by what it complained of. The complaint could quote the CV: it goes nowhere else.
    fn crash(&self, complaint: &str) -> CvError {
        if complaint.contains("memory allocation") || complaint.contains("bad_alloc") {
            CvError::TooHeavy { limit: self.limits.memory >> 20 }
        } else {
            CvError::Crashed
        }
    }
}

/// A process that does not outlive its owner.
struct Killed(Child);

impl Killed {
    /// Whether the system ended it for the time that it took.
    #[cfg(unix)]
    fn ran_out_of_time(&mut self) -> bool {
        use std::os::unix::process::ExitStatusExt;
        // It has closed its output and is about to end.
        let ended = (0..20).find_map(|_| {
            let status = self.0.try_wait().ok().flatten();
            if status.is_none() {
                std::thread::sleep(Duration::from_millis(25));
            }
            status
        });
        ended.and_then(|status| status.signal()) == Some(SIGXCPU)
    }

    #[cfg(not(unix))]
    fn ran_out_of_time(&mut self) -> bool {
        false
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The end of what a process complains of, once it has ended.
fn last_words(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; COMPLAINT];
    while let Ok(read @ 1..) = errors.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..read]);
        kept.drain(..kept.len().saturating_sub(COMPLAINT));
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The next answer, with its pictures.
fn next(output: &mut impl BufRead) -> io::Result<Option<Answer>> {
    let mut line = Vec::new();
    if output.take(ANSWER).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let mut answer: Answer = serde_json::from_slice(&line)?;
    if let Answer::Opened(opened, sizes) = &mut answer {
        for size in std::mem::take(sizes) {
            let mut picture = Vec::new();
            output.take(size.min(ANSWER)).read_to_end(&mut picture)?;
            opened.previews.push(picture);
        }
    }
    Ok(Some(answer))
}

/// Does the work of the process that a [`Reader`] starts: reads a request from `input`, answers on `output`.
///
/// # Errors
/// When either end is closed, or the request is none.
pub fn answer_reader(mut input: impl BufRead, mut output: impl Write + Send) -> io::Result<()> {
    confinement::confine();
    let mut line = String::new();
    input.read_line(&mut line)?;
    let request: Request = serde_json::from_str(&line)?;
    bound(&request.limits);
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut tell = |answer: &Answer| -> io::Result<()> {
        serde_json::to_writer(&mut output, answer)?;
        output.write_all(b"\n")?;
        output.flush()
    };
    let opened = std::thread::scope(|scope| {
        let work = || {
            // Nobody may be listening any more; the end will tell.
            let mut told = |step| drop(tell(&Answer::Step(step)));
            open(&bytes, request.name.as_deref(), &request.limits, request.previews, &mut told)
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        io::Result::Ok(thread.join().unwrap_or(Err(CvError::Crashed)))
    })?;
    match opened {
        Err(error) => tell(&Answer::Failed(error)),
        Ok(mut opened) => {
            let previews = std::mem::take(&mut opened.previews);
            let sizes = previews.iter().map(|p| p.len() as u64).collect();
            tell(&Answer::Opened(Box::new(opened), sizes))?;
            previews.iter().try_for_each(|picture| output.write_all(picture))?;
            output.flush()
        }
    }
}

/// Confines this process as one that reads is, and writes what it can reach all the same to `output`.
///
/// # Errors
/// When `output` is closed.
pub fn answer_reach(output: impl Write) -> io::Result<()> {
    confinement::confine();
    Ok(serde_json::to_writer(output, &Reach::of_this_process())?)
}

/// Holds this process to its limits: memory and time, no file written, no image of its memory left behind.
#[cfg(unix)]
fn bound(limits: &Limits) {
    use rlimit::Resource;
    for (resource, soft, hard) in [
        (Resource::AS, limits.memory, limits.memory),
        // The owner counts the time, as long as it lives. The first bound gives a signal of its own.
        (Resource::CPU, limits.seconds.saturating_add(1), limits.seconds.saturating_add(10)),
        (Resource::FSIZE, 0, 0),
        (Resource::CORE, 0, 0),
    ] {
        // A limit that the system does not know is kept by nobody; the others still are.
        let _ = resource.set(soft, hard);
    }
}

/// The signal that the bound on time gives, on Linux, macOS and BSD alike.
#[cfg(unix)]
const SIGXCPU: i32 = 24;

#[cfg(not(unix))]
fn bound(_: &Limits) {}
