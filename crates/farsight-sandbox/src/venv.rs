//! The Python environment with moto in it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Doing, SandboxError};

/// What is installed, exactly.
const REQUIREMENTS: &str = include_str!("../launcher/requirements.txt");

/// Says inside the environment what was installed into it; written last, so that a half-made environment has none.
const MARKER: &str = "farsight-requirements.txt";

/// Where the environment of this home is: `FARSIGHT_SANDBOX_VENV`, or below the home.
pub(crate) fn path(home: &Path) -> PathBuf {
    std::env::var_os("FARSIGHT_SANDBOX_VENV").map_or_else(|| home.join("sandbox/venv"), PathBuf::from)
}

/// The interpreter of an environment.
pub(crate) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

/// Whether the environment is there with the very packages that this version wants.
pub(crate) fn is_ready(venv: &Path) -> bool {
    fs::read_to_string(venv.join(MARKER)).is_ok_and(|installed| installed == REQUIREMENTS)
}

/// Makes the environment unless it is ready. Two processes that start at once make it once.
pub(crate) fn ensure(venv: &Path) -> Result<(), SandboxError> {
    if is_ready(venv) {
        return Ok(());
    }
    if let Some(parent) = venv.parent() {
        fs::create_dir_all(parent).doing("create", parent)?;
    }
    let lock_path = venv.with_extension("lock");
    let lock = File::create(&lock_path).doing("create", &lock_path)?;
    lock.lock().doing("lock", &lock_path)?;
    if is_ready(venv) {
        return Ok(());
    }
    make(venv)
}

fn make(venv: &Path) -> Result<(), SandboxError> {
    let stderr = run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
    if let Some(stderr) = stderr {
        return Err(SandboxError::Venv { path: venv.to_owned(), stderr });
    }
    let mut pip = Command::new(python(venv));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(REQUIREMENTS.lines());
    if let Some(stderr) = run(&mut pip)? {
        return Err(SandboxError::Pip { packages: REQUIREMENTS.lines().collect::<Vec<_>>().join(" "), stderr });
    }
    let marker = venv.join(MARKER);
    fs::write(&marker, REQUIREMENTS).doing("write", &marker)
}

/// Runs a Python command; `Some` is what it said if it failed. `venv` explains itself on stdout, pip on stderr.
fn run(command: &mut Command) -> Result<Option<String>, SandboxError> {
    let program = PathBuf::from(command.get_program());
    let output = command.env_remove("PYTHONHOME").env_remove("PYTHONPATH").stdin(Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => Ok(None),
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            Ok(Some(String::from_utf8_lossy(&said).trim().to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(SandboxError::NoPython),
        Err(error) => Err(error).doing("run", &program),
    }
}
