//! `Farsight.<stack>.toml`: the configuration of one stack.

use crate::failure::{Result, file};
use crate::home::write_whole;
use crate::names;
use crate::project::{Project, bad_toml, place};
use farsight_engine::{Code, Diagnostic};
use farsight_model::{Location, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, InlineTable, Item, Table};

/// Keys for the AWS provider; every other key is the program's own.
pub const AWS_KEYS: &[&str] = &["aws:region", "aws:profile", "aws:default_tags", "aws:endpoint"];

/// One entry of the table `[config]`.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A value in clear.
    Plain(Value),
    /// A secret, encrypted: the text of `{ secure = "v1:.." }`.
    Secure(String),
}

/// The file of a stack.
#[derive(Debug)]
pub struct StackFile {
    path: PathBuf,
    document: DocumentMut,
    entries: BTreeMap<String, (Entry, Location)>,
}

impl StackFile {
    /// Reads the stack's file; one that does not exist is empty.
    pub fn read(project: &Project, stack: &str) -> Result<Self> {
        let path = project.root.join(format!("Farsight.{stack}.toml"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(file("read", &path, &error)),
        };
        let entries = entries(&path, &text)?;
        let document = text.parse::<DocumentMut>().map_err(|error| {
            Diagnostic::error(Code::BadProjectFile, format!("`{}`: {}", path.display(), error.message()))
        })?;
        Ok(Self { path, document, entries })
    }

    /// The file's name, for messages.
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The entries by key, each with its place in the file.
    pub fn entries(&self) -> &BTreeMap<String, (Entry, Location)> {
        &self.entries
    }

    /// Sets a key, keeping the rest of the file as it is written.
    pub fn set(&mut self, key: &str, entry: &Entry) -> Result<()> {
        self.set_all(&[(key.to_owned(), entry.clone())])
    }

    /// Sets keys, all or none.
    pub fn set_all(&mut self, entries: &[(String, Entry)]) -> Result<()> {
        for (key, entry) in entries {
            let item = match entry {
                Entry::Secure(text) => {
                    let mut table = InlineTable::new();
                    table.insert("secure", text.as_str().into());
                    Item::Value(table.into())
                }
                Entry::Plain(value) => Item::Value(toml_value(value).ok_or_else(|| {
                    Diagnostic::error(Code::BadArgument, format!("`{key}` has a part that is nothing"))
                        .help("TOML knows no `null`: leave it out")
                })?),
            };
            self.insert(key, item)?;
        }
        self.write()
    }

    fn insert(&mut self, key: &str, item: Item) -> Result<()> {
        let config = self.document.entry("config").or_insert(Item::Table(Table::new()));
        let Some(config) = config.as_table_like_mut() else {
            return Err(
                Diagnostic::error(Code::BadProjectFile, format!("`config` in `{}` is no table", self.name())).into()
            );
        };
        config.insert(key, item);
        Ok(())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file under another stack's name, with these entries in place of its own. Nothing is written yet.
    pub fn renamed(&self, project: &Project, stack: &str) -> Self {
        let path = project.root.join(format!("Farsight.{stack}.toml"));
        Self { path, document: self.document.clone(), entries: self.entries.clone() }
    }

    /// Removes a key; `false` if it was not there.
    pub fn remove(&mut self, key: &str) -> Result<bool> {
        let config = self.document.get_mut("config").and_then(Item::as_table_like_mut);
        if config.and_then(|config| config.remove(key)).is_none() {
            return Ok(false);
        }
        self.write().map(|()| true)
    }

    fn write(&self) -> Result<()> {
        write_whole(&self.path, &self.document.to_string()).map_err(|error| file("write", &self.path, &error))
    }
}

fn entries(path: &Path, text: &str) -> Result<BTreeMap<String, (Entry, Location)>> {
    type Spanned = toml::Spanned<toml::Value>;
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default)]
        config: BTreeMap<toml::Spanned<String>, Spanned>,
    }
    let file: File = toml::from_str(text).map_err(|error| bad_toml(path, text, &error))?;
    let mut entries = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, value) in file.config {
        let at = place(path, text, key.span().start);
        let key = key.into_inner();
        if key.starts_with("aws:") && !AWS_KEYS.contains(&key.as_str()) {
            problems.push(unknown(&key, AWS_KEYS.iter().copied()).at(Some(&at)));
        }
        match entry(value.into_inner()) {
            Ok(entry) => {
                entries.insert(key, (entry, at));
            }
            Err(message) => problems.push(
                Diagnostic::error(Code::BadProjectFile, format!("configuration key `{key}`: {message}")).at(Some(&at)),
            ),
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems.into()) }
}

/// The error for a key that nobody knows.
pub fn unknown<'a>(key: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Diagnostic {
    let problem = Diagnostic::error(Code::UnknownConfig, format!("nobody reads the configuration key `{key}`"));
    match names::nearest(key, known.clone()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.note(match names::list(known) {
            list if list.is_empty() => "the program reads no configuration".to_owned(),
            list => format!("known keys: {list}"),
        }),
    }
}

fn entry(value: toml::Value) -> std::result::Result<Entry, String> {
    if let toml::Value::Table(table) = &value
        && let Some(secure) = table.get("secure")
    {
        return match (secure.as_str(), table.len()) {
            (Some(text), 1) => Ok(Entry::Secure(text.to_owned())),
            _ => Err("a secret is written `{ secure = \"..\" }`, as `farsight config set --secret` does".to_owned()),
        };
    }
    plain(value).map(Entry::Plain)
}

fn plain(value: toml::Value) -> std::result::Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) if number.is_finite() => Value::Number(number),
        toml::Value::Float(number) => return Err(format!("`{number}` is no number that can be used")),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => Value::List(items.into_iter().map(plain).collect::<std::result::Result<_, _>>()?),
        toml::Value::Table(table) => Value::Map(
            table
                .into_iter()
                .map(|(key, item)| plain(item).map(|item| (key, item)))
                .collect::<std::result::Result<_, _>>()?,
        ),
    })
}

/// A value as TOML; none if a part of it has no form there.
fn toml_value(value: &Value) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Bool(truth) => (*truth).into(),
        Value::Number(_) => match value.as_int() {
            Some(integer) => integer.into(),
            None => value.to_json().as_f64()?.into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::List(items) => toml_edit::Value::Array(items.iter().map(toml_value).collect::<Option<_>>()?),
        Value::Map(entries) => {
            let mut table = InlineTable::new();
            for (key, part) in entries {
                table.insert(key, toml_value(part)?);
            }
            table.into()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BTreeMap<String, (Entry, Location)>> {
        entries(Path::new("Farsight.dev.toml"), text)
    }

    #[test]
    fn values_of_every_kind() {
        let all =
            read("[config]\na = \"x\"\nb = 3\n\"aws:default_tags\" = { Team = \"x\" }\npw = { secure = \"v1:abc\" }\n")
                .unwrap();
        assert_eq!(all["a"].0, Entry::Plain(Value::from("x")));
        assert_eq!(all["b"].0, Entry::Plain(Value::from(3)));
        assert_eq!(all["aws:default_tags"].0, Entry::Plain(Value::map([("Team", Value::from("x"))])));
        assert_eq!(all["pw"].0, Entry::Secure("v1:abc".into()));
        assert_eq!((all["b"].1.line, all["b"].1.column), (3, 1));
    }

    #[test]
    fn mistakes_have_a_place() {
        let first = |text: &str| read(text).unwrap_err().diagnostics.remove(0);
        let unknown = first("[config]\n\"aws:regoin\" = \"x\"\n");
        assert_eq!((unknown.code.as_str(), unknown.location.unwrap().line), ("C0106", 2));
        assert_eq!(unknown.helps, ["did you mean `aws:region`?"]);
        let misplaced = first("[config]\na = 1\n[confg]\n");
        assert_eq!((misplaced.code.as_str(), misplaced.location.unwrap().line), ("C0102", 3));
        assert_eq!(first("[config]\nx = { secure = 3 }\n").code, "C0102");
    }
}
