//! Where texts go: data to standard output, talk to standard error, colours only to those who see them.

use crate::exit;
use crate::failure::{Failure, Result};
use farsight_engine::{Code, Diagnostic};
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal, Write};

/// Prints data. A reader that went away ends the command quietly.
pub fn data(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::quiet(exit::DONE),
        _ => Diagnostic::error(Code::BadArgument, format!("cannot write the output: {error}")).into(),
    })
}

/// Prints a value as JSON.
pub fn json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::from(Diagnostic::error(Code::Bug, format!("an answer is no JSON: {error}"))))?;
    text.push('\n');
    data(&text)
}

/// Says something to the person. If nobody listens, nothing is lost.
pub fn talk(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
}

/// Whether somebody watches what is said.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}
