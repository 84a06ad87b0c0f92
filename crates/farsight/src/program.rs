//! The life of a program: connect, declare, serve closures, leave.

use crate::link::{Connection, Link, Silence};
use crate::{Context, Result, panics, session};
use farsight_model::{Location, Value};
use farsight_protocol::{
    FromProgram, Hello, ProgramError, ProgramErrorKind, SOCKET_VARIABLE, ToProgram, VERSION, Welcome,
};
use std::cell::RefCell;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::process::{ExitCode, Termination};
use std::rc::Rc;

/// How a program ends; the value of `main`. 0 when it declared everything, 3 when it did not.
#[must_use = "return it from `main`"]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    const DONE: Exit = Exit(0);
    /// "Program did not build or run" among the exit codes of `farsight`.
    const FAILED: Exit = Exit(3);
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.0)
    }
}

/// Runs a program: `fn main() -> farsight::Exit { farsight::program(|cx| { ..; Ok(()) }) }`.
///
/// `declare` declares everything in one pass. An error that it returns, a panic, and every mistake noted on the way are
/// reported to the engine, which then changes nothing.
pub fn program(declare: impl FnOnce(&Context) -> Result<()>) -> Exit {
    match connect() {
        Ok((welcome, connection)) => run(welcome, connection, declare),
        Err(reason) => {
            // Nobody is left to tell if stderr is closed, too.
            let _ = writeln!(std::io::stderr(), "error: {reason}");
            Exit::FAILED
        }
    }
}

fn connect() -> std::result::Result<(Welcome, Connection), String> {
    let socket = std::env::var_os(SOCKET_VARIABLE).ok_or(
        "this is a farsight program, which the engine starts: run `farsight preview` or `farsight up` in its directory",
    )?;
    let mut connection = UnixStream::connect(&socket)
        .and_then(Connection::new)
        .map_err(|error| format!("cannot connect to the engine at `{}`: {error}", socket.display()))?;
    connection.tell(FromProgram::Hello(Hello { protocol: VERSION, version: env!("CARGO_PKG_VERSION").to_owned() }));
    match connection.hear() {
        Ok(ToProgram::Welcome(welcome)) => Ok((*welcome, connection)),
        Ok(ToProgram::Refused { reason }) => Err(format!("the engine refused the program: {reason}")),
        Ok(_) => Err("the engine began with another message than a welcome".to_owned()),
        Err(silence) => Err(silence.to_string()),
    }
}

/// The connection is shared: the context declares on it, and closures are served on it afterwards.
struct Shared(Rc<RefCell<Connection>>);

impl Link for Shared {
    fn tell(&mut self, message: FromProgram) {
        self.0.borrow_mut().tell(message);
    }

    fn ask(&mut self, token: &str, args: Value, location: Location) -> std::result::Result<Value, String> {
        self.0.borrow_mut().ask(token, args, location)
    }
}

fn run(welcome: Welcome, connection: Connection, declare: impl FnOnce(&Context) -> Result<()>) -> Exit {
    let connection = Rc::new(RefCell::new(connection));
    let cx = Context::new(welcome, Box::new(Shared(Rc::clone(&connection))));
    let errors = errors_of(&cx, declare);
    cx.tell(FromProgram::ConfigUsed { keys: cx.config().used() });
    let failed = !errors.is_empty();
    cx.tell(if failed { FromProgram::Failed { errors } } else { FromProgram::Done });
    let said = connection.borrow_mut().flush();
    if failed || said.is_err() {
        return Exit::FAILED;
    }
    let served = serve(&mut connection.borrow_mut());
    match served {
        Ok(()) | Err(Silence::Gone) => Exit::DONE,
        Err(garbage @ Silence::Garbage(_)) => {
            let _ = writeln!(std::io::stderr(), "error: {garbage}");
            Exit::FAILED
        }
    }
}

/// Everything that is wrong with a program, found by running it.
pub(crate) fn errors_of(cx: &Context, declare: impl FnOnce(&Context) -> Result<()>) -> Vec<ProgramError> {
    session::begin();
    let result = panics::catch(|| declare(cx));
    let mut errors = session::problems();
    match result {
        Ok(Ok(())) => {}
        Ok(Err(error)) => errors.push(error.into_inner()),
        Err(panicked) => errors.push(ProgramError {
            message: format!("the program panicked: {}", panicked.message),
            location: panicked.location,
            kind: ProgramErrorKind::Panicked,
        }),
    }
    errors
}

/// Answers calls of closures until the engine has no more.
fn serve(connection: &mut Connection) -> std::result::Result<(), Silence> {
    loop {
        match connection.hear()? {
            ToProgram::Call { id, callback, input } => {
                let result = match session::call(callback, &input) {
                    Some(Ok(value)) => Ok(value),
                    Some(Err(error)) => Err(format!("{}: {}", error.location, error.message)),
                    None => Err(format!("the program has no closure number {callback}")),
                };
                connection.tell(FromProgram::Returned { id, result });
            }
            ToProgram::Goodbye => return Ok(()),
            other => return Err(Silence::Garbage(format!("a message that fits nowhere: {other:?}"))),
        }
    }
}
