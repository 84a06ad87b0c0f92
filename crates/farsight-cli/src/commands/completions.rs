//! `farsight completions`

use crate::failure::Result;
use crate::out;
use clap::CommandFactory;
use clap_complete::Shell;

/// Print a script that completes commands in a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  farsight completions bash > ~/.local/share/bash-completion/completions/farsight")]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "farsight", &mut script);
        out::data(&String::from_utf8_lossy(&script))
    }
}
