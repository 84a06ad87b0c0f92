//! `farsight up`

use super::verify;
use crate::context::Options;
use crate::failure::{Failure, Result, file};
use crate::providers::Via;
use crate::run::{self, Opened, Opening, PlanArgs, RunArgs, cancellable};
use crate::{ask, out};
use farsight_engine::{Control, Declared, Diagnostic, Outcome, Patterns, PlanView, SavedPlan, VerifyReport};
use farsight_model::Urn;
use farsight_provider::{Clock, SystemClock};
use farsight_render::{diagnostics, plan, retained, summary_line};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Build the program, show what it changes, and do it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight up\n  farsight up --sandbox --yes        without an account\n  \
                        farsight up -s prod -c vpc_cidr=10.1.0.0/16 -t 'public-*'")]
pub struct Up {
    #[command(flatten)]
    pub run: RunArgs,
    #[command(flatten)]
    more: PlanArgs,
    /// Run exactly this plan of `preview --save`, or nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["target", "exclude", "replace", "refresh"])]
    plan: Option<PathBuf>,
    /// When everything is done, ask the program's checks until they hold, as `farsight verify` does
    #[arg(long)]
    verify: bool,
    /// Where checks over HTTP send their requests, in place of the host of their URL
    #[arg(long, value_name = "HOST:PORT", requires = "verify")]
    via: Option<Via>,
}

impl Up {
    pub fn run(&self, options: &Options) -> Result<()> {
        let saved = self.plan.as_deref().map(saved).transpose()?;
        let args = RunArgs { verify: self.verify, via: self.via.clone(), ..self.run.clone() };
        execute(options, &args, &Task { kind: "up", more: &self.more, saved: saved.as_ref() })
    }
}

/// What is done in a run that writes.
pub struct Task<'a> {
    /// `up` or `down`.
    pub kind: &'a str,
    /// Options of plans.
    pub more: &'a PlanArgs,
    /// The plan to run, where it was made before.
    pub saved: Option<&'a SavedPlan>,
}

fn saved(path: &Path) -> Result<SavedPlan> {
    let text = std::fs::read(path).map_err(|error| file("read", path, &error))?;
    SavedPlan::parse(&text).map_err(|problem| {
        let message = format!("cannot use `{}`: {}", path.display(), problem.message);
        Diagnostic { message, ..problem }.into()
    })
}

/// Runs `up` or `down`: opens and locks the stack, plans, shows, asks, executes.
pub fn execute(options: &Options, args: &RunArgs, task: &Task<'_>) -> Result<()> {
    if !args.yes {
        ask::expect_somebody()?;
    }
    run::block_on(async |control: Control| {
        let may_be_new = task.kind == "up" && task.saved.is_none();
        let opening = Opening { options, run: args, writes: true, may_be_new };
        let mut opened = opening.open(control.clone()).await?;
        if let Some(saved) = task.saved {
            saved.check_origin(&opened.cx.project.name, &opened.stack)?;
        }
        opened.stage.lock(task.kind, args.wait, args.message.clone()).await?;
        let started = SystemClock.now();
        let result = locked(&mut opened, args, task, &control, started).await;
        if args.stats && !args.json {
            opened.stage.watch.pause();
            opened.say_calls();
        }
        opened.stage.end(result)
    })
}

async fn locked(opened: &mut Opened, args: &RunArgs, task: &Task<'_>, control: &Control, started: i64) -> Result<()> {
    opened.stage.begin().await?;
    let kind = task.kind;
    let options = args.plan_options(task.more, opened.is_lost())?;
    let plan = if let Some(saved) = task.saved {
        opened.stage.session.check_saved(saved)?;
        let declared = declared(opened, false, control).await?;
        let config = opened.config.as_value();
        cancellable(control, async { Ok(opened.stage.session.load_plan(saved, declared, &config).await?) }).await?
    } else if kind == "down" {
        cancellable(control, async { Ok(opened.stage.session.plan_down(&options).await?) }).await?
    } else {
        let declared = declared(opened, false, control).await?;
        cancellable(control, async { Ok(opened.stage.session.plan(declared, &options).await?) }).await?
    };
    let whole = plan.is_whole();
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
    if outcome.succeeded() && whole {
        opened.is_up_to_date()?;
    }
    let took = SystemClock.now().abs_diff(started);
    if !args.json {
        tell(opened, kind, args, &outcome, took)?;
    }
    let checks = if args.verify && outcome.succeeded() {
        Some(verify::ask(opened, args, &Patterns::default(), None).await?)
    } else {
        None
    };
    if args.json {
        answer(opened, args, &view, &outcome, checks.as_ref(), took)?;
    } else if let Some(checks) = &checks {
        out::data(&farsight_render::verify(checks))?;
    }
    if !outcome.succeeded() {
        return Err(Failure::quiet(run::outcome_exit(&outcome)));
    }
    checks.as_ref().map_or(Ok(()), verify::judged)
}

/// Builds and runs the program, and gives what it declares.
pub async fn declared(opened: &mut Opened, preview: bool, control: &Control) -> Result<Declared> {
    let events = opened.stage.watch.events();
    let Opened { cx, stack, config, registry, .. } = &*opened;
    let program = run::declare(&cx.project, stack, config, preview, registry, &events, control).await?;
    let of_program = program.declared.declarations.iter();
    let parents: BTreeMap<Urn, Urn> =
        of_program.filter_map(|one| one.parent.clone().map(|parent| (one.urn.clone(), parent))).collect();
    opened.parents.extend(parents);
    Ok(program.declared)
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

/// What scripts get of a run.
fn answer(
    opened: &Opened,
    args: &RunArgs,
    view: &PlanView,
    outcome: &Outcome,
    checks: Option<&VerifyReport>,
    took: u64,
) -> Result<()> {
    let result = match (outcome.cancelled, outcome.succeeded()) {
        (true, _) => "cancelled",
        (_, true) => "succeeded",
        _ => "failed",
    };
    let mut answer = json!({
        "result": result,
        "plan": view,
        "done": outcome.done,
        "skipped": outcome.skipped,
        "retained": outcome.retained,
        "outputs": outputs(opened)?,
        "took": took,
        "error": outcome.failures,
    });
    if let Some(checks) = checks {
        answer["verify"] = json!(checks);
    }
    opened.answer(&answer, args.stats)
}

/// What people see of a run.
fn tell(opened: &Opened, kind: &str, args: &RunArgs, outcome: &Outcome, took: u64) -> Result<()> {
    let again = if kind == "down" { "farsight down" } else { "farsight up" };
    if !outcome.failures.is_empty() {
        out::talk(&diagnostics(&outcome.failures, &opened.stage.watch.sources()));
    }
    out::talk(opened.stage.watch.tally().summary(took, again).trim_end());
    if !outcome.retained.is_empty() {
        out::talk(retained(&outcome.retained).trim_end());
    }
    if !outcome.succeeded() {
        return Ok(());
    }
    if kind == "down" && args.targets()?.is_everything() {
        out::talk(&format!("stack `{0}` is empty; `farsight stack rm {0}` removes it with its history", opened.stack));
    }
    let shown: Vec<String> = outputs(opened)?
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

/// The stack's outputs, secrets masked.
fn outputs(opened: &Opened) -> Result<serde_json::Value> {
    Ok(farsight_engine::masked(&opened.stage.session.outputs()?))
}
