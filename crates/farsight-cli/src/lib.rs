//! The command line: one file per command, and the only crate that knows every provider.
//!
//! [`main`] reads the command line, runs one command, and turns its failure into words and an exit code ([`exit`]).

mod ask;
mod commands;
mod context;
pub mod exit;
mod failure;
mod home;
mod keys;
mod names;
mod out;
mod panic;
mod project;
mod providers;
mod run;
mod stack_file;

use clap::Parser;
use commands::Command;
use context::Options;
use failure::Failure;
use farsight_render::{Sources, diagnostics, diagnostics_json};
use std::path::PathBuf;

/// Provision AWS from a Rust program.
#[derive(Debug, Parser)]
#[command(
    name = "farsight",
    version,
    propagate_version = true,
    after_help = "Try it without an account:\n  farsight new hello && cd hello\n  farsight up --sandbox\n\n\
                  Exit codes: 0 done, 1 steps failed, 2 usage or configuration, 3 program, 4 credentials, 5 locked,\n\
                  6 drift found, 7 changes found, 8 cancelled, 9 policy violated, 10 a check does not hold,\n\
                  101 a bug in farsight"
)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

/// Runs the command line of this process and gives its exit code.
pub fn main() -> u8 {
    panic::install();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help that nobody reads is no failure.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(exit::USAGE);
        }
    };
    let json = cli.command.is_json();
    let result = panic::catch(|| cli.command.run(&cli.options));
    match result {
        Ok(Ok(())) => exit::DONE,
        Ok(Err(failure)) => {
            report(&failure, &cli.options, json);
            failure.exit
        }
        Err(()) => exit::BUG,
    }
}

/// Says what went wrong: to people on standard error, to scripts as JSON on standard output.
pub(crate) fn report(failure: &Failure, options: &Options, json: bool) {
    if failure.diagnostics.is_empty() {
        return;
    }
    if json {
        // If the reader is gone as well, the exit code still says it.
        let _ = out::json(&diagnostics_json(&failure.diagnostics));
    } else {
        out::talk(diagnostics(&failure.diagnostics, &sources(options)).trim_end());
    }
}

/// Where the files of locations are: those of projects have absolute paths, those of programs are relative to a
/// directory above them.
fn sources(options: &Options) -> Sources {
    // Without a directory there is no program either, and no line to show.
    let directory = options.directory().unwrap_or_default();
    Sources::new(directory.ancestors().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_explains_itself_with_an_example() {
        fn visit(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                let path = format!("{path} {}", sub.get_name());
                assert!(sub.get_about().is_some(), "{path} has no description");
                if sub.has_subcommands() {
                    visit(sub, &path);
                } else {
                    let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
                    assert!(help.contains(&path), "the help of `{path}` has no example");
                    for arg in sub.get_arguments() {
                        assert!(arg.get_help().is_some(), "`{path}`: {} is not described", arg.get_id());
                    }
                }
            }
        }
        visit(&Cli::command(), "farsight");
    }

    #[test]
    fn the_manual_names_every_command() {
        let manual = include_str!("../../../docs/cli.md");
        for command in Cli::command().get_subcommands().filter(|sub| sub.get_name() != "help") {
            let name = command.get_name();
            assert!(manual.contains(&format!("`farsight {name}")), "docs/cli.md lacks `farsight {name}`");
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                let full = format!("`farsight {name} {}", sub.get_name());
                assert!(manual.contains(&full), "docs/cli.md lacks {full}`");
            }
        }
    }
}
