//! `farsight watch`

use super::preview;
use crate::context::{Context, Options};
use crate::failure::Result;
use crate::run::{self, PlanArgs, RunArgs};
use crate::{out, report};
use farsight_engine::Control;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Show a new preview at every change of the program; nothing is ever written
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  farsight watch\n  farsight watch -s prod --target 'web-*'")]
pub struct Watch {
    #[command(flatten)]
    pub run: RunArgs,
}

/// How often the files are looked at. Editors write a file in several steps, and people save several files: a change
/// counts once nothing has changed between two looks.
const PAUSE: Duration = Duration::from_millis(250);

impl Watch {
    pub fn run(&self, options: &Options) -> Result<()> {
        let cx = options.context()?;
        let files = Files::new(&cx, &self.run)?;
        run::block_on(async |control: Control| {
            loop {
                // Looked at before the preview, so that no change is missed while it runs.
                let before = files.look();
                let result = preview::once(options, &self.run, &PlanArgs::default(), None, &control).await;
                if control.level() > 0 {
                    return Ok(());
                }
                if let Err(failure) = result {
                    report(&failure, options, self.run.json);
                }
                out::talk(&format!("waiting for a change in `{}`; Ctrl-C ends it", files.program.display()));
                let Some(path) = changed(&files, before, &control).await else { return Ok(()) };
                out::talk(&format!("`{}` changed", path.strip_prefix(&files.root).unwrap_or(&path).display()));
            }
        })
    }
}

/// The first file that changed, once everything is quiet again; `None` when the command is to end.
async fn changed(files: &Files, before: Look, control: &Control) -> Option<PathBuf> {
    let mut last = before.clone();
    loop {
        tokio::select! {
            () = control.reached(1) => return None,
            () = tokio::time::sleep(PAUSE) => {}
        }
        let now = files.look();
        if now == last
            && let Some(path) = difference(&before, &now)
        {
            return Some(path);
        }
        last = now;
    }
}

/// Files by path: when they were written, and how long they are.
type Look = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

fn difference(a: &Look, b: &Look) -> Option<PathBuf> {
    a.keys().chain(b.keys()).find(|path| a.get(*path) != b.get(*path)).cloned()
}

/// The program's and the project's files.
struct Files {
    root: PathBuf,
    program: PathBuf,
    /// What the command itself changes.
    own: Vec<PathBuf>,
}

impl Files {
    fn new(cx: &Context, run: &RunArgs) -> Result<Self> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let own = run.events.iter().map(|path| absolute(path)).chain([absolute(&cx.state_path()?)]).collect();
        Ok(Self { root: cx.project.root.clone(), program: cx.project.program_dir(), own })
    }

    fn look(&self) -> Look {
        let mut look = Look::new();
        self.add(&self.program, true, &mut look);
        self.add(&self.root, false, &mut look);
        look
    }

    /// What goes away while it is looked at is not there: the next look says so.
    fn add(&self, directory: &Path, deep: bool, look: &mut Look) {
        for entry in directory.read_dir().into_iter().flatten().flatten() {
            let (path, Ok(metadata)) = (entry.path(), entry.metadata()) else { continue };
            if self.is_own(&path) {
                continue;
            }
            if metadata.is_file() {
                look.insert(path, (metadata.modified().ok(), metadata.len()));
            } else if metadata.is_dir() && deep && !path.join("CACHEDIR.TAG").exists() {
                self.add(&path, true, look);
            }
        }
    }

    /// Whether a change is none of the program's: hidden files, what cargo writes, state and events.
    fn is_own(&self, path: &Path) -> bool {
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let shown = name(path);
        // Beside the state file lie its log and its index.
        let own = |own: &PathBuf| path.parent() == own.parent() && shown.starts_with(&name(own));
        shown.starts_with('.') || shown == "target" || shown == "Cargo.lock" || self.own.iter().any(own)
    }
}
