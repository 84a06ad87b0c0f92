//! The key of a stack: from a passphrase or from the key file.

use crate::failure::{Failure, Result, file};
use crate::{home, out};
use farsight_engine::{Code, Diagnostic};
use farsight_secrets::{KeyInfo, KeySource, Keyring, Passphrase, SecretsError};
use farsight_state::{Stack, Store};
use std::path::PathBuf;

impl From<SecretsError> for Failure {
    fn from(error: SecretsError) -> Self {
        Diagnostic::error(Code::WrongKey, error.to_string()).into()
    }
}

/// Where the key comes from: `FARSIGHT_PASSPHRASE`, `FARSIGHT_PASSPHRASE_FILE`, else the key file in `FARSIGHT_HOME`.
fn source() -> Result<KeySource> {
    if let Some(text) = std::env::var_os("FARSIGHT_PASSPHRASE") {
        let text = text
            .into_string()
            .map_err(|_| Diagnostic::error(Code::WrongKey, "`FARSIGHT_PASSPHRASE` is not valid UTF-8"))?;
        return Ok(KeySource::Passphrase(Passphrase::new(text)));
    }
    if let Some(path) = std::env::var_os("FARSIGHT_PASSPHRASE_FILE") {
        let path = PathBuf::from(path);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let mut failure = file("read `FARSIGHT_PASSPHRASE_FILE`", &path, &error);
            for diagnostic in &mut failure.diagnostics {
                Code::WrongKey.text().clone_into(&mut diagnostic.code);
            }
            failure
        })?;
        // Editors end files with a line feed, which nobody means to be part of a passphrase.
        return Ok(KeySource::Passphrase(Passphrase::new(text.trim_end_matches(['\n', '\r']))));
    }
    Ok(KeySource::KeyFile(key_file()?))
}

fn key_file() -> Result<PathBuf> {
    Ok(home::directory()?.join("key"))
}

/// Makes the key of a new stack, and says what losing it means when the key file is made.
pub fn create(store: &mut Store, stack: &Stack) -> Result<Keyring> {
    let source = source()?;
    let path = key_file()?;
    let makes_file = matches!(source, KeySource::KeyFile(_)) && !path.exists();
    let (keyring, info) = Keyring::create(&source)?;
    store.set_key_info(stack.id, &info.to_string())?;
    if makes_file {
        out::talk(&format!(
            "note: secrets are encrypted with the new key file `{}`; keep a copy, without it they cannot be read \
             (or set FARSIGHT_PASSPHRASE before making a stack)",
            path.display()
        ));
    }
    Ok(keyring)
}

/// Opens the key of a stack; `None` if it has none yet.
pub fn open(store: &Store, stack: &Stack) -> Result<Option<Keyring>> {
    let Some(info) = store.key_info(stack.id)? else {
        return Ok(None);
    };
    let info: KeyInfo = info.parse()?;
    Ok(Some(Keyring::unlock(&source()?, &info)?))
}

/// Opens the key of a stack, and makes one where there is none.
pub fn open_or_create(store: &mut Store, stack: &Stack) -> Result<Keyring> {
    match open(store, stack)? {
        Some(keyring) => Ok(keyring),
        None => create(store, stack),
    }
}

/// What secrets of the configuration are bound to.
pub fn config_context(stack: &Stack, key: &str) -> String {
    format!("config {}/{} {key}", stack.project, stack.name)
}
