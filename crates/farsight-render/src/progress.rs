//! What happens while it happens: live lines on a terminal, one plain line per start and end elsewhere.

mod lines;
mod live;

use crate::diagnostic::Sources;
use farsight_engine::{Event, StepOp};
use farsight_model::Urn;
use indicatif::ProgressDrawTarget;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// Shows events as they come. Cheap to call and safe to share between threads.
pub struct Progress {
    show: Mutex<Show>,
}

enum Show {
    Live(Box<live::Live>),
    Lines(lines::Lines),
}

impl Progress {
    /// Spinners and a bar, for a terminal.
    pub fn live(target: ProgressDrawTarget, sources: Sources) -> Self {
        Self { show: Mutex::new(Show::Live(Box::new(live::Live::new(target, sources)))) }
    }

    /// Plain lines, for logs and pipes.
    pub fn lines(writer: Box<dyn Write + Send>, sources: Sources) -> Self {
        Self { show: Mutex::new(Show::Lines(lines::Lines::new(writer, sources))) }
    }

    /// Shows one event. An output that nobody reads any more is no reason to stop a run, so errors of it are left.
    pub fn event(&self, event: &Event) {
        match &mut *self.show.lock().unwrap_or_else(PoisonError::into_inner) {
            Show::Live(live) => live.event(event),
            Show::Lines(lines) => lines.event(event),
        }
    }

    /// Takes everything that moves off the screen, before a question or the end.
    pub fn pause(&self) {
        if let Show::Live(live) = &mut *self.show.lock().unwrap_or_else(PoisonError::into_inner) {
            live.clear();
        }
    }
}

/// What a phase of a run is called while it runs.
fn phase(name: &str) -> &str {
    match name {
        "recover" => "settling what an earlier run left open",
        "build" => "building the program",
        "declare" => "running the program",
        "read" => "reading the cloud",
        "plan" => "planning",
        "execute" => "executing",
        "verify" => "checking",
        other => other,
    }
}

/// Whether a step does something that people want to follow.
fn is_shown(op: StepOp) -> bool {
    !matches!(op, StepOp::Same | StepOp::Refresh)
}

/// A step in words: `creating aws:ec2:Vpc main`.
fn step(verb: &str, urn: &Urn) -> String {
    format!("{verb} {}", crate::text::resource(urn))
}
