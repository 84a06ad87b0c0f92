//! The matrix: every operation, on every class of identity, killed at every moment; afterwards the program is the same,
//! or another one.
//!
//! Each test prints how many points it tried, as `docs/reliability.md` shows them. A failure prints its point;
//! `FARSIGHT_POINT=<point> cargo test -p farsight-engine --test crash -- --nocapture` tries it alone.

use crate::common::oracle::{rests, succeeded};
use crate::common::trap::{Command, Spot, arm, disarm, killed};
use crate::common::*;
use farsight_engine::PlanOptions;
use farsight_provider::fake::{KEYED, NAMED, SETTLED, TAGGED, TOKENED, UPSERTED};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a create is found again: one type for each way.
const CLASSES: [(&str, &str); 6] = [
    ("client token", TOKENED),
    ("unique name", NAMED),
    ("same settings", SETTLED),
    ("natural key", KEYED),
    ("upsert", UPSERTED),
    ("owner tag", TAGGED),
];

/// What the command that is killed was to do.
struct Story {
    before: Vec<Node>,
    meanwhile: fn(&Lab, &'static str),
    command: Command,
    after: Vec<Node>,
}

/// What the next run is given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    Same,
    /// The program from before.
    Back,
    /// A program that wants something else of the same resources.
    Other,
    /// Nothing at all.
    Empty,
}

fn resource(token: &'static str, inputs: &str) -> Node {
    let mut node = node(token, "x", inputs).set("extra", false.into());
    if node.inputs.get("key").is_none() {
        node.inputs.set("key", "1".into());
    }
    node
}

/// It, something that uses it in place, and something that is made anew with it.
fn with_users(x: Node, deep: bool) -> Vec<Node> {
    let mut all = vec![plain("y", "{}").set("note", x.part("arn"))];
    if deep {
        all.push(plain("z", "{}").set("within", x.part("id")));
    }
    all.insert(0, x);
    all
}

fn story(operation: &str, token: &'static str) -> Story {
    let one = |inputs: &str| with_users(resource(token, inputs), false);
    let deep = |inputs: &str| with_users(resource(token, inputs), true);
    let up = |before: Vec<Node>, after: Vec<Node>| Story { before, meanwhile: |_, _| {}, command: Command::Up, after };
    let adopted = r#"{"name":"n","key":"1","note":"a","size":1}"#;
    let adoptable: fn(&Lab, &'static str) = |lab, token| {
        lab.cloud.add(token, v(r#"{"name":"n","key":"1","note":"a","size":1,"extra":false,"tags":{}}"#));
    };
    match operation {
        "create" => up(vec![], one("{}")),
        "create of several calls" => {
            let whole = resource(token, r#"{"tags":{"a":"b"}}"#).set("extra", true.into());
            up(vec![], with_users(whole, false))
        }
        "update" => up(one("{}"), one(r#"{"size":2,"tags":{"a":"b"}}"#)),
        "delete" => up(one("{}"), vec![]),
        "down" => Story { command: Command::Down, ..up(deep("{}"), vec![]) },
        "replace, create first" => up(deep(r#"{"zone":"1"}"#), deep(r#"{"zone":"2","key":"2"}"#)),
        "replace, delete first" => {
            let first = |inputs: &str| {
                let x = resource(token, inputs).with(|options| options.delete_before_replace = Some(true));
                with_users(x, true)
            };
            up(first(r#"{"zone":"1","name":"n"}"#), first(r#"{"zone":"2","name":"n"}"#))
        }
        "import by the program" => Story {
            meanwhile: adoptable,
            ..up(vec![], vec![resource(token, adopted).with(|options| options.import = Some(first_id(token)))])
        },
        "import by command" => Story {
            meanwhile: adoptable,
            command: Command::Import(token),
            ..up(vec![], vec![resource(token, adopted)])
        },
        "refresh of a change" => Story {
            meanwhile: |lab, token| lab.cloud.change(&lab.id(token, "x"), "note", "theirs".into()),
            command: Command::Refresh,
            ..up(one("{}"), one("{}"))
        },
        "refresh of a loss" => Story {
            meanwhile: |lab, token| lab.cloud.remove(&lab.id(token, "x")),
            command: Command::Refresh,
            ..up(one("{}"), one("{}"))
        },
        other => panic!("no story of {other}"),
    }
}

fn first_id(token: &str) -> String {
    format!("{}-0001", token.rsplit(':').next().unwrap().to_lowercase())
}

fn program_of(story: &Story, next: Next) -> Vec<Node> {
    match next {
        Next::Same => story.after.clone(),
        Next::Back => story.before.clone(),
        Next::Empty => vec![],
        Next::Other => {
            let mut other = story.after.clone();
            for node in &mut other {
                node.inputs.set("size", 5.into());
                if node.name == "x" {
                    node.inputs.set("note", "other".into());
                }
            }
            other
        }
    }
}

/// One point of the matrix.
struct Point {
    operation: &'static str,
    class: (&'static str, &'static str),
    lagging: bool,
    next: Next,
    kills: Vec<usize>,
}

impl Point {
    fn name(&self) -> String {
        let cloud = if self.lagging { "lagging" } else { "prompt" };
        let kills: Vec<String> = self.kills.iter().map(ToString::to_string).collect();
        format!("{}/{}/{cloud}/{:?}/{}", self.operation, self.class.0, self.next, kills.join("+"))
    }

    /// Plays it. Says where each kill met the engine; none if the command ended before.
    fn play(&self) -> Vec<Option<Spot>> {
        let recipe = Recipe(self.name());
        let spots = Arc::new(Mutex::new(Vec::new()));
        let told = spots.clone();
        virtual_time(async move {
            let story = story(self.operation, self.class.1);
            let mut lab = Lab::new(self.kills[0] as u64);
            lab.settings.parallel = 2;
            if self.lagging {
                lab.cloud.lag(Duration::from_secs(20));
                lab.cloud.create_takes(Duration::from_secs(25));
                lab.cloud.delete_takes(Duration::from_secs(12));
            }
            lab.up(&story.before).await;
            (story.meanwhile)(&lab, self.class.1);
            let mut command = story.command;
            for kill in &self.kills {
                let trap = arm(&mut lab, *kill);
                killed(&mut lab, &trap, command, &story.after).await;
                told.lock().unwrap().push(trap.spot());
                disarm(&mut lab);
                // Whoever is killed again was on the way to bring things together.
                command = if matches!(command, Command::Import(_)) { command } else { Command::Up };
            }
            if let Command::Import(_) = story.command
                && lab.names().is_empty()
            {
                // Nothing was adopted: whoever asked for it asks again.
                let trap = arm(&mut lab, usize::MAX);
                killed(&mut lab, &trap, story.command, &[]).await;
                disarm(&mut lab);
            }
            let nodes = program_of(&story, self.next);
            let options = PlanOptions { refresh: story.command == Command::Refresh, ..PlanOptions::default() };
            let outcome = lab.try_up(program(&nodes), &options).await;
            let verdict = match succeeded("the next `up`", &outcome) {
                Ok(()) => rests(&mut lab, &nodes).await,
                failed => failed,
            };
            assert!(verdict.is_ok(), "{}: {}", self.name(), verdict.unwrap_err());
        });
        drop(recipe);
        Arc::try_unwrap(spots).unwrap().into_inner().unwrap()
    }
}

/// Says how to try a point again, should it fail.
struct Recipe(String);

impl Drop for Recipe {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("FARSIGHT_POINT='{}' cargo test -p farsight-engine --test crash -- --nocapture", self.0);
        }
    }
}

/// Plays a row of the matrix and prints it. Each of `spots` must have been met.
fn row(operation: &'static str, nexts: &[Next], spots: &[Spot]) {
    if let Ok(point) = std::env::var("FARSIGHT_POINT") {
        return alone(operation, &point);
    }
    let mut tried = Tried::default();
    for class in CLASSES {
        for (lagging, next) in nexts.iter().map(|next| (true, *next)).chain([(false, Next::Same)]) {
            for n in 0.. {
                let point = Point { operation, class, lagging, next, kills: vec![n] };
                let spots = point.play();
                tried.count(class.0, &spots);
                if spots[0].is_none() {
                    break;
                }
            }
        }
        // Killed, and killed again on the way to bring things together.
        for first in (0..).step_by(5) {
            let mut over = false;
            for second in (0..12).step_by(3) {
                let spots =
                    Point { operation, class, lagging: true, next: Next::Same, kills: vec![first, second] }.play();
                tried.count(class.0, &spots);
                over = spots[0].is_none();
                if over || spots[1].is_none() {
                    break;
                }
            }
            if over {
                break;
            }
        }
    }
    tried.print(operation);
    assert!(spots.iter().all(|spot| tried.by_spot.contains_key(spot)), "not every kind of moment was met");
}

fn alone(operation: &'static str, point: &str) {
    let parts: Vec<&str> = point.split('/').collect();
    if parts[0] != operation {
        return;
    }
    let class = *CLASSES.iter().find(|class| class.0 == parts[1]).unwrap();
    let nexts = [Next::Same, Next::Back, Next::Other, Next::Empty];
    let next = *nexts.iter().find(|next| format!("{next:?}") == parts[3]).unwrap();
    let kills = parts[4].split('+').map(|kill| kill.parse().unwrap()).collect();
    let point = Point { operation, class, lagging: parts[2] == "lagging", next, kills };
    eprintln!("{}: {:?}", point.name(), point.play());
}

/// How many points were tried.
#[derive(Default)]
struct Tried {
    by_class: BTreeMap<&'static str, usize>,
    by_spot: BTreeMap<Spot, usize>,
}

impl Tried {
    fn count(&mut self, class: &'static str, spots: &[Option<Spot>]) {
        // The last one counts: without it the point is no other than one with fewer kills.
        if let Some(spot) = spots.last().copied().flatten() {
            *self.by_class.entry(class).or_default() += 1;
            *self.by_spot.entry(spot).or_default() += 1;
        }
    }

    fn print(&self, operation: &str) {
        let total: usize = self.by_class.values().sum();
        let classes: Vec<String> =
            CLASSES.iter().map(|(class, _)| self.by_class.get(class).copied().unwrap_or(0).to_string()).collect();
        let spots: Vec<String> =
            Spot::ALL.iter().map(|spot| self.by_spot.get(spot).copied().unwrap_or(0).to_string()).collect();
        println!("| {operation} | {} | {total} |", classes.join(" | "));
        println!("moments: | {operation} | {} |", spots.join(" | "));
        for (class, _) in CLASSES {
            assert!(self.by_class.get(class).is_some_and(|count| *count > 0), "no point of {class} was tried");
        }
    }
}

const ALL: [Next; 4] = [Next::Same, Next::Back, Next::Other, Next::Empty];
const COMMITS: [Spot; 2] = [Spot::BeforeCommit, Spot::AfterCommit];

#[test]
fn create() {
    row("create", &ALL, &Spot::ALL);
}

#[test]
fn create_of_several_calls() {
    row("create of several calls", &ALL, &Spot::ALL);
}

#[test]
fn update() {
    row("update", &ALL, &Spot::ALL[..6]);
}

#[test]
fn delete() {
    row("delete", &ALL, &Spot::ALL);
}

#[test]
fn down_of_a_chain() {
    row("down", &[Next::Same, Next::Back], &Spot::ALL);
}

#[test]
fn replace_create_first() {
    row("replace, create first", &[Next::Same], &Spot::ALL);
}

#[test]
fn replace_delete_first() {
    row("replace, delete first", &[Next::Same], &Spot::ALL);
}

#[test]
fn import_by_the_program() {
    row("import by the program", &[Next::Same, Next::Empty], &COMMITS);
}

#[test]
fn import_by_command() {
    row("import by command", &[Next::Same, Next::Empty], &COMMITS);
}

#[test]
fn refresh_of_a_change() {
    row("refresh of a change", &[Next::Same, Next::Empty], &COMMITS);
}

#[test]
fn refresh_of_a_loss() {
    row("refresh of a loss", &[Next::Same, Next::Empty], &COMMITS);
}
