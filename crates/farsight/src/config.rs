//! The stack's configuration.

use crate::{Error, Output, Result, session};
use farsight_model::{FromValue, Mismatch, Value};
use farsight_protocol::ConfigEntry;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The stack's configuration: `Farsight.<stack>.toml` and `-c key=value`.
///
/// Text is read as the type that is asked for: `-c zones=3` is a number for whoever asks for one, and lists and maps are
/// written as JSON. Every key that the program asks for is remembered, so that the engine can report keys that nobody reads.
#[derive(Debug)]
pub struct Config {
    entries: BTreeMap<String, ConfigEntry>,
    used: RefCell<BTreeSet<String>>,
}

impl Config {
    pub(crate) fn new(entries: BTreeMap<String, ConfigEntry>) -> Self {
        Self { entries, used: RefCell::default() }
    }

    pub(crate) fn used(&self) -> Vec<String> {
        self.used.borrow().iter().cloned().collect()
    }

    /// Names keys that the program knows without having asked for them in this run.
    pub fn declare(&self, keys: &[&str]) {
        self.used.borrow_mut().extend(keys.iter().map(|key| (*key).to_owned()));
    }

    fn entry(&self, key: &str) -> Option<&ConfigEntry> {
        self.used.borrow_mut().insert(key.to_owned());
        self.entries.get(key).filter(|entry| !entry.value.is_null())
    }

    /// The value of `key`, if it is set. A secret is an error: read it with [`Config::secret`].
    #[track_caller]
    pub fn get<T: FromValue>(&self, key: &str) -> Result<Option<T>> {
        match self.entry(key) {
            None => Ok(None),
            Some(entry) if entry.secret => Err(Error::config(format!(
                "configuration key `{key}` is secret: read it with `config().secret` or `config().require_secret`"
            ))),
            // Not `map_err` with a closure: that would hide the caller's line.
            Some(entry) => match typed(&entry.value) {
                Ok((value, _)) => Ok(Some(value)),
                Err(mismatch) => Err(wrong(key, entry, &mismatch)),
            },
        }
    }

    /// The value of `key`; an error if it is not set.
    #[track_caller]
    pub fn require<T: FromValue>(&self, key: &str) -> Result<T> {
        match self.get(key)? {
            Some(value) => Ok(value),
            None => Err(missing(key, "")),
        }
    }

    /// The value of `key`, or a default. A value of the wrong type fails the program, together with all else that is
    /// wrong; the default is given so that the program can go on and find the rest.
    #[track_caller]
    pub fn or<D: ConfigDefault>(&self, key: &str, default: D) -> D::Of {
        match self.get(key) {
            Ok(Some(value)) => value,
            Ok(None) => default.into_default(),
            Err(error) => {
                session::note(error.into_inner());
                default.into_default()
            }
        }
    }

    /// The secret value of `key`, if it is set. What is computed from it is secret, too.
    #[track_caller]
    pub fn secret<T: FromValue>(&self, key: &str) -> Result<Option<Output<T>>> {
        match self.entry(key) {
            None => Ok(None),
            Some(entry) => match typed::<T>(&entry.value) {
                Ok((_, value)) => Ok(Some(Output::raw(Value::secret(value)))),
                Err(mismatch) => Err(wrong(key, entry, &mismatch)),
            },
        }
    }

    /// The secret value of `key`; an error if it is not set.
    #[track_caller]
    pub fn require_secret<T: FromValue>(&self, key: &str) -> Result<Output<T>> {
        match self.secret(key)? {
            Some(value) => Ok(value),
            None => Err(missing(key, " --secret")),
        }
    }
}

#[track_caller]
fn missing(key: &str, flag: &str) -> Error {
    Error::missing_config(format!("configuration key `{key}` is not set: run `farsight config set {key} VALUE{flag}`"))
}

#[track_caller]
fn wrong(key: &str, entry: &ConfigEntry, mismatch: &Mismatch) -> Error {
    Error::config(format!("configuration key `{key}` of {}: {mismatch}", entry.source))
}

/// The value as `T`, and as the value that it was read from. Text that is no `T` is read as JSON.
fn typed<T: FromValue>(value: &Value) -> std::result::Result<(T, Value), Mismatch> {
    let value = value.reveal();
    T::from_value(value).map(|typed| (typed, value.clone())).or_else(|mismatch| {
        let parsed =
            value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok()).ok_or(mismatch.clone())?;
        T::from_value(&parsed).map(|typed| (typed, parsed)).map_err(|_| mismatch)
    })
}

/// A default for [`Config::or`], which decides the type of the value.
pub trait ConfigDefault {
    /// The type of the value.
    type Of: FromValue;
    /// The default.
    fn into_default(self) -> Self::Of;
}

macro_rules! defaults {
    ($($type:ty)*) => {$(
        impl ConfigDefault for $type {
            type Of = Self;
            fn into_default(self) -> Self {
                self
            }
        }
    )*};
}

defaults! { bool i64 i32 u32 u16 usize f64 String }

impl ConfigDefault for &str {
    type Of = String;
    fn into_default(self) -> String {
        self.to_owned()
    }
}

impl<D: ConfigDefault> ConfigDefault for Vec<D> {
    type Of = Vec<D::Of>;
    fn into_default(self) -> Vec<D::Of> {
        self.into_iter().map(D::into_default).collect()
    }
}

impl<D: ConfigDefault, const N: usize> ConfigDefault for [D; N] {
    type Of = Vec<D::Of>;
    fn into_default(self) -> Vec<D::Of> {
        self.into_iter().map(D::into_default).collect()
    }
}

impl<T: FromValue> ConfigDefault for BTreeMap<String, T> {
    type Of = Self;
    fn into_default(self) -> Self {
        self
    }
}
