//! What commands share: language, data folder, day, where to write data and where to talk.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use etcetera::BaseStrategy;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::civil::Date;
use jobmatch_index::embed::Embedder;
use jobmatch_index::lang::Lang;
use jobmatch_index::{Error, Index, OnBusy, Options};

use super::Global;
use super::failure::Failure;
use super::words::text;
use crate::config::Settings;

/// What commands share.
pub(super) struct Context {
    /// Language of the messages.
    pub(super) lang: Lang,
    /// Folder of the data.
    pub(super) data_dir: PathBuf,
    /// Today.
    pub(super) today: Date,
    /// Standard output, for data.
    pub(super) out: BufWriter<Stdout>,
    quiet: bool,
    model: Option<PathBuf>,
}

impl Context {
    pub(super) fn new(global: &Global) -> Result<Self, Failure> {
        let lang = global.lang.into();
        let data_dir = match &global.data_dir {
            Some(folder) => folder.clone(),
            None => platform_data_dir(lang)?,
        };
        Ok(Self {
            lang,
            data_dir,
            today: global.today.unwrap_or_else(|| jiff::Zoned::now().date()),
            out: BufWriter::new(io::stdout()),
            quiet: global.quiet,
            model: global.model.clone(),
        })
    }

    /// Opens the index for writing, creating it when it does not exist; waits for another writer and says so.
    pub(super) fn open(&self) -> Result<Index, Failure> {
        let (lang, quiet) = (self.lang, self.quiet);
        let tell = move || {
            if !quiet {
                let waiting = text!(
                    lang,
                    "un autre programme écrit dans ces données ; attente de son tour…",
                    "another program is writing to this data; waiting for its turn…"
                );
                eprintln!("{waiting}");
            }
        };
        let on_busy = OnBusy::Tell(Arc::new(tell));
        let kept = Settings::kept(&self.data_dir).map_err(Failure::Usage)?;
        let limits = kept.limits.unwrap_or_default().engine();
        let options = Options { on_busy, embedder: self.embedder()?, limits, ..Options::default() };
        Ok(Index::open(&self.data_dir, options)?)
    }

    /// Opens the index to read. Says how to import when there is none.
    pub(super) fn open_to_read(&self) -> Result<Index, Failure> {
        let found = |index: Option<Index>| index.ok_or_else(|| Failure::NothingFound(self.no_offer()));
        let index = found(self.open_if_any()?)?;
        if !index.text_is_behind()? {
            return Ok(index);
        }
        // An import was killed, or is running. Opening to write mends the first, and leaves the second alone.
        drop(index);
        let options = Options { embedder: self.embedder()?, ..Options::default() };
        let index = match Index::open(&self.data_dir, options) {
            Ok(index) => index,
            Err(_) => found(self.open_if_any()?)?,
        };
        if index.text_is_behind()? {
            self.say(&text!(
                self.lang,
                "import en cours : les dernières offres ne se cherchent pas encore par leurs mots",
                "an import is running: the latest offers cannot be found by their words yet"
            ));
        }
        Ok(index)
    }

    /// Opens the index to read, if there is one.
    pub(super) fn open_if_any(&self) -> Result<Option<Index>, Failure> {
        let options = Options { read_only: true, embedder: self.embedder()?, ..Options::default() };
        match Index::open(&self.data_dir, options) {
            Ok(index) => Ok(Some(index)),
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The transformer of `--model`; `None` stands for the built-in model.
    pub(super) fn embedder(&self) -> Result<Option<Arc<dyn Embedder>>, Failure> {
        let Some(folder) = &self.model else { return Ok(None) };
        transformer(folder, self.lang).map(Some)
    }

    /// What to say when there is no offer at all.
    pub(super) fn no_offer(&self) -> String {
        let folder = self.data_dir.display();
        text!(
            self.lang,
            "aucune offre dans {folder} ; importez-en : jobmatch import offres.json (ou essayez : jobmatch demo load)",
            "no offer in {folder}; import some: jobmatch import offers.json (or try: jobmatch demo load)"
        )
    }

    /// Tells the user something that is not data; silent with `--quiet`.
    pub(super) fn say(&self, message: &str) {
        if !self.quiet {
            eprintln!("{message}");
        }
    }

    /// Writes a value as JSON on standard output.
    pub(super) fn print_json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// Asks before something that cannot be undone; without a terminal the answer is no.
    pub(super) fn confirm(&self, question: &str) -> Result<bool, Failure> {
        if !io::stdin().is_terminal() {
            return Ok(false);
        }
        eprint!("{question} {} ", text!(self.lang, "[o/N]", "[y/N]"));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim_start().starts_with(['o', 'O', 'y', 'Y']))
    }

    /// A bar for `total` steps (0: not known) with rate and time left; hidden with `--quiet` and off a
    /// terminal.
    pub(super) fn bar(&self, total: u64, what: &str) -> ProgressBar {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target((total > 0).then_some(total), target);
        bar.set_style(style(total > 0, self.lang));
        bar.set_prefix(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// A bar for a file of `bytes` (unless it is a stream); the caller's message tells the items.
    pub(super) fn byte_bar(&self, bytes: Option<u64>, what: &str) -> ProgressBar {
        let bar = self.bar(bytes.unwrap_or(0), what);
        let template = match bytes {
            Some(_) => "{prefix} {bar:30.cyan/dim} {percent:>3} %  {msg}  {eta}",
            None => "{prefix} {spinner} {msg}",
        };
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar
    }

    /// Sends what is left of the output.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

fn style(bounded: bool, lang: Lang) -> ProgressStyle {
    let template = match (bounded, lang) {
        (true, Lang::Fr) => "{prefix} {bar:30.cyan/dim} {pos}/{len}  {rate}  reste {eta}",
        (true, Lang::En) => "{prefix} {bar:30.cyan/dim} {pos}/{len}  {rate}  {eta} left",
        (false, _) => "{prefix} {spinner} {pos}  {rate}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.with_key("rate", |state: &ProgressState, to: &mut dyn std::fmt::Write| {
        // The bar is redrawn in a moment: nothing is lost when a write to memory fails.
        let _ = write!(to, "{:.0}/s", state.per_sec());
    })
}

/// Loads a transformer with the ONNX Runtime that `ORT_DYLIB_PATH` names, or that the system finds.
#[cfg(feature = "transformer")]
fn transformer(folder: &Path, _: Lang) -> Result<Arc<dyn Embedder>, Failure> {
    let library = std::env::var_os("ORT_DYLIB_PATH");
    let library = library.unwrap_or_else(|| {
        format!("{}onnxruntime{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX).into()
    });
    Ok(Arc::new(jobmatch_index::embed::Transformer::load(folder, library.as_ref())?))
}

#[cfg(not(feature = "transformer"))]
fn transformer(_: &Path, lang: Lang) -> Result<Arc<dyn Embedder>, Failure> {
    Err(Failure::Usage(text!(
        lang,
        "ce programme a été compilé sans transformer ; recompilez-le avec --features transformer, ou ôtez --model",
        "this program was built without transformer; build it with --features transformer, or leave --model out"
    )))
}

fn platform_data_dir(lang: Lang) -> Result<PathBuf, Failure> {
    match etcetera::base_strategy::choose_native_strategy() {
        Ok(strategy) => Ok(strategy.data_dir().join("jobmatch")),
        Err(_) => Err(Failure::Because(text!(
            lang,
            "aucun dossier personnel n'est connu du système ; indiquez le dossier des données avec --data-dir",
            "the system names no home folder; give the folder of the data with --data-dir"
        ))),
    }
}

/// Set by Ctrl-C from the first call on: long work looks at it and ends cleanly. A second Ctrl-C ends the
/// process at once; nothing acknowledged is lost by that.
pub(super) fn interruption() -> &'static AtomicBool {
    static PRESSED: AtomicBool = AtomicBool::new(false);
    static HANDLED: AtomicBool = AtomicBool::new(false);
    if !HANDLED.swap(true, Ordering::SeqCst) {
        let handled = ctrlc::set_handler(|| {
            if PRESSED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        // Without a handler Ctrl-C ends the process, which loses nothing either.
        drop(handled);
    }
    &PRESSED
}
