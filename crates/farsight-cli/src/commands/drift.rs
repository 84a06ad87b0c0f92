//! `farsight drift`

use crate::context::Options;
use crate::failure::{Failure, Result};
use crate::run::{self, Opening, RunArgs, cancellable};
use crate::{exit, out};
use clap::Parser;
use farsight_engine::Control;
use farsight_render::{diagnostics, drift};

/// Compare the cloud with the state and the program's last word, record what differs, change nothing else
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight drift\n  farsight drift --check --json    exits 6 when there is drift")]
pub struct Drift {
    /// Exit with 6 when there is drift
    #[arg(long)]
    check: bool,
    /// Only these resources: a URN, a name, or a pattern over either; repeatable
    #[arg(short, long, value_name = "URN|GLOB")]
    target: Vec<String>,
    /// Say what was called of AWS: by operation, how often, how often again, for how long
    #[arg(long)]
    stats: bool,
    /// Answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// Options of commands that run, at their defaults.
#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    run: RunArgs,
}

impl Drift {
    pub fn run(&self, options: &Options) -> Result<()> {
        let mut args = Defaults::parse_from(["farsight"]).run;
        args.target.clone_from(&self.target);
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: true, may_be_new: false };
            let mut opened = opening.open(control.clone()).await?;
            let (user, host) = (run::user(), run::host());
            let session = &mut opened.stage.session;
            let report = cancellable(&control, async {
                session.check_cloud().await?;
                Ok(session.drift(&args.targets()?, &user, &host).await?)
            })
            .await?;
            opened.stage.watch.pause();
            if self.json {
                opened.answer(&report, self.stats)?;
            } else {
                if !report.errors.is_empty() {
                    out::talk(diagnostics(&report.errors, &opened.stage.watch.sources()).trim_end());
                }
                out::data(&drift(&report))?;
                if self.stats {
                    opened.say_calls();
                }
            }
            if self.check && report.summary.has_drift() { Err(Failure::quiet(exit::DRIFT)) } else { Ok(()) }
        })
    }
}
