//! What must be kept to open a stack's secrets again. It is no secret itself.

use crate::SecretsError;
use crate::cipher::{from_hex, to_hex};
use crate::source::Costs;
use std::fmt;
use std::str::FromStr;

/// How a stack's data key is protected, with the key in wrapped form, as one line of text (`Display`, `FromStr`):
///
/// - `v1:argon2id:m=65536,t=3,p=4:<salt>:<key id>:<wrapped key>`
/// - `v1:file:<key id>:<wrapped key>`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    pub(crate) protection: Protection,
    /// Tells data keys apart; derived from the key.
    pub(crate) key_id: String,
    /// The data key, encrypted. That it opens proves that the passphrase or key file is the right one.
    pub(crate) wrapped: Vec<u8>,
}

/// What the wrapping key is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Protection {
    Passphrase { costs: Costs, salt: Vec<u8> },
    KeyFile,
}

impl KeyInfo {
    /// Whether a passphrase is needed, rather than a key file.
    pub fn needs_passphrase(&self) -> bool {
        matches!(self.protection, Protection::Passphrase { .. })
    }

    /// The id of the data key, which every value sealed with it carries.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

impl fmt::Display for KeyInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v1:")?;
        match &self.protection {
            Protection::Passphrase { costs: Costs { memory, passes, lanes }, salt } => {
                write!(f, "argon2id:m={memory},t={passes},p={lanes}:{}:", to_hex(salt))?;
            }
            Protection::KeyFile => f.write_str("file:")?,
        }
        write!(f, "{}:{}", self.key_id, to_hex(&self.wrapped))
    }
}

impl FromStr for KeyInfo {
    type Err = SecretsError;

    fn from_str(text: &str) -> Result<Self, SecretsError> {
        let bad = |detail: &str| SecretsError::BadKeyInfo { detail: detail.to_owned() };
        let parts: Vec<&str> = text.trim().split(':').collect();
        let (protection, key_id, wrapped) = match parts.as_slice() {
            ["v1", "argon2id", costs, salt, key_id, wrapped] => {
                let costs = read_costs(costs).ok_or_else(|| bad("its costs are garbled"))?;
                let salt = from_hex(salt).filter(|salt| salt.len() >= 8).ok_or_else(|| bad("its salt is garbled"))?;
                (Protection::Passphrase { costs, salt }, key_id, wrapped)
            }
            ["v1", "file", key_id, wrapped] => (Protection::KeyFile, key_id, wrapped),
            ["v1", ..] => return Err(bad("it is garbled")),
            _ => return Err(bad("it is of another version: a newer farsight may read it")),
        };
        let wrapped = from_hex(wrapped).ok_or_else(|| bad("its key is garbled"))?;
        Ok(Self { protection, key_id: (*key_id).to_owned(), wrapped })
    }
}

fn read_costs(text: &str) -> Option<Costs> {
    let mut parts = text.split(',');
    let mut number = |name: &str| parts.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
    Some(Costs { memory: number("m")?, passes: number("t")?, lanes: number("p")? })
}
