//! Commands for people who work on farsight: `cargo xtask chaos --seconds 600 --seed 7`.

use clap::Parser;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

/// Commands for people who work on farsight.
#[derive(Parser)]
enum Task {
    /// Play random stories on the fake cloud: programs, edits, kills, faults, meddling and runs that race. A failure
    /// prints its seed and the smallest story that still fails.
    Chaos {
        /// How long to go on; 0 plays the stories of one seed
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The first seed; the next ones follow
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Build with optimisation first: several times as many stories in a long run
        #[arg(long)]
        release: bool,
    },
}

fn main() -> ExitCode {
    let Task::Chaos { seconds, seed, release } = Task::parse();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["test", "--package", "farsight-engine", "--test", "chaos"]);
    command.args(release.then_some("--release"));
    command.args(["--", "--exact", "chaos", "--nocapture"]);
    command.env("FARSIGHT_SECONDS", seconds.to_string()).env("FARSIGHT_SEED", seed.to_string());
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
