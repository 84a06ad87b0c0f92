//! Where keys come from: a passphrase or a key file.

use crate::SecretsError;
use crate::cipher::{Key, from_hex, random_key, system, to_hex};
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What protects a stack's data key. The caller reads the environment.
#[derive(Debug)]
pub enum KeySource {
    /// A passphrase that people know.
    Passphrase(Passphrase),
    /// A file with a random key. It is made when a stack is created and the file is absent.
    KeyFile(PathBuf),
}

/// A passphrase; wiped when dropped, and never printed.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the text as it is, spaces and all.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// How a passphrase becomes a key: Argon2id with these costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Costs {
    /// Memory, in KiB.
    pub(crate) memory: u32,
    /// Passes over the memory.
    pub(crate) passes: u32,
    /// Lanes.
    pub(crate) lanes: u32,
}

impl Costs {
    /// The second recommended option of RFC 9106: 64 MiB, 3 passes, 4 lanes. About a tenth of a second.
    pub(crate) const RECOMMENDED: Self = Self { memory: 65_536, passes: 3, lanes: 4 };
    /// Beyond these, key information is damaged or hostile: it would only eat memory and time.
    const LIMIT: Self = Self { memory: 4 * 1024 * 1024, passes: 64, lanes: 64 };
}

impl Passphrase {
    pub(crate) fn derive(&self, salt: &[u8], costs: Costs) -> Result<Key, SecretsError> {
        if self.0.is_empty() {
            return Err(SecretsError::EmptyPassphrase);
        }
        let Costs { memory, passes, lanes } = costs;
        let bad = |detail: String| SecretsError::BadKeyInfo { detail };
        if memory > Costs::LIMIT.memory || passes > Costs::LIMIT.passes || lanes > Costs::LIMIT.lanes {
            return Err(bad("the costs of its passphrase hash are absurd".to_owned()));
        }
        let params = Params::new(memory, passes, lanes, Some(32)).map_err(|error| bad(error.to_string()))?;
        let mut key = Key::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.0.as_bytes(), salt, &mut *key)
            .map_err(|error| system(&error.to_string()))?;
        Ok(key)
    }
}

/// Reads the key in `path`; `None` if there is no such file.
pub(crate) fn read_key_file(path: &Path) -> Result<Option<Key>, SecretsError> {
    let mut text = Zeroizing::new(String::new());
    match File::open(path).and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Err(SecretsError::BadKeyFile { path: path.to_owned() });
        }
        Err(error) => return Err(io(path, &error)),
    }
    let bytes = from_hex(text.trim()).map(Zeroizing::new);
    match bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok()) {
        Some(key) => Ok(Some(Zeroizing::new(key))),
        None => Err(SecretsError::BadKeyFile { path: path.to_owned() }),
    }
}

/// Reads the key in `path`, or makes a new one, readable by its owner only.
pub(crate) fn make_key_file(path: &Path) -> Result<Key, SecretsError> {
    if let Some(key) = read_key_file(path)? {
        return Ok(key);
    }
    let failed = |error: std::io::Error| io(path, &error);
    if let Some(directory) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
    }
    let key = random_key()?;
    // Written under another name first, so that nobody ever reads half a key, and linked so that of two processes
    // the first one wins.
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", to_hex(&random_key()?[..8])));
    let draft = PathBuf::from(draft);
    let text = Zeroizing::new(to_hex(&*key) + "\n");
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::hard_link(&draft, path));
    // The draft is of no use any more, however it went.
    let _ = std::fs::remove_file(&draft);
    match written {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read_key_file(path)?.ok_or_else(|| SecretsError::Missing { path: path.to_owned() })
        }
        Err(error) => Err(failed(error)),
    }
}

fn io(path: &Path, error: &std::io::Error) -> SecretsError {
    SecretsError::Io { path: path.to_owned(), detail: error.to_string() }
}
