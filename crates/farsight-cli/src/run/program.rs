//! The program of a project: built, run, and heard to its end.

use super::{Configuration, cancellable};
use crate::failure::Result;
use crate::project::Project;
use farsight_engine::program::{BuildOptions, HostOptions, Program, build, start};
use farsight_engine::{Control, Events};
use farsight_protocol::Welcome;
use farsight_provider::Registry;
use std::time::Duration;

/// How long a program may be silent while it is its turn to speak.
const PATIENCE: Duration = Duration::from_mins(1);

/// Builds and runs the program until it has declared everything, and checks that it reads all of its configuration.
pub async fn declare(
    project: &Project,
    stack: &str,
    config: &Configuration,
    preview: bool,
    registry: &Registry,
    events: &Events,
    control: &Control,
) -> Result<Program> {
    let program = cancellable(control, async {
        let options = BuildOptions {
            dir: project.program_dir(),
            bin: project.program.bin.clone(),
            release: project.program.release,
        };
        let executable = build(&options, events).await?;
        let patience = project.program.patience.map_or(PATIENCE, Duration::from_secs);
        let host = HostOptions { executable, dir: project.root.clone(), patience };
        let welcome =
            Welcome { stack: stack.to_owned(), project: project.name.clone(), config: config.entries(), preview };
        Ok(start(&host, welcome, registry, events).await?)
    })
    .await?;
    config.check_used(&program.config_used)?;
    Ok(program)
}
