//! `FARSIGHT_HOME`: the key file, the sandbox, and which stack is selected in which project.

use crate::failure::{Result, file};
use crate::project::Project;
use farsight_engine::{Code, Diagnostic};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The directory, from `FARSIGHT_HOME` or the platform's place for data.
pub fn directory() -> Result<PathBuf> {
    Ok(farsight_sandbox::default_home()?)
}

/// A small file of notes: one text per key.
pub struct Notes {
    path: PathBuf,
}

impl Notes {
    /// Which stack is selected, by project directory.
    fn selected() -> Result<Self> {
        Ok(Self { path: directory()?.join("selected.json") })
    }

    /// In which run of the sandbox a stack was last brought up to date, by state file and stack.
    pub fn sandboxes() -> Result<Self> {
        Ok(Self { path: directory()?.join("sandboxes.json") })
    }

    /// The note of a key.
    pub fn get(&self, key: &str) -> Result<Option<String>> {
        Ok(self.read()?.remove(key))
    }

    /// Writes or removes the note of a key.
    pub fn set(&self, key: &str, note: Option<&str>) -> Result<()> {
        let mut all = self.read()?;
        match note {
            Some(note) => all.insert(key.to_owned(), note.to_owned()),
            None => all.remove(key),
        };
        let directory = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(|error| file("make", directory, &error))?;
        let text = serde_json::json!(all).to_string();
        write_whole(&self.path, &text).map_err(|error| file("write", &self.path, &error))
    }

    fn read(&self) -> Result<BTreeMap<String, String>> {
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(file("read", &self.path, &error)),
        };
        serde_json::from_str(&text).map_err(|error| {
            Diagnostic::error(Code::BadArgument, format!("`{}` is damaged: {error}", self.path.display()))
                .help("remove it; it only holds what can be found out or chosen again")
                .into()
        })
    }
}

/// The stack that was selected for a project with `stack select`.
pub fn selected(project: &Project) -> Result<Option<String>> {
    Notes::selected()?.get(&project.root.display().to_string())
}

/// Remembers or forgets which stack is selected.
pub fn select(project: &Project, stack: Option<&str>) -> Result<()> {
    Notes::selected()?.set(&project.root.display().to_string(), stack)
}

/// Writes a file so that readers see either the old or the new one, never a part.
pub fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let mut file = std::fs::File::create(&temporary)?;
    if let Ok(old) = std::fs::metadata(path) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}
