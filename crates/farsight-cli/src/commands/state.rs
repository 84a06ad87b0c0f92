//! `farsight state`

mod export;
mod find;
mod history;
mod ls;
mod rm;
mod show;
mod verify;

use super::not_yet;
use crate::context::Options;
use crate::failure::Result;
use std::path::PathBuf;

/// What farsight remembers of a stack's resources
#[derive(Debug, clap::Args)]
pub struct State {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// List the resources
    #[command(after_help = "Examples:\n  farsight state ls\n  farsight state ls --json 'aws:ec2:*'")]
    Ls {
        /// Only resources whose URN, name or type matches this pattern
        pattern: Option<String>,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one resource: inputs, outputs, options, dependencies
    #[command(after_help = "Example:\n  farsight state show main")]
    Show {
        /// Its URN, its name, or TYPE::NAME
        resource: String,
        /// Print secrets in clear
        #[arg(long)]
        show_secrets: bool,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what resources were before, oldest first
    #[command(after_help = "Example:\n  farsight state history main")]
    History {
        /// Its URN, its name, or TYPE::NAME; all resources if absent
        resource: Option<String>,
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the whole stack as one JSON document; secrets stay encrypted
    #[command(after_help = "Example:\n  farsight state export -s prod -o prod.json")]
    Export {
        /// The file; standard output if absent
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Restore a document of `state export` into an empty stack of the same name
    #[command(after_help = "Example:\n  farsight state import -s prod --state new.db prod.json")]
    Import {
        /// The file; `-` is standard input
        file: PathBuf,
    },
    /// Look for damage in the state file
    #[command(after_help = "Example:\n  farsight state verify")]
    Verify {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget a resource; the object in the cloud is left alone
    #[command(after_help = "Example:\n  farsight state rm main --yes")]
    Rm {
        /// Its URN, its name, or TYPE::NAME
        resource: String,
        /// Answer yes beforehand
        #[arg(short, long)]
        yes: bool,
    },
    /// Give a resource another name (not there yet)
    #[command(after_help = "Example:\n  farsight state mv old-name new-name")]
    Mv {
        /// Its URN or name
        resource: String,
        /// The new URN or name
        to: String,
    },
    /// Mark a resource so that the next `up` replaces it (not there yet)
    #[command(after_help = "Example:\n  farsight state taint main")]
    Taint {
        /// Its URN or name
        resource: String,
    },
}

impl State {
    pub fn is_json(&self) -> bool {
        matches!(
            self.command,
            Sub::Ls { json: true, .. }
                | Sub::Show { json: true, .. }
                | Sub::History { json: true, .. }
                | Sub::Verify { json: true }
                | Sub::Export { output: None }
        )
    }

    pub fn run(&self, options: &Options) -> Result<()> {
        let cx = options.context()?;
        match &self.command {
            Sub::Ls { pattern, json } => ls::run(&cx, pattern.as_deref(), *json),
            Sub::Show { resource, show_secrets, json } => show::run(&cx, resource, *show_secrets, *json),
            Sub::History { resource, json } => history::run(&cx, resource.as_deref(), *json),
            Sub::Export { output } => export::export(&cx, output.as_deref()),
            Sub::Import { file } => export::import(&cx, file),
            Sub::Verify { json } => verify::run(&cx, *json),
            Sub::Rm { resource, yes } => rm::run(&cx, resource, *yes),
            Sub::Mv { .. } => Err(not_yet("`farsight state mv`")
                .help("in the program, `.alias(\"old-name\")` keeps the object when a resource is renamed")
                .into()),
            Sub::Taint { .. } => Err(not_yet("`farsight state taint`")
                .help("in the program, a changed `.replacement_trigger(..)` replaces a resource")
                .into()),
        }
    }
}
