//! What may happen to a stack: random programs, and what is done to them.

use crate::common::*;
use farsight_model::Value;
use farsight_provider::Fault;
use farsight_provider::fake::{Call, Fate, KEYED, NAMED, SETTLED, TAGGED, TOKENED, UPSERTED};
use proptest::prelude::*;
use std::fmt;
use std::time::Duration;

/// Resources of a program, at most.
pub const SIZE: usize = 7;

/// A program, a cloud, and what happens, in order. At the end everything must come together.
#[derive(Clone)]
pub struct Script {
    /// Only types whose replacements can stand beside the old objects.
    pub side_by_side: bool,
    /// Seconds: until new objects show, creating, deleting.
    pub slowness: (u64, u64, u64),
    pub parallel: usize,
    pub program: Vec<Option<Spec>>,
    pub acts: Vec<Act>,
}

/// One resource, as far as it varies.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    pub kind: usize,
    pub zone: u8,
    pub size: u8,
    pub note: Option<u8>,
    /// Another resource, by distance, and how it is used.
    pub uses: Vec<(usize, Use)>,
    pub first: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Use {
    /// In place, by a mere note that holds nothing.
    InPlace,
    /// In place, by `needs`: who must delete the object first waits until it is let go.
    Holding,
    /// In place, by `anchor`: who must delete the object first deletes this one before.
    Anchored,
    /// For good: a new id replaces.
    Within,
    /// Only an order.
    Order,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Act {
    /// The program changes.
    Edit(Vec<(usize, Option<Spec>)>),
    /// Somebody changes or removes an object.
    Meddle(usize, Meddling),
    /// A run, which may fail.
    Up {
        faults: Vec<Trouble>,
        kill: Option<usize>,
        refresh: bool,
        go_on: bool,
    },
    /// A run that is limited to a resource; it may be refused, and touches nothing else.
    Target(usize),
    Refresh {
        kill: Option<usize>,
    },
    Down {
        kill: Option<usize>,
    },
    /// A run is paused, its lock is taken from it by another run of a changed program, and then it wakes up.
    Race {
        pause: usize,
        edit: (usize, Option<Spec>),
    },
    /// Everything must come together here, too.
    Settle,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meddling {
    Remove,
    Size,
    Zone,
    Ambient,
}

/// What happens to some calls.
#[derive(Debug, Clone)]
pub struct Trouble {
    pub call: Call,
    pub after: usize,
    pub times: usize,
    pub fate: Fate,
}

fn spec() -> impl Strategy<Value = Spec> {
    let used =
        prop_oneof![Just(Use::InPlace), Just(Use::Holding), Just(Use::Anchored), Just(Use::Within), Just(Use::Order)];
    (
        0..6_usize,
        0..3_u8,
        1..3_u8,
        proptest::option::of(0..2_u8),
        proptest::collection::vec((1..4_usize, used), 0..3),
        proptest::option::weighted(0.1, Just(true)),
    )
        .prop_map(|(kind, zone, size, note, uses, first)| Spec { kind, zone, size, note, uses, first })
}

fn change() -> impl Strategy<Value = (usize, Option<Spec>)> {
    (0..SIZE, proptest::option::weighted(0.8, spec()))
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let call =
        prop_oneof![Just(Call::Create), Just(Call::Read), Just(Call::Update), Just(Call::Delete), Just(Call::Find)];
    let fate = prop_oneof![
        Just(Fate::AnswerLost),
        Just(Fate::RequestLost),
        Just(Fate::Refused(Fault::Throttled)),
        Just(Fate::Refused(Fault::Busy)),
        Just(Fate::Refused(Fault::Denied)),
        Just(Fate::Slow(Duration::from_secs(40))),
        Just(Fate::TakesEffectLater(Duration::from_secs(25))),
    ];
    (call, 0..12_usize, 1..3_usize, fate).prop_map(|(call, after, times, fate)| Trouble { call, after, times, fate })
}

fn act() -> impl Strategy<Value = Act> {
    let kill = || proptest::option::of(0..60_usize);
    let meddling =
        prop_oneof![Just(Meddling::Remove), Just(Meddling::Size), Just(Meddling::Zone), Just(Meddling::Ambient)];
    prop_oneof![
        4 => proptest::collection::vec(change(), 1..4).prop_map(Act::Edit),
        2 => (0..SIZE, meddling).prop_map(|(index, how)| Act::Meddle(index, how)),
        4 => (proptest::collection::vec(trouble(), 0..3), kill(), any::<bool>(), any::<bool>())
            .prop_map(|(faults, kill, refresh, go_on)| Act::Up { faults, kill, refresh, go_on }),
        1 => (0..SIZE).prop_map(Act::Target),
        1 => kill().prop_map(|kill| Act::Refresh { kill }),
        1 => kill().prop_map(|kill| Act::Down { kill }),
        1 => (0..40_usize, change()).prop_map(|(pause, edit)| Act::Race { pause, edit }),
        1 => Just(Act::Settle),
    ]
}

/// Scripts of so many acts.
pub fn script(acts: std::ops::Range<usize>) -> impl Strategy<Value = Script> {
    let program = proptest::collection::vec(proptest::option::weighted(0.8, spec()), SIZE);
    let slowness = (0..20_u64, 0..90_u64, 0..30_u64);
    (any::<bool>(), slowness, 1..4_usize, program, proptest::collection::vec(act(), acts)).prop_map(
        |(side_by_side, slowness, parallel, program, acts)| Script { side_by_side, slowness, parallel, program, acts },
    )
}

impl Script {
    fn token(&self, spec: &Spec) -> &'static str {
        let types: &[&'static str] = if self.side_by_side {
            &[TOKENED, NAMED, TAGGED, SETTLED]
        } else {
            &[TOKENED, NAMED, TAGGED, KEYED, UPSERTED, SETTLED]
        };
        types[spec.kind % types.len()]
    }

    /// The program in the words of the engine.
    pub fn nodes(&self, program: &[Option<Spec>]) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for (index, spec) in program.iter().enumerate() {
            let Some(spec) = spec else { continue };
            let name = format!("n{index}");
            let inputs = format!(r#"{{"key":"{name}","zone":"{}","size":{}}}"#, spec.zone, spec.size);
            let mut node = node(self.token(spec), &name, &inputs);
            if let Some(note) = spec.note {
                node.inputs.set("tags", v(&format!(r#"{{"note":"{note}"}}"#)));
            }
            node.options.delete_before_replace = spec.first.filter(|_| !self.side_by_side);
            for (distance, used) in &spec.uses {
                let Some(other) = index.checked_sub(*distance) else { continue };
                let Some(other) = nodes.iter().find(|node| node.name == format!("n{other}")) else { continue };
                match used {
                    Use::Holding => node.inputs.set("needs", Value::List(vec![other.part("id")])),
                    Use::Anchored => node.inputs.set("anchor", other.part("id")),
                    Use::InPlace => node.inputs.set("note", other.part("arn")),
                    Use::Within => node.inputs.set("within", other.part("id")),
                    Use::Order => node.options.depends_on.push(other.urn()),
                }
            }
            nodes.push(node);
        }
        nodes
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>, index: usize, spec: Option<&Spec>) -> fmt::Result {
        let Some(spec) = spec else { return write!(f, "n{index} is not declared") };
        let kind = self.token(spec).rsplit(':').next().unwrap_or_default();
        write!(f, "n{index}: {kind}, zone {}, size {}", spec.zone, spec.size)?;
        if let Some(note) = spec.note {
            write!(f, ", tag note={note}")?;
        }
        for (distance, used) in spec.uses.iter().filter(|(distance, _)| *distance <= index) {
            let word = match used {
                Use::InPlace => "noting",
                Use::Holding => "needing",
                Use::Anchored => "anchored to",
                Use::Within => "within",
                Use::Order => "after",
            };
            write!(f, ", {word} n{}", index - distance)?;
        }
        if spec.first.is_some() && !self.side_by_side { f.write_str(", deleted before it is replaced") } else { Ok(()) }
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>, act: &Act) -> fmt::Result {
        let killed = |kill: &Option<usize>| kill.map_or_else(String::new, |n| format!(", killed at moment {n}"));
        match act {
            Act::Edit(changes) => {
                f.write_str("edit")?;
                for (index, spec) in changes {
                    f.write_str("; ")?;
                    self.describe(f, *index, spec.as_ref())?;
                }
                Ok(())
            }
            Act::Meddle(index, how) => write!(f, "somebody meddles with n{index}: {how:?}"),
            Act::Up { faults, kill, refresh, go_on } => {
                write!(f, "up{}", killed(kill))?;
                f.write_str(if *refresh { ", with --refresh" } else { "" })?;
                f.write_str(if *go_on { ", with --continue-on-error" } else { "" })?;
                for Trouble { call, after, times, fate } in faults {
                    write!(f, "; after {after} calls {times} of {call:?} meet {fate:?}")?;
                }
                Ok(())
            }
            Act::Target(index) => write!(f, "up --target n{index}"),
            Act::Refresh { kill } => write!(f, "refresh{}", killed(kill)),
            Act::Down { kill } => write!(f, "down{}", killed(kill)),
            Act::Race { pause, edit: (index, spec) } => {
                write!(f, "up, paused at moment {pause}; another run takes the stack, with ")?;
                self.describe(f, *index, spec.as_ref())?;
                f.write_str("; the first one wakes up")
            }
            Act::Settle => f.write_str("everything comes together"),
        }
    }
}

/// A script that people can read and play by hand.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lag, creating, deleting) = self.slowness;
        writeln!(
            f,
            "a cloud that shows objects after {lag} s, makes them in {creating} s, deletes them in {deleting} s"
        )?;
        writeln!(f, "{} at once", self.parallel)?;
        for (index, spec) in self.program.iter().enumerate().filter(|(_, spec)| spec.is_some()) {
            self.describe(f, index, spec.as_ref())?;
            writeln!(f)?;
        }
        for (number, act) in self.acts.iter().enumerate() {
            write!(f, "{}. ", number + 1)?;
            self.tell(f, act)?;
            writeln!(f)?;
        }
        f.write_str("and at the end everything comes together, and goes")
    }
}
