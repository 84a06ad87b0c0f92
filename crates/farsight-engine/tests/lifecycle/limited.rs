//! Random programs, random edits, random limits: a limited run changes nothing else, whatever comes of it.

use crate::common::*;
use crate::saved::config;
use farsight_engine::{Patterns, PlanOptions, Targets};
use farsight_model::Value;
use farsight_provider::fake::TAGGED;
use farsight_state::ResourceRow;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One resource of a random program.
#[derive(Debug, Clone)]
struct Spec {
    /// Whether it is in the program at first, and after the edit.
    there: [bool; 2],
    size: [u8; 2],
    /// A change of it replaces.
    zone: [bool; 2],
    /// Which of the earlier ones it needs, and which one it lives in.
    needs: u8,
    within: Option<u8>,
}

fn spec() -> impl Strategy<Value = Spec> {
    let there = (prop::bool::weighted(0.8), prop::bool::weighted(0.8));
    (there, (1..3_u8, 1..3_u8), any::<(bool, bool)>(), any::<u8>(), prop::option::weighted(0.3, any::<u8>())).prop_map(
        |(there, size, zone, needs, within)| Spec {
            there: there.into(),
            size: size.into(),
            zone: [zone.0, zone.0 != (zone.1 && needs % 3 == 0)],
            needs,
            within,
        },
    )
}

/// What a run is limited to: bits of resources.
#[derive(Debug, Clone)]
struct Limits {
    target: Option<u8>,
    exclude: u8,
    dependents: [bool; 2],
    replace: u8,
    down: bool,
    /// By way of a saved plan.
    saved: bool,
}

fn limits() -> impl Strategy<Value = Limits> {
    let target = prop::option::weighted(0.6, any::<u8>());
    (target, any::<(u8, u8)>(), any::<[bool; 2]>(), any::<(u8, u8)>(), prop::bool::weighted(0.2), any::<bool>())
        .prop_map(|(target, exclude, dependents, replace, down, saved)| Limits {
            target,
            exclude: exclude.0 & exclude.1,
            dependents,
            replace: replace.0 & replace.1 & 0b0101_0101,
            down,
            saved,
        })
}

fn name(index: usize) -> String {
    format!("n{index}")
}

/// The needs of each resource that is there; only those that are there themselves.
fn edges(specs: &[Spec], version: usize) -> BTreeMap<usize, BTreeSet<usize>> {
    let there = |index: usize| specs[index].there[version];
    (0..specs.len())
        .filter(|&index| there(index))
        .map(|index| {
            let needs = (0..index).filter(|&other| specs[index].needs >> other & 1 == 1 && there(other));
            let within = specs[index].within.filter(|_| index > 0).map(|within| usize::from(within) % index);
            (index, needs.chain(within.filter(|&other| there(other))).collect())
        })
        .collect()
}

fn nodes(specs: &[Spec], version: usize) -> Vec<Node> {
    edges(specs, version)
        .into_iter()
        .map(|(index, needs)| {
            let spec = &specs[index];
            let inputs = format!(r#"{{"size":{},"zone":"{}"}}"#, spec.size[version], u8::from(spec.zone[version]));
            let within = spec.within.filter(|_| index > 0).map(|within| usize::from(within) % index);
            let names: Vec<String> = needs.iter().filter(|&&other| Some(other) != within).map(|&n| name(n)).collect();
            let node = plain(&name(index), &inputs).needs(&names.iter().map(String::as_str).collect::<Vec<_>>());
            match within.filter(|other| needs.contains(other)) {
                Some(other) => node.within(&name(other)),
                None => node,
            }
        })
        .collect()
}

fn picked(bits: u8, among: &BTreeSet<usize>) -> BTreeSet<usize> {
    among.iter().copied().filter(|index| bits >> index & 1 == 1).collect()
}

/// Everything that can be reached along edges from what needs to what is needed, or back.
fn reach(mut from: BTreeSet<usize>, all: &[&BTreeMap<usize, BTreeSet<usize>>]) -> BTreeSet<usize> {
    loop {
        let more: BTreeSet<usize> = all
            .iter()
            .flat_map(|edges| edges.iter())
            .filter(|(_, needs)| needs.iter().any(|needed| from.contains(needed)))
            .map(|(index, _)| *index)
            .collect();
        let before = from.len();
        from.extend(more);
        if from.len() == before {
            return from;
        }
    }
}

/// Rows and objects of what a run must not touch.
fn untouched(lab: &Lab, names: &BTreeSet<String>) -> (Vec<ResourceRow>, Vec<(String, Value)>) {
    let rows: Vec<ResourceRow> =
        lab.snapshot().resources.into_iter().filter(|row| names.contains(row.urn.name())).collect();
    let objects = lab.cloud.objects();
    let seen = rows
        .iter()
        .filter_map(|row| row.id.clone())
        .map(|id| (id.clone(), objects.get(&id).map(|object| object.inputs.clone()).unwrap_or_default()))
        .collect();
    (rows, seen)
}

async fn check(specs: &[Spec], limits: &Limits) {
    let mut lab = Lab::new(1);
    let (old, new) = (nodes(specs, 0), nodes(specs, 1));
    lab.up(&old).await;
    let before = [edges(specs, 0), edges(specs, 1)];
    let versions: Vec<&BTreeMap<usize, BTreeSet<usize>>> =
        if limits.down { vec![&before[0]] } else { before.iter().collect() };
    let all: BTreeSet<usize> = versions.iter().flat_map(|edges| edges.keys().copied()).collect();
    let close = |set: BTreeSet<usize>, yes: bool| if yes { reach(set, &versions) } else { set };
    let (targets, excluded) = (limits.target.map(|bits| picked(bits, &all)), picked(limits.exclude, &all));
    let texts = |set: &BTreeSet<usize>| set.iter().map(|&index| name(index)).collect::<Vec<_>>();
    let replace = picked(limits.replace, &all);
    let patterns = targets.as_ref().map(&texts).unwrap_or_default();
    let options = PlanOptions {
        targets: Targets::parse(&patterns)
            .unwrap()
            .excluding(&texts(&excluded))
            .unwrap()
            .with_dependents(limits.dependents[0], limits.dependents[1]),
        replace: if limits.down { Patterns::default() } else { Patterns::parse(&texts(&replace)).unwrap() },
        ..PlanOptions::default()
    };
    let only = targets.filter(|set| !set.is_empty()).map_or(all.clone(), |set| close(set, limits.dependents[0]));
    let left_out: BTreeSet<usize> = close(excluded, limits.dependents[1]);
    let rest: BTreeSet<String> =
        (0..specs.len()).filter(|index| !only.contains(index) || left_out.contains(index)).map(name).collect();
    let unlimited = options.targets.is_everything();
    let as_it_was = untouched(&lab, &rest);
    let outcome = if limits.down {
        lab.try_down(&options).await.map(|outcome| assert!(outcome.succeeded(), "{:#?}", outcome.failures))
    } else if limits.saved {
        match lab.save(program(&new), &options).await {
            // The same is planned from the same, whatever it is.
            Ok(text) => {
                lab.run_saved(text.as_bytes(), program(&new), &config(1)).await.unwrap();
                Ok(())
            }
            Err(problems) => Err(problems),
        }
    } else {
        let outcome = lab.try_up(program(&new), &options).await;
        outcome.map(|outcome| assert!(outcome.succeeded(), "{:#?}", outcome.failures))
    };
    if !unlimited {
        assert_eq!(untouched(&lab, &rest), as_it_was, "the run touched what it was not to touch");
    }
    if let Err(problems) = outcome {
        // Refused: nothing at all was changed.
        assert!(problems.iter().all(|p| ["E0106", "E0108"].contains(&p.code.as_str())), "{problems:#?}");
        assert!(lab.ops(&old).await.is_empty());
    }
    lab.check();
    // Whatever was left out is done by the next run, and then all is well.
    lab.up(&new).await;
    assert!(lab.ops(&new).await.is_empty());
    for node in &new {
        let object = lab.cloud.objects()[&lab.id(TAGGED, &node.name)].clone();
        assert_eq!(object.inputs.get("size"), node.inputs.get("size"));
    }
    lab.down().await;
    assert!(lab.names().is_empty() && lab.cloud.objects().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    /// Protects everything outside of a limited run: rows and objects stay as they are, byte by byte.
    #[test]
    fn a_limited_run_changes_nothing_else(specs in prop::collection::vec(spec(), 1..8), limits in limits()) {
        virtual_time(check(&specs, &limits));
    }
}
