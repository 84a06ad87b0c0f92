//! The sandbox that stays until it is stopped.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::{Doing, SandboxError};
use crate::launcher::{self, Kind};
use crate::{http, venv};

const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// A running local AWS server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    pid: u32,
    port: u16,
    endpoint: String,
    version: String,
    started_at: u64,
}

/// What a running sandbox is and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The URL that AWS clients are to use.
    pub endpoint: String,
    /// The process of the server.
    pub pid: u32,
    /// The version of farsight that started it.
    pub version: String,
    /// How long it has been running.
    pub uptime: Duration,
    /// How many resources it holds, by service and type; what every new AWS account has is not counted.
    pub resources: BTreeMap<String, BTreeMap<String, u64>>,
}

#[derive(Deserialize)]
struct Answer {
    pid: u32,
    version: String,
    started_at: u64,
    #[serde(default)]
    resources: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Sandbox {
    /// Starts the sandbox of this home, or finds it running.
    ///
    /// The first start installs moto, which takes a minute; [`Sandbox::is_installed`] tells whether it will.
    pub fn start(home: &Path) -> Result<Self, SandboxError> {
        let _lock = lock(home)?;
        if let Some(running) = Self::find(home)? {
            return Ok(running);
        }
        let started = launcher::start(home, Kind::Detached, &home.join("sandbox/server.log"))?;
        let sandbox = Self::at(started.port)?;
        sandbox.remember(home)?;
        Ok(sandbox)
    }

    /// What the sandbox of this home is and holds, `None` if it is not running.
    pub fn status(home: &Path) -> Result<Option<Status>, SandboxError> {
        Self::find(home)?.map(|sandbox| sandbox.held()).transpose()
    }

    /// Stops the sandbox of this home; all that it held is gone. `false` if it was not running.
    pub fn stop(home: &Path) -> Result<bool, SandboxError> {
        let _lock = lock(home)?;
        let Some(running) = Self::find(home)? else {
            return Ok(false);
        };
        // The server may be gone before its answer is out; what counts is that it no longer answers.
        let _ = running.call("POST", "stop");
        let deadline = Instant::now() + STOP_PATIENCE;
        while running.call("GET", "health").is_ok() {
            if Instant::now() > deadline {
                return Err(SandboxError::Stop { pid: running.pid });
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let file = state_file(home);
        fs::remove_file(&file).doing("remove", &file)?;
        Ok(true)
    }

    /// Whether a start finds moto installed.
    pub fn is_installed(home: &Path) -> bool {
        venv::is_ready(&venv::path(home))
    }

    /// The URL that AWS clients are to use.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The process of the server.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The environment that makes an AWS client talk to this server, and to no account.
    pub fn env(&self) -> Vec<(String, String)> {
        let pairs = [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    }

    /// Empties the account.
    pub fn reset(&self) -> Result<(), SandboxError> {
        self.call("POST", "reset").map(drop)
    }

    /// What this server is and holds.
    pub fn held(&self) -> Result<Status, SandboxError> {
        let answer = self.call("GET", "status")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Status {
            endpoint: self.endpoint.clone(),
            pid: answer.pid,
            version: answer.version,
            uptime: now.saturating_sub(Duration::from_secs(answer.started_at)),
            resources: answer.resources,
        })
    }

    /// The server that listens at a port.
    pub(crate) fn at(port: u16) -> Result<Self, SandboxError> {
        let endpoint = format!("http://127.0.0.1:{port}");
        let answer = ask(port, &endpoint, "GET", "health")?;
        Ok(Self { pid: answer.pid, port, endpoint, version: answer.version, started_at: answer.started_at })
    }

    /// The running sandbox of this home. A server file whose process is gone, or whose port now is another's, counts for nothing.
    fn find(home: &Path) -> Result<Option<Self>, SandboxError> {
        let file = state_file(home);
        if !file.exists() {
            return Ok(None);
        }
        let text = fs::read(&file).doing("read", &file)?;
        let remembered: Option<Self> = serde_json::from_slice(&text).ok();
        Ok(remembered.filter(|sandbox| Self::at(sandbox.port).is_ok_and(|running| running == *sandbox)))
    }

    fn remember(&self, home: &Path) -> Result<(), SandboxError> {
        let file = state_file(home);
        let new = launcher::scratch_file(home, "json");
        let text = serde_json::to_string_pretty(self).map_err(|error| self.no_use(error.to_string()))?;
        let mut opened = File::options().write(true).create_new(true).mode(0o600).open(&new).doing("create", &new)?;
        opened.write_all(text.as_bytes()).doing("write", &new)?;
        fs::rename(&new, &file).doing("write", &file)
    }

    fn call(&self, method: &str, name: &str) -> Result<Answer, SandboxError> {
        ask(self.port, &self.endpoint, method, name)
    }

    fn no_use(&self, reason: String) -> SandboxError {
        SandboxError::Answer { endpoint: self.endpoint.clone(), reason }
    }
}

fn ask(port: u16, endpoint: &str, method: &str, name: &str) -> Result<Answer, SandboxError> {
    http::call(port, method, &format!("/_farsight/{name}"))
        .and_then(|body| serde_json::from_str(&body).map_err(|error| error.to_string()))
        .map_err(|reason| SandboxError::Answer { endpoint: endpoint.to_owned(), reason })
}

fn state_file(home: &Path) -> PathBuf {
    home.join("sandbox/server.json")
}

/// Held while the sandbox of a home is started or stopped, so that two starts at once make one server.
fn lock(home: &Path) -> Result<File, SandboxError> {
    let directory = home.join("sandbox");
    fs::create_dir_all(&directory).doing("create", &directory)?;
    let path = directory.join("lock");
    let file = File::create(&path).doing("create", &path)?;
    file.lock().doing("lock", &path)?;
    Ok(file)
}

/// Where farsight keeps its things: `FARSIGHT_HOME`, or `farsight` in the user's data directory.
pub fn default_home() -> Result<PathBuf, SandboxError> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("FARSIGHT_HOME")
        .or_else(|| set("XDG_DATA_HOME").map(|data| data.join("farsight")))
        .or_else(|| set("HOME").map(|home| home.join(".local/share/farsight")))
        .ok_or(SandboxError::NoHome)
}
