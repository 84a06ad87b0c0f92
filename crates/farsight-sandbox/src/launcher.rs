//! The Python files of the server, and how a server process is started from them.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Doing, SandboxError};
use crate::{http, venv};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../launcher/", $name)))),*]
    };
}

/// Every Python file of the launcher.
const FILES: [(&str, &str); 25] = embedded![
    "server.py",
    "status.py",
    "corrections/__init__.py",
    "corrections/core.py",
    "corrections/ec2_requests.py",
    "corrections/ec2_network.py",
    "corrections/ec2_routes.py",
    "corrections/ec2_groups.py",
    "corrections/ec2_nat.py",
    "corrections/ec2_endpoints.py",
    "corrections/iam.py",
    "corrections/logs.py",
    "corrections/rds.py",
    "corrections/elasticache.py",
    "corrections/ecs.py",
    "corrections/ecr.py",
    "corrections/secretsmanager.py",
    "corrections/cbor.py",
    "corrections/applicationautoscaling.py",
    "corrections/elbv2.py",
    "corrections/sns.py",
    "corrections/cloudwatch.py",
    "corrections/acm.py",
    "corrections/route53.py",
    "corrections/wafv2.py",
];

/// Importing moto takes a second; a busy machine may need many.
const START_PATIENCE: Duration = Duration::from_mins(1);

/// Which server is wanted.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Outlives its parent.
    Detached,
    /// Ends with its parent, whose pipe it reads.
    Tied,
    /// Tied, and without the corrections.
    Plain,
}

/// A server process that listens.
pub(crate) struct Started {
    pub(crate) child: Child,
    pub(crate) port: u16,
}

/// The version that a server of this build names: the crate's, and a fingerprint of the launcher's files.
pub(crate) fn version() -> String {
    let mut hasher = DefaultHasher::new();
    FILES.hash(&mut hasher);
    format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish())
}

/// Starts a server whose log goes to `log`, and waits until it answers.
pub(crate) fn start(home: &Path, kind: Kind, log: &Path) -> Result<Started, SandboxError> {
    let venv = venv::path(home);
    venv::ensure(&venv)?;
    let launcher = write_files(home)?;
    let ready_file = scratch_file(home, "port");
    let log_file = File::create(log).doing("create", log)?;
    let log_copy = log_file.try_clone().doing("open", log)?;
    let mut command = Command::new(venv::python(&venv));
    clear_environment(&mut command);
    command
        .arg(launcher.join("server.py"))
        .args(["--version", &version(), "--ready-file"])
        .arg(&ready_file)
        .args(if kind == Kind::Detached { &[][..] } else { &["--end-with-stdin"] })
        .args(if kind == Kind::Plain { &["--uncorrected"][..] } else { &[] })
        .stdin(if kind == Kind::Detached { Stdio::null() } else { Stdio::piped() })
        .stdout(log_file)
        .stderr(log_copy);
    if kind == Kind::Detached {
        // Its own process group, so that Ctrl-C in the parent's terminal does not reach it.
        command.process_group(0);
    }
    let mut child = command.spawn().doing("run", &venv::python(&venv))?;
    let port = wait_until_ready(&mut child, &ready_file);
    let _ = fs::remove_file(&ready_file);
    if let Some(port) = port {
        return Ok(Started { child, port });
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(SandboxError::Start { log: tail(log) })
}

/// A new name for a file that one server start needs.
pub(crate) fn scratch_file(home: &Path, extension: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    home.join(format!("sandbox/start-{}-{number}.{extension}", std::process::id()))
}

/// Writes the launcher's files. Each version has a directory, so that different builds can share a home.
fn write_files(home: &Path) -> Result<PathBuf, SandboxError> {
    let launcher = home.join("sandbox").join(format!("launcher-{}", version()));
    for (name, text) in FILES {
        let path = launcher.join(name);
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).doing("create", directory)?;
        }
        let new = scratch_file(home, "new");
        fs::write(&new, text).doing("write", &new)?;
        fs::rename(&new, &path).doing("write", &path)?;
    }
    Ok(launcher)
}

/// Takes away the settings of the user's own AWS and Python: moto would read them too.
fn clear_environment(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("AWS_") || text.starts_with("MOTO_") || text.starts_with("PYTHON") {
            command.env_remove(&name);
        }
    }
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
}

fn wait_until_ready(child: &mut Child, ready_file: &Path) -> Option<u16> {
    let deadline = Instant::now() + START_PATIENCE;
    while Instant::now() < deadline {
        if let Some(port) = fs::read_to_string(ready_file).ok().and_then(|text| text.parse().ok())
            && http::call(port, "GET", "/_farsight/health").is_ok()
        {
            return Some(port);
        }
        if !matches!(child.try_wait(), Ok(None)) {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
