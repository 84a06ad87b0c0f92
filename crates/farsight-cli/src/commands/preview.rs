//! `farsight preview`

use super::{not_yet, up};
use crate::context::Options;
use crate::failure::{Failure, Result};
use crate::run::{self, Opening, RunArgs, cancellable};
use crate::{exit, out};
use farsight_engine::{Control, PlanOptions};
use farsight_render::{diagnostics, plan};
use std::path::PathBuf;

/// Show what `up` would do, and change nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight preview\n  farsight preview --expect-no-changes    exits 7 when there are changes\n  \
                        farsight preview --json | jq .summary"
)]
pub struct Preview {
    #[command(flatten)]
    pub run: RunArgs,
    /// Exit with 7 when there are changes
    #[arg(long)]
    expect_no_changes: bool,
    /// Save the plan for `up --plan` (not there yet)
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

impl Preview {
    pub fn run(&self, options: &Options) -> Result<()> {
        if self.save.is_some() {
            return Err(not_yet("`preview --save`")
                .help("`farsight up` shows its plan and asks before it runs it")
                .into());
        }
        let args = &self.run;
        run::block_on(async |control: Control| {
            let opening = Opening { options, run: args, writes: false, may_be_new: true };
            let mut opened = opening.open(control.clone()).await?;
            let session = &mut opened.stage.session;
            cancellable(&control, async { Ok(session.check_cloud().await?) }).await?;
            let options =
                PlanOptions { targets: args.targets()?, refresh: args.refresh || opened.is_lost(), destroy: false };
            let view = up::planned(&mut opened, &options, true, &control).await?.view();
            opened.stage.watch.pause();
            if args.json {
                out::json(&view)?;
            } else {
                if !view.warnings.is_empty() {
                    out::talk(diagnostics(&view.warnings, &opened.stage.watch.sources()).trim_end());
                }
                out::data(&plan(&view, &opened.parents))?;
            }
            if !view.violations.is_empty() {
                return Err(if args.json { Failure::quiet(exit::POLICY) } else { view.violations.into() });
            }
            if self.expect_no_changes && view.summary.changes() + view.outputs.len() > 0 {
                out::talk("there are changes, and none were expected");
                return Err(Failure::quiet(exit::CHANGES));
            }
            Ok(())
        })
    }
}
