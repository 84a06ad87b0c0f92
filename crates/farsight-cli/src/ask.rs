//! Questions to the person at the terminal.

use crate::exit;
use crate::failure::{Failure, Result};
use farsight_engine::{Code, Diagnostic};
use std::io::{BufRead, IsTerminal, Read, Write};

/// Whether there is somebody to answer.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Refuses a command that will ask, where nobody can answer.
pub fn expect_somebody() -> Result<()> {
    if can_ask() {
        return Ok(());
    }
    Err(Diagnostic::error(Code::NoAnswer, "there is no terminal to ask on, and `--yes` was not given")
        .note("nothing was changed")
        .help("give `--yes` to answer yes beforehand, or look first with `farsight preview`")
        .into())
}

/// Asks for a yes. `flag` is what answers it on the command line; without a terminal its absence is an error.
pub fn confirm(question: &str, flag: &str) -> Result<()> {
    if !can_ask() {
        return Err(Diagnostic::error(Code::NoAnswer, format!("there is no terminal to ask on: {question}"))
            .note("nothing was changed")
            .help(format!("give `{flag}` to answer yes beforehand"))
            .into());
    }
    {
        // Whoever is asked to stop meanwhile wants to say so: the lock must not be held while waiting.
        let mut err = anstream::stderr().lock();
        let _ = write!(err, "{question} [y/N] ").and_then(|()| err.flush());
    }
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(|error| unreadable(&error))?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    crate::out::talk("nothing was changed");
    Err(Failure::quiet(exit::CANCELLED))
}

/// Reads a secret: hidden from the terminal, or everything that standard input holds.
pub fn secret(name: &str) -> Result<String> {
    if can_ask() {
        return rpassword::prompt_password(format!("{name}: ")).map_err(|error| unreadable(&error));
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

fn unreadable(error: &std::io::Error) -> Failure {
    Diagnostic::error(Code::NoAnswer, format!("the answer cannot be read: {error}")).into()
}
