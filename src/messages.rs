//! Errors in French, for pages, the API and the command line; their own messages are English.

use std::io;
use std::path::Path;

use jobmatch_index::Error;
use jobmatch_index::application::Status;
use jobmatch_index::error::KeyFault;

use crate::people::Refusal;
use crate::people::sign_ins::{Origin, Place};
use crate::people::tokens::Closed;

/// The engine's errors.
pub fn engine(error: &Error) -> String {
    match error {
        Error::Io { path, source } => file(path, source),
        Error::Store(source) => format!("la base des offres a refusé l'opération : {source}"),
        Error::Text(source) => format!(
            "l'index de texte a refusé l'opération : {source} ; `jobmatch reindex text` le reconstruit"
        ),
        Error::Corrupt { what, why } => format!("{what} est illisible : {why}"),
        Error::Key { path, fault } => {
            let fault = match fault {
                KeyFault::Missing => "manque".to_owned(),
                KeyFault::Length => "n'a pas 32 octets".to_owned(),
                KeyFault::Unreadable(error) => format!("ne se lit pas ({})", cause(error)),
                KeyFault::Unfit => "n'ouvre pas ce qui a été chiffré avec elle".to_owned(),
            };
            format!(
                "la clé {} {fault} ; remettez ce fichier depuis une sauvegarde : sans lui, ce qu'il ouvre ne se lit \
                 pas ; rien n'a été effacé",
                path.display()
            )
        }
        Error::StoreGone { path, witness } => format!(
            "{} manque ou est vide, alors que {} est là : le disque est-il monté ? remettez ce fichier, ou restaurez \
             une sauvegarde (jobmatch restore) ; rien n'a été changé. Pour repartir de rien, déplacez tout le dossier \
             des données",
            path.display(),
            witness.display()
        ),
        Error::Damaged { path, .. } => format!(
            "{} est abîmé : coupé, ou changé par autre chose que JobMatch ; remettez ce fichier depuis une copie, ou \
             restaurez une sauvegarde (jobmatch restore) ; rien n'a été changé",
            path.display()
        ),
        Error::Query(words) => {
            format!("la recherche « {words} » ne se comprend pas ; vérifiez les guillemets")
        }
        Error::Model { model, why } => format!("le modèle {model} ne peut pas servir : {why}"),
        Error::Busy(path) => format!(
            "un autre programme écrit dans {} ; attendez qu'il ait fini, puis recommencez",
            path.display()
        ),
        Error::Outdated { .. } => {
            "les index ont été faits par une autre version du programme ; `jobmatch reindex` les met à jour"
                .to_owned()
        }
        Error::ReadOnly(path) => format!("{} est ouvert en lecture seule", path.display()),
        Error::NoText(path) => {
            format!(
                "{} n'a pas encore d'index de texte ; `jobmatch reindex text` le construit",
                path.display()
            )
        }
        Error::Backup { path, .. } => {
            format!(
                "{} n'est pas une sauvegarde de JobMatch, ou elle est abîmée ; vos données n'ont pas changé",
                path.display()
            )
        }
        Error::TooManySources { source_name, most } => format!(
            "il y a déjà {most} sources, autant qu'il peut y en avoir : les offres de « {source_name} » ne sont pas prises \
             (`sources`, dans la section [limits] de jobmatch.toml, en permet davantage)"
        ),
        Error::NoRoom { most } => format!(
            "il n'y a plus de place : vos données dépasseraient {} Mo ; supprimez ce dont vous n'avez plus besoin \
             (documents, anciens CV, candidatures closes), puis recommencez",
            (most >> 20).max(1)
        ),
        Error::BackupClosed { path, key } => format!(
            "{} : la clé {key} y manque, ou n'ouvre pas ce qui s'y trouve ; prenez une autre sauvegarde ; vos données \
             n'ont pas changé",
            path.display()
        ),
        Error::UnknownOwner => "cette personne n'a pas ou plus de compte ici".to_owned(),
        Error::Cancelled => "interrompu ; rien n'est perdu".to_owned(),
        other => other.to_string(),
    }
}

/// An I/O error on a file.
pub fn file(path: &Path, error: &io::Error) -> String {
    format!("{} : {}", path.display(), cause(error))
}

/// An I/O error in words.
pub fn cause(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let known = match error.kind() {
        Kind::NotFound => "ce fichier ou dossier n'existe pas",
        Kind::PermissionDenied => "accès refusé ; vérifiez les droits du fichier ou du dossier",
        Kind::ReadOnlyFilesystem => "le disque est en lecture seule",
        Kind::StorageFull => "le disque est plein ; libérez de la place, puis recommencez",
        Kind::QuotaExceeded => "le quota de disque est atteint ; libérez de la place, puis recommencez",
        Kind::IsADirectory => "c'est un dossier, un fichier est attendu",
        Kind::NotADirectory => "un dossier est attendu",
        Kind::AlreadyExists => "ce fichier existe déjà",
        Kind::InvalidData => "le contenu est abîmé ou incomplet",
        Kind::UnexpectedEof => "le fichier est tronqué",
        Kind::AddrInUse => {
            "ce port est déjà pris ; arrêtez l'autre programme, ou choisissez-en un autre avec --listen"
        }
        _ => return error.to_string(),
    };
    known.to_owned()
}

/// Why something about a person cannot be done.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Engine(error) => engine(error),
        Refusal::NotFound(what) => match *what {
            "account" => "ce compte n'existe pas",
            "profile" => "ce CV n'existe pas, ou plus",
            "application" => "cette candidature n'existe pas, ou plus",
            "offer" => "cette offre n'existe pas, ou plus",
            "task" => "cette tâche n'existe pas, ou plus",
            "reading" => "ce CV n'a pas été lu dans un fichier",
            "page" => "cette page n'existe pas, ou n'a pas d'image",
            "file" | "document" => "ce document n'existe pas, ou plus",
            "note" => "cette note n'existe pas, ou plus",
            "token" => "ce jeton n'existe pas, ou plus",
            "sign-in" => "cette connexion n'est pas ouverte, ou plus",
            _ => "cela n'existe pas, ou plus",
        }
        .to_owned(),
        Refusal::Invalid { message, .. } => message.clone(),
        Refusal::WrongCredentials => "adresse e-mail ou mot de passe incorrects".to_owned(),
        Refusal::EmailTaken => "un compte existe déjà avec cette adresse".to_owned(),
        Refusal::NotFirst => "le premier compte existe déjà ; connectez-vous".to_owned(),
        Refusal::LastAdmin => {
            "c'est le seul compte d'administration ; donnez d'abord ce rôle à quelqu'un d'autre".to_owned()
        }
        Refusal::Changed { .. } => {
            "quelqu'un (vous-même, dans une autre fenêtre ?) a changé ceci entre-temps ; rechargez, puis recommencez"
                .to_owned()
        }
        Refusal::IllegalMove(illegal) => {
            let legal: Vec<&str> = illegal.legal.iter().map(|status| self::status(*status)).collect();
            format!(
                "une candidature « {} » ne peut pas devenir « {} » ; elle peut devenir : {}",
                status(illegal.from),
                status(illegal.to),
                legal.join(", ")
            )
        }
        Refusal::AlreadyApplied(_) => "vous suivez déjà cette offre".to_owned(),
        Refusal::TooManyTasks { most } => {
            format!("vous avez déjà {most} tâches en attente ou en cours ; attendez que l'une se termine")
        }
        Refusal::Cv(error) => error.message_fr(),
    }
}

/// From where somebody signed in.
pub fn origin(origin: &Origin) -> String {
    let place = match origin.place {
        Place::ThisComputer => Some("cet ordinateur"),
        Place::LocalNetwork => Some("réseau local"),
        Place::Internet => Some("internet"),
        Place::Unknown => None,
    };
    match (origin.device.as_deref(), place) {
        (Some(device), Some(place)) => format!("{device}, {place}"),
        (device, place) => device.or(place).unwrap_or("origine inconnue").to_owned(),
    }
}

/// What a new password has closed.
pub fn closed(closed: &Closed) -> String {
    let many = |n: usize, one: &str, more: &str| format!("{n} {}", if n < 2 { one } else { more });
    let names: Vec<String> = closed.tokens.iter().map(|name| format!("« {name} »")).collect();
    let tokens =
        format!("{} ({})", many(names.len(), "jeton personnel", "jetons personnels"), names.join(", "));
    match (closed.sign_ins, names.len()) {
        (0, 0) => "rien d'autre n'était ouvert".to_owned(),
        (n, 0) => format!("fermé : {}", many(n, "connexion", "connexions")),
        (0, _) => format!("fermé : {tokens}"),
        (n, _) => format!("fermé : {}, {tokens}", many(n, "connexion", "connexions")),
    }
}

/// A state of an application.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Added => "Ajoutée",
        Status::InProgress => "En préparation",
        Status::Applied => "Envoyée",
        Status::Interview => "Entretien",
        Status::Accepted => "Acceptée",
        Status::Rejected => "Refusée",
        Status::Withdrawn => "Abandonnée",
    }
}
