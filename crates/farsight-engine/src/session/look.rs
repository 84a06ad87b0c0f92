//! Commands that look at the cloud: refresh, drift; and what drops rows without looking.

use super::{Session, state_diagnostic};
use crate::goal::Goals;
use crate::reference::connect;
use crate::report::{DriftReport, RefreshReport, add_strays, findings, read_everything};
use crate::scope::Scope;
use crate::steps::seal;
use crate::steps::values::mark_secrets;
use crate::target::Targets;
use crate::{Code, Diagnostic, Diagnostics, Event, FindingKind};
use farsight_model::{Urn, Value};
use farsight_provider::Reading;
use farsight_state::{DriftFinding, DriftKind, DriftRun, ResourceKey, Transition};

impl Session {
    /// Reads the stack's objects and says what a refresh would take into state. Writes nothing.
    pub async fn look(&mut self, targets: &Targets) -> Result<RefreshReport, Diagnostics> {
        let world = self.world()?;
        let scope = Scope::new(targets, &Goals::default(), &world)?;
        (self.engine.events)(Event::Phase { name: "read".into(), total: Some(world.rows.len()) });
        connect(&self.engine.registry, world.providers(), &|_| false).await?;
        let (readings, problems) = read_everything(&world, &self.reader(), &|urn| scope.includes(urn)).await;
        if !problems.is_empty() {
            return Err(problems);
        }
        let drift = findings(&world, &self.engine.registry, &self.keyring, &readings);
        let gone = drift.summary.gone;
        Ok(RefreshReport {
            checked: readings.len(),
            mostly_gone: gone >= 4 && gone * 2 > drift.summary.checked,
            drift,
            readings,
        })
    }

    /// Takes what was seen into state. Needs the lock.
    pub async fn refresh(&mut self, report: RefreshReport) -> Result<(), Diagnostics> {
        let world = self.world()?;
        let run = self.run(world, Goals::default())?;
        let now = run.clock.now();
        let mut transitions = Vec::new();
        // What is gone goes last: rows that are put keep no dependency on it.
        let mut gone = Vec::new();
        let mut keys: Vec<&ResourceKey> = report.readings.keys().collect();
        keys.sort();
        for key in keys {
            let (reading, Some(row)) = (&report.readings[key], run.world.rows.get(key)) else { continue };
            match reading {
                Reading::Absent => {
                    gone.push(Transition::Remove { key: *key, update: run.update, reason: "gone".into(), at: now });
                }
                Reading::Ready(observed) | Reading::Stuck(observed, _) => {
                    let Some(handler) = run.registry.handler(&row.urn.token()) else { continue };
                    let mut seen = row.clone();
                    seen.outputs = mark_secrets(handler.schema(), &row.options, &row.inputs, observed);
                    if seen.outputs != row.outputs {
                        seen.updated_at = now;
                    }
                    seen.read_at = Some(now);
                    match run.put(&seen, None) {
                        Ok(transition) => transitions.push(transition),
                        Err(diagnostic) => {
                            self.close(run);
                            return Err(vec![diagnostic]);
                        }
                    }
                }
                Reading::Settling(_) | Reading::Failed(_) => {}
            }
        }
        transitions.append(&mut gone);
        let result = run.journal.commit(transitions).await.map_err(|error| vec![state_diagnostic(&error)]);
        self.close(run);
        result?;
        self.counts.insert("refreshed".into(), report.checked as u64);
        self.counts.insert("gone".into(), report.drift.summary.gone as u64);
        Ok(())
    }

    /// Compares the cloud with state and declaration, records what was found, and changes nothing else.
    pub async fn drift(&mut self, targets: &Targets, user: &str, host: &str) -> Result<DriftReport, Diagnostics> {
        let started_at = self.engine.clock.now();
        let look = self.look(targets).await?;
        let mut report = look.drift;
        if targets.is_everything() {
            let world = self.world()?;
            add_strays(&world, &self.engine.registry, &self.label(), &mut report).await;
        }
        let findings = report
            .findings
            .iter()
            .map(|finding| {
                let context = finding.urn.as_ref().map_or("", Urn::as_str);
                let [declared, remembered, observed] = &finding.values;
                let stored =
                    |value: &Value| (!value.is_null()).then(|| seal(&self.keyring, context, value)).transpose();
                Ok(DriftFinding {
                    kind: match finding.kind {
                        FindingKind::Changed => DriftKind::Changed,
                        FindingKind::Gone => DriftKind::Gone,
                        FindingKind::Ambient => DriftKind::Ambient,
                        FindingKind::Ignored => DriftKind::Ignored,
                        FindingKind::Unmanaged => DriftKind::Unmanaged,
                    },
                    urn: finding.urn.clone(),
                    token: finding.token.clone(),
                    id: finding.id.clone(),
                    path: finding.path.clone(),
                    declared: stored(declared)?,
                    remembered: stored(remembered)?,
                    observed: stored(observed)?,
                })
            })
            .collect::<Result<_, Diagnostic>>()
            .map_err(|diagnostic| vec![diagnostic])?;
        let run = DriftRun {
            started_at,
            ended_at: self.engine.clock.now(),
            user: user.to_owned(),
            host: host.to_owned(),
            checked: report.summary.checked as u32,
            error: report.errors.first().map(|diagnostic| diagnostic.message.clone()),
            findings,
        };
        let stack = self.stack.id;
        self.store_mut()?.record_drift(stack, &run).map_err(|error| vec![state_diagnostic(&error)])?;
        Ok(report)
    }

    /// Drops resources from state and leaves their objects alone. Needs the lock.
    pub async fn forget(&mut self, targets: &Targets) -> Result<Vec<Urn>, Diagnostics> {
        let world = self.world()?;
        let scope = Scope::new(targets, &Goals::default(), &world)?;
        let doomed: Vec<(ResourceKey, Urn)> =
            world.rows.values().filter(|row| scope.includes(&row.urn)).map(|row| (row.key, row.urn.clone())).collect();
        let urns: Vec<Urn> = doomed.iter().map(|(_, urn)| urn.clone()).collect();
        if let Some(other) = world.rows.values().find(|row| {
            !urns.contains(&row.urn) && row.dependencies.iter().chain(&row.parent).any(|urn| urns.contains(urn))
        }) {
            return Err(vec![
                Diagnostic::error(
                    Code::TargetNeeds,
                    format!("`{}` depends on what would be dropped", other.urn.name()),
                )
                .about(&other.urn)
                .help("drop it as well, or take the dependency out of the program and run `up` first"),
            ]);
        }
        let run = self.run(world, Goals::default())?;
        let at = run.clock.now();
        let transitions = doomed
            .into_iter()
            .map(|(key, _)| Transition::Remove { key, update: run.update, reason: "forgotten".into(), at })
            .collect();
        let result = run.journal.commit(transitions).await.map_err(|error| vec![state_diagnostic(&error)]);
        self.close(run);
        result?;
        self.counts.insert("forget".into(), urns.len() as u64);
        Ok(urns)
    }
}
