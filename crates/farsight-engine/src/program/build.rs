//! Building a program with cargo, its errors shown as cargo prints them.

use crate::{Code, Diagnostic, Event, Events};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// How to build.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// The directory with the program's `Cargo.toml`.
    pub dir: PathBuf,
    /// The binary, where the package has several.
    pub bin: Option<String>,
    /// Build optimised.
    pub release: bool,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Builds the program and returns the path of its binary.
pub async fn build(options: &BuildOptions, events: &Events) -> Result<PathBuf, Diagnostic> {
    events(Event::Phase { name: "build".into(), total: None });
    let manifest = options.dir.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(
            failed(&options.dir, "there is no `Cargo.toml` there").help("`farsight new` makes a program to start from")
        );
    }
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--message-format=json-render-diagnostics", "--manifest-path"]).arg(&manifest);
    if options.release {
        command.arg("--release");
    }
    match &options.bin {
        Some(bin) => command.args(["--bin", bin]),
        None => command.arg("--bins"),
    };
    // A `cargo run` around us must not lend its settings to the program's build.
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|key| key.starts_with("CARGO_PKG_") || key == "CARGO_MANIFEST_DIR") {
            command.env_remove(key);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| {
        failed(&options.dir, &format!("cargo does not start: {error}")).help("install Rust from https://rustup.rs")
    })?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(failed(&options.dir, "cargo has no output"));
    };
    let read_messages = async {
        let mut found: Vec<(String, PathBuf)> = Vec::new();
        let mut lines = BufReader::new(stdout).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let Ok(message) = serde_json::from_str::<Message>(&line) else { continue };
            if message.reason == "compiler-artifact"
                && let (Some(executable), Some(target)) = (message.executable, message.target)
                && target.kind.iter().any(|kind| kind == "bin")
            {
                found.push((target.name, executable));
            }
        }
        found
    };
    let show_errors = async {
        let mut lines = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            events(Event::Output { line, stderr: true });
        }
    };
    let (found, ()) = tokio::join!(read_messages, show_errors);
    let status = child.wait().await.map_err(|error| failed(&options.dir, &error.to_string()))?;
    if !status.success() {
        return Err(failed(&options.dir, "cargo says why above").help("nothing was changed"));
    }
    match found.as_slice() {
        [(_, executable)] => Ok(executable.clone()),
        [] => Err(failed(&options.dir, "it has no binary").help("a program needs a `src/main.rs`")),
        several => Err(failed(
            &options.dir,
            &format!(
                "it has several binaries: {}",
                several.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        )
        .help("name one as `bin` under `[program]` in `Farsight.toml`")),
    }
}

fn failed(dir: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(Code::BuildFailed, format!("the program in `{}` does not build: {why}", dir.display()))
}
