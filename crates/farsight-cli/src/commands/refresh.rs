//! `farsight refresh`

use crate::context::Options;
use crate::failure::Result;
use crate::run::{self, Opened, Opening, RunArgs, cancellable};
use crate::{ask, out};
use farsight_engine::{Code, Control, Diagnostic};
use farsight_render::{count, drift};
use serde_json::json;

/// Read the stack's objects and take what they are into the state
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight refresh\n  farsight refresh --yes --json")]
pub struct Refresh {
    #[command(flatten)]
    pub run: RunArgs,
    /// Go on although most of the stack is gone
    #[arg(long)]
    accept_gone: bool,
}

impl Refresh {
    pub fn run(&self, options: &Options) -> Result<()> {
        if !self.run.yes {
            ask::expect_somebody()?;
        }
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: &self.run, writes: true, may_be_new: false };
            let mut opened = opening.open(control.clone()).await?;
            opened.stage.lock("refresh", self.run.wait, self.run.message.clone()).await?;
            let result = self.locked(&mut opened, &control).await;
            opened.stage.end(result)
        })
    }

    async fn locked(&self, opened: &mut Opened, control: &Control) -> Result<()> {
        opened.stage.begin().await?;
        let targets = self.run.targets()?;
        let report = cancellable(control, async { Ok(opened.stage.session.look(&targets).await?) }).await?;
        opened.stage.watch.pause();
        out::talk(drift(&report.drift).trim_end());
        if report.mostly_gone && !self.accept_gone && !opened.is_lost() {
            return Err(Diagnostic::error(
                Code::MostlyGone,
                format!("{} of {} are gone", report.drift.summary.gone, count(report.checked, "object")),
            )
            .note("nothing was changed")
            .note("credentials of another account, or another region, look the same")
            .help("if they are really gone, run `farsight refresh --accept-gone`")
            .into());
        }
        let changed = report.resources_changed();
        if changed > 0 && !self.run.yes {
            let question =
                format!("take {} of stack `{}` into the state?", count(changed, "changed resource"), opened.stack);
            run::confirm(control, question).await?;
        }
        if control.level() > 0 {
            return Err(run::cancelled());
        }
        let answer = json!({ "checked": report.checked, "changed": changed, "drift": report.drift });
        opened.stage.session.refresh(report).await?;
        if targets.is_everything() {
            opened.is_up_to_date()?;
        }
        out::talk(&format!("the state has what the cloud has: {} changed", count(changed, "resource")));
        if self.run.json {
            return opened.answer(&answer, self.run.stats);
        }
        if self.run.stats {
            opened.say_calls();
        }
        Ok(())
    }
}
