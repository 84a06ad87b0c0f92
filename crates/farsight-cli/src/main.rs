//! The command `farsight`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(farsight_cli::main())
}
