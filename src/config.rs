//! How the server is set up: command line, then environment, then `jobmatch.toml` in the data folder; read once.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::path::Path;

use axum::http::Uri;
use axum::http::uri::Authority;
use clap::Args;
use serde::Deserialize;

use crate::ingest::cv::{self, Reader};
use crate::limits::Limits;
use crate::model::{self, Model};

/// What may be set; every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address and port to answer on (default: 127.0.0.1:8085, this computer only).
    #[arg(long, value_name = "ADDRESS", env = "JOBMATCH_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Address that people type, such as <https://emploi.exemple.fr>; https makes cookies secure.
    #[arg(long, value_name = "URL", env = "JOBMATCH_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Names that the server answers to beside localhost, its address and that of --public-url, such as nas.local.
    #[arg(long, value_name = "NAMES", env = "JOBMATCH_HOSTS", value_delimiter = ',')]
    pub hosts: Option<Vec<String>>,
    /// Let anyone who reaches the server create an account; else the administrator does.
    #[arg(long, env = "JOBMATCH_SIGN_UP", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub sign_up: Option<bool>,
    /// A proxy of yours stands before the server: believe its X-Forwarded-For.
    #[arg(long, env = "JOBMATCH_TRUST_PROXY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    pub trust_proxy: Option<bool>,
    /// How much reading one CV may take.
    #[arg(skip)]
    pub reading: Option<cv::Limits>,
    /// Bounds of the server.
    #[arg(skip)]
    pub limits: Option<Limits>,
    /// The language model that reads CVs too.
    #[arg(skip)]
    pub model: Option<model::Settings>,
}

/// The set-up of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Address and port to answer on.
    pub listen: SocketAddr,
    /// Address that people type.
    pub public_url: Option<String>,
    /// More names that the server answers to, in lower case.
    pub hosts: Vec<String>,
    /// Anyone may create an account.
    pub sign_up: bool,
    /// `X-Forwarded-For` is believed.
    pub trust_proxy: bool,
    /// Reads documents in a process of its own.
    pub reader: Reader,
    /// Bounds on what comes in, and on what one person may take.
    pub limits: Limits,
    /// The language model that reads CVs too, when one is configured.
    pub model: Option<Model>,
}

/// Name of the file in the data folder.
pub const FILE: &str = "jobmatch.toml";

impl Settings {
    /// Those of the file in `data_dir`; none when there is no file.
    ///
    /// # Errors
    /// The file and what is wrong with it.
    pub fn kept(data_dir: &Path) -> Result<Self, String> {
        let path = data_dir.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|e| format!("{} : {e}", path.display())),
            // What is wrong with the folder itself is told by whoever opens it.
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Ok(Self::default())
            }
            Err(e) => Err(crate::messages::file(&path, &e)),
        }
    }
}

impl Config {
    /// Puts together what the command line and the environment (`given`) and the file say.
    ///
    /// # Errors
    /// The file and what is wrong with it.
    pub fn new(given: Settings, data_dir: &Path) -> Result<Self, String> {
        let path = data_dir.join(FILE);
        let kept = Settings::kept(data_dir)?;
        let public_url = given.public_url.or(kept.public_url).map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            return Err("public_url commence par http:// ou https://".to_owned());
        }
        if public_url.as_ref().is_some_and(|url| origin(url).is_none()) {
            return Err("public_url est une adresse, comme https://emploi.exemple.fr".to_owned());
        }
        let hosts = given.hosts.or(kept.hosts).unwrap_or_default();
        let hosts = hosts.iter().map(|host| host_name(host)).collect::<Result<_, _>>()?;
        let model = given.model.or(kept.model);
        let model = model.map(|settings| Model::new(&settings, |variable| std::env::var(variable).ok()));
        let model = model.transpose().map_err(|why| format!("{} : {why}", path.display()))?;
        let reading = given.reading.or(kept.reading).unwrap_or_default();
        Ok(Self {
            limits: given.limits.or(kept.limits).unwrap_or_default(),
            reader: Reader::of_this_program(reading).map_err(|e| e.message_fr())?,
            model,
            listen: given.listen.or(kept.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8085))),
            public_url,
            hosts,
            sign_up: given.sign_up.or(kept.sign_up).unwrap_or(false),
            trust_proxy: given.trust_proxy.or(kept.trust_proxy).unwrap_or(false),
        })
    }

    /// Whether people reach the server through TLS.
    pub fn secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Scheme, name and port of `public_url`, as browsers write them.
    pub fn public_origin(&self) -> Option<(&'static str, Authority)> {
        origin(self.public_url.as_ref()?)
    }

    /// Whether a name, or an address in brackets where it is IPv6, is this server's. Where it listens on every address
    /// of its machine, every address may be one: only names can be made to lead here by somebody else.
    pub fn answers_to(&self, host: &str) -> bool {
        let name = host.to_ascii_lowercase();
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        let listen = self.listen.ip();
        match bare.parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() || ip == listen || listen.is_unspecified() => true,
            Err(_) if name == "localhost" => true,
            _ => {
                self.hosts.contains(&name)
                    || self.public_origin().is_some_and(|(_, at)| at.host().eq_ignore_ascii_case(&name))
            }
        }
    }
}

/// Scheme and authority of an address; the usual port is left out, as browsers do.
fn origin(url: &str) -> Option<(&'static str, Authority)> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, usual) = match uri.scheme_str()? {
        "http" => ("http", 80),
        "https" => ("https", 443),
        _ => return None,
    };
    let authority = uri.authority()?;
    let host = authority.host().to_ascii_lowercase();
    let text = match authority.port_u16() {
        Some(port) if port != usual => format!("{host}:{port}"),
        _ => host,
    };
    Some((scheme, text.parse().ok()?))
}

/// A name of `hosts`: without scheme and path; a port does not matter.
fn host_name(given: &str) -> Result<String, String> {
    let wrong =
        || format!("hosts : « {given} » n'est pas un nom de machine, comme nas.local ou 192.168.1.20");
    // An IPv6 address wants brackets before a port, which people leave out.
    let given = given.trim();
    let bracketed = if given.parse::<Ipv6Addr>().is_ok() { format!("[{given}]") } else { given.to_owned() };
    let authority: Authority = bracketed.parse().map_err(|_| wrong())?;
    let host = authority.host();
    let known = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if host.is_empty() || !host.chars().all(known) || authority.as_str().contains('@') {
        return Err(wrong());
    }
    Ok(host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file_and_the_file_over_the_defaults() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(
            Config::new(Settings::default(), dir.path()).unwrap().listen.to_string(),
            "127.0.0.1:8085"
        );
        std::fs::write(
            dir.path().join(FILE),
            "listen = \"0.0.0.0:80\"\nsign_up = true\npublic_url = \"https://a.fr/\"",
        )
        .unwrap();
        let given = Settings { listen: Some("127.0.0.1:1".parse().unwrap()), ..Settings::default() };
        let config = Config::new(given, dir.path()).unwrap();
        assert_eq!((config.listen.port(), config.sign_up, config.secure()), (1, true, true));
        assert_eq!(config.public_url.as_deref(), Some("https://a.fr"));
        std::fs::write(dir.path().join(FILE), "port = 3").unwrap();
        assert!(Config::new(Settings::default(), dir.path()).unwrap_err().contains("port"));
    }

    #[test]
    fn the_server_answers_to_its_own_names_only() {
        let dir = tempfile::tempdir().unwrap();
        let config = |settings| Config::new(settings, dir.path()).unwrap();
        let usual = config(Settings::default());
        for own in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"] {
            assert!(usual.answers_to(own), "{own}");
        }
        for foreign in ["ailleurs.example", "localhost.ailleurs.example", "192.168.1.20", "", "nas.local"] {
            assert!(!usual.answers_to(foreign), "{foreign}");
        }
        let named = config(Settings {
            hosts: Some(vec!["NAS.local:8085".into(), "fe80::1".into()]),
            public_url: Some("https://Emploi.exemple.fr:443".into()),
            listen: Some("192.168.1.20:8085".parse().unwrap()),
            ..Settings::default()
        });
        for own in ["nas.local", "[fe80::1]", "emploi.exemple.fr", "192.168.1.20"] {
            assert!(named.answers_to(own), "{own}");
        }
        assert!(!named.answers_to("192.168.1.21") && !named.answers_to("exemple.fr"));
        assert_eq!(named.public_origin().unwrap().1.as_str(), "emploi.exemple.fr");
        let everywhere =
            config(Settings { listen: Some("0.0.0.0:8085".parse().unwrap()), ..Settings::default() });
        assert!(everywhere.answers_to("192.168.1.21") && everywhere.answers_to("[fe80::2]"));
        assert!(!everywhere.answers_to("ailleurs.example"));
        for wrong in ["http://nas.local", "*.local", "a b", ""] {
            let settings = Settings { hosts: Some(vec![wrong.into()]), ..Settings::default() };
            assert!(Config::new(settings, dir.path()).is_err(), "{wrong}");
        }
    }
}
