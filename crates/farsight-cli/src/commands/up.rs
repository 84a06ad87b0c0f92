//! `farsight up`

use super::not_yet;
use crate::context::Options;
use crate::failure::{Failure, Result};
use crate::run::{self, Opened, Opening, RunArgs, cancellable};
use crate::{ask, out};
use farsight_engine::{Control, Outcome, Plan, PlanOptions, PlanView};
use farsight_model::Urn;
use farsight_provider::{Clock, SystemClock};
use farsight_render::{diagnostics, plan, retained, summary_line};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Build the program, show what it changes, and do it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight up\n  farsight up --sandbox --yes        without an account\n  \
                        farsight up -s prod -c vpc_cidr=10.1.0.0/16 -t 'public-*'")]
pub struct Up {
    #[command(flatten)]
    pub run: RunArgs,
    /// Run exactly this saved plan (not there yet)
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

impl Up {
    pub fn run(&self, options: &Options) -> Result<()> {
        if self.plan.is_some() {
            return Err(not_yet("`up --plan`").help("`farsight up` shows its plan and asks before it runs it").into());
        }
        execute(options, &self.run, "up")
    }
}

/// Runs `up` or `down`: opens and locks the stack, plans, shows, asks, executes.
pub fn execute(options: &Options, args: &RunArgs, kind: &str) -> Result<()> {
    if !args.yes {
        ask::expect_somebody()?;
    }
    run::block_on(async |control: Control| {
        let opening = Opening { options, run: args, writes: true, may_be_new: kind == "up" };
        let mut opened = opening.open(control.clone()).await?;
        opened.stage.lock(kind, args.wait, args.message.clone()).await?;
        let started = SystemClock.now();
        let result = locked(&mut opened, args, kind, &control, started).await;
        opened.stage.end(result)
    })
}

async fn locked(opened: &mut Opened, args: &RunArgs, kind: &str, control: &Control, started: i64) -> Result<()> {
    opened.stage.begin().await?;
    let options = PlanOptions { targets: args.targets()?, refresh: args.refresh || opened.is_lost(), destroy: false };
    let plan = if kind == "down" {
        cancellable(control, async { Ok(opened.stage.session.plan_down(&options).await?) }).await?
    } else {
        planned(opened, &options, false, control).await?
    };
    let view = plan.view();
    show(opened, &view, args.json);
    if !view.violations.is_empty() {
        return Err(view.violations.into());
    }
    let changes = view.summary.changes() + view.outputs.len();
    if changes > 0 && !args.yes {
        let verb = if kind == "down" { "delete this from" } else { "do this to" };
        run::confirm(control, format!("{verb} stack `{}`?", opened.stack)).await?;
    }
    if control.level() > 0 {
        return Err(run::cancelled());
    }
    let outcome = opened.stage.session.execute(plan).await?;
    opened.stage.watch.pause();
    opened.stage.failures.clone_from(&outcome.failures);
    if outcome.succeeded() && args.target.is_empty() {
        opened.is_up_to_date()?;
    }
    finish(opened, args, kind, &view, &outcome, started)
}

/// Builds and runs the program, and plans what it declares.
pub async fn planned(opened: &mut Opened, options: &PlanOptions, preview: bool, control: &Control) -> Result<Plan> {
    let events = opened.stage.watch.events();
    let Opened { cx, stack, config, registry, .. } = &*opened;
    let program = run::declare(&cx.project, stack, config, preview, registry, &events, control).await?;
    let of_program = program.declared.declarations.iter();
    let parents: BTreeMap<Urn, Urn> =
        of_program.filter_map(|one| one.parent.clone().map(|parent| (one.urn.clone(), parent))).collect();
    opened.parents.extend(parents);
    cancellable(control, async { Ok(opened.stage.session.plan(program.declared, options).await?) }).await
}

/// Shows a plan to people: as data where it was asked for, as talk where JSON is the answer.
pub fn show(opened: &Opened, view: &PlanView, json: bool) {
    opened.stage.watch.pause();
    if !view.warnings.is_empty() {
        out::talk(diagnostics(&view.warnings, &opened.stage.watch.sources()).trim_end());
    }
    if json {
        out::talk(&summary_line(&view.summary));
    } else {
        out::talk(plan(view, &opened.parents).trim_end());
    }
}

fn finish(opened: &Opened, args: &RunArgs, kind: &str, view: &PlanView, outcome: &Outcome, started: i64) -> Result<()> {
    let took = SystemClock.now().abs_diff(started);
    let outputs = opened.stage.session.outputs().map(|outputs| farsight_engine::masked(&outputs))?;
    let exit = if outcome.succeeded() { crate::exit::DONE } else { run::outcome_exit(outcome) };
    if args.json {
        let result = match (outcome.cancelled, outcome.succeeded()) {
            (true, _) => "cancelled",
            (_, true) => "succeeded",
            _ => "failed",
        };
        out::json(&json!({
            "result": result,
            "plan": view,
            "done": outcome.done,
            "skipped": outcome.skipped,
            "retained": outcome.retained,
            "outputs": outputs,
            "took": took,
            "error": outcome.failures,
        }))?;
        return if outcome.succeeded() { Ok(()) } else { Err(Failure { diagnostics: Vec::new(), exit }) };
    }
    let again = if kind == "down" { "farsight down" } else { "farsight up" };
    if !outcome.failures.is_empty() {
        out::talk(&diagnostics(&outcome.failures, &opened.stage.watch.sources()));
    }
    out::talk(opened.stage.watch.tally().summary(took, again).trim_end());
    if !outcome.retained.is_empty() {
        out::talk(retained(&outcome.retained).trim_end());
    }
    if !outcome.succeeded() {
        return Err(Failure::quiet(exit));
    }
    if kind == "down" && args.target.is_empty() {
        out::talk(&format!("stack `{0}` is empty; `farsight stack rm {0}` removes it with its history", opened.stack));
    }
    let shown: Vec<String> = outputs
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name}: {}\n", value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    if !shown.is_empty() && kind == "up" {
        out::data(&shown.concat())?;
    }
    Ok(())
}
