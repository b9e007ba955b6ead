//! `jobmatch user`: accounts, without the web pages.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jobmatch_index::lang::Lang;
use jobmatch_index::records::Records;

use super::context::Context;
use super::failure::{self, Failure};
use super::words::text;
use crate::messages;
use crate::people::accounts::{self, Role};
use crate::people::{Refusal, erasure, export};

/// Manage accounts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch user add camille@example.org --role admin
  jobmatch user password camille@example.org < new-password.txt
  jobmatch user list")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create an account; the password is asked for, or read from standard input.
    Add {
        /// E-mail address.
        email: String,
        /// admin or member; the first account administers.
        #[arg(long, value_name = "ROLE")]
        role: Option<RoleName>,
    },
    /// List the accounts.
    List,
    /// Set a new password, and close sign-ins and personal tokens.
    Password {
        /// E-mail address.
        email: String,
    },
    /// Make someone an administrator, or a member.
    Role {
        /// E-mail address.
        email: String,
        /// admin or member.
        role: RoleName,
    },
    /// Write everything that is kept of someone to a zip file.
    Export {
        /// E-mail address.
        email: String,
        /// File to write.
        file: std::path::PathBuf,
    },
    /// Erase someone's account, CVs and applications for good.
    Erase {
        /// E-mail address.
        email: String,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Admin,
    #[value(alias = "membre")]
    Member,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Admin => Self::Admin,
            RoleName::Member => Self::Member,
        }
    }
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let index = context.open()?;
    act(&arguments.command, &index.records(), context)
}

fn act(command: &Command, records: &Records<'_>, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    match command {
        Command::Add { email, role } => {
            let first = accounts::none_yet(records)?;
            let role = role.map_or(if first { Role::Admin } else { Role::Member }, Role::from);
            let password = password(context)?;
            accounts::create(records, email, &password, role, false, Timestamp::now())?;
            context.say(&text!(lang, "Compte créé pour {email}.", "Account created for {email}."));
        }
        Command::List => {
            let accounts = accounts::list(records)?;
            let mut unopened = records.unopened()?;
            unopened.retain(|(owner, _)| owner.is_person());
            if accounts.is_empty() && unopened.is_empty() {
                return Err(Failure::NothingFound(text!(
                    lang,
                    "aucun compte ; créez le premier : jobmatch user add ADRESSE",
                    "no account; create the first one: jobmatch user add EMAIL"
                )));
            }
            for (_, account) in accounts {
                let role = match account.role {
                    Role::Admin => "admin",
                    Role::Member => "member",
                };
                let day = crate::clock::today(account.created);
                writeln!(context.out, "{}\t{role}\t{day}", account.email)?;
            }
            for (_, error) in unopened {
                context.say(&failure::engine(&error, lang));
            }
        }
        Command::Password { email } => {
            let (owner, _) = accounts::find(records, email)?;
            let password = password(context)?;
            let closed = accounts::set_password(records, owner, &password)?;
            context.say(&text!(
                lang,
                "Mot de passe changé ; {}.",
                "Password changed; closed: {}.",
                match lang {
                    Lang::Fr => messages::closed(&closed),
                    Lang::En =>
                        format!("sign-ins: {}; tokens: {}", closed.sign_ins, closed.tokens.join(", ")),
                }
            ));
        }
        Command::Role { email, role } => {
            let (owner, _) = accounts::find(records, email)?;
            accounts::set_role(records, owner, (*role).into())?;
            context.say(&text!(lang, "Rôle changé.", "Role changed."));
        }
        Command::Export { email, file } => {
            let (owner, _) = accounts::find(records, email)?;
            export::archive(records, owner, private(file).map_err(Failure::file(file))?)?;
            let file = file.display();
            context.say(&text!(lang, "Exporté dans {file}.", "Exported to {file}."));
        }
        Command::Erase { email, yes } => {
            let owner = accounts::find_owner(records, email)?;
            let question = text!(
                lang,
                "Effacer pour toujours le compte de {email}, ses CV et ses candidatures ?",
                "Erase the account of {email}, its CVs and its applications for good?"
            );
            if !yes && !context.confirm(&question)? {
                return Err(Failure::Because(text!(lang, "rien n'a été effacé", "nothing was erased")));
            }
            erasure::erase(records, owner)?;
            context.say(&text!(lang, "Effacé.", "Erased."));
        }
    }
    Ok(())
}

/// A file that only its owner may read, also where another one was.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // The mode is for new files only.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// From the terminal, unseen; else the first line of standard input.
fn password(context: &Context) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        let prompt = text!(context.lang, "Mot de passe : ", "Password: ");
        eprint!("{prompt}");
        let typed = console::Term::stderr().read_secure_line()?;
        eprintln!();
        return Ok(typed);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Engine(error) => Self::Engine(error),
            other => Self::Because(messages::refusal(&other)),
        }
    }
}
