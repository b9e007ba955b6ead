//! `jobmatch completions`: completion for a shell.

use clap::Args;
use clap_complete::Shell;

use super::context::Context;
use super::failure::Failure;
use super::usage::definition;

/// Print the completion script of a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  jobmatch completions bash > ~/.local/share/bash-completion/completions/jobmatch")]
pub(super) struct Arguments {
    /// bash, zsh, fish, elvish or powershell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<(), Failure> {
    // The generator writes without a way to fail: through memory, so that a closed pipe ends quietly.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition(context.lang), "jobmatch", &mut script);
    std::io::Write::write_all(&mut context.out, &script)?;
    Ok(())
}
