//! `farsight sandbox`

use crate::context::Options;
use crate::failure::Result;
use crate::{home, out};
use farsight_render::count;
use farsight_sandbox::Sandbox as Server;

/// The local AWS to try things on: nothing in it is real, and it needs no account
#[derive(Debug, clap::Args)]
pub struct Sandbox {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    /// Start the sandbox; the first time installs it, which takes a minute
    #[command(after_help = "Example:\n  farsight sandbox start")]
    Start,
    /// Stop the sandbox; everything in it is gone then
    #[command(after_help = "Example:\n  farsight sandbox stop")]
    Stop,
    /// Show whether the sandbox runs, where, and what it holds
    #[command(after_help = "Example:\n  farsight sandbox status --json")]
    Status {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the `export` lines that make the AWS CLI or boto3 use the sandbox
    #[command(after_help = "Example:\n  eval \"$(farsight sandbox env)\" && aws ec2 describe-vpcs")]
    Env {
        /// Answer as JSON
        #[arg(long)]
        json: bool,
    },
}

impl Sandbox {
    pub fn is_json(&self) -> bool {
        matches!(self.command, Sub::Status { json: true } | Sub::Env { json: true })
    }

    pub fn run(&self, _options: &Options) -> Result<()> {
        let home = home::directory()?;
        match &self.command {
            Sub::Start => {
                let server = crate::run::sandbox::start(&home)?;
                out::talk("nothing in it is real; stop it with `farsight sandbox stop`");
                out::data(&format!("{}\n", server.endpoint()))
            }
            Sub::Stop => {
                let ran = Server::stop(&home)?;
                out::talk(if ran {
                    "the sandbox is stopped, what it held is gone"
                } else {
                    "the sandbox was not running"
                });
                Ok(())
            }
            Sub::Status { json } => {
                let status = Server::status(&home)?;
                if *json {
                    return out::json(&serde_json::json!({ "running": status.is_some(), "sandbox": status }));
                }
                match status {
                    None => out::data("not running; start it with `farsight sandbox start`\n"),
                    Some(status) => {
                        let held: u64 = status.resources.values().flat_map(|types| types.values()).sum();
                        out::data(&format!(
                            "running at {} (process {}), holds {}\n",
                            status.endpoint,
                            status.pid,
                            count(held as usize, "object")
                        ))
                    }
                }
            }
            Sub::Env { json } => {
                let server = crate::run::sandbox::start(&home)?;
                let env = server.env();
                if *json {
                    let object: serde_json::Map<String, serde_json::Value> =
                        env.into_iter().map(|(name, value)| (name, value.into())).collect();
                    return out::json(&object);
                }
                let lines: Vec<String> = env.iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
                out::data(&lines.concat())
            }
        }
    }
}
