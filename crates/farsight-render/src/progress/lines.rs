//! Progress without a terminal.

use super::{is_shown, phase, step};
use crate::diagnostic::{Sources, diagnostics};
use crate::style::verbs;
use crate::text::{duration, plain, printable};
use farsight_engine::Event;
use std::io::Write;

pub(super) struct Lines {
    writer: Box<dyn Write + Send>,
    sources: Sources,
}

impl Lines {
    pub(super) fn new(writer: Box<dyn Write + Send>, sources: Sources) -> Self {
        Self { writer, sources }
    }

    pub(super) fn event(&mut self, event: &Event) {
        let Some(line) = line(event, &self.sources) else {
            return;
        };
        // A closed log must not stop a run half-way; the state has it all.
        let _ = writeln!(self.writer, "{}", plain(line.trim_end()));
        let _ = self.writer.flush();
    }
}

/// The line of an event, if it has one.
pub(super) fn line(event: &Event, sources: &Sources) -> Option<String> {
    Some(match event {
        Event::Phase { name, total } if name == "execute" => match total {
            Some(0) => return None,
            Some(total) => format!("{}: {}", phase(name), crate::text::count(*total, "step")),
            None => phase(name).to_owned(),
        },
        Event::Phase { name, .. } => phase(name).to_owned(),
        Event::Output { line, .. } => line.clone(),
        Event::Recovered { urn, what } => format!("{}: {}", step("recovered", urn), printable(what)),
        Event::Started { urn, op } if is_shown(*op) => step(verbs(*op).0, urn),
        Event::Retrying { urn, reason, after, .. } => {
            format!("{} in {}: {}", step("asking again for", urn), duration(*after), printable(reason))
        }
        Event::Finished { urn, op, id, took } if is_shown(*op) => {
            let id = id.as_ref().map_or_else(String::new, |id| format!(" [{}]", printable(id)));
            format!("{}{id} in {}", step(verbs(*op).1, urn), duration(*took))
        }
        Event::Failed { urn, op, diagnostic } => {
            format!("{}: {}", step(&format!("failed {}", verbs(*op).0), urn), printable(&diagnostic.message))
        }
        Event::Skipped { urn, op, reason } if is_shown(*op) => {
            format!("{}: {}", step(&format!("not {}", verbs(*op).0), urn), printable(reason))
        }
        Event::Checking { urn, seen } => format!("{}: {}", step("not yet", urn), printable(seen)),
        Event::Notice { diagnostic } => diagnostics(std::slice::from_ref(diagnostic), sources),
        Event::Cancelling { level } => cancelling(*level).to_owned(),
        _ => return None,
    })
}

/// What is said when a run is asked to stop.
pub(super) fn cancelling(level: u8) -> &'static str {
    if level < 2 {
        "stopping: nothing new starts, what is in flight is finished and recorded; again to stop waiting"
    } else {
        "stopping now: the next run settles what is in flight"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use farsight_engine::{Code, Diagnostic, StepOp};
    use farsight_model::Urn;

    #[test]
    fn one_line_per_start_and_end() {
        let urn = Urn::parse("urn:farsight:dev::shop::aws:ec2/vpc:Vpc::main").unwrap();
        let op = StepOp::Create;
        let events = [
            Event::Phase { name: "execute".into(), total: Some(3) },
            Event::Started { urn: urn.clone(), op: StepOp::Same },
            Event::Started { urn: urn.clone(), op },
            Event::Waiting { urn: urn.clone(), op, reason: "pending".into() },
            Event::Retrying { urn: urn.clone(), op, reason: "slow down".into(), after: 1500 },
            Event::Finished { urn: urn.clone(), op, id: Some("vpc-1".into()), took: 3200 },
            Event::Failed { urn: urn.clone(), op, diagnostic: Diagnostic::error(Code::Refused, "no\u{1b}[2J") },
            Event::Skipped { urn: urn.clone(), op: StepOp::Delete, reason: "another step failed".into() },
            Event::Checking { urn: urn.clone(), seen: "status 503".into() },
            Event::Cancelling { level: 1 },
        ];
        let lines: Vec<String> = events.iter().filter_map(|event| line(event, &Sources::default())).collect();
        insta::assert_snapshot!(plain(&lines.join("\n")), @r"
        executing: 3 steps
        creating aws:ec2:Vpc main
        asking again for aws:ec2:Vpc main in 1.5s: slow down
        created aws:ec2:Vpc main [vpc-1] in 3.2s
        failed creating aws:ec2:Vpc main: no\u{1b}[2J
        not deleting aws:ec2:Vpc main: another step failed
        not yet aws:ec2:Vpc main: status 503
        stopping: nothing new starts, what is in flight is finished and recorded; again to stop waiting
        ");
    }
}
