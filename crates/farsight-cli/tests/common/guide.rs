//! The guide's program, a sandbox of its own, and the built binary to bring them together.

use super::repository;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub struct Guide {
    dir: TempDir,
    python: PathBuf,
    venv: PathBuf,
}

impl Guide {
    /// A copy of `programs/farsight-server`, so that a test can edit it, and an empty sandbox.
    pub fn new() -> Self {
        let venv = std::env::var_os("FARSIGHT_SANDBOX_VENV")
            .map_or_else(|| farsight_sandbox::default_home().unwrap().join("sandbox/venv"), PathBuf::from);
        // Makes the Python environment, where this is the first test that needs it.
        drop(farsight_sandbox::Sandbox::ephemeral().unwrap());
        let guide = Self { dir: TempDir::new().unwrap(), python: venv.join("bin/python"), venv };
        let from = repository().join("programs");
        let to = guide.dir.path().join("programs");
        for file in ["Cargo.toml", "Cargo.lock"] {
            let text = std::fs::read_to_string(from.join(file)).unwrap();
            let crates = format!("\"{}/crates/", repository().display());
            write(
                &to.join(file),
                &text.replace("\"../crates/", &crates).replace("members = [\"*\"]", "members = [\"farsight-server\"]"),
            );
        }
        for dir in ["farsight-server", "farsight-server/src"] {
            for entry in std::fs::read_dir(from.join(dir)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let mut text = std::fs::read_to_string(&path).unwrap();
                    if path.ends_with("Cargo.toml") {
                        // Copies of one name would take each other's binary from the build that they share.
                        text = text.replace("name = \"farsight-server\"", &format!("name = \"{}\"", guide.package()));
                    }
                    write(&to.join(dir).join(path.file_name().unwrap()), &text);
                }
            }
        }
        guide
    }

    /// A name that no other copy has.
    fn package(&self) -> String {
        let dir = self.dir.path().file_name().unwrap().to_str().unwrap();
        format!("guide-{}", dir.trim_start_matches('.').to_lowercase())
    }

    pub fn program(&self) -> PathBuf {
        self.dir.path().join("programs/farsight-server")
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state/farsight-server.db")
    }

    pub fn events(&self) -> PathBuf {
        self.dir.path().join("events.jsonl")
    }

    /// Replaces a text in a file of the program.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.program().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} does not contain `{from}`");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Writes the stack's configuration: lines of TOML.
    pub fn configure(&self, lines: &str) {
        std::fs::write(self.program().join("Farsight.dev.toml"), format!("[config]\n{lines}\n")).unwrap();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.command_in(&self.program());
        command.arg("--state").arg(self.state()).args(args);
        command
    }

    /// The built binary in some directory, with this guide's sandbox.
    pub fn command_in(&self, dir: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_farsight"));
        for variable in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "FARSIGHT_STACK", "FARSIGHT_PASSPHRASE"] {
            command.env_remove(variable);
        }
        command
            .env("FARSIGHT_HOME", self.dir.path().join("home"))
            .env("FARSIGHT_SANDBOX_VENV", &self.venv)
            // All copies share one build of the program's dependencies.
            .env("CARGO_TARGET_DIR", repository().join("programs/target"))
            .arg("-C")
            .arg(dir)
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command that must end with this exit code, and gives its standard output.
    pub fn exits(&self, code: i32, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}\n--- stdout\n{}--- stderr\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn ok(&self, args: &[&str]) -> String {
        self.exits(0, args)
    }

    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// `op name` of every step that a preview shows.
    pub fn ops(&self, args: &[&str]) -> Vec<String> {
        let plan = self.json(&[&["preview", "--json"], args].concat());
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        let mut ops: Vec<String> = plan["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| format!("{} {} {}", text(&step["op"]), short(&text(&step["type"])), text(&step["name"])))
            .collect();
        ops.sort();
        ops
    }

    /// Runs Python with boto3 against the sandbox.
    pub fn python(&self, args: &[&str]) -> Output {
        let mut command = Command::new(&self.python);
        for line in self.ok(&["sandbox", "env"]).lines() {
            let (name, value) = line.trim_start_matches("export ").split_once('=').unwrap();
            command.env(name, value.trim_matches(['\'', '"']));
        }
        command.args(args).output().unwrap()
    }

    /// Asks `tests/check_guide.py`, which knows nothing of farsight: `up` or `down`, and how the configuration differs
    /// from the guide.
    pub fn check_cloud(&self, args: &[&str]) {
        let script = repository().join("tests/check_guide.py");
        let output = self.python(&[&[script.to_str().unwrap()], args].concat());
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
        assert!(shown.contains("facts checked, 0 wrong"), "{shown}");
    }

    /// Pushes an image; another content has another digest.
    pub fn push(&self, tag: &str, content: char) {
        self.meddle(&format!(
            r#"
import boto3, json
digest = "sha256:" + "{content}" * 64
kind = "application/vnd.docker."
layer = {{"mediaType": kind + "image.rootfs.diff.tar.gzip", "size": 1, "digest": digest}}
config = {{"mediaType": kind + "container.image.v1+json", "size": 1, "digest": digest}}
manifest = {{"schemaVersion": 2, "mediaType": kind + "distribution.manifest.v2+json", "config": config, "layers": [layer]}}
boto3.client("ecr").put_image(repositoryName="farsight-server", imageManifest=json.dumps(manifest), imageTag="{tag}")
"#
        ));
    }

    /// Runs a piece of Python that changes the cloud behind farsight's back.
    pub fn meddle(&self, code: &str) {
        let output = self.python(&["-c", code]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Every byte that the product wrote on this machine.
    pub fn everything_written(&self) -> Vec<u8> {
        fn walk(dir: &std::path::Path, all: &mut Vec<u8>) {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, all);
                } else if path.is_file() {
                    all.extend(std::fs::read(path).unwrap());
                }
            }
        }
        let mut all = Vec::new();
        walk(self.dir.path(), &mut all);
        all
    }
}

impl Drop for Guide {
    fn drop(&mut self) {
        // A sandbox outlives the command that started it; a test's must not outlive the test.
        let _ = self.run(&["sandbox", "stop"]);
    }
}

fn write(path: &std::path::Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// `aws:ec2/vpc:Vpc` as people see it, without the package.
fn short(token: &str) -> String {
    token.rsplit(':').next().unwrap_or(token).to_owned()
}
