//! Encryption of secret values, keyed hashes of write-only ones, and where the keys come from.
//!
//! Each stack has a random data key. It is wrapped by a passphrase or by a key file, and the wrapped form travels as a
//! [`KeyInfo`] with the stack's state: a new passphrase rewraps the data key and leaves every sealed value as it is.
//! Values are sealed one by one with AES-256-GCM under a random nonce, and bound to a context (a URN) and a property
//! path, so that a sealed value that was copied to another place does not open there.
//!
//! ```
//! use farsight_model::Value;
//! use farsight_secrets::{KeySource, Keyring, Passphrase};
//!
//! let source = KeySource::Passphrase(Passphrase::new("correct horse"));
//! let (keyring, info) = Keyring::create(&source)?; // keep `info.to_string()`
//! let sealed = keyring.seal("urn:x", &Value::map([("password", Value::secret("hunter2".into()))]))?;
//! let again = Keyring::unlock(&source, &info)?;
//! assert_eq!(again.open("urn:x", &sealed)?.get("password").and_then(Value::as_str), Some("hunter2"));
//! # Ok::<(), farsight_secrets::SecretsError>(())
//! ```

mod cipher;
mod error;
mod hash;
mod info;
mod keyring;
mod source;
mod walk;

pub use error::SecretsError;
pub use info::KeyInfo;
pub use keyring::Keyring;
pub use source::{KeySource, Passphrase};
