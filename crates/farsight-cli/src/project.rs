//! `Farsight.toml`: what a project is.

use crate::failure::Result;
use crate::names;
use crate::stack_file::AWS_KEYS;
use farsight_engine::{Code, Diagnostic};
use farsight_model::Location;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file's name.
pub const FILE: &str = "Farsight.toml";

/// A project: the directory with a `Farsight.toml`, and what that says.
#[derive(Debug, Clone)]
pub struct Project {
    /// The directory.
    pub root: PathBuf,
    /// The project's name, part of every URN.
    pub name: String,
    /// What it is, for people.
    pub description: Option<String>,
    /// The state file, if it is not the default.
    pub state: Option<String>,
    /// How the program is built.
    pub program: Program,
    /// Other names for keys of the AWS provider: `region = "aws:region"`.
    pub aliases: BTreeMap<String, String>,
}

/// The table `[program]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The directory of the program's crate, relative to the file; `.` if absent.
    pub path: Option<PathBuf>,
    /// Which binary, where the crate has several.
    pub bin: Option<String>,
    /// Whether to build with optimisation.
    #[serde(default)]
    pub release: bool,
    /// Seconds that the program may be silent while it is its turn to speak; 60 if not given.
    pub patience: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    description: Option<String>,
    state: Option<String>,
    #[serde(default)]
    program: Program,
    #[serde(default)]
    aliases: BTreeMap<String, String>,
}

impl Project {
    /// Finds the project of a directory: the nearest `Farsight.toml`, walking up.
    pub fn find(dir: &Path) -> Result<Self> {
        for root in dir.ancestors() {
            let path = root.join(FILE);
            if path.is_file() {
                return Self::read(root, &path);
            }
        }
        Err(Diagnostic::error(Code::NoProject, format!("there is no `{FILE}` in `{}` or above", dir.display()))
            .help("go to the project's directory, name it with `-C DIR`, or make a project with `farsight new`")
            .into())
    }

    fn read(root: &Path, path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Diagnostic::error(Code::BadProjectFile, format!("cannot read `{}`: {error}", path.display()))
        })?;
        let file: File = toml::from_str(&text).map_err(|error| bad_toml(path, &text, &error))?;
        names::check("project", &file.name).map_err(|problem| {
            let at = text.find("name").map(|offset| place(path, &text, offset));
            Diagnostic { code: Code::BadProjectFile.text().to_owned(), ..problem }.at(at.as_ref())
        })?;
        for (alias, key) in &file.aliases {
            if alias.starts_with("aws:") || !AWS_KEYS.contains(&key.as_str()) {
                let at = text.find("[aliases]").map(|offset| place(path, &text, offset));
                let message = format!("`{FILE}`: `{alias} = \"{key}\"` is no alias of a key of the AWS provider");
                return Err(Diagnostic::error(Code::BadProjectFile, message)
                    .at(at.as_ref())
                    .help(format!("the keys are {}", names::list(AWS_KEYS.iter().copied())))
                    .into());
            }
        }
        Ok(Self {
            root: root.to_owned(),
            name: file.name,
            description: file.description,
            state: file.state,
            program: file.program,
            aliases: file.aliases,
        })
    }

    /// The directory of the program's crate.
    pub fn program_dir(&self) -> PathBuf {
        match &self.program.path {
            Some(path) => self.root.join(path),
            None => self.root.clone(),
        }
    }

    /// The state file where nothing else is said.
    pub fn default_state(&self) -> PathBuf {
        match &self.state {
            Some(path) => self.root.join(path),
            None => self.root.join("state").join(format!("{}.db", self.name)),
        }
    }
}

/// A TOML file that cannot be read, with the place of the mistake.
pub fn bad_toml(path: &Path, text: &str, error: &toml::de::Error) -> Diagnostic {
    let file = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let mut lines = error.message().lines();
    let message = lines.next().unwrap_or("not TOML").trim_end_matches('.');
    let mut diagnostic = Diagnostic::error(Code::BadProjectFile, format!("`{file}`: {message}"));
    for line in lines.filter(|line| !line.trim().is_empty()) {
        diagnostic = diagnostic.note(line.trim());
    }
    let at = error.span().map(|span| place(path, text, span.start));
    diagnostic.at(at.as_ref())
}

/// The place of a byte of a file.
pub fn place(path: &Path, text: &str, offset: usize) -> Location {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    Location { file: path.display().to_string(), line: line as u32, column: column as u32 }
}
