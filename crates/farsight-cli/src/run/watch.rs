//! What is done with events: shown, counted, written to a file.

use crate::failure::{Result, file};
use crate::out;
use farsight_engine::{Event, Events};
use farsight_render::{Progress, Sources, Tally};
use indicatif::ProgressDrawTarget;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Watches a run.
pub struct Watch {
    progress: Progress,
    tally: Mutex<Tally>,
    file: Mutex<Option<File>>,
    sources: Sources,
}

impl Watch {
    /// A watch that also writes events to a file, if one is named.
    pub fn new(events: Option<&Path>, sources: Sources) -> Result<Arc<Self>> {
        let shown = sources.clone();
        let progress = if out::is_watched() {
            Progress::live(ProgressDrawTarget::stderr(), shown)
        } else {
            Progress::lines(Box::new(std::io::stderr()), shown)
        };
        let file = match events {
            Some(path) => Some(File::create(path).map_err(|error| file("write events to", path, &error))?),
            None => None,
        };
        Ok(Arc::new(Self { progress, tally: Mutex::default(), file: Mutex::new(file), sources }))
    }

    /// Where the engine sends events.
    pub fn events(self: &Arc<Self>) -> Events {
        let watch = self.clone();
        Arc::new(move |event| watch.event(&event))
    }

    /// Where source files are.
    pub fn sources(&self) -> Sources {
        self.sources.clone()
    }

    /// The counts so far.
    pub fn tally(&self) -> Tally {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes everything that moves off the screen.
    pub fn pause(&self) {
        self.progress.pause();
    }

    fn event(&self, event: &Event) {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).event(event);
        self.progress.event(event);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = file.as_mut()
            && let Err(error) = write(open, event)
        {
            // The run matters more than its protocol; say it once and go on.
            *file = None;
            out::talk(&format!("warning: events are no longer written to their file: {error}"));
        }
    }
}

fn write(file: &mut File, event: &Event) -> std::io::Result<()> {
    let mut line = serde_json::to_string(event)?;
    line.push('\n');
    file.write_all(line.as_bytes())
}
