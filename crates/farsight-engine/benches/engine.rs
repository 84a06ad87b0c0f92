//! The engine at 1,000, 10,000 and 100,000 resources, on a cloud in memory and a state on disk.
//!
//! `cargo bench -p farsight-engine` runs all sizes, each in a process of its own; `-- 1000 10000` only these. What
//! counts is the last table: linear work shows as ratios near 10.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for developers")]

use farsight_engine::{Control, Declared, Engine, LockRequest, Outcome, PlanOptions, Session, Settings, Targets};
use farsight_model::{Expr, Location, PropertyPath, ResourceOptions, TypeToken, Urn, Value};
use farsight_protocol::Declaration;
use farsight_provider::fake::{FakeCloud, NAMED, TAGGED};
use farsight_provider::{Registry, SystemClock};
use farsight_secrets::{KeySource, Keyring};
use farsight_state::{Access, Store, WriterStats};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const CHILD: &str = "FARSIGHT_BENCH_CHILD";
/// A network with this many parts, again and again.
const GROUP: usize = 20;

fn main() {
    if let Ok(size) = std::env::var(CHILD) {
        child(size.parse().unwrap());
        return;
    }
    let asked: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked };
    println!(
        "{:>9} {:<10} {:>9} {:>9} {:>10} {:>10} {:>8} {:>9}",
        "resources", "command", "ms", "us each", "peak MB", "B/res RAM", "commits", "B/res disk"
    );
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut order = Vec::new();
    for size in &sizes {
        let output = Command::new(std::env::current_exe().unwrap()).env(CHILD, size.to_string()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            println!("{line}");
            let words: Vec<&str> = line.split_whitespace().collect();
            if !times.contains_key(words[1]) {
                order.push(words[1].to_owned());
            }
            times.entry(words[1].to_owned()).or_default().push(words[2].parse().unwrap());
        }
    }
    println!("\ngrowth of time from size to size");
    for command in order {
        let ratios: Vec<String> =
            times[&command].windows(2).map(|pair| format!("{:>7.1}", pair[1] / pair[0].max(0.1))).collect();
        println!("{command:<10} {}", ratios.join(" "));
    }
}

fn declared(size: usize, edited: bool) -> Declared {
    let urn = |index: usize| {
        let token = if index.is_multiple_of(GROUP) { NAMED } else { TAGGED };
        Urn::new("bench", "bench", None, &TypeToken::new(token), &format!("resource-{index}"))
    };
    let declarations = (0..size).map(|index| {
        let mut inputs = Value::map([
            ("extra", Value::Bool(false)),
            ("network", format!("10.{}.{}.0/24", index / 250 % 250, index % 250).into()),
            ("size", Value::Number(if edited { 2.0 } else { 1.0 })),
            ("tags", Value::map([("Name", Value::from(format!("resource-{index}"))), ("team", "platform".into())])),
        ]);
        if !index.is_multiple_of(GROUP) {
            let parent = urn(index - index % GROUP);
            inputs.set("within", Value::output(Expr::Ref { urn: parent, path: PropertyPath::key("id") }));
        }
        let urn = urn(index);
        Declaration {
            token: urn.token(),
            name: urn.name().to_owned(),
            urn,
            custom: true,
            parent: None,
            inputs,
            options: ResourceOptions::default(),
            location: Location { file: "src/main.rs".into(), line: index as u32 + 1, column: 9 },
            property_locations: BTreeMap::new(),
        }
    });
    Declared { declarations: declarations.collect(), ..Declared::default() }
}

/// A figure of `/proc/self/status` in kilobytes; 0 where there is none.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()).unwrap_or(0.0)
}

fn disk(dir: &Path) -> f64 {
    let files = std::fs::read_dir(dir).unwrap();
    files.map(|entry| entry.unwrap().metadata().unwrap().len() as f64).sum()
}

struct Bench {
    size: usize,
    dir: tempfile::TempDir,
    cloud: FakeCloud,
    key: KeySource,
    info: farsight_secrets::KeyInfo,
}

impl Bench {
    fn session(&self) -> Session {
        let engine = Engine {
            registry: Registry::new().with(Arc::new(self.cloud.clone())),
            clock: Arc::new(SystemClock),
            events: Arc::new(|_| {}),
            control: Control::new(),
        };
        let store = Store::open(&self.dir.path().join("state.db"), Access::ReadWrite).unwrap();
        let stack = store.stack("bench").unwrap().unwrap();
        let keyring = Keyring::unlock(&self.key, &self.info).unwrap();
        Session::open(engine, store, stack, keyring, Settings::default())
    }

    async fn measure<T>(&self, command: &str, work: impl AsyncFnOnce(&mut Session) -> T) -> T {
        self.cloud.clear_log();
        // Sets the peak back to what is used now.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let (memory_before, disk_before) = (memory("VmRSS:"), disk(self.dir.path()));
        let begin = Instant::now();
        let mut session = self.session();
        let result = work(&mut session).await;
        let took = begin.elapsed().as_secs_f64() * 1_000.0;
        let peak = memory("VmHWM:");
        let WriterStats { commits, .. } = session.written();
        let size = self.size as f64;
        println!(
            "{:>9} {command:<10} {took:>9.0} {:>9.1} {:>10.0} {:>10.0} {commits:>8} {:>9.0}",
            self.size,
            took * 1_000.0 / size,
            peak / 1_024.0,
            (peak - memory_before).max(0.0) * 1_024.0 / size,
            (disk(self.dir.path()) - disk_before).max(0.0) / size,
        );
        result
    }
}

async fn run(session: &mut Session, declared: Option<Declared>) -> Outcome {
    session.lock(&LockRequest { kind: "up".into(), ..LockRequest::default() }).await.unwrap();
    session.check_cloud().await.unwrap();
    session.recover().await.unwrap();
    let options = PlanOptions::default();
    let plan = match declared {
        Some(declared) => session.plan(declared, &options).await.unwrap(),
        None => session.plan_down(&options).await.unwrap(),
    };
    let outcome = session.execute(plan).await.unwrap();
    assert!(outcome.succeeded(), "{:#?}", outcome.failures);
    session.finish(&[], false).unwrap();
    outcome
}

fn child(size: usize) {
    let dir = tempfile::tempdir().unwrap();
    let key = KeySource::KeyFile(dir.path().join("key"));
    let (_, info) = Keyring::create(&key).unwrap();
    let mut store = Store::open(&dir.path().join("state.db"), Access::ReadWrite).unwrap();
    store.create_stack("bench", "bench", 0).unwrap();
    drop(store);
    let bench = Bench { size, dir, cloud: FakeCloud::new(Arc::new(SystemClock), Duration::ZERO), key, info };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let created = bench.measure("create", async |session| run(session, Some(declared(size, false))).await).await;
        assert_eq!(created.done.create, size);
        let same = bench.measure("unchanged", async |session| run(session, Some(declared(size, false))).await).await;
        assert_eq!(same.done.same, size);
        let view = bench
            .measure("preview", async |session| {
                session.plan(declared(size, true), &PlanOptions::default()).await.unwrap().view()
            })
            .await;
        assert_eq!(view.summary.update, size);
        bench
            .measure("refresh", async |session| {
                session.lock(&LockRequest { kind: "refresh".into(), ..LockRequest::default() }).await.unwrap();
                session.recover().await.unwrap();
                let report = session.look(&Targets::default()).await.unwrap();
                assert_eq!(report.checked, size);
                session.refresh(report).await.unwrap();
                session.finish(&[], false).unwrap();
            })
            .await;
        let report =
            bench.measure("drift", async |session| session.drift(&Targets::default(), "", "").await.unwrap()).await;
        assert!(report.findings.is_empty());
        let updated = bench.measure("update", async |session| run(session, Some(declared(size, true))).await).await;
        assert_eq!(updated.done.update, size);
        let gone = bench.measure("down", async |session| run(session, None).await).await;
        assert_eq!(gone.done.delete, size);
    });
    assert!(bench.cloud.objects().is_empty());
}
