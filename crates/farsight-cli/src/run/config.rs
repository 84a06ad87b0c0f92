//! The configuration of a run: the stack's file, `-c`, and what the providers take from it.

use crate::failure::{Failure, Result};
use crate::keys;
use crate::project::Project;
use crate::providers::AwsConfig;
use crate::stack_file::{AWS_KEYS, Entry, StackFile, unknown};
use farsight_engine::{Code, Diagnostic};
use farsight_model::{FromValue, Location, Value};
use farsight_protocol::ConfigEntry;
use farsight_secrets::Keyring;
use farsight_state::Stack;
use std::collections::BTreeMap;

/// Everything that is configured.
#[derive(Debug, Default)]
pub struct Configuration {
    entries: BTreeMap<String, ConfigEntry>,
    places: BTreeMap<String, Location>,
    aliases: BTreeMap<String, String>,
}

/// What entries of the command line say where they come from.
const COMMAND_LINE: &str = "`-c`";

impl Configuration {
    /// The stack's file with `-c` on top, secrets opened, aliases followed.
    pub fn new(
        file: &StackFile,
        overrides: Vec<(String, String)>,
        project: &Project,
        stack: &Stack,
        keyring: &Keyring,
    ) -> Result<Self> {
        let mut all = Self { aliases: project.aliases.clone(), ..Self::default() };
        for (key, (entry, at)) in file.entries() {
            let (value, secret) = match entry {
                Entry::Plain(value) => (value.clone(), false),
                Entry::Secure(sealed) => {
                    let text = keyring.open_text(&keys::config_context(stack, key), sealed).map_err(|error| {
                        Failure::from(
                            Diagnostic::error(Code::WrongKey, format!("configuration key `{key}`: {error}"))
                                .at(Some(at))
                                .help(format!("set it again with `farsight config set --secret {key}`")),
                        )
                    })?;
                    (Value::from(text.as_str()), true)
                }
            };
            let key = all.own(stack, key);
            all.places.insert(key.clone(), at.clone());
            all.entries.insert(key, ConfigEntry { value, secret, source: format!("`{}`", file.name()) });
        }
        for (key, text) in overrides {
            if key.starts_with("aws:") && !AWS_KEYS.contains(&key.as_str()) {
                return Err(unknown(&key, AWS_KEYS.iter().copied()).into());
            }
            let key = all.own(stack, &key);
            // What is secret in the file stays secret when it is given for one run.
            let secret = all.entries.get(&key).is_some_and(|entry| entry.secret);
            all.places.remove(&key);
            all.entries
                .insert(key, ConfigEntry { value: Value::String(text), secret, source: COMMAND_LINE.to_owned() });
        }
        all.follow_aliases()?;
        Ok(all)
    }

    /// Gives the provider what is set under another name. `-c` stands above the file, under whatever name.
    fn follow_aliases(&mut self) -> Result<()> {
        for (alias, key) in &self.aliases {
            let Some(given) = self.entries.get(alias) else { continue };
            let known = self.entries.get(key);
            match known {
                Some(known) if known.value == given.value => {}
                Some(known) if known.source == COMMAND_LINE && given.source != COMMAND_LINE => {}
                Some(known) if (known.source == COMMAND_LINE) == (given.source == COMMAND_LINE) => {
                    let message = format!("configuration keys `{alias}` and `{key}` are the same, but have two values");
                    return Err(Diagnostic::error(Code::WrongConfig, message)
                        .at(self.places.get(alias).or_else(|| self.places.get(key)))
                        .note(format!("`{alias}` is an alias of `{key}` in `{}`", crate::project::FILE))
                        .help("set one of them")
                        .into());
                }
                _ => {
                    let given = given.clone();
                    match self.places.get(alias).cloned() {
                        Some(place) => self.places.insert(key.clone(), place),
                        None => self.places.remove(key),
                    };
                    self.entries.insert(key.clone(), given);
                }
            }
        }
        Ok(())
    }

    /// Keys of the project are known without its name.
    #[allow(clippy::unused_self, reason = "reads as a rule of the configuration")]
    fn own(&self, stack: &Stack, key: &str) -> String {
        key.strip_prefix(&format!("{}:", stack.project)).unwrap_or(key).to_owned()
    }

    /// The entries as programs get them.
    pub fn entries(&self) -> BTreeMap<String, ConfigEntry> {
        self.entries.clone()
    }

    /// Everything that makes a difference, as one value.
    pub fn as_value(&self) -> Value {
        Value::map(self.entries.iter().map(|(key, entry)| {
            let pair = Value::List(vec![Value::Bool(entry.secret), entry.value.clone()]);
            (key.clone(), pair)
        }))
    }

    /// Every key that neither a provider nor the program reads is a mistake.
    pub fn check_used(&self, used: &[String]) -> Result<()> {
        let problems: Vec<Diagnostic> = self
            .entries
            .iter()
            .filter(|(key, _)| !key.starts_with("aws:") && !used.contains(key) && !self.aliases.contains_key(*key))
            .map(|(key, entry)| {
                let problem = unknown(key, used.iter().map(String::as_str)).at(self.places.get(key));
                problem.note(format!("it is set by {}", entry.source))
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }

    /// What the AWS provider takes.
    pub fn aws(&self) -> Result<AwsConfig> {
        Ok(AwsConfig {
            region: self.typed("aws:region")?,
            profile: self.typed("aws:profile")?,
            endpoint: self.typed("aws:endpoint")?,
            default_tags: self.typed("aws:default_tags")?.unwrap_or_default(),
        })
    }

    fn typed<T: FromValue>(&self, key: &str) -> Result<Option<T>> {
        let Some(entry) = self.entries.get(key) else {
            return Ok(None);
        };
        // Text of `-c` may be JSON where more than text is wanted.
        let parsed = || entry.value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        T::from_value(&entry.value)
            .or_else(|mismatch| parsed().and_then(|value| T::from_value(&value).ok()).ok_or(mismatch))
            .map(Some)
            .map_err(|mismatch| {
                Diagnostic::error(
                    Code::WrongConfig,
                    format!("configuration key `{key}` of {}: {mismatch}", entry.source),
                )
                .at(self.places.get(key))
                .into()
            })
    }
}
