//! The command that asks whether the stack is as it should be, seen from outside.

use super::Session;
use crate::verify::Asker;
use crate::{Code, Diagnostic, Diagnostics, Event, Patterns, VerifyReport};
use farsight_model::{Urn, Value};
use futures_util::future::join_all;
use std::time::Duration;

impl Session {
    /// Asks the checks that the stack remembers, all at once, until each holds or its time is over. Without
    /// patterns all are meant; `limit` stands in
    /// place of their own limits. Writes nothing and needs neither lock nor program.
    pub async fn verify(&self, which: &Patterns, limit: Option<Duration>) -> Result<VerifyReport, Diagnostics> {
        let world = self.world()?;
        let checks: Vec<(&Urn, &Value)> = world
            .rows
            .values()
            .filter(|row| !row.custom && !row.pending_delete && row.urn.token().is_check())
            .map(|row| (&row.urn, &row.inputs))
            .collect();
        let unmatched = which.unmatched(&checks.iter().map(|(urn, _)| *urn));
        if !unmatched.is_empty() {
            let problem = |text: &str| {
                Diagnostic::error(Code::UnknownTarget, format!("`{text}` matches no check"))
                    .help("`farsight verify` without names asks all checks")
            };
            return Err(unmatched.into_iter().map(problem).collect());
        }
        let engine = &self.engine;
        let wanted: Vec<_> = checks.into_iter().filter(|(urn, _)| which.is_empty() || which.name(urn)).collect();
        (engine.events)(Event::Phase { name: "verify".into(), total: Some(wanted.len()) });
        let asker = Asker {
            registry: &engine.registry,
            clock: engine.clock.as_ref(),
            events: &engine.events,
            control: &engine.control,
            limit,
        };
        let results = join_all(wanted.iter().map(|(urn, args)| asker.ask(urn, args))).await;
        match results.into_iter().collect() {
            Some(checks) => Ok(VerifyReport::new(checks)),
            None => Err(vec![Diagnostic::error(Code::Cancelled, "cancelled; nothing was changed")]),
        }
    }
}
