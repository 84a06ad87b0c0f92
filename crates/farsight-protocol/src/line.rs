//! Messages as lines.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// The longest line that is read, in bytes: 64 MiB. A longer one is an error, so memory stays bounded.
pub const MAX_LINE: usize = 64 * 1024 * 1024;

/// Why a line is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a message of this protocol: {}", self.reason)
    }
}

impl std::error::Error for LineError {}

/// A message as one line, with the line feed.
pub fn encode<T: Serialize>(message: &T) -> Result<String, LineError> {
    let mut line = serde_json::to_string(message).map_err(|error| LineError { reason: error.to_string() })?;
    line.push('\n');
    Ok(line)
}

/// A line as a message.
pub fn decode<T: DeserializeOwned>(line: &str) -> Result<T, LineError> {
    if line.len() > MAX_LINE {
        return Err(LineError { reason: format!("a line of {} bytes is longer than {MAX_LINE}", line.len()) });
    }
    serde_json::from_str(line.trim_end()).map_err(|error| LineError { reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FromProgram, Hello, ToProgram};
    use farsight_model::Value;

    /// Protects the wire format: both sides may be built at different times from the same version number.
    #[test]
    fn messages_are_single_lines_and_round_trip() {
        let hello = FromProgram::Hello(Hello { protocol: 1, version: "0.1.0".into() });
        let line = encode(&hello).unwrap();
        assert_eq!(line, "{\"type\":\"hello\",\"protocol\":1,\"version\":\"0.1.0\"}\n");
        assert_eq!(decode::<FromProgram>(&line).unwrap(), hello);
        let call = ToProgram::Call { id: 1, callback: 2, input: Value::secret("a\nb".into()) };
        let line = encode(&call).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(decode::<ToProgram>(&line).unwrap(), call);
    }

    #[test]
    fn garbage_is_an_error() {
        for line in ["", "{}", "[1]", "{\"type\":\"nope\"}", "\u{0}"] {
            assert!(decode::<FromProgram>(line).is_err(), "{line:?}");
        }
    }
}
