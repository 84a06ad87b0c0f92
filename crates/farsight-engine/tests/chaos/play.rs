//! Plays a script and holds the engine to what it promises.

use crate::common::oracle::{agrees, rests, succeeded};
use crate::common::trap::{Command, Spot, arm, disarm, killed, take_lock_away};
use crate::common::*;
use crate::script::{Act, Meddling, Script, Spec, Trouble};
use farsight_engine::{PlanOptions, Targets};
use farsight_provider::fake::Script as Fates;
use proptest::test_runner::TestCaseError;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Plays it to the end. Says what went wrong.
pub fn play(script: &Script) -> Result<(), TestCaseError> {
    let verdict = Arc::new(Mutex::new(Err("it never ended".to_owned())));
    let told = verdict.clone();
    virtual_time(async move { *told.lock().unwrap() = perform(script).await });
    let verdict = verdict.lock().unwrap().clone();
    verdict.map_err(TestCaseError::fail)
}

struct Stage<'a> {
    script: &'a Script,
    lab: Lab,
    program: Vec<Option<Spec>>,
}

async fn perform(script: &Script) -> Result<(), String> {
    let mut lab = Lab::new(1);
    lab.settings.parallel = script.parallel;
    let (lag, creating, deleting) = script.slowness;
    lab.cloud.lag(Duration::from_secs(lag));
    lab.cloud.create_takes(Duration::from_secs(creating));
    lab.cloud.delete_takes(Duration::from_secs(deleting));
    let mut stage = Stage { script, lab, program: script.program.clone() };
    stage.come_together().await?;
    for (number, act) in script.acts.iter().enumerate() {
        stage.act(act).await.map_err(|error| format!("act {}: {error}", number + 1))?;
    }
    stage.settle().await.map_err(|error| format!("at the end: {error}"))?;
    let outcome = stage.lab.try_down(&PlanOptions::default()).await;
    succeeded("`down`", &outcome)?;
    agrees(&stage.lab)?;
    let left = stage.lab.cloud.objects();
    if left.is_empty() && stage.lab.names().is_empty() { Ok(()) } else { Err(format!("`down` left {left:#?}")) }
}

impl Stage<'_> {
    fn nodes(&self) -> Vec<Node> {
        self.script.nodes(&self.program)
    }

    async fn act(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Edit(changes) => {
                for (index, spec) in changes {
                    self.program[*index].clone_from(spec);
                }
            }
            Act::Meddle(index, how) => self.meddle(*index, *how),
            Act::Up { faults, kill, refresh, go_on } => self.up(faults, *kill, *refresh, *go_on).await,
            Act::Target(index) => self.target(*index).await?,
            Act::Refresh { kill } => self.run(Command::Refresh, *kill).await,
            Act::Down { kill } => self.run(Command::Down, *kill).await,
            Act::Race { pause, edit } => self.race(*pause, edit).await?,
            Act::Settle => self.settle().await?,
        }
        Ok(())
    }

    fn meddle(&self, index: usize, how: Meddling) {
        let name = format!("n{index}");
        let row = self.lab.snapshot().resources.into_iter().find(|row| row.urn.name() == name && !row.pending_delete);
        let Some(id) = row.and_then(|row| row.id) else { return };
        match how {
            Meddling::Remove => self.lab.cloud.remove(&id),
            Meddling::Size => self.lab.cloud.change(&id, "size", v("9")),
            Meddling::Zone => self.lab.cloud.change(&id, "zone", "theirs".into()),
            Meddling::Ambient => self.lab.cloud.change(&id, "count", v("3")),
        }
    }

    /// A run that may fail and may be killed.
    async fn run(&mut self, command: Command, kill: Option<usize>) {
        let nodes = self.nodes();
        let trap = arm(&mut self.lab, kill.unwrap_or(usize::MAX));
        killed(&mut self.lab, &trap, command, &nodes).await;
        disarm(&mut self.lab);
    }

    async fn up(&mut self, faults: &[Trouble], kill: Option<usize>, refresh: bool, go_on: bool) {
        for Trouble { call, after, times, fate } in faults {
            let (call, about, fate) = (*call, String::new(), fate.clone());
            self.lab.cloud.script(Fates { call, about, after: *after, times: *times, fate });
        }
        self.lab.settings.continue_on_error = go_on;
        self.run(if refresh { Command::Refreshing } else { Command::Up }, kill).await;
        self.lab.settings.continue_on_error = false;
        self.lab.cloud.clear_script();
    }

    /// A targeted run touches nothing but its target, in the cloud or in state.
    async fn target(&mut self, index: usize) -> Result<(), String> {
        self.settle_open().await?;
        // What was on its way is no doing of this run.
        tokio::time::sleep(Duration::from_mins(3)).await;
        let name = format!("n{index}");
        let targets = Targets::parse(std::slice::from_ref(&name)).map_err(|problems| format!("{problems:#?}"))?;
        let others = |lab: &Lab| -> BTreeMap<String, _> {
            let rows = lab.snapshot().resources.into_iter().filter(|row| row.urn.name() != name);
            rows.map(|row| (format!("{:?} {}", row.key, row.urn), row)).collect()
        };
        let objects = |lab: &Lab, rows: &BTreeMap<String, farsight_state::ResourceRow>| -> BTreeMap<String, _> {
            let ids: Vec<String> = rows.values().filter_map(|row| row.id.clone()).collect();
            lab.cloud.objects().into_iter().filter(|(id, _)| ids.contains(id)).collect()
        };
        let before = others(&self.lab);
        let cloud = objects(&self.lab, &before);
        let options = PlanOptions { targets, ..PlanOptions::default() };
        // It may be refused: something else needs it, or it needs something that is not there.
        let _ = self.lab.try_up(program(&self.nodes()), &options).await;
        let after = others(&self.lab);
        if after != before {
            return Err(format!("`up --target {name}` changed what state knows of others:\n{before:#?}\n{after:#?}"));
        }
        let now = objects(&self.lab, &before);
        if now == cloud { Ok(()) } else { Err(format!("`up --target {name}` changed others:\n{cloud:#?}\n{now:#?}")) }
    }

    /// Settles what earlier acts left open, without a plan.
    async fn settle_open(&mut self) -> Result<(), String> {
        let mut session = self.lab.session();
        let result = async {
            session.lock(&request("up")).await?;
            session.recover().await?;
            session.finish(&[], false)
        }
        .await;
        self.lab.store = session.into_store();
        result.map_err(|problems| format!("recovery failed: {problems:#?}"))
    }

    /// Two runs at once: the one that is paused loses the stack, and must change nothing when it wakes up.
    async fn race(&mut self, pause: usize, edit: &(usize, Option<Spec>)) -> Result<(), String> {
        let other = self.lab.store().another().map_err(|error| error.to_string())?;
        let (first, options) = (self.nodes(), PlanOptions::default());
        let trap = arm(&mut self.lab, pause);
        let mut paused = self.lab.session();
        let mut run = Box::pin(up(&mut paused, program(&first), &options));
        let ended = tokio::select! {
            biased;
            () = trap.sprung() => false,
            _ = &mut run => true,
        };
        disarm(&mut self.lab);
        // A request that was on its way when its sender stopped for so long is another story (docs/reliability.md).
        let resumes = !matches!(trap.spot(), Some(Spot::BeforeCall | Spot::OnTheWay));
        let (index, spec) = edit;
        self.program[*index].clone_from(spec);
        self.lab.store = Some(other);
        if ended {
            drop(run);
            return Ok(());
        }
        take_lock_away(&mut self.lab);
        let second = self.nodes();
        let outcome = self.lab.try_up(program(&second), &options).await;
        let before = self.lab.cloud.story();
        if resumes {
            trap.let_go();
            let result = run.await;
            if result.is_ok_and(|outcome| outcome.succeeded()) {
                return Err("a run that had lost its lock said that it succeeded".into());
            }
            let after = self.lab.cloud.story();
            if after != before {
                return Err(format!("a run that had lost its lock changed the cloud: {:?}", &after[before.len()..]));
            }
        } else {
            drop(run);
        }
        drop(paused);
        self.lab.home.lock().unwrap().take();
        // Whatever stood in the second run's way stands there without the first one, too.
        drop(outcome);
        Ok(())
    }

    /// Recovers, plans, does exactly that, and has nothing left to do.
    async fn settle(&mut self) -> Result<(), String> {
        let nodes = self.come_together().await?;
        rests(&mut self.lab, &nodes).await
    }

    /// Recovers, plans, and does exactly that.
    async fn come_together(&mut self) -> Result<Vec<Node>, String> {
        let nodes = self.nodes();
        let mut session = self.lab.session();
        let options = PlanOptions { refresh: true, ..PlanOptions::default() };
        let told = |what: &str, problem: &dyn std::fmt::Debug| format!("{what}: {problem:#?}");
        session.lock(&request("up")).await.map_err(|e| told("lock", &e))?;
        session.recover().await.map_err(|e| told("recovery", &e))?;
        let preview = session.plan(program(&nodes), &options).await.map_err(|e| told("preview", &e))?.view();
        let plan = session.plan(program(&nodes), &options).await.map_err(|e| told("plan", &e))?;
        let planned = plan.view().summary;
        let outcome = session.execute(plan).await;
        succeeded("`up`", &outcome)?;
        let done = outcome.map(|outcome| outcome.done).unwrap_or_default();
        if preview.summary != planned || done != planned {
            return Err(format!("preview: {:?}, planned: {planned:?}, done: {done:?}", preview.summary));
        }
        session.finish(&[], false).map_err(|e| told("finish", &e))?;
        self.lab.store = session.into_store();
        Ok(nodes)
    }
}
