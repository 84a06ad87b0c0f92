//! `farsight import`

use super::not_yet;
use crate::context::Options;
use crate::failure::Result;
use crate::out;
use crate::run::{self, Opening, RunArgs, args};
use clap::Parser;
use farsight_engine::Control;
use std::path::PathBuf;
use std::time::Duration;

/// Adopt an object that exists already; declare it in the program before the next `up`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight import aws:ec2:Vpc main vpc-0a1b2c3d\n  farsight import aws:iam:Role task my-task-role"
)]
pub struct Import {
    /// Its type, in full or short
    #[arg(value_name = "TYPE", required_unless_present = "from_pulumi")]
    token: Option<String>,
    /// The name that the program gives it
    #[arg(required_unless_present = "from_pulumi")]
    name: Option<String>,
    /// Its id in the cloud
    #[arg(required_unless_present = "from_pulumi")]
    id: Option<String>,
    /// Take over a stack exported by Pulumi (not there yet)
    #[arg(long, value_name = "FILE")]
    from_pulumi: Option<PathBuf>,
    /// Use the local sandbox instead of AWS
    #[arg(long)]
    sandbox: bool,
    /// Wait this long for another run to end, such as `10m`
    #[arg(long, value_name = "DURATION", value_parser = args::duration, default_value = "0s")]
    wait: Duration,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    run: RunArgs,
}

impl Import {
    pub fn run(&self, options: &Options) -> Result<()> {
        let (None, Some(token), Some(name), Some(id)) = (&self.from_pulumi, &self.token, &self.name, &self.id) else {
            return Err(not_yet("`import --from-pulumi`")
                .help("import one object: `farsight import TYPE NAME ID`")
                .into());
        };
        let mut args = Defaults::parse_from(["farsight"]).run;
        args.sandbox = self.sandbox;
        let urn = run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: true, may_be_new: true };
            let mut opened = opening.open(control.clone()).await?;
            opened.stage.lock("import", self.wait, None).await?;
            let result = match opened.stage.begin().await {
                Ok(()) => opened.stage.session.import(token, name, id).await.map_err(Into::into),
                Err(failure) => Err(failure),
            };
            opened.stage.end(result)
        })?;
        if self.json {
            return out::json(&serde_json::json!({ "urn": urn, "id": id }));
        }
        out::talk(&format!("declare it as `{name}` in the program; `farsight preview` then says what would change"));
        out::data(&format!("{urn}\n"))
    }
}
