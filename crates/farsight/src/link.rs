//! The program's side of the socket.

use farsight_model::{Location, Value};
use farsight_protocol::{FromProgram, MAX_LINE, ToProgram, decode, encode};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;

/// Who listens to a program: the engine, or a test.
pub trait Link {
    /// Says something; failure shows at the next question or at the end.
    fn tell(&mut self, message: FromProgram);
    /// Asks a data source.
    fn ask(&mut self, token: &str, args: Value, location: Location) -> Result<Value, String>;
}

/// Why the engine is silent.
#[derive(Debug)]
pub enum Silence {
    /// It closed the socket or vanished.
    Gone,
    /// It sent what is no message.
    Garbage(String),
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Silence::Gone => f.write_str("the engine is gone"),
            Silence::Garbage(reason) => write!(f, "the engine sent {reason}"),
        }
    }
}

/// The socket to the engine.
pub struct Connection {
    reader: BufReader<UnixStream>,
    writer: BufWriter<UnixStream>,
    /// Once something could not be said, nothing more is.
    broken: Option<Silence>,
    questions: u64,
}

impl Connection {
    /// Takes over a connected socket.
    pub fn new(stream: UnixStream) -> std::io::Result<Self> {
        let reader = BufReader::new(stream.try_clone()?);
        Ok(Self { reader, writer: BufWriter::new(stream), broken: None, questions: 0 })
    }

    /// Makes sure that all that was said is on its way.
    pub fn flush(&mut self) -> Result<(), Silence> {
        if self.broken.is_none() && self.writer.flush().is_err() {
            self.broken = Some(Silence::Gone);
        }
        self.broken.take().map_or(Ok(()), |silence| {
            self.broken = Some(Silence::Gone);
            Err(silence)
        })
    }

    /// Waits for the next message.
    pub fn hear(&mut self) -> Result<ToProgram, Silence> {
        self.flush()?;
        let mut line = String::new();
        let read = (&mut self.reader).take(MAX_LINE as u64 + 1).read_line(&mut line);
        match read {
            Ok(0) | Err(_) => Err(Silence::Gone),
            Ok(_) => decode(&line).map_err(|error| Silence::Garbage(error.to_string())),
        }
    }
}

impl Link for Connection {
    fn tell(&mut self, message: FromProgram) {
        if self.broken.is_some() {
            return;
        }
        match encode(&message) {
            Ok(line) => {
                if self.writer.write_all(line.as_bytes()).is_err() {
                    self.broken = Some(Silence::Gone);
                }
            }
            Err(error) => self.broken = Some(Silence::Garbage(error.to_string())),
        }
    }

    fn ask(&mut self, token: &str, args: Value, location: Location) -> Result<Value, String> {
        let id = self.questions;
        self.questions += 1;
        self.tell(FromProgram::Invoke { id, token: token.to_owned(), args, location });
        match self.hear().map_err(|silence| silence.to_string())? {
            ToProgram::Answer { id: answered, result } if answered == id => result,
            _ => Err("the engine answered something else".to_owned()),
        }
    }
}
