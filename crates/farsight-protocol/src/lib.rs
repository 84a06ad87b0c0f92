//! What a program and the engine say to each other: one JSON object a line, over a Unix socket.
//!
//! The program connects to the socket named by [`SOCKET_VARIABLE`] and says [`FromProgram::Hello`]. The engine answers
//! [`ToProgram::Welcome`] or [`ToProgram::Refused`]. The program then declares everything in one pass, asking data
//! sources where it needs their answers, and ends with [`FromProgram::Done`] or [`FromProgram::Failed`]. It stays alive
//! to answer [`ToProgram::Call`] for its closures until the engine says [`ToProgram::Goodbye`] or closes the socket.

mod line;
mod message;

pub use line::{LineError, MAX_LINE, decode, encode};
pub use message::{
    ConfigEntry, Declaration, FromProgram, Hello, PolicyDeclaration, PolicyLevel, ProgramError, ProgramErrorKind,
    ToProgram, Welcome,
};

/// The protocol's version. A program built for another one is refused with both numbers.
pub const VERSION: u32 = 2;

/// The environment variable that names the socket.
pub const SOCKET_VARIABLE: &str = "FARSIGHT_SOCKET";
