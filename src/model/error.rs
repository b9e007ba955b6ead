//! Why a model gave no answer. Messages name what is wrong and the remedy, never the question or the answer.

use super::Provider;

/// A model that gave no answer; `Display` is English, [`ModelError::message_fr`] French.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// Nobody answers at the address.
    #[error("nothing answers at {url}; start the model's server, or mend url in [model]")]
    Unreachable {
        /// The address.
        url: String,
        /// Who should answer.
        provider: Provider,
    },
    /// Somebody answers who is no such server.
    #[error("{url} is no server of that kind; mend provider or url in [model]")]
    WrongAddress {
        /// The address.
        url: String,
    },
    /// The server has no such model.
    #[error("the server has no model {model}")]
    UnknownModel {
        /// Its name.
        model: String,
        /// Who was asked.
        provider: Provider,
    },
    /// A key is needed.
    #[error("the model needs a key; put it in the environment variable {variable}")]
    NoKey {
        /// The environment variable.
        variable: String,
    },
    /// The key is refused.
    #[error("the model refuses the key of the environment variable {variable}")]
    WrongKey {
        /// The environment variable.
        variable: String,
    },
    /// The account has nothing left.
    #[error("the account at the model's provider has used up its credit")]
    Quota,
    /// Too many questions at once; it was asked several times.
    #[error("the model is busy; try again later")]
    Busy {
        /// The wait that the server asks for, when it is long.
        seconds: Option<u64>,
    },
    /// The whole answer took too long.
    #[error("the model took more than {seconds} s; choose a smaller model, or raise seconds in [model]")]
    TooSlow {
        /// What is accepted.
        seconds: u64,
    },
    /// The answer began and did not go on.
    #[error("the model began to answer, then said nothing for {seconds} s")]
    Stalled {
        /// How long it was silent.
        seconds: u64,
    },
    /// The connection ended before the answer did.
    #[error("the model's answer broke off")]
    Cut,
    /// The question or the answer is longer than the model's context.
    #[error("question and answer are longer than the model's context; raise context in [model]")]
    TooLong,
    /// The model says the same for ever, as small ones do.
    #[error("the model repeats itself without end; choose a larger model")]
    Repeats,
    /// The answer is no JSON.
    #[error("the model did not answer in JSON; choose another model")]
    NotJson,
    /// The answer is JSON of another form.
    #[error("the model's answer has not the form that was asked for, at {at}")]
    OtherForm {
        /// Where, as a path through the answer.
        at: String,
    },
    /// The model would not answer.
    #[error("the model declined to answer")]
    Declined,
    /// The model takes no pictures.
    #[error("the model {model} takes no pictures; set vision_model in [model]")]
    NoImages {
        /// Its name.
        model: String,
    },
    /// Neither a schema nor JSON can be asked for.
    #[error("the server of {model} refuses the form of the answer; choose another model or server")]
    NoSchema {
        /// Its name.
        model: String,
    },
    /// The model does not fit in memory.
    #[error("the machine that runs {model} has too little memory for it; choose a smaller model")]
    NoMemory {
        /// Its name.
        model: String,
    },
    /// Anything else.
    #[error("the model's server failed{}", status.map(|code| format!(" (HTTP {code})")).unwrap_or_default())]
    Failed {
        /// The HTTP status, when it came instead of an answer.
        status: Option<u16>,
    },
}

impl ModelError {
    /// The same message in French.
    pub fn message_fr(&self) -> String {
        match self {
            Self::Unreachable { url, provider: Provider::Ollama } => format!(
                "rien ne répond à l'adresse {url} ; lancez Ollama, ou corrigez url dans [model]"
            ),
            Self::Unreachable { url, .. } => format!(
                "rien ne répond à l'adresse {url} ; vérifiez la connexion, ou url dans [model]"
            ),
            Self::WrongAddress { url } => format!(
                "{url} n'est pas un serveur de cette sorte ; corrigez provider ou url dans [model]"
            ),
            Self::UnknownModel { model, provider: Provider::Ollama } => {
                format!("Ollama n'a pas le modèle {model} ; installez-le : ollama pull {model}")
            }
            Self::UnknownModel { model, .. } => {
                format!("le serveur n'a pas de modèle {model} ; corrigez model dans [model]")
            }
            Self::NoKey { variable } => {
                format!("le modèle demande une clé ; mettez-la dans la variable d'environnement {variable}")
            }
            Self::WrongKey { variable } => {
                format!("le modèle refuse la clé de la variable d'environnement {variable}")
            }
            Self::Quota => {
                "le compte chez le fournisseur du modèle n'a plus de crédit ; rechargez-le ou changez de modèle"
                    .into()
            }
            Self::Busy { seconds: Some(seconds) } => {
                format!("le modèle est très demandé ; réessayez dans {} min", seconds.div_ceil(60))
            }
            Self::Busy { seconds: None } => "le modèle est très demandé ; réessayez plus tard".into(),
            Self::TooSlow { seconds } => format!(
                "le modèle a mis plus de {seconds} s ; choisissez un modèle plus petit, ou augmentez seconds dans [model]"
            ),
            Self::Stalled { seconds } => {
                format!("le modèle a commencé à répondre, puis n'a plus rien dit pendant {seconds} s")
            }
            Self::Cut => "la réponse du modèle a été coupée".into(),
            Self::TooLong => {
                "la question et la réponse dépassent ce que le modèle peut lire ; augmentez context dans [model]"
                    .into()
            }
            Self::Repeats => "le modèle se répète sans fin ; choisissez-en un plus grand".into(),
            Self::NotJson => "le modèle n'a pas répondu en JSON ; choisissez un autre modèle".into(),
            Self::OtherForm { at } => {
                format!("la réponse du modèle n'a pas la forme demandée, à l'endroit {at}")
            }
            Self::Declined => "le modèle a refusé de répondre".into(),
            Self::NoImages { model } => format!(
                "le modèle {model} ne lit pas les images ; indiquez-en un autre : vision_model dans [model]"
            ),
            Self::NoSchema { model } => format!(
                "le serveur du modèle {model} refuse la forme de réponse demandée ; choisissez un autre modèle ou serveur"
            ),
            Self::NoMemory { model } => format!(
                "la machine qui fait tourner {model} n'a pas assez de mémoire ; choisissez un modèle plus petit"
            ),
            Self::Failed { status: Some(code) } => format!("le serveur du modèle est en panne (HTTP {code})"),
            Self::Failed { status: None } => "le serveur du modèle est en panne".into(),
        }
    }
}
