//! `farsight version`

use crate::failure::Result;
use crate::out;

/// Show the version of farsight and of what it reads and writes
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  farsight version --json")]
pub struct Version {
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

impl Version {
    pub fn run(&self) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        let (protocol, schema) = (farsight_protocol::VERSION, farsight_state::SCHEMA_VERSION);
        if self.json {
            return out::json(&serde_json::json!({ "version": version, "protocol": protocol, "stateSchema": schema }));
        }
        out::data(&format!("farsight {version} (program protocol {protocol}, state schema {schema})\n"))
    }
}
