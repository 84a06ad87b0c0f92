//! The keyring: a stack's data key, opened.

use crate::cipher::{Key, decrypt, encrypt, fill, from_hex, random_key, to_hex};
use crate::info::Protection;
use crate::source::{Costs, make_key_file, read_key_file};
use crate::walk::{self, At};
use crate::{KeyInfo, KeySource, SecretsError, hash};
use farsight_model::Value;
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A stack's keys, ready to seal and open. Wiped when dropped, and never printed.
pub struct Keyring {
    data: Key,
    seal: Key,
    hash: Key,
    id: String,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a wrapped data key is bound to.
const WRAP: &[u8] = b"farsight data key v1";

impl Keyring {
    /// Makes a new data key, protected by `source`. Keep the [`KeyInfo`] with the stack.
    pub fn create(source: &KeySource) -> Result<(Keyring, KeyInfo), SecretsError> {
        let keyring = Keyring::of(random_key()?);
        let info = keyring.protect(source)?;
        Ok((keyring, info))
    }

    /// Opens the data key of an existing stack. A wrong passphrase or key file is noticed here, before anything else
    /// is touched; a missing key file is never replaced by a new one.
    pub fn unlock(source: &KeySource, info: &KeyInfo) -> Result<Keyring, SecretsError> {
        let (wrapping, path) = match (source, &info.protection) {
            (KeySource::Passphrase(passphrase), Protection::Passphrase { costs, salt }) => {
                (passphrase.derive(salt, *costs)?, None)
            }
            (KeySource::KeyFile(path), Protection::KeyFile) => {
                let key = read_key_file(path)?.ok_or_else(|| SecretsError::Missing { path: path.clone() })?;
                (key, Some(path.clone()))
            }
            (KeySource::KeyFile(_), Protection::Passphrase { .. }) => return Err(SecretsError::NeedsPassphrase),
            (KeySource::Passphrase(_), Protection::KeyFile) => return Err(SecretsError::NeedsKeyFile),
        };
        let wrong = |path: Option<PathBuf>| SecretsError::WrongKey { path };
        let Some(plain) = decrypt(&wrapping, WRAP, &info.wrapped) else { return Err(wrong(path)) };
        let data = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| wrong(path))?;
        let keyring = Keyring::of(Zeroizing::new(data));
        if keyring.id == info.key_id {
            Ok(keyring)
        } else {
            Err(SecretsError::BadKeyInfo { detail: "its key id is not that of its key".to_owned() })
        }
    }

    /// Protects the same data key by another source: what a change of the passphrase needs. Every sealed value stays
    /// as it is, and hashes stay comparable. Whoever knew the old source and kept the old [`KeyInfo`] still has the
    /// key; where that matters, make a new keyring and [`Keyring::reseal`].
    pub fn protect(&self, source: &KeySource) -> Result<KeyInfo, SecretsError> {
        let (wrapping, protection) = match source {
            KeySource::Passphrase(passphrase) => {
                let mut salt = vec![0; 16];
                fill(&mut salt)?;
                let costs = Costs::RECOMMENDED;
                (passphrase.derive(&salt, costs)?, Protection::Passphrase { costs, salt })
            }
            KeySource::KeyFile(path) => (make_key_file(path)?, Protection::KeyFile),
        };
        let wrapped = encrypt(&wrapping, WRAP, &*self.data)?;
        Ok(KeyInfo { protection, key_id: self.id.clone(), wrapped })
    }

    fn of(data: Key) -> Self {
        let derive = |purpose: &str| Zeroizing::new(blake3::derive_key(purpose, &*data));
        let id = derive("farsight 2026-11 key id");
        Self {
            seal: derive("farsight 2026-11 seal AES-256-GCM"),
            hash: derive("farsight 2026-11 hash of write-only values"),
            id: to_hex(&id[..8]),
            data,
        }
    }

    /// The id that values sealed with this keyring carry.
    pub fn key_id(&self) -> &str {
        &self.id
    }

    /// Replaces every [`Value::Secret`], at any depth, by a [`Value::Sealed`] bound to `context` and its path.
    /// A secret that is not known yet stays [`Value::Unknown`]. Everything else stays as it is.
    pub fn seal(&self, context: &str, value: &Value) -> Result<Value, SecretsError> {
        if !value.any(&|part| matches!(part, Value::Secret(_))) {
            return Ok(value.clone());
        }
        walk::map(value, At::Root, &mut |part, at| match part {
            Value::Secret(inner) if **inner == Value::Unknown => Ok(Some(Value::Unknown)),
            Value::Secret(inner) => {
                let text = Zeroizing::new(inner.to_json().to_string());
                self.seal_bytes(context, &at.path(), text.as_bytes()).map(|text| Some(Value::Sealed(text)))
            }
            _ => Ok(None),
        })
    }

    /// The reverse of [`Keyring::seal`], for the same `context`. Hashes stay hashes.
    pub fn open(&self, context: &str, value: &Value) -> Result<Value, SecretsError> {
        if !value.any(&|part| matches!(part, Value::Sealed(_))) {
            return Ok(value.clone());
        }
        walk::map(value, At::Root, &mut |part, at| {
            let Value::Sealed(text) = part else { return Ok(None) };
            let path = at.path();
            let plain = self.open_bytes(context, &path, text)?;
            let value = serde_json::from_slice(&plain).map_err(|_| corrupt(context, &path))?;
            Ok(Some(Value::secret(value)))
        })
    }

    /// Seals everything in `value` that `from` sealed: what a new data key needs. Hashes cannot be carried over; a
    /// write-only value will look changed once.
    pub fn reseal(&self, from: &Keyring, context: &str, value: &Value) -> Result<Value, SecretsError> {
        self.seal(context, &from.open(context, value)?)
    }

    /// A [`Value::Hash`] of a write-only value: equal for equal values in the same context, and of no use to who has
    /// no key. Secret marks make no difference, nor do null entries of maps. What is a hash already, or not known,
    /// stays as it is.
    pub fn hash(&self, context: &str, value: &Value) -> Value {
        hash::hash(&self.hash, context, value)
    }

    /// Seals text, such as a secret of a configuration file.
    pub fn seal_text(&self, context: &str, text: &str) -> Result<String, SecretsError> {
        self.seal_bytes(context, TEXT, text.as_bytes())
    }

    /// The reverse of [`Keyring::seal_text`], for the same `context`.
    pub fn open_text(&self, context: &str, sealed: &str) -> Result<Zeroizing<String>, SecretsError> {
        let plain = self.open_bytes(context, TEXT, sealed)?;
        std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| corrupt(context, TEXT))
    }

    fn seal_bytes(&self, context: &str, path: &str, plain: &[u8]) -> Result<String, SecretsError> {
        let sealed = encrypt(&self.seal, bound(context, path).as_bytes(), plain)?;
        Ok(format!("v1:{}:{}", self.id, to_hex(&sealed)))
    }

    fn open_bytes(&self, context: &str, path: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let mut parts = text.splitn(3, ':');
        let (Some("v1"), Some(id), Some(hex)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(corrupt(context, path));
        };
        if id != self.id {
            return Err(SecretsError::OtherKey { context: context.to_owned() });
        }
        let sealed = from_hex(hex).ok_or_else(|| corrupt(context, path))?;
        decrypt(&self.seal, bound(context, path).as_bytes(), &sealed).ok_or_else(|| corrupt(context, path))
    }
}

/// Takes the place of a property path for text: no path looks like it, so a sealed text opens as no property.
const TEXT: &str = "\ntext";

/// What a sealed value is bound to.
fn bound(context: &str, path: &str) -> String {
    format!("{context}\n{path}")
}

fn corrupt(context: &str, path: &str) -> SecretsError {
    SecretsError::Corrupt { context: context.to_owned(), path: path.trim_start().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed() -> Keyring {
        Keyring::of(Zeroizing::new([7; 32]))
    }

    /// Protects every state file: what one version sealed or hashed, the next one opens and compares.
    #[test]
    fn forms_do_not_change_between_versions() {
        let keyring = fixed();
        assert_eq!(keyring.key_id(), "f688e734e5c3503f");
        let text = "v1:f688e734e5c3503f:3fa82ee4bc2a658c680f712455b89b3e1995de86f65345b825412b92c12299";
        let sealed = Value::Sealed(text.to_owned());
        assert_eq!(keyring.open("urn", &sealed).unwrap(), Value::secret(Value::from("s")));
        let value = Value::map([("b", Value::from(1)), ("a", Value::secret(Value::from("x")))]);
        assert_eq!(
            keyring.hash("urn", &value),
            Value::Hash("v1:14a68aebec35a5f21d3a315e519a256d04af248c2c0fa05891cdd3d85ce1bfbe".to_owned())
        );
    }
}
