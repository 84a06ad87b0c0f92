//! `farsight preview`

use super::up;
use crate::context::Options;
use crate::failure::{Failure, Result, file};
use crate::run::{self, Opening, PlanArgs, RunArgs, cancellable};
use crate::{exit, out};
use farsight_engine::Control;
use farsight_render::{diagnostics, plan};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Show what `up` would do, and change nothing
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  farsight preview\n  farsight preview --expect-no-changes    exits 7 when there are changes\n  \
                        farsight preview --json | jq .summary\n  \
                        farsight preview --save plan.json && farsight up --plan plan.json"
)]
pub struct Preview {
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    more: PlanArgs,
    /// Exit with 7 when there are changes
    #[arg(long)]
    expect_no_changes: bool,
    /// Save the plan for `up --plan`; secrets in it stay encrypted
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

impl Preview {
    pub fn run(&self, options: &Options) -> Result<()> {
        run::block_on(async |control: Control| {
            let changes = once(options, &self.run, &self.more, self.save.as_deref(), &control).await?;
            if self.expect_no_changes && changes > 0 {
                out::talk("there are changes, and none were expected");
                return Err(Failure::quiet(exit::CHANGES));
            }
            Ok(())
        })
    }
}

/// Shows what `up` would do, and saves the plan where that is asked for. Gives how many changes there are.
pub async fn once(
    options: &Options,
    args: &RunArgs,
    more: &PlanArgs,
    save_to: Option<&Path>,
    control: &Control,
) -> Result<usize> {
    let opening = Opening { options, run: args, writes: false, may_be_new: save_to.is_none() };
    let mut opened = opening.open(control.clone()).await?;
    let session = &mut opened.stage.session;
    cancellable(control, async { Ok(session.check_cloud().await?) }).await?;
    let options = args.plan_options(more, opened.is_lost())?;
    let declared = up::declared(&mut opened, true, control).await?;
    let config = opened.config.as_value();
    let session = &mut opened.stage.session;
    let (made, saved) = cancellable(control, async {
        Ok(match save_to {
            Some(_) => {
                let (made, saved) = session.plan_and_save(declared, &options, &config).await?;
                (made, Some(saved))
            }
            None => (session.plan(declared, &options).await?, None),
        })
    })
    .await?;
    let view = made.view();
    opened.stage.watch.pause();
    if args.json {
        opened.answer(&view, args.stats)?;
    } else {
        if !view.warnings.is_empty() {
            out::talk(diagnostics(&view.warnings, &opened.stage.watch.sources()).trim_end());
        }
        out::data(&plan(&view, &opened.parents))?;
        if args.stats {
            opened.say_calls();
        }
    }
    if !view.violations.is_empty() {
        return Err(if args.json { Failure::quiet(exit::POLICY) } else { view.violations.into() });
    }
    if let (Some(path), Some(saved)) = (save_to, saved) {
        save(path, &saved.render()?)?;
        out::talk(&format!("saved the plan; run it with `farsight up --plan {}`", path.display()));
    }
    Ok(view.summary.changes() + view.outputs.len())
}

/// Writes a file that only its owner can read, whole or not at all.
fn save(path: &Path, text: &str) -> Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut new = tempfile::NamedTempFile::new_in(directory)?;
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        new.persist(path).map_err(|error| error.error)
    };
    write().map(drop).map_err(|error| file("write the plan to", path, &error))
}
