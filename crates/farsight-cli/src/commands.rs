//! The commands, one file each.

mod cancel;
mod completions;
mod config;
mod down;
mod drift;
mod explain;
mod graph;
mod import;
mod logs;
mod new;
mod preview;
mod refresh;
mod sandbox;
mod stack;
mod state;
mod up;
mod verify;
mod version;
mod watch;

use crate::context::Options;
use crate::failure::Result;

/// What can be asked of farsight.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Up(up::Up),
    Preview(preview::Preview),
    Refresh(refresh::Refresh),
    Down(down::Down),
    Drift(drift::Drift),
    Verify(verify::Verify),
    Logs(logs::Logs),
    Import(import::Import),
    Stack(stack::Stack),
    Config(config::Config),
    State(state::State),
    Graph(graph::Graph),
    Cancel(cancel::Cancel),
    Sandbox(sandbox::Sandbox),
    New(new::New),
    Watch(watch::Watch),
    Explain(explain::Explain),
    Completions(completions::Completions),
    Version(version::Version),
}

impl Command {
    /// Runs it.
    pub fn run(&self, options: &Options) -> Result<()> {
        match self {
            Command::Up(command) => command.run(options),
            Command::Preview(command) => command.run(options),
            Command::Refresh(command) => command.run(options),
            Command::Down(command) => command.run(options),
            Command::Drift(command) => command.run(options),
            Command::Verify(command) => command.run(options),
            Command::Logs(command) => command.run(options),
            Command::Import(command) => command.run(options),
            Command::Stack(command) => command.run(options),
            Command::Config(command) => command.run(options),
            Command::State(command) => command.run(options),
            Command::Graph(command) => command.run(options),
            Command::Cancel(command) => command.run(options),
            Command::Sandbox(command) => command.run(options),
            Command::New(command) => command.run(options),
            Command::Watch(command) => command.run(options),
            Command::Explain(command) => command.run(),
            Command::Completions(command) => command.run(),
            Command::Version(command) => command.run(),
        }
    }

    /// Whether it answers scripts: a failure of it is JSON, too.
    pub fn is_json(&self) -> bool {
        match self {
            Command::Up(command) => command.run.json,
            Command::Preview(command) => command.run.json,
            Command::Refresh(command) => command.run.json,
            Command::Down(command) => command.run.json,
            Command::Drift(command) => command.json,
            Command::Verify(command) => command.json,
            Command::Logs(command) => command.json,
            Command::Import(command) => command.json,
            Command::Stack(command) => command.is_json(),
            Command::Config(command) => command.is_json(),
            Command::State(command) => command.is_json(),
            Command::New(command) => command.json,
            Command::Watch(command) => command.run.json,
            Command::Graph(_) | Command::Completions(_) => false,
            Command::Cancel(command) => command.json,
            Command::Sandbox(command) => command.is_json(),
            Command::Explain(command) => command.json,
            Command::Version(command) => command.json,
        }
    }
}
