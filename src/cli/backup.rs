//! `jobmatch backup` and `jobmatch restore`.

use std::path::{Path, PathBuf};

use clap::Args;
use jobmatch_index::{Index, Options};

use super::context::Context;
use super::failure::Failure;
use super::words::{count, size, text};

/// Copy the data to one file, while other programs go on using it.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  jobmatch backup jobmatch-2026-11-22.bak")]
pub(super) struct BackupArguments {
    /// The file to write.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file if it exists, without asking.
    #[arg(long, short)]
    yes: bool,
}

/// Put the data of a backup in place of the present data, which is kept aside.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  jobmatch restore jobmatch-2026-11-22.bak")]
pub(super) struct RestoreArguments {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the present data without asking.
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn backup(arguments: &BackupArguments, context: &mut Context) -> Result<(), Failure> {
    let file = &arguments.file;
    let index = context.open_to_read()?;
    if file.exists() {
        let question =
            text!(context.lang, "{} existe déjà. Le remplacer ?", "{} exists. Replace it?", file.display());
        agree(arguments.yes, &question, context)?;
    }
    // The former backup stays until the new one is whole.
    let new = beside(file, "new");
    let bar = context.bar(0, &text!(context.lang, "Copie", "Copying"));
    let copied = index.backup(&new);
    bar.finish_and_clear();
    copied?;
    std::fs::rename(&new, file).map_err(Failure::file(file))?;
    let bytes = std::fs::metadata(file).map_err(Failure::file(file))?.len();
    let size = size(bytes, context.lang);
    context.say(&text!(
        context.lang,
        "Sauvegardé dans {} ({size}).",
        "Saved to {} ({size}).",
        file.display()
    ));
    Ok(())
}

pub(super) fn restore(arguments: &RestoreArguments, context: &mut Context) -> Result<(), Failure> {
    let (file, folder) = (&arguments.file, &context.data_dir);
    std::fs::File::open(file).map_err(Failure::file(file))?;
    let aside = folder.exists().then(|| beside(folder, "before-restore"));
    if let Some(aside) = &aside {
        let question = text!(
            context.lang,
            "Les données de {} seront mises de côté dans {}, et remplacées par la sauvegarde. Continuer ?",
            "The data in {} will be put aside in {}, and replaced by the backup. Go on?",
            folder.display(),
            aside.display()
        );
        agree(arguments.yes, &question, context)?;
    }
    // Beside the present data, which stays in use until the backup is known to be whole.
    let restoring = beside(folder, "restoring");
    let bar = context.bar(0, &text!(context.lang, "Restauration", "Restoring"));
    let restored = Index::restore(file, &restoring, Options::default())
        .and_then(|index| Ok((index.stats()?, index.records().unopened()?)));
    bar.finish_and_clear();
    let swapped = restored.map_err(Failure::from).and_then(|restored| {
        swap(&restoring, folder, aside.as_deref(), context)?;
        Ok(restored)
    });
    let (stats, unopened) = swapped.inspect_err(|_| {
        // Best effort: the error that is given says more than one about this folder.
        let _ = std::fs::remove_dir_all(&restoring);
    })?;
    let offers = count(stats.offers, context.lang);
    context.say(&text!(context.lang, "{offers} offres restaurées.", "{offers} offers restored."));
    for (owner, _) in unopened {
        let id = owner.0;
        context.say(&text!(
            context.lang,
            "La clé de la personne {id} manquait déjà à cette sauvegarde, ou n'y allait pas : ses données ne s'ouvrent pas.",
            "The key of person {id} was missing from this backup already, or did not fit: their data cannot be opened."
        ));
    }
    if let Some(aside) = aside {
        context.say(&text!(
            context.lang,
            "Les données d'avant sont dans {} ; effacez ce dossier quand vous n'en avez plus besoin.",
            "The former data is in {}; delete that folder when you no longer need it.",
            aside.display()
        ));
    }
    Ok(())
}

/// Puts `restored` in place of `folder`, once nobody writes to it.
fn swap(restored: &Path, folder: &Path, aside: Option<&Path>, context: &Context) -> Result<(), Failure> {
    let Some(aside) = aside else {
        return std::fs::rename(restored, folder).map_err(Failure::file(folder));
    };
    // Data that cannot be opened has no writer to wait for.
    let present = context.open().ok();
    let writer = present.as_ref().map(Index::writer).transpose().ok().flatten();
    std::fs::rename(folder, aside).map_err(Failure::file(folder))?;
    let swapped = std::fs::rename(restored, folder).map_err(Failure::file(folder));
    if swapped.is_err() {
        std::fs::rename(aside, folder).map_err(Failure::file(aside))?;
    }
    drop(writer);
    swapped
}

/// A name of the same folder that nothing has yet: `data.before-restore`, `data.before-restore-2`…
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let named = |ending: String| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(ending);
        path.with_file_name(name)
    };
    let mut free = named(format!(".{suffix}"));
    let mut number = 2;
    while free.exists() {
        free = named(format!(".{suffix}-{number}"));
        number += 1;
    }
    free
}

fn agree(yes: bool, question: &str, context: &Context) -> Result<(), Failure> {
    if yes || context.confirm(question)? {
        return Ok(());
    }
    Err(Failure::Because(text!(
        context.lang,
        "rien n'a été changé : il faut votre accord, ou --yes pour remplacer sans demander",
        "nothing was changed: it takes your consent, or --yes to replace without asking"
    )))
}
