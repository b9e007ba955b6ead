//! `jobmatch serve`: the web pages and the REST API.

use std::time::{Duration, Instant};

use clap::Args;
use jobmatch_index::{Index, Options};
use tracing_subscriber::EnvFilter;

use super::context::Context;
use super::failure::Failure;
use super::words::text;
use crate::config::{Config, Settings};
use crate::http;
use crate::messages;

/// Answer as a web site, with a REST API.
///
/// Pages are at the address that is printed, the documentation of the API at /api/docs/. Until there is an account, a
/// link is printed too, with a code: whoever opens it creates the account that administers. What may be set here may also be set in `jobmatch.toml` in the data folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jobmatch serve                                   for this computer, on port 8085
  jobmatch serve --listen 0.0.0.0:8085             for the local network, by the address of this computer
  jobmatch serve --listen 0.0.0.0:8085 --hosts nas.local    for the local network, by a name too
  jobmatch serve --public-url https://jobs.example.org --trust-proxy    behind a proxy that speaks TLS

A section [model] in jobmatch.toml has a language model read CVs too; the README says how.
JOBMATCH_LOG chooses what is logged, such as warn or jobmatch=debug. Logs hold no CV, no search, no token.")]
pub(super) struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Log as JSON, a line an event.
    #[arg(long, env = "JOBMATCH_LOG_JSON")]
    log_json: bool,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    let started = Instant::now();
    log(arguments.log_json);
    let config = Config::new(arguments.settings.clone(), &context.data_dir).map_err(Failure::Usage)?;
    let (lang, listen) = (context.lang, config.listen);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Output)?;
    let stop_seconds = config.limits.stop_seconds;
    let served = runtime.block_on(async {
        // Before the index is opened: a port that is taken is told at once.
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| {
            Failure::Because(text!(
                lang,
                "{listen} : {}",
                "{listen}: {}",
                match lang {
                    jobmatch_index::lang::Lang::Fr => messages::cause(&error),
                    jobmatch_index::lang::Lang::En => error.to_string(),
                }
            ))
        })?;
        let at = listener.local_addr().map_err(Failure::Output)?;
        let limits = config.limits.engine();
        let options =
            Options { embedder: context.embedder()?, limits, vector_graph: true, ..Options::default() };
        let index = Index::open(&context.data_dir, options)?;
        let address = config.public_url.clone().unwrap_or_else(|| format!("http://{}", shown(at)));
        if let Some(model) = &config.model {
            let (name, url) = (model.name(), model.url());
            context.say(&text!(
                lang,
                "Les CV sont relus par le modèle {name} : leur texte est envoyé à {url}.",
                "CVs are read by the model {name} too: their text is sent to {url}."
            ));
        }
        if config.listen.ip().is_unspecified() && config.public_url.is_none() && config.hosts.is_empty() {
            let port = at.port();
            context.say(&text!(
                lang,
                "Depuis le réseau, JobMatch répond à l'adresse de cette machine, comme http://192.168.1.20:{port} ; \
                 pour qu'il réponde aussi à un nom, ajoutez-le : --hosts nas.local, ou hosts = [\"nas.local\"] dans \
                 jobmatch.toml.",
                "From the network, JobMatch answers at the address of this computer, such as \
                 http://192.168.1.20:{port}; for a name as well, add it: --hosts nas.local, or hosts = \
                 [\"nas.local\"] in jobmatch.toml."
            ));
        }
        let app = http::App::new(index, config, jiff::Timestamp::now)
            .map_err(|refusal| Failure::Because(messages::refusal(&refusal)))?;
        let code = app.first_visit_code().map_err(|refusal| Failure::Because(messages::refusal(&refusal)))?;
        if let Some(code) = code {
            // Also with --quiet: there is no other way in.
            let link = format!("{address}/bienvenue?code={code}");
            eprintln!(
                "{}",
                text!(
                    lang,
                    "Première visite, pour créer le compte d'administration : {link}",
                    "First visit, to create the account that administers: {link}"
                )
            );
        }
        let took = super::words::decimal(started.elapsed().as_secs_f64(), 2, lang);
        context.say(&text!(
            lang,
            "JobMatch répond sur {address} (prêt en {took} s ; Ctrl-C arrête).",
            "JobMatch answers at {address} (ready in {took} s; Ctrl-C stops)."
        ));
        http::serve(app, listener, asked_to_stop()).await;
        Ok(())
    });
    // Work that nobody waits for any more is not waited for either: what it has stored stays.
    runtime.shutdown_timeout(Duration::from_secs(stop_seconds));
    served
}

/// « localhost » is what people type.
fn shown(at: std::net::SocketAddr) -> String {
    if at.ip().is_loopback() || at.ip().is_unspecified() {
        format!("localhost:{}", at.port())
    } else {
        at.to_string()
    }
}

fn log(json: bool) {
    let filter =
        EnvFilter::try_from_env("JOBMATCH_LOG").unwrap_or_else(|_| EnvFilter::new("warn,jobmatch=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A test that runs two servers in one process keeps the first one's log.
    let _ = if json { log.json().try_init() } else { log.compact().try_init() };
}

/// Ctrl-C, or the signal that service managers send.
async fn asked_to_stop() {
    let ctrl_c = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                () = ctrl_c => {}
                _ = terminate.recv() => {}
            },
            Err(_) => ctrl_c.await,
        }
    }
    #[cfg(not(unix))]
    ctrl_c.await;
}
