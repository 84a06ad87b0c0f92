//! `farsight verify`

use crate::context::Options;
use crate::failure::{Failure, Result};
use crate::providers::{HTTP, Via};
use crate::run::{self, Opened, Opening, RunArgs, args};
use crate::{exit, out};
use clap::Parser;
use farsight_engine::{Control, Patterns, Verdict, VerifyReport};
use farsight_render::verify;
use std::path::PathBuf;
use std::time::Duration;

/// Ask whether the stack does what the program's checks say; wait until it does
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight verify                          exits 10 when a check does not hold in time\n  \
                        farsight verify health --within 30s\n  \
                        farsight verify --via 127.0.0.1:8000     HTTP goes there, for the host that it is meant for"
)]
pub struct Verify {
    /// Only these checks: a URN, a name, or a pattern over either
    #[arg(value_name = "URN|GLOB")]
    checks: Vec<String>,
    /// How long each check may take, in place of its own time; with `0s` it is asked once
    #[arg(long, value_name = "DURATION", value_parser = args::duration)]
    within: Option<Duration>,
    /// Where checks over HTTP send their requests, in place of the host of their URL
    #[arg(long, value_name = "HOST:PORT")]
    via: Option<Via>,
    /// Write every event as a line of JSON to FILE
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
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

impl Verify {
    pub fn run(&self, options: &Options) -> Result<()> {
        let mut args = Defaults::parse_from(["farsight"]).run;
        args.via.clone_from(&self.via);
        args.events.clone_from(&self.events);
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: &args, writes: false, may_be_new: false };
            let mut opened = opening.open(control.clone()).await?;
            let session = &mut opened.stage.session;
            run::cancellable(&control, async { Ok(session.check_cloud().await?) }).await?;
            let which = Patterns::parse(&self.checks).map_err(Failure::from)?;
            let report = ask(&opened, &args, &which, self.within).await?;
            if self.json {
                out::json(&report)?;
            } else {
                out::data(&verify(&report))?;
            }
            judged(&report)
        })
    }
}

/// Asks the checks of a stack that is open.
pub async fn ask(opened: &Opened, args: &RunArgs, which: &Patterns, within: Option<Duration>) -> Result<VerifyReport> {
    let report = opened.stage.session.verify(which, within).await?;
    opened.stage.watch.pause();
    let astray = report.checks.iter().any(|check| check.token.as_str() == HTTP && check.verdict != Verdict::Passed);
    if astray && opened.sandbox.is_some() && args.via.is_none() {
        out::talk(
            "no name of the sandbox's load balancers resolves: `--via HOST:PORT` sends requests over HTTP elsewhere",
        );
    }
    Ok(report)
}

/// The end of a command that checked.
pub fn judged(report: &VerifyReport) -> Result<()> {
    if report.holds() { Ok(()) } else { Err(Failure::quiet(exit::CHECKS)) }
}
