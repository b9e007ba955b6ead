//! `jobmatch import`: offers from files into the store.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Instant;

use clap::Args;
use indicatif::ProgressBar;
use jobmatch_index::lang::Lang;
use jobmatch_index::offer::Offer;
use jobmatch_index::{Index, Put, Writer};

use super::context::{Context, interruption};
use super::failure::Failure;
use super::offer_list::printable;
use super::words::{self, count, text};
use crate::ingest::offers::{self, Rejected, Why};
use crate::people::imported;

/// Offers stored at a time: each batch is durable when the next one starts.
const BATCH: usize = 1_000;
/// Refused offers that are listed on standard error; `--rejected` lists all.
const LISTED: u64 = 20;
/// Offers that `--dry-run` shows.
const PREVIEWED: usize = 5;

/// Store offers from files.
///
/// Reads the JSON of France Travail's API, schema.org job postings and JobMatch's own form, as one object, an
/// array or a line each, gzipped or not. Importing the same offer again updates it. What cannot be read is
/// listed with file, line and field; the rest is stored.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch import offers.json more.jsonl.gz
  curl … | jobmatch import -
  jobmatch import offers.json --dry-run      what would change, without changing it

Exit code 3 tells that some offers were refused.")]
pub(super) struct Arguments {
    /// Files; - reads standard input.
    #[arg(value_name = "FILES", required = true)]
    files: Vec<PathBuf>,
    /// Tell what would be stored, and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write the list of the refused offers to this file, one a line.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
}

/// What became of the offers.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) rejected: u64,
}

impl Tally {
    fn read(&self) -> u64 {
        self.created + self.updated + self.unchanged
    }

    fn add(&mut self, put: Put) {
        match put {
            Put::Created => self.created += 1,
            Put::Updated => self.updated += 1,
            Put::Unchanged => self.unchanged += 1,
        }
    }
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let mut rejections = Rejections::new(arguments.rejected.as_deref())?;
    let inputs = arguments.files.iter().map(|path| open(path)).collect::<Result<Vec<_>, _>>()?;
    let started = Instant::now();
    let mut tally = Tally::default();
    let ended = if arguments.dry_run {
        let index = context.open_if_any()?;
        let mut preview = Preview { index: index.as_ref(), shown: 0 };
        inputs.into_iter().try_for_each(|input| {
            read(input, &mut rejections, &mut tally, context, |batch, _| preview.put(&batch, context))
        })
    } else {
        let index = context.open()?;
        let mut writer = index.writer()?;
        let ended = inputs.into_iter().try_for_each(|input| {
            read(input, &mut rejections, &mut tally, context, |batch, _| put(&index, &mut writer, &batch))
        });
        let finished = finish(writer, context);
        ended.and(finished)
    };
    if !matches!(ended, Ok(()) | Err(Failure::Interrupted)) {
        // What was stored before stays stored, and is worth knowing.
        context.say(&summary(tally, started.elapsed().as_secs_f64(), arguments.dry_run, context));
        return ended;
    }
    rejections.finish(context)?;
    context.say(&summary(tally, started.elapsed().as_secs_f64(), arguments.dry_run, context));
    ended?;
    match (tally.rejected, tally.read()) {
        (0, 0) => Err(Failure::NothingFound(text!(
            context.lang,
            "ces fichiers ne contiennent aucune offre",
            "there is no offer in these files"
        ))),
        (0, _) => Ok(()),
        _ => Err(Failure::Rejected),
    }
}

/// Stores the offers of a stream that is known to be sound, such as the bundled ones.
pub(super) fn store(
    reader: impl Read + Send + 'static,
    name: &str,
    index: &Index,
    context: &Context,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut writer = index.writer()?;
    let input = Input { name: name.to_owned(), reader: Box::new(reader), bytes: None };
    let mut rejections = Rejections::new(None)?;
    let ended = read(input, &mut rejections, &mut tally, context, |batch, _| put(index, &mut writer, &batch));
    finish(writer, context)?;
    rejections.finish(context)?;
    ended.map(|()| tally)
}

/// Stores a batch; its offers are the house's from now on, whoever imported them before.
fn put(index: &Index, writer: &mut Writer<'_>, batch: &[Offer]) -> Result<Vec<Put>, Failure> {
    imported::release(&index.records(), batch.iter().map(|offer| &offer.key))?;
    Ok(writer.put(batch)?)
}

fn finish(writer: Writer<'_>, context: &Context) -> Result<(), Failure> {
    let bar = context.bar(0, &text!(context.lang, "Indexation du texte", "Indexing the text"));
    let finished = writer.finish();
    bar.finish_and_clear();
    Ok(finished?)
}

struct Input {
    name: String,
    reader: Box<dyn Read + Send>,
    bytes: Option<u64>,
}

/// All files are opened before anything is stored: a misspelt name stops the command at once.
fn open(path: &Path) -> Result<Input, Failure> {
    if path == Path::new("-") {
        return Ok(Input { name: "-".into(), reader: Box::new(io::stdin()), bytes: None });
    }
    let file = File::open(path).map_err(Failure::file(path))?;
    let metadata = file.metadata().map_err(Failure::file(path))?;
    if metadata.is_dir() {
        return Err(Failure::File(path.to_owned(), io::ErrorKind::IsADirectory.into()));
    }
    let bytes = metadata.is_file().then_some(metadata.len());
    Ok(Input { name: path.display().to_string(), reader: Box::new(file), bytes })
}

enum Item {
    Batch(Vec<Offer>),
    Rejected(Rejected),
}

/// Reads in one thread while `put` stores in this one.
fn read(
    input: Input,
    rejections: &mut Rejections,
    tally: &mut Tally,
    context: &Context,
    mut put: impl FnMut(Vec<Offer>, &ProgressBar) -> Result<Vec<Put>, Failure>,
) -> Result<(), Failure> {
    let stop = interruption();
    let bar = context.byte_bar(input.bytes, &printable(&input.name));
    let before = tally.read();
    let started = Instant::now();
    let (send, receive) = mpsc::sync_channel(2);
    let ended = std::thread::scope(|scope| {
        let counted = bar.wrap_read(input.reader);
        let today = context.today;
        scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH);
            for item in offers::read_on(counted, &input.name, today, offers::Limits::NONE) {
                let sent = match item {
                    Err(rejected) => send.send(Item::Rejected(rejected)),
                    Ok(offer) => {
                        batch.push(offer);
                        if batch.len() < BATCH {
                            continue;
                        }
                        send.send(Item::Batch(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))))
                    }
                };
                // Nobody listens any more: the other side has failed or was interrupted.
                if sent.is_err() {
                    return;
                }
            }
            let _ = send.send(Item::Batch(batch));
        });
        // The receiver is moved in, so that the reading thread ends with this loop.
        for item in receive {
            if stop.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted);
            }
            match item {
                Item::Batch(batch) => put(batch, &bar)?.into_iter().for_each(|done| tally.add(done)),
                Item::Rejected(rejected) => {
                    tally.rejected += u64::from(!is_remark(&rejected));
                    bar.suspend(|| rejections.add(&rejected, context))?;
                }
            }
            let done = tally.read() - before;
            let rate = done as f64 / started.elapsed().as_secs_f64().max(1e-3);
            let (done, rate) = (count(done, context.lang), count(rate as u64, context.lang));
            bar.set_message(text!(context.lang, "{done} offres, {rate}/s", "{done} offers, {rate}/s"));
        }
        Ok(())
    });
    bar.finish_and_clear();
    ended
}

/// Where and what, in the user's language.
pub(super) fn rejection(rejected: &Rejected, lang: Lang) -> String {
    match lang {
        Lang::Fr => rejected.message_fr(),
        Lang::En => rejected.message_en(),
    }
}

/// Nothing is lost: the offer is stored all the same, or a later state of it.
fn is_remark(rejected: &Rejected) -> bool {
    rejected.kept() || matches!(rejected.why, Why::Replaced { .. })
}

/// Lists the refused offers: the first ones on standard error, all of them in a file when asked.
struct Rejections {
    file: Option<(PathBuf, BufWriter<File>)>,
    seen: u64,
}

impl Rejections {
    fn new(path: Option<&Path>) -> Result<Self, Failure> {
        let create = |path: &Path| {
            let file = File::create(path).map_err(Failure::file(path))?;
            Ok::<_, Failure>((path.to_owned(), BufWriter::new(file)))
        };
        Ok(Self { file: path.map(create).transpose()?, seen: 0 })
    }

    fn add(&mut self, rejected: &Rejected, context: &Context) -> Result<(), Failure> {
        self.seen += 1;
        let line = printable(&rejection(rejected, context.lang));
        if self.seen <= LISTED {
            let head = if is_remark(rejected) {
                text!(context.lang, "remarque :", "remark:")
            } else {
                text!(context.lang, "refusée :", "refused:")
            };
            context.say(&format!("{head} {line}"));
        }
        if let Some((path, file)) = &mut self.file {
            writeln!(file, "{line}").map_err(Failure::file(path))?;
        }
        Ok(())
    }

    fn finish(&mut self, context: &Context) -> Result<(), Failure> {
        if let Some((path, file)) = &mut self.file {
            file.flush().map_err(Failure::file(path))?;
        }
        if self.seen > LISTED {
            let more = count(self.seen - LISTED, context.lang);
            context.say(&match &self.file {
                Some((path, _)) => text!(
                    context.lang,
                    "… et {more} autres, dans {}",
                    "… and {more} more, in {}",
                    path.display()
                ),
                None => text!(
                    context.lang,
                    "… et {more} autres ; --rejected FICHIER les liste toutes",
                    "… and {more} more; --rejected FILE lists them all"
                ),
            });
        }
        Ok(())
    }
}

/// `--dry-run`: compares with what is stored, and shows how the first offers were read.
struct Preview<'a> {
    index: Option<&'a Index>,
    shown: usize,
}

impl Preview<'_> {
    fn put(&mut self, batch: &[Offer], context: &Context) -> Result<Vec<Put>, Failure> {
        for offer in batch.iter().take(PREVIEWED.saturating_sub(self.shown)) {
            let mut read = vec![printable(&offer.title)];
            read.extend(offer.place.as_ref().map(|found| printable(&found.value.label)));
            read.extend(words::facts(offer, context.lang));
            context.say(&format!("  {}  {}", printable(&offer.key.to_string()), read.join(" · ")));
            self.shown += 1;
        }
        let Some(index) = self.index else { return Ok(vec![Put::Created; batch.len()]) };
        let compare = |offer: &Offer| {
            Ok(match index.get(&offer.key)? {
                None => Put::Created,
                Some(stored) if stored == *offer => Put::Unchanged,
                Some(_) => Put::Updated,
            })
        };
        batch.iter().map(compare).collect()
    }
}

fn summary(tally: Tally, seconds: f64, dry_run: bool, context: &Context) -> String {
    let lang = context.lang;
    let [created, updated, unchanged, rejected] =
        [tally.created, tally.updated, tally.unchanged, tally.rejected].map(|number| count(number, lang));
    let mut summary = text!(
        lang,
        "{created} nouvelles, {updated} mises à jour, {unchanged} inchangées, {rejected} refusées",
        "{created} new, {updated} updated, {unchanged} unchanged, {rejected} refused"
    );
    if dry_run {
        summary += &text!(lang, " (essai : rien n'a été enregistré)", " (dry run: nothing was stored)");
    } else if seconds > 0.0 {
        let rate = count((tally.read() as f64 / seconds) as u64, lang);
        let seconds = words::decimal(seconds, 1, lang);
        summary += &text!(lang, " en {seconds} s ({rate} offres/s)", " in {seconds} s ({rate} offers/s)");
    }
    summary
}
