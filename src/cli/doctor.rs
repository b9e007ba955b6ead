//! `jobmatch doctor`: whether everything that the program needs is there and works.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use clap::Args;
use console::style;
use jobmatch_index::Index;
use jobmatch_index::geo::Geo;
use jobmatch_index::lang::Lang;
use jobmatch_index::records::Owner;
use jobmatch_index::skills::Graph;

use super::context::{Context, interruption};
use super::failure::{self, Failure};
use super::words::{count, decimal, size, text};
use crate::config::{Config, Settings};
use crate::ingest::cv::Reach;
use crate::model;
use crate::model::ocr::Ocr;
use crate::people::{Refusal, accounts};

/// Less free space than this is worth a warning: a million offers take a few gigabytes.
const LITTLE_SPACE: u64 = 1_000_000_000;

/// Check that everything works: data folder, disk space, indexes, models, reading of scans.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

/// Faults that are shown one by one.
const SHOWN: usize = 5;

/// What a check found.
enum Finding {
    Good(String),
    /// Works, with a limit to know about.
    Warning(String),
    Bad(String),
}
use Finding::{Bad, Good, Warning};

pub(super) fn run(_: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    let index = context.open_if_any();
    let findings = [
        (text!(lang, "programme", "program"), Good(version(lang))),
        (text!(lang, "données", "data"), data_folder(context)),
        (text!(lang, "place", "space"), space(&context.data_dir, lang)),
        (text!(lang, "offres", "offers"), offers(&index, lang)),
        (text!(lang, "fichiers", "files"), files(&index, lang)),
        (text!(lang, "clés", "keys"), keys(&index, lang)),
        (text!(lang, "compétences", "skills"), graph(lang)),
        (text!(lang, "communes", "towns"), geography(lang)),
        (text!(lang, "modèle", "model"), model(context)),
        (text!(lang, "scans", "scans"), recognition(lang)),
        (text!(lang, "lecture", "opening"), confinement(context)),
        (text!(lang, "relecture", "reading"), language_model(context)),
    ];
    let mut bad = 0;
    for (name, finding) in &findings {
        let (mark, message) = match finding {
            Good(message) => (style("✓").green(), message),
            Warning(message) => (style("!").yellow(), message),
            Bad(message) => {
                bad += 1;
                (style("✗").red(), message)
            }
        };
        line(&mut context.out, &mark, name, message)?;
    }
    if bad == 0 {
        return Ok(());
    }
    context.out.flush()?;
    Err(Failure::Because(text!(lang, "{bad} point(s) à régler", "{bad} thing(s) to mend")))
}

fn line(out: &mut impl Write, mark: &dyn Display, name: &str, message: &str) -> io::Result<()> {
    writeln!(out, "{mark} {} {message}", console::pad_str(name, 12, console::Alignment::Left, None))
}

fn version(lang: Lang) -> String {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let transformer = if cfg!(feature = "transformer") {
        text!(lang, "avec transformer", "with transformer")
    } else {
        text!(lang, "sans transformer", "without transformer")
    };
    format!("jobmatch {}, {system} {machine}, {transformer}", env!("CARGO_PKG_VERSION"))
}

/// The folder, or the nearest one above it that exists, must take a file.
fn data_folder(context: &Context) -> Finding {
    let (folder, lang) = (&context.data_dir, context.lang);
    let Some(existing) = folder.ancestors().find(|folder| folder.is_dir()) else {
        return Bad(text!(lang, "{} n'existe pas", "{} does not exist", folder.display()));
    };
    match tempfile::tempfile_in(existing) {
        Ok(_) if existing == folder.as_path() => {
            Good(text!(lang, "{}, accessible en écriture", "{}, writable", folder.display()))
        }
        Ok(_) => Good(text!(
            lang,
            "{} sera créé par le premier import",
            "{} will be made by the first import",
            folder.display()
        )),
        Err(error) => {
            let why = failure::cause(&error, lang);
            Bad(text!(lang, "{} ne s'écrit pas : {why}", "{} cannot be written: {why}", existing.display()))
        }
    }
}

fn space(folder: &Path, lang: Lang) -> Finding {
    let existing = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    match fs4::available_space(existing) {
        Ok(free) if free < LITTLE_SPACE => {
            let free = size(free, lang);
            Warning(text!(lang, "{free} libres seulement", "only {free} free"))
        }
        Ok(free) => {
            let free = size(free, lang);
            Good(text!(lang, "{free} libres", "{free} free"))
        }
        Err(error) => Warning(failure::cause(&error, lang)),
    }
}

fn offers(index: &Result<Option<Index>, Failure>, lang: Lang) -> Finding {
    let stats = match index {
        Ok(None) => {
            return Warning(text!(
                lang,
                "aucune ; jobmatch import en enregistre",
                "none; jobmatch import stores some"
            ));
        }
        Ok(Some(index)) => match index.text_is_behind() {
            Ok(true) => {
                return Warning(text!(
                    lang,
                    "l'index de texte manque ou est en retard : jobmatch reindex text",
                    "the text index is missing or behind: jobmatch reindex text"
                ));
            }
            _ => index.stats(),
        },
        Err(failure) => return Bad(failure.message(lang).unwrap_or_default()),
    };
    match stats {
        Ok(stats) if stats.outdated.is_some() => {
            let stored = count(stats.offers, lang);
            Warning(text!(
                lang,
                "{stored}, index d'une autre version : jobmatch reindex",
                "{stored}, indexes of another version: jobmatch reindex"
            ))
        }
        Ok(stats) => {
            let (stored, bytes) =
                (count(stats.offers, lang), size(stats.store_bytes + stats.text_bytes, lang));
            Good(text!(lang, "{stored}, {bytes} sur le disque", "{stored}, {bytes} on disk"))
        }
        Err(error) => Bad(failure::engine(&error, lang)),
    }
}

/// Reads everything that is kept.
fn files(index: &Result<Option<Index>, Failure>, lang: Lang) -> Finding {
    let Ok(index) = index else {
        return Warning(text!(lang, "pas lus : voyez les offres", "not read: see the offers"));
    };
    let Some(index) = index else { return Good(text!(lang, "aucun", "none")) };
    match index.examine() {
        Ok(wrong) if wrong.is_empty() => Good(text!(lang, "relus en entier", "read from end to end")),
        Ok(wrong) => {
            let shown: Vec<String> =
                wrong.iter().take(SHOWN).map(|error| failure::engine(error, lang)).collect();
            let (number, shown) = (count(wrong.len() as u64, lang), shown.join("\n"));
            Bad(text!(
                lang,
                "{number} défaut(s) ; ce qui se calcule est refait au prochain démarrage :\n{shown}",
                "{number} fault(s); what is derived is made again at the next start:\n{shown}"
            ))
        }
        Err(error) => Bad(failure::engine(&error, lang)),
    }
}

/// Whether the keys open what people have here.
fn keys(index: &Result<Option<Index>, Failure>, lang: Lang) -> Finding {
    let Ok(index) = index else {
        return Warning(text!(lang, "pas essayées : voyez les offres", "not tried: see the offers"));
    };
    let Some(index) = index else { return Good(text!(lang, "aucune", "none")) };
    let records = index.records();
    let found = (|| {
        let (people, mut unopened) = (records.owners()?.len(), records.unopened()?);
        // That of a folder which an earlier program made has no canary.
        if people > 0
            && unopened.is_empty()
            && let Err(Refusal::Engine(error)) = accounts::secret(&records)
        {
            unopened.push((Owner::SERVER, error));
        }
        Ok::<_, jobmatch_index::Error>((people, unopened, records.damaged()?, records.stray_keys()?))
    })();
    let (people, unopened, damaged, stray) = match found {
        Ok(found) => found,
        Err(error) => return Bad(failure::engine(&error, lang)),
    };
    let mut lines: Vec<String> =
        unopened.iter().take(SHOWN).map(|(_, error)| failure::engine(error, lang)).collect();
    if !damaged.is_empty() {
        let mut whose: Vec<String> =
            damaged.iter().map(|(owner, kind)| format!("{} ({kind})", owner.0)).collect();
        whose.truncate(SHOWN);
        let (number, whose) = (damaged.len(), whose.join(", "));
        lines.push(text!(
            lang,
            "{number} donnée(s) abîmée(s) : {whose} ; restaurez une sauvegarde si elles manquent à quelqu'un",
            "{number} damaged row(s): {whose}; restore a backup if somebody misses them"
        ));
    }
    if !lines.is_empty() {
        let (number, lines) = (count((unopened.len() + damaged.len()) as u64, lang), lines.join("\n"));
        return Bad(text!(lang, "{number} défaut(s) :\n{lines}", "{number} fault(s):\n{lines}"));
    }
    if !stray.is_empty() {
        let number = stray.len();
        return Warning(text!(
            lang,
            "{number} clé(s) n'ouvrent rien ici ; gardez-les si des données doivent revenir",
            "{number} key(s) open nothing here; keep them if data is to come back"
        ));
    }
    let people = count(people as u64, lang);
    Good(text!(
        lang,
        "celles de {people} personne(s) ouvrent leurs données",
        "those of {people} open their data"
    ))
}

fn graph(lang: Lang) -> Finding {
    let started = Instant::now();
    let graph = Graph::builtin();
    let (concepts, occupations) = (count(graph.len() as u64, lang), graph.occupation_count());
    let (ms, version) = (started.elapsed().as_millis(), graph.version());
    Good(text!(
        lang,
        "{concepts} compétences, {occupations} métiers, version {version}, lus en {ms} ms",
        "{concepts} skills, {occupations} occupations, version {version}, read in {ms} ms"
    ))
}

fn geography(lang: Lang) -> Finding {
    match Geo::builtin().resolve("Lyon") {
        Some(place) => Good(text!(lang, "reconnues ({})", "recognised ({})", place.label)),
        None => Bad(text!(lang, "illisibles", "unreadable")),
    }
}

fn model(context: &Context) -> Finding {
    match context.embedder() {
        Ok(Some(transformer)) => Good(transformer.id().to_owned()),
        Ok(None) => Good(text!(
            context.lang,
            "intégré (un transformer, facultatif, se choisit avec --model)",
            "built-in (a transformer, optional, is chosen with --model)"
        )),
        Err(failure) => Bad(failure.message(context.lang).unwrap_or_default()),
    }
}

/// CVs that are scans or photographs are read with Tesseract; all else works without.
fn recognition(lang: Lang) -> Finding {
    match Ocr::new() {
        Ok(_) => Good(text!(lang, "lus avec Tesseract, en français", "read with Tesseract, in French")),
        Err(missing) => Warning(match lang {
            Lang::Fr => format!("pas lus : {}", missing.message_fr()),
            Lang::En => format!("not read: {missing}"),
        }),
    }
}

/// CVs are opened in a process of its own, which should reach nothing.
fn confinement(context: &Context) -> Finding {
    let lang = context.lang;
    let reader = match Config::new(Settings::default(), &context.data_dir) {
        Ok(config) => config.reader,
        Err(why) => return Bad(why),
    };
    match reader.reach() {
        Ok(Reach::NONE) => Good(text!(
            lang,
            "dans un processus sans réseau, sans fichiers et sans autres programmes",
            "in a process without network, files or other programs"
        )),
        Ok(reach) => {
            let open: Vec<String> = [
                (reach.network, text!(lang, "le réseau", "the network")),
                (reach.files, text!(lang, "vos fichiers", "your files")),
                (reach.programs, text!(lang, "d'autres programmes", "other programs")),
            ]
            .into_iter()
            .filter_map(|(open, name)| open.then_some(name))
            .collect();
            let open = open.join(", ");
            Warning(text!(
                lang,
                "dans un processus à part, que ce système n'isole pas de tout : {open} (Linux 5.13 ou plus récent, avec Landlock et seccomp, le fait)",
                "in a process of its own, which this system does not cut off from all: {open} (Linux 5.13 or newer with Landlock and seccomp does)"
            ))
        }
        Err(error) => Bad(match lang {
            Lang::Fr => error.message_fr(),
            Lang::En => error.to_string(),
        }),
    }
}

/// Asks the configured language model for one word.
fn language_model(context: &Context) -> Finding {
    let lang = context.lang;
    let model = match Config::new(Settings::default(), &context.data_dir) {
        Ok(config) => config.model,
        Err(why) => return Bad(why),
    };
    let Some(model) = model else {
        return Good(text!(
            lang,
            "sans modèle de langue (facultatif : [model] dans jobmatch.toml)",
            "without a language model (optional: [model] in jobmatch.toml)"
        ));
    };
    let (name, url, started) = (model.name(), model.url(), Instant::now());
    match model::wait_for(model.check(), interruption()) {
        Some(Ok(())) => {
            let took = decimal(started.elapsed().as_secs_f64(), 1, lang);
            Good(text!(
                lang,
                "{name} a répondu en {took} s ; les CV sont envoyés à {url}",
                "{name} answered in {took} s; CVs are sent to {url}"
            ))
        }
        Some(Err(error)) => Bad(match lang {
            Lang::Fr => error.message_fr(),
            Lang::En => error.to_string(),
        }),
        None => Warning(text!(lang, "interrompu", "interrupted")),
    }
}
