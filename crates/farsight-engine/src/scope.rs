//! The resources that a run may touch: what `--target` and `--exclude` come to in one stack.

use crate::goal::Goals;
use crate::world::World;
use crate::{Code, Diagnostic, Diagnostics, Targets};
use farsight_model::Urn;
use std::collections::{HashMap, HashSet};

/// The resources that a run may touch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// None means everything.
    included: Option<HashSet<Urn>>,
    /// What must not be deleted, since a resource that is excluded needs it: with that resource.
    kept: HashMap<Urn, Urn>,
}

type Edges<'a> = HashMap<&'a Urn, Vec<&'a Urn>>;

impl Scope {
    /// Applies targets to a program and a state. Every pattern that matches nothing is an error.
    pub fn new(targets: &Targets, goals: &Goals, world: &World) -> Result<Self, Diagnostics> {
        if targets.is_everything() {
            return Ok(Self::default());
        }
        let urns: HashSet<&Urn> = goals.index.keys().chain(world.rows.values().map(|row| &row.urn)).collect();
        let unknown =
            [("target", &targets.only), ("excluded", &targets.not)].into_iter().flat_map(|(word, patterns)| {
                patterns.unmatched(&urns.iter().copied()).into_iter().map(move |text| unmatched(word, text))
            });
        let unknown: Diagnostics = unknown.collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut needs: Edges<'_> = HashMap::new();
        let mut dependents: Edges<'_> = HashMap::new();
        let of_goals = goals.list.iter().flat_map(|goal| {
            goal.dependencies.iter().map(|&needed| (&goal.declaration.urn, &goals.list[needed].declaration.urn))
        });
        let of_rows = world.rows.values().flat_map(|row| {
            let needed = row.dependencies.iter().chain(&row.parent).chain(&row.options.deleted_with);
            needed.map(move |needed| (&row.urn, needed))
        });
        for (urn, needed) in of_goals.chain(of_rows) {
            needs.entry(urn).or_default().push(needed);
            dependents.entry(needed).or_default().push(urn);
        }
        // A resource that gets a new name is one resource under two names.
        let renamed: Vec<(&Urn, &Urn)> = goals
            .list
            .iter()
            .filter_map(|goal| Some((&goal.declaration.urn, &crate::planner::row_of(goals, world, goal)?.urn)))
            .filter(|(new, old)| new != old)
            .collect();
        for &(new, old) in &renamed {
            for edges in [&mut needs, &mut dependents] {
                edges.entry(new).or_default().push(old);
                edges.entry(old).or_default().push(new);
            }
        }
        let named = |named: &dyn Fn(&Urn) -> bool| {
            let mut all: HashSet<&Urn> = urns.iter().copied().filter(|urn| named(urn)).collect();
            for &(new, old) in &renamed {
                if all.contains(new) || all.contains(old) {
                    all.extend([new, old]);
                }
            }
            all
        };
        let mut only = if targets.only.is_empty() { urns.clone() } else { named(&|urn| targets.only.name(urn)) };
        if targets.target_dependents {
            only = reach(only, &dependents);
        }
        let excluded = named(&|urn| targets.not.name(urn));
        let not = if targets.exclude_dependents { reach(excluded, &dependents) } else { excluded };
        let mut included: HashSet<&Urn> = only.difference(&not).copied().collect();
        add_components(goals, world, &mut included);
        let mut kept = HashMap::new();
        for urn in &not {
            for needed in reach(HashSet::from([*urn]), &needs) {
                if needed != *urn {
                    kept.insert(needed.clone(), (*urn).clone());
                }
            }
        }
        Ok(Self { included: Some(included.into_iter().cloned().collect()), kept })
    }

    /// Whether a resource may be touched.
    pub fn includes(&self, urn: &Urn) -> bool {
        self.included.as_ref().is_none_or(|included| included.contains(urn))
    }

    /// The excluded resource that needs this one, if there is one: then it must not be deleted.
    pub fn keeps(&self, urn: &Urn) -> Option<&Urn> {
        self.kept.get(urn)
    }
}

/// New components that something included is part of, or uses: they cost nothing and are there for others.
fn add_components<'a>(goals: &'a Goals, world: &World, included: &mut HashSet<&'a Urn>) {
    let mut todo: Vec<usize> = included.iter().filter_map(|urn| goals.index.get(*urn)).copied().collect();
    while let Some(index) = todo.pop() {
        for &needed in &goals.list[index].dependencies {
            let goal = &goals.list[needed];
            if !goal.declaration.custom
                && world.row(&goal.declaration.urn).is_none()
                && included.insert(&goal.declaration.urn)
            {
                todo.push(needed);
            }
        }
    }
}

/// Everything that can be reached along edges, the beginnings included.
fn reach<'a>(from: HashSet<&'a Urn>, edges: &Edges<'a>) -> HashSet<&'a Urn> {
    let mut todo: Vec<&Urn> = from.iter().copied().collect();
    let mut seen = from;
    while let Some(urn) = todo.pop() {
        todo.extend(edges.get(urn).into_iter().flatten().copied().filter(|next| seen.insert(next)));
    }
    seen
}

/// The error of a pattern without a resource.
pub(crate) fn unmatched(word: &str, text: &str) -> Diagnostic {
    Diagnostic::error(Code::UnknownTarget, format!("{word} `{text}` matches no resource"))
        .help("`farsight state ls` lists what there is")
}
