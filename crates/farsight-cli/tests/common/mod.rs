//! A project in a directory of its own, and the built binary to run in it.
#![allow(dead_code, reason = "every test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

pub mod declared;
pub mod guide;

use assert_cmd::Command;
use farsight_model::{ResourceOptions, Urn, Value};
use farsight_state::{
    Access, Holder, ResourceKey, ResourceRow, ResourceStatus, Store, Transition, UpdateEnd, UpdateResult, UpdateStart,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z.
pub const NEW_YEAR: i64 = 1_767_225_600_000;

/// A project `shop`, with a `FARSIGHT_HOME` of its own.
pub struct Space {
    dir: TempDir,
}

impl Space {
    pub fn new() -> Self {
        let space = Self::without_project();
        space.write("Farsight.toml", "name = \"shop\"\n");
        space
    }

    pub fn without_project() -> Self {
        let space = Self { dir: TempDir::new().unwrap() };
        std::fs::create_dir(space.root()).unwrap();
        space
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("work")
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("home")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::cargo_bin("farsight").unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("FARSIGHT_HOME", self.home()).env("HOME", self.home());
        command.env("USER", "ann").env("AWS_EC2_METADATA_DISABLED", "true");
        command.current_dir(self.root()).args(args);
        command
    }

    /// Runs a command and shows everything that came of it, with paths that are the same in every run.
    pub fn run(&self, args: &[&str]) -> String {
        self.shown(&mut self.command(args))
    }

    pub fn shown(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes)
                .replace(self.root().to_str().unwrap(), "[ROOT]")
                .replace(self.home().to_str().unwrap(), "[HOME]")
        };
        let mut shown = format!("exit {}\n", output.status.code().unwrap());
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                shown.extend(["--- ", name, "\n", &text(bytes)]);
            }
        }
        shown
    }

    /// Runs a command that must succeed, and gives its standard output.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must succeed with a JSON answer.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    pub fn state(&self) -> PathBuf {
        self.path("state/shop.db")
    }

    /// Stack `dev` with a component, a VPC in it, a subnet that depends on the VPC, and one output; secrets sealed.
    pub fn with_resources() -> Self {
        let space = Self::new();
        space.ok(&["stack", "init", "dev"]);
        let keyring = {
            let info = Store::open(&space.state(), Access::ReadOnly).unwrap();
            let stack = info.stack("dev").unwrap().unwrap();
            let info = info.key_info(stack.id).unwrap().unwrap().parse().unwrap();
            farsight_secrets::Keyring::unlock(&farsight_secrets::KeySource::KeyFile(space.home().join("key")), &info)
                .unwrap()
        };
        let mut store = Store::open(&space.state(), Access::ReadWrite).unwrap();
        let stack = store.stack("dev").unwrap().unwrap();
        let holder =
            Holder { user: "ann".into(), host: "desk".into(), pid: 7, process: None, command: "farsight up".into() };
        let lease = store.acquire_lease(stack.id, &holder, NEW_YEAR, 60_000).unwrap();
        let start = UpdateStart {
            kind: "up".into(),
            command: "farsight up".into(),
            user: "ann".into(),
            host: "desk".into(),
            message: Some("first".into()),
            version: "0.1.0".into(),
            started_at: NEW_YEAR,
        };
        let update = store.begin_update(&lease, &start).unwrap();
        let net = urn("app:index:Network", "net");
        let vpc = urn("app:index:Network$aws:ec2/vpc:Vpc", "main");
        let subnet = urn("aws:ec2/subnet:Subnet", "public-0");
        let rows = [
            row(1, &net, None, None, &[], &[]),
            row(2, &vpc, Some("vpc-1"), Some(&net), &[], &[("cidrBlock", Value::from("10.0.0.0/16"))]),
            row(
                3,
                &subnet,
                Some("subnet-1"),
                None,
                &[&vpc],
                &[("vpcId", Value::from("vpc-1")), ("note", Value::secret(Value::from("hunter2")))],
            ),
        ];
        let outputs = Value::map([
            ("vpcId", Value::from("vpc-1")),
            ("password", Value::secret(Value::from("hunter2"))),
            ("zones", Value::List(vec![Value::from("a"), Value::from("b")])),
        ]);
        let mut transitions: Vec<Transition> = rows
            .into_iter()
            .map(|mut row| {
                row.inputs = keyring.seal(row.urn.as_str(), &row.inputs).unwrap();
                Transition::Put { row: Box::new(row), op: None, update }
            })
            .collect();
        transitions.push(Transition::Outputs { outputs: keyring.seal("stack outputs", &outputs).unwrap() });
        store.apply(&lease, &transitions).unwrap();
        let counts = BTreeMap::from([("create".to_owned(), 3), ("same".to_owned(), 0)]);
        let end = UpdateEnd { result: UpdateResult::Succeeded, counts, ended_at: NEW_YEAR + 65_000, error: None };
        store.end_update(&lease, update, &end).unwrap();
        store.release_lease(&lease).unwrap();
        space
    }
}

pub fn urn(chain: &str, name: &str) -> Urn {
    Urn::parse(&format!("urn:farsight:dev::shop::{chain}::{name}")).unwrap()
}

fn row(
    key: i64,
    urn: &Urn,
    id: Option<&str>,
    parent: Option<&Urn>,
    dependencies: &[&Urn],
    inputs: &[(&str, Value)],
) -> ResourceRow {
    ResourceRow {
        key: ResourceKey(key),
        urn: urn.clone(),
        id: id.map(str::to_owned),
        custom: id.is_some(),
        status: ResourceStatus::Ready,
        pending_delete: false,
        tainted: false,
        parent: parent.cloned(),
        provider: None,
        inputs: Value::map(inputs.iter().cloned()),
        outputs: Value::map::<String>([]),
        options: ResourceOptions::default(),
        dependencies: dependencies.iter().map(|urn| (*urn).clone()).collect(),
        property_dependencies: BTreeMap::new(),
        location: None,
        created_at: NEW_YEAR,
        updated_at: NEW_YEAR,
        read_at: None,
        error: None,
    }
}

/// The directory of this repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
