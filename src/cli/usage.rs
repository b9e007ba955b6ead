//! Reads the command line, with help and errors in the user's language. clap speaks English: the doc comments
//! of the arguments are shown as they are with `--lang en`, and replaced from `help_fr.txt` otherwise.

use std::collections::HashMap;
use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};
use jobmatch_index::lang::Lang;

use super::CommandLine;
use super::words::text;

/// Parses the arguments of the process. Help, version and errors are printed here; then the exit code is given.
pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<CommandLine, ExitCode> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_some_and(|first| first == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    let lang = language(&arguments);
    let parsed = definition(lang)
        .try_get_matches_from(&arguments)
        .and_then(|mut matches| CommandLine::from_arg_matches_mut(&mut matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that closes the pipe has read enough.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(2)
        }
        _ if lang == Lang::En => {
            let _ = error.print();
            ExitCode::from(2)
        }
        _ => {
            let head = console::style("erreur :").for_stderr().red().bold();
            eprintln!(
                "{head} {}\nPour l'aide : jobmatch --help, ou jobmatch COMMANDE --help",
                french(&error)
            );
            ExitCode::from(2)
        }
    })
}

/// The definition of the command line, in a language.
pub(super) fn definition(lang: Lang) -> Command {
    let command = CommandLine::command().disable_help_subcommand(true).styles(Styles::plain());
    match lang {
        Lang::En => command,
        Lang::Fr => translated(command, "", &french_help()).subcommand_value_name("COMMANDE"),
    }
}

/// The language is needed before the arguments are understood, for the messages about them.
fn language(arguments: &[OsString]) -> Lang {
    let mut given = std::env::var("JOBMATCH_LANG").ok();
    for (place, argument) in arguments.iter().enumerate() {
        let Some(argument) = argument.to_str() else { continue };
        if argument == "--lang" {
            given = arguments.get(place + 1).and_then(|value| value.to_str()).map(str::to_owned);
        } else if let Some(value) = argument.strip_prefix("--lang=") {
            given = Some(value.to_owned());
        }
    }
    if given.as_deref() == Some("en") { Lang::En } else { Lang::Fr }
}

const TEMPLATE: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";

/// Replaces every text of a command, of its arguments and of its subcommands. `path` is the command's name, with
/// those of its parents before it.
fn translated(command: Command, path: &str, french: &HashMap<String, String>) -> Command {
    let find = |name: &str| {
        let key = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
        french.get(key.trim_end()).cloned()
    };
    let mut command = command.help_template(TEMPLATE).subcommand_help_heading("Commandes ");
    if let Some(about) = find("") {
        command = command.about(first_sentence(&about)).long_about(about);
    }
    if let Some(examples) = find("@after") {
        command = command.after_help(examples);
    }
    let command = command.mut_args(|argument| {
        let heading = if argument.is_positional() { "Arguments " } else { "Options " };
        let name = if argument.is_positional() {
            argument.get_id().as_str().to_uppercase()
        } else {
            format!("--{}", argument.get_long().unwrap_or_default())
        };
        // Shared arguments are explained once, under the empty path.
        let help = find(&name).or_else(|| french.get(&name).cloned());
        let mut argument = argument.help_heading(heading);
        if argument.get_action().takes_values() {
            argument = argument.hide_env(true).hide_default_value(true).hide_possible_values(true);
        }
        match help {
            Some(help) => argument.help(help).long_help(None),
            None => argument,
        }
    });
    let path = path.to_owned();
    command.mut_subcommands(move |subcommand| {
        let name = format!("{path} {}", subcommand.get_name());
        translated(subcommand, name.trim_start(), french)
    })
}

fn first_sentence(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// `help_fr.txt`: a line `[key]` opens the text of a command (`[match]`), of an argument (`[match --near]`,
/// `[match CV]`), or what stands under the help of a command (`[match @after]`).
fn french_help() -> HashMap<String, String> {
    let mut texts = HashMap::new();
    for section in include_str!("help_fr.txt").split("\n[").skip(1) {
        if let Some((key, text)) = section.split_once(']') {
            texts.insert(key.to_owned(), text.trim().to_owned());
        }
    }
    texts
}

/// What clap found wrong, in French.
fn french(error: &clap::Error) -> String {
    let get = |kind| match error.get(kind) {
        Some(ContextValue::String(value)) => value.clone(),
        Some(ContextValue::Strings(values)) => values.join(", "),
        Some(ContextValue::StyledStrs(values)) => {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (argument, value) = (get(ContextKind::InvalidArg), get(ContextKind::InvalidValue));
    let mut message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("la commande « {} » n'existe pas", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("l'argument « {argument} » n'est pas attendu ici"),
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque une valeur à {argument}"),
        ErrorKind::InvalidValue => format!("la valeur « {value} » ne convient pas à {argument}"),
        ErrorKind::ValueValidation => {
            let why = match error.source().and_then(|source| source.downcast_ref::<Expected>()) {
                Some(expected) => expected.message(Lang::Fr),
                None => "un nombre ou une date d'une autre forme est attendu".to_owned(),
            };
            format!("la valeur « {value} » ne convient pas à {argument} : {why}")
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} ne va pas avec {}", get(ContextKind::PriorArg))
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues | ErrorKind::TooManyValues => {
            format!("{argument} n'a pas le bon nombre de valeurs")
        }
        ErrorKind::NoEquals => format!("{argument} : écrivez la valeur après un signe égal"),
        ErrorKind::InvalidUtf8 => "un argument n'est pas écrit en UTF-8".to_owned(),
        _ => "la commande ne se comprend pas".to_owned(),
    };
    let valid = get(ContextKind::ValidValue);
    if !valid.is_empty() {
        message += &format!(" ; choix possibles : {valid}");
    }
    let suggestions =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let suggestion = suggestions.map(get).concat();
    if !suggestion.is_empty() {
        message += &format!(" ; vouliez-vous dire {suggestion} ?");
    }
    message
}

/// What an argument that could not be read should look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
pub(super) enum Expected {
    /// A day.
    Day,
    /// Gross euros a year.
    Salary,
    /// A length of time.
    Duration,
    /// Kilometres.
    Kilometres,
    /// Criteria and weights.
    Weights,
    /// Wishes.
    Wishes,
}

impl Expected {
    fn message(self, lang: Lang) -> String {
        match self {
            Self::Day => text!(
                lang,
                "donnez un jour (2026-11-01) ou un nombre de jours (7j)",
                "give a day (2026-11-01) or a number of days (7d)"
            ),
            Self::Salary => text!(
                lang,
                "donnez des euros brut par an (30000 ou 30k)",
                "give gross euros a year (30000 or 30k)"
            ),
            Self::Duration => {
                text!(lang, "donnez des années (2) ou des mois (18m)", "give years (2) or months (18m)")
            }
            Self::Kilometres => text!(
                lang,
                "donnez un nombre de kilomètres, de 1 à 2000",
                "give a number of kilometres, from 1 to 2000"
            ),
            Self::Weights => text!(
                lang,
                "donnez des critères et leurs poids (skills=0.4,location=0.2), parmi skills, experience, location, salary, occupation, text, meaning, situation",
                "give criteria and weights (skills=0.4,location=0.2), among skills, experience, location, salary, occupation, text, meaning, situation"
            ),
            Self::Wishes => text!(
                lang,
                "donnez des souhaits parmi place (lieu), contract, salary, telework, hours, refused",
                "give wishes among place, contract, salary, telework, hours, refused"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Every key that the definition asks for, as `translated` does.
    fn keys(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        let under = |name: &str| format!("{path} {name}").trim().to_owned();
        found.push((under(""), under("")));
        if command.get_after_help().is_some() {
            found.push((under("@after"), under("@after")));
        }
        for argument in command.get_arguments().filter(|a| !a.is_hide_set()) {
            let name = if argument.is_positional() {
                argument.get_id().as_str().to_uppercase()
            } else {
                format!("--{}", argument.get_long().unwrap_or_default())
            };
            found.push((under(&name), name));
        }
        for subcommand in command.get_subcommands() {
            keys(subcommand, &under(subcommand.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_its_help_in_french_and_no_text_is_left_over() {
        let french = french_help();
        let mut asked = Vec::new();
        keys(&CommandLine::command(), "", &mut asked);
        let missing: Vec<_> = asked
            .iter()
            .filter(|(exact, shared)| !french.contains_key(exact) && !french.contains_key(shared))
            .map(|(exact, _)| exact)
            .collect();
        assert!(missing.is_empty(), "no French help for {missing:?}");
        let used: HashSet<&String> = asked.iter().flat_map(|(exact, shared)| [exact, shared]).collect();
        let left_over: Vec<_> = french.keys().filter(|key| !used.contains(key)).collect();
        assert!(left_over.is_empty(), "French help that nothing shows: {left_over:?}");
    }

    #[test]
    fn the_definition_is_sound_in_both_languages() {
        definition(Lang::Fr).debug_assert();
        definition(Lang::En).debug_assert();
    }

    #[test]
    fn the_language_is_found_before_parsing() {
        let arguments = |words: &str| words.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&arguments("jobmatch --lang en zut")), Lang::En);
        assert_eq!(language(&arguments("jobmatch zut --lang=en")), Lang::En);
        assert_eq!(language(&arguments("jobmatch zut --lang fr")), Lang::Fr);
    }
}
