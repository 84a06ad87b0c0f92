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

fn selections(home: &Path) -> PathBuf {
    home.join("selected.json")
}

fn key(project: &Project) -> String {
    project.root.display().to_string()
}

/// The stack that was selected for a project with `stack select`.
pub fn selected(project: &Project) -> Result<Option<String>> {
    Ok(read(&selections(&directory()?))?.remove(&key(project)))
}

/// Remembers or forgets which stack is selected.
pub fn select(project: &Project, stack: Option<&str>) -> Result<()> {
    let home = directory()?;
    let path = selections(&home);
    let mut all = read(&path)?;
    match stack {
        Some(stack) => all.insert(key(project), stack.to_owned()),
        None => all.remove(&key(project)),
    };
    std::fs::create_dir_all(&home).map_err(|error| file("make", &home, &error))?;
    let text = serde_json::json!(all).to_string();
    write_whole(&path, &text).map_err(|error| file("write", &path, &error))
}

fn read(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(file("read", path, &error)),
    };
    serde_json::from_str(&text).map_err(|error| {
        Diagnostic::error(Code::BadArgument, format!("`{}` is damaged: {error}", path.display()))
            .help("remove it; it only remembers which stack is selected in which project")
            .into()
    })
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
