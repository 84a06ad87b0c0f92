//! `farsight state`

mod export;
pub mod find;
mod history;
mod ls;
mod mark;
mod mv;
mod rm;
mod show;
pub(super) mod surgery;
mod verify;

use crate::context::Options;
use crate::failure::Result;
use farsight_engine::{Code, Diagnostic, Mark};
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
    #[command(after_help = "Examples:\n  farsight state verify\n  farsight state verify --repair")]
    Verify {
        /// Repair what can surely be repaired: each fix is explained, and the file is copied first
        #[arg(long)]
        repair: bool,
        /// Answer yes beforehand
        #[arg(short, long, requires = "repair")]
        yes: bool,
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
    /// Give a resource another name, or move resources to another stack; the cloud is not touched
    #[command(after_help = "Examples:\n  farsight state mv old-name new-name\n  \
                            farsight state mv db db-subnets --to prod    with what they are made of")]
    Mv {
        /// The resource and its new name or URN; with `--to` all resources that move
        #[arg(required = true, value_name = "RESOURCE")]
        resources: Vec<String>,
        /// The other stack of the same state file
        #[arg(long, value_name = "STACK")]
        to: Option<String>,
    },
    /// Protect resources until the next `up`, which takes the program's word
    #[command(after_help = "Example:\n  farsight state protect db")]
    Protect {
        /// Their URNs, their names, or TYPE::NAME
        #[arg(required = true, value_name = "RESOURCE")]
        resources: Vec<String>,
    },
    /// Take the protection away, such as before a `down`
    #[command(after_help = "Example:\n  farsight state unprotect db && farsight down")]
    Unprotect {
        /// Their URNs, their names, or TYPE::NAME
        #[arg(required = true, value_name = "RESOURCE")]
        resources: Vec<String>,
    },
    /// Mark resources so that the next `up` replaces them
    #[command(after_help = "Example:\n  farsight state taint main")]
    Taint {
        /// Their URNs, their names, or TYPE::NAME
        #[arg(required = true, value_name = "RESOURCE")]
        resources: Vec<String>,
    },
    /// Take the mark of `taint`, or of a create that failed halfway, away
    #[command(after_help = "Example:\n  farsight state untaint main")]
    Untaint {
        /// Their URNs, their names, or TYPE::NAME
        #[arg(required = true, value_name = "RESOURCE")]
        resources: Vec<String>,
    },
}

impl State {
    pub fn is_json(&self) -> bool {
        matches!(
            self.command,
            Sub::Ls { json: true, .. }
                | Sub::Show { json: true, .. }
                | Sub::History { json: true, .. }
                | Sub::Verify { json: true, .. }
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
            Sub::Verify { repair: true, yes, json } => verify::repair(&cx, *json, *yes),
            Sub::Verify { repair: false, json, .. } => verify::run(&cx, *json),
            Sub::Rm { resource, yes } => rm::run(&cx, resource, *yes),
            Sub::Mv { resources, to: Some(stack) } => mv::to_stack(&cx, resources, stack),
            Sub::Mv { resources, to: None } => match resources.as_slice() {
                [resource, name] => mv::rename(&cx, resource, name),
                _ => Err(Diagnostic::error(Code::BadArgument, "a rename takes a resource and its new name")
                    .help("`farsight state mv OLD NEW`, or `farsight state mv RESOURCE.. --to STACK`")
                    .into()),
            },
            Sub::Protect { resources } => mark::run(&cx, resources, Mark::Protected(true)),
            Sub::Unprotect { resources } => mark::run(&cx, resources, Mark::Protected(false)),
            Sub::Taint { resources } => mark::run(&cx, resources, Mark::Tainted(true)),
            Sub::Untaint { resources } => mark::run(&cx, resources, Mark::Tainted(false)),
        }
    }
}
