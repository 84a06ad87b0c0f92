//! Running a program: the handshake, its declarations, its questions, and later its closures.

use crate::{Callbacks, Code, Declared, Diagnostic, Diagnostics, Event, Events};
use farsight_model::Value;
use farsight_protocol::{
    FromProgram, MAX_LINE, ProgramErrorKind, SOCKET_VARIABLE, ToProgram, VERSION, Welcome, decode, encode,
};
use farsight_provider::{BoxFuture, Registry};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

/// How to run a program.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// The binary.
    pub executable: PathBuf,
    /// Its working directory: the project's.
    pub dir: PathBuf,
    /// How long it may be silent while it is its turn to speak.
    pub patience: Duration,
}

/// A program that has declared everything. It stays alive to answer for its closures until this is dropped.
pub struct Program {
    /// What it declared.
    pub declared: Declared,
    /// The configuration keys that it asked for.
    pub config_used: Vec<String>,
}

/// Starts a program, answers its questions, and returns when it has declared everything.
pub async fn start(
    options: &HostOptions,
    welcome: Welcome,
    registry: &Registry,
    events: &Events,
) -> Result<Program, Diagnostics> {
    events(Event::Phase { name: "declare".into(), total: None });
    let host = Host::spawn(options, events).await.map_err(|diagnostic| vec![diagnostic])?;
    host.talk(welcome, registry).await
}

struct Host {
    child: Child,
    lines: Lines,
    write: OwnedWriteHalf,
    patience: Duration,
    name: String,
    /// The socket's directory, kept until the program is gone.
    _dir: tempfile::TempDir,
}

impl Host {
    async fn spawn(options: &HostOptions, events: &Events) -> Result<Self, Diagnostic> {
        let name = options.executable.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let wrong = |what: &str, error: &dyn std::fmt::Display| {
            Diagnostic::error(Code::ExitedEarly, format!("the program `{name}` cannot be run: {what}: {error}"))
        };
        // A fresh directory is only ours (0700), and so is the socket in it.
        let dir = tempfile::Builder::new()
            .prefix("farsight-")
            .tempdir()
            .map_err(|error| wrong("no directory for its socket", &error))?;
        let path = dir.path().join("engine");
        let listener = UnixListener::bind(&path).map_err(|error| wrong("no socket", &error))?;
        let mut command = Command::new(&options.executable);
        command
            .current_dir(&options.dir)
            .env(SOCKET_VARIABLE, &path)
            .env_remove("FARSIGHT_PASSPHRASE")
            .env_remove("FARSIGHT_PASSPHRASE_FILE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            // Ctrl-C on the terminal is for the engine; the program must still answer for its closures.
            .process_group(0);
        let mut child = command.spawn().map_err(|error| wrong("it does not start", &error))?;
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(forward(stdout, false, events.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(forward(stderr, true, events.clone()));
        }
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.map_err(|error| wrong("its socket", &error))?.0,
            status = child.wait() => return Err(exited(&name, status.ok())),
            () = tokio::time::sleep(options.patience) => return Err(hung(&name, options.patience)),
        };
        let (read, write) = UnixStream::into_split(stream);
        let lines = Lines { read: BufReader::new(read), begun: Vec::new() };
        Ok(Self { child, lines, write, patience: options.patience, name, _dir: dir })
    }

    async fn talk(mut self, welcome: Welcome, registry: &Registry) -> Result<Program, Diagnostics> {
        let mut declared = Declared::default();
        let mut config_used = Vec::new();
        match self.next().await.map_err(|diagnostic| vec![diagnostic])? {
            FromProgram::Hello(hello) if hello.protocol == VERSION => {
                self.send(&ToProgram::Welcome(Box::new(welcome))).await.map_err(|diagnostic| vec![diagnostic])?;
            }
            FromProgram::Hello(hello) => {
                let reason = format!(
                    "the program was built with farsight {} (protocol {}), this farsight speaks protocol {VERSION}",
                    hello.version, hello.protocol
                );
                // The program may be gone already; the reason is told either way.
                let _ = self.send(&ToProgram::Refused { reason: reason.clone() }).await;
                return Err(vec![
                    Diagnostic::error(Code::WrongProtocol, reason)
                        .help("make its `farsight` dependency the version of this command line"),
                ]);
            }
            _ => return Err(vec![self.malformed("its first message is no greeting")]),
        }
        loop {
            match self.next().await.map_err(|diagnostic| vec![diagnostic])? {
                FromProgram::Declare(declaration) => declared.declarations.push(*declaration),
                FromProgram::ComponentOutputs { urn, outputs } => {
                    declared.component_outputs.insert(urn, outputs);
                }
                FromProgram::Export { name, value } => {
                    match declared.exports.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = value,
                        None => declared.exports.push((name, value)),
                    }
                }
                FromProgram::Policy(policy) => declared.policies.push(*policy),
                FromProgram::ConfigUsed { keys } => config_used.extend(keys),
                FromProgram::Invoke { id, token, args, .. } => {
                    let result = invoke(registry, &token, &args).await;
                    self.send(&ToProgram::Answer { id, result }).await.map_err(|diagnostic| vec![diagnostic])?;
                }
                FromProgram::Failed { errors } => return Err(failures(&self.name, errors)),
                FromProgram::Done => break,
                FromProgram::Hello(_) | FromProgram::Returned { .. } => {
                    return Err(vec![self.malformed("a message out of turn")]);
                }
            }
        }
        declared.callbacks =
            Some(Arc::new(Closures { host: Mutex::new(self), next: std::sync::atomic::AtomicU64::new(0) }));
        Ok(Program { declared, config_used })
    }

    async fn send(&mut self, message: &ToProgram) -> Result<(), Diagnostic> {
        let line = encode(message).map_err(|error| self.malformed(&error.to_string()))?;
        match self.write.write_all(line.as_bytes()).await {
            Ok(()) => Ok(()),
            Err(_) => Err(exited(&self.name, self.child.wait().await.ok())),
        }
    }

    async fn next(&mut self) -> Result<FromProgram, Diagnostic> {
        self.next_within(self.patience).await
    }

    async fn next_within(&mut self, patience: Duration) -> Result<FromProgram, Diagnostic> {
        let line = tokio::select! {
            line = self.lines.next() => line,
            () = tokio::time::sleep(patience) => {
                // It does not listen to reason either; a killed child is reaped by `kill`.
                let _ = self.child.kill().await;
                return Err(hung(&self.name, patience));
            }
        };
        match line {
            Ok(Some(line)) => decode(&line).map_err(|error| self.malformed(&error.to_string())),
            Ok(None) => {
                let status = tokio::time::timeout(self.patience, self.child.wait()).await;
                Err(exited(&self.name, status.ok().and_then(Result::ok)))
            }
            Err(error) => Err(self.malformed(&error.to_string())),
        }
    }

    fn malformed(&self, why: &str) -> Diagnostic {
        Diagnostic::error(Code::Malformed, format!("the program `{}` does not speak the protocol: {why}", self.name))
            .note("nothing was changed")
            .help("a program must leave the socket to the `farsight` crate")
    }
}

/// Lines of bounded length.
struct Lines {
    read: BufReader<OwnedReadHalf>,
    /// What came of a line whose reader gave up waiting.
    begun: Vec<u8>,
}

impl Lines {
    async fn next(&mut self) -> std::io::Result<Option<String>> {
        let limit = (MAX_LINE + 1).saturating_sub(self.begun.len()) as u64;
        (&mut self.read).take(limit).read_until(b'\n', &mut self.begun).await?;
        if self.begun.len() > MAX_LINE {
            return Err(std::io::Error::other("a line is too long"));
        }
        let line = String::from_utf8(std::mem::take(&mut self.begun)).map_err(std::io::Error::other)?;
        Ok(line.ends_with('\n').then_some(line))
    }
}

struct Closures {
    host: Mutex<Host>,
    next: std::sync::atomic::AtomicU64,
}

impl Closures {
    /// One call at a time: the program has one thread.
    async fn ask(&self, callback: u64, input: &Value, patience: Option<Duration>) -> Result<Value, String> {
        let mut host = self.host.lock().await;
        let id = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let call = ToProgram::Call { id, callback, input: input.clone() };
        host.send(&call).await.map_err(|diagnostic| diagnostic.message)?;
        let patience = patience.unwrap_or(host.patience).max(host.patience);
        loop {
            match host.next_within(patience).await.map_err(|diagnostic| diagnostic.message)? {
                FromProgram::Returned { id: answered, result } if answered == id => return result,
                // The late answer of a hook that nobody waited for any longer.
                FromProgram::Returned { id: answered, .. } if answered < id => {}
                _ => return Err("the program answered something else".into()),
            }
        }
    }
}

impl Callbacks for Closures {
    fn call<'a>(&'a self, callback: u64, input: &'a Value) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(self.ask(callback, input, None))
    }

    fn hook<'a>(&'a self, callback: u64, input: &'a Value, within: Duration) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(self.ask(callback, input, Some(within + GRACE)))
    }
}

/// By how much the host waits longer for a hook than the engine, which has the nicer words.
const GRACE: Duration = Duration::from_secs(5);

async fn invoke(registry: &Registry, token: &str, args: &Value) -> Result<Value, String> {
    let package = token.split(':').next().unwrap_or(token);
    match registry.provider(package) {
        Some(provider) => provider.invoke(token, args).await.map_err(|error| error.to_string()),
        None => Err(format!("no provider knows the data source `{token}`")),
    }
}

async fn forward(stream: impl AsyncRead + Unpin, stderr: bool, events: Events) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        events(Event::Output { line, stderr });
    }
}

fn exited(name: &str, status: Option<std::process::ExitStatus>) -> Diagnostic {
    let how = status.map_or_else(|| "without a status".to_owned(), |status| format!("with {status}"));
    Diagnostic::error(Code::ExitedEarly, format!("the program `{name}` ended {how} before it had declared everything"))
        .note("nothing was changed")
        .help("its `main` must return what `farsight::program` returns, and must not call `std::process::exit`")
}

fn hung(name: &str, patience: Duration) -> Diagnostic {
    Diagnostic::error(
        Code::Hung,
        format!("the program `{name}` said nothing for {} s and was stopped", patience.as_secs()),
    )
    .note("nothing was changed")
    .help("a program only declares: it must not wait for anything")
}

fn failures(name: &str, errors: Vec<farsight_protocol::ProgramError>) -> Diagnostics {
    let mut diagnostics: Diagnostics = errors
        .into_iter()
        .map(|error| {
            let code = match error.kind {
                ProgramErrorKind::Failed => Code::ProgramFailed,
                ProgramErrorKind::Panicked => Code::Panicked,
                ProgramErrorKind::ConfigMissing => Code::MissingConfig,
                ProgramErrorKind::ConfigWrong => Code::WrongConfig,
            };
            let message = if code == Code::Panicked {
                format!("the program `{name}` panicked: {}", error.message)
            } else {
                error.message
            };
            Diagnostic::error(code, message).at(error.location.as_ref())
        })
        .collect();
    if diagnostics.is_empty() {
        diagnostics
            .push(Diagnostic::error(Code::ProgramFailed, format!("the program `{name}` failed and did not say why")));
    }
    diagnostics
}
