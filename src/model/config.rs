//! Which model is asked, and where: the section `[model]` of `jobmatch.toml`.

use serde::Deserialize;

/// The section `[model]`; without it no model is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The protocol that the server speaks.
    pub provider: Provider,
    /// Base address; by default that of Ollama on this machine, of OpenAI or of Anthropic.
    pub url: Option<String>,
    /// Name of the model.
    pub model: String,
    /// Name of the model that looks at pictures of pages, often the same; without it no picture is sent.
    pub vision_model: Option<String>,
    /// Tokens that a question and its answer may have together; by default 8192 for Ollama, else 32768.
    pub context: Option<u32>,
    /// The environment variable that holds the key; by default `OPENAI_API_KEY` or `ANTHROPIC_API_KEY`.
    pub api_key_env: Option<String>,
    /// Longest time for one question, in seconds.
    #[serde(default = "five_minutes")]
    pub seconds: u64,
}

/// A protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Ollama's own.
    Ollama,
    /// Chat Completions, which many servers speak beside OpenAI's.
    OpenAi,
    /// Messages.
    Anthropic,
}

fn five_minutes() -> u64 {
    300
}

impl Provider {
    /// Where the provider itself answers; with `cloud`, only when that is beyond this machine.
    pub(super) fn default_url(self, cloud: bool) -> Option<&'static str> {
        match self {
            Self::Ollama => (!cloud).then_some("http://127.0.0.1:11434"),
            Self::OpenAi => Some("https://api.openai.com/v1"),
            Self::Anthropic => Some("https://api.anthropic.com"),
        }
    }
}

impl Settings {
    /// The base address as requests need it. Checks the other values too.
    pub(super) fn checked_url(&self) -> Result<String, String> {
        if self.model.trim().is_empty()
            || self.vision_model.as_ref().is_some_and(|name| name.trim().is_empty())
        {
            return Err("[model] : donnez le nom du modèle".to_owned());
        }
        if !(2048..=4_000_000).contains(&self.context()) {
            return Err("[model] : context va de 2048 à 4000000 jetons".to_owned());
        }
        if !(1..=3600).contains(&self.seconds) {
            return Err("[model] : seconds va de 1 à 3600".to_owned());
        }
        let given = self.url.as_deref().or(self.provider.default_url(false)).unwrap_or_default();
        let wrong = || "[model] : url est une adresse, comme http://127.0.0.1:11434".to_owned();
        let url = reqwest::Url::parse(given.trim()).map_err(|_| wrong())?;
        if !["http", "https"].contains(&url.scheme()) || url.host_str().is_none() {
            return Err(wrong());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("[model] : url ne contient pas de mot de passe ; api_key_env nomme la variable \
                 d'environnement qui contient la clé"
                .to_owned());
        }
        let base = url.as_str().trim_end_matches('/');
        // People copy the address with or without the version.
        Ok(match self.provider {
            Provider::Ollama => base.trim_end_matches("/api").to_owned(),
            Provider::OpenAi if url.path() == "/" => format!("{base}/v1"),
            Provider::OpenAi => base.to_owned(),
            Provider::Anthropic => base.trim_end_matches("/v1").to_owned(),
        })
    }

    pub(super) fn context(&self) -> u32 {
        self.context.unwrap_or(if self.provider == Provider::Ollama { 8192 } else { 32_768 })
    }

    /// The environment variable that holds the key.
    pub(super) fn key_variable(&self) -> String {
        let default = match self.provider {
            Provider::Ollama => "OLLAMA_API_KEY",
            Provider::OpenAi => "OPENAI_API_KEY",
            Provider::Anthropic => "ANTHROPIC_API_KEY",
        };
        self.api_key_env.clone().unwrap_or_else(|| default.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, String> {
        toml::from_str::<Settings>(text).unwrap().checked_url()
    }

    #[test]
    fn addresses_are_completed() {
        for (given, base) in [
            ("provider = 'ollama'", "http://127.0.0.1:11434"),
            ("provider = 'ollama'\nurl = 'http://10.0.0.2:11434/api/'", "http://10.0.0.2:11434"),
            ("provider = 'openai'", "https://api.openai.com/v1"),
            ("provider = 'openai'\nurl = 'http://localhost:8080'", "http://localhost:8080/v1"),
            ("provider = 'openai'\nurl = 'https://a.fr/openai/v1/'", "https://a.fr/openai/v1"),
            ("provider = 'anthropic'\nurl = 'https://a.fr/v1'", "https://a.fr"),
        ] {
            assert_eq!(url(&format!("{given}\nmodel = 'm'")).as_deref(), Ok(base), "{given}");
        }
    }

    #[test]
    fn settings_that_make_no_sense_are_told() {
        for (given, about) in [
            ("model = ' '", "nom"),
            ("model = 'm'\nurl = 'ftp://a.fr'", "url"),
            ("model = 'm'\nurl = 'a.fr'", "url"),
            ("model = 'm'\nurl = 'https://moi:secret@a.fr'", "api_key_env"),
            ("model = 'm'\ncontext = 10", "context"),
            ("model = 'm'\nseconds = 0", "seconds"),
        ] {
            let why = url(&format!("provider = 'openai'\n{given}")).unwrap_err();
            assert!(why.contains(about) && !why.contains("secret"), "{given}: {why}");
        }
    }
}
