//! What the program wants: its declarations, checked as a whole and put in order.

use crate::{Callbacks, Code, Declared, Diagnostic, Diagnostics};
use farsight_model::{PropertyPath, ResourceOptions, Urn, Value, references};
use farsight_protocol::{Declaration, PolicyDeclaration};
use farsight_provider::{ErasedHandler, Registry};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// One declared resource.
#[derive(Clone)]
pub struct Goal {
    /// As declared.
    pub declaration: Declaration,
    /// Its options, with those that come from its parents.
    pub options: ResourceOptions,
    /// The lifecycle of its type; none for a component.
    pub handler: Option<Arc<dyn ErasedHandler>>,
    /// Goals that must be done first, by index, without repetition.
    pub dependencies: Vec<usize>,
    /// Which resources each input comes from.
    pub property_dependencies: BTreeMap<String, Vec<Urn>>,
    /// URNs that it may have in state instead of its own, the likeliest first: by its aliases, and those of its parents.
    pub former: Vec<Urn>,
}

/// Everything that the program wants.
#[derive(Clone, Default)]
pub struct Goals {
    /// In order of declaration.
    pub list: Vec<Goal>,
    /// Indices by URN.
    pub index: HashMap<Urn, usize>,
    /// Indices so that every goal comes after its dependencies.
    pub order: Vec<usize>,
    /// Stack outputs.
    pub exports: Vec<(String, Value)>,
    /// Outputs of components.
    pub component_outputs: HashMap<Urn, Value>,
    /// Checks of the plan.
    pub policies: Vec<PolicyDeclaration>,
    /// The program's closures.
    pub callbacks: Option<Arc<dyn Callbacks>>,
}

impl Goals {
    /// Checks declarations as a whole: duplicates, unknown types, references to nothing, circles. Reports everything.
    pub fn new(declared: Declared, registry: &Registry) -> Result<Self, Diagnostics> {
        let mut problems = Vec::new();
        let mut goals = Goals {
            exports: declared.exports,
            component_outputs: declared.component_outputs,
            policies: declared.policies,
            callbacks: declared.callbacks,
            ..Goals::default()
        };
        for declaration in declared.declarations {
            if let Some(&first) = goals.index.get(&declaration.urn) {
                let first: &Goal = &goals.list[first];
                problems.push(
                    Diagnostic::error(
                        Code::DuplicateUrn,
                        format!(
                            "two resources of type `{}` have the name `{}`",
                            declaration.token.short(),
                            declaration.name
                        ),
                    )
                    .about(&declaration.urn)
                    .at(Some(&declaration.location))
                    .note(format!("the first one is declared at {}", first.declaration.location))
                    .help("give one of them another name"),
                );
                continue;
            }
            let handler = registry.handler(&declaration.token);
            if declaration.custom && handler.is_none() {
                problems.push(
                    Diagnostic::error(Code::UnknownType, format!("no provider knows the type `{}`", declaration.token))
                        .about(&declaration.urn)
                        .at(Some(&declaration.location)),
                );
            }
            goals.index.insert(declaration.urn.clone(), goals.list.len());
            goals.list.push(Goal {
                options: declaration.options.clone(),
                handler: if declaration.custom { handler } else { None },
                dependencies: Vec::new(),
                property_dependencies: BTreeMap::new(),
                former: Vec::new(),
                declaration,
            });
        }
        goals.connect(&mut problems);
        goals.check_exports(&mut problems);
        goals.sort(&mut problems);
        goals.inherit();
        if problems.is_empty() { Ok(goals) } else { Err(problems) }
    }

    /// The goal of a URN.
    pub fn get(&self, urn: &Urn) -> Option<&Goal> {
        self.index.get(urn).map(|&index| &self.list[index])
    }

    /// Children take `provider`, `protect`, `retain_on_delete`, `deleted_with` and aliases from their parents, as in Pulumi.
    fn inherit(&mut self) {
        // A parent comes before its children, so one pass is enough.
        for &index in &self.order {
            let goal = &self.list[index];
            let parent = goal.declaration.parent.as_ref().and_then(|parent| self.index.get(parent));
            let parent = parent.map(|&parent| &self.list[parent]);
            let former = former(&goal.declaration, parent);
            let (mut protect, mut retain, mut with, mut provider) = (false, false, None, None);
            if let Some(parent) = parent {
                (protect, retain) = (parent.options.protect, parent.options.retain_on_delete);
                let fits = |urn: &Urn| {
                    !goal.declaration.custom || urn.token().provides() == Some(goal.declaration.token.package())
                };
                provider = parent.options.provider.clone().filter(fits);
                // Nothing goes with itself.
                with = parent.options.deleted_with.clone().filter(|with| *with != goal.declaration.urn);
            }
            let goal = &mut self.list[index];
            goal.former = former;
            goal.options.provider = goal.options.provider.take().or(provider);
            goal.options.protect |= protect && !goal.options.own_protect;
            goal.options.retain_on_delete |= retain && !goal.options.own_retain;
            goal.options.deleted_with = goal.options.deleted_with.take().or(with);
        }
    }

    fn connect(&mut self, problems: &mut Diagnostics) {
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, goal) in self.list.iter().enumerate() {
            if let Some(parent) = goal.declaration.parent.as_ref().and_then(|urn| self.index.get(urn)) {
                children.entry(*parent).or_default().push(index);
            }
        }
        for index in 0..self.list.len() {
            let declaration = &self.list[index].declaration;
            let mut dependencies = BTreeSet::new();
            let mut by_property: BTreeMap<String, Vec<Urn>> = BTreeMap::new();
            let missing = |urn: &Urn, what: &str| {
                Diagnostic::error(Code::BadReference, format!("{what} `{urn}`, which the program does not declare"))
                    .about(&declaration.urn)
                    .at(Some(&declaration.location))
            };
            if let Some(inputs) = declaration.inputs.as_map() {
                for (name, value) in inputs {
                    for (urn, path) in references(value) {
                        let Some(&target) = self.index.get(&urn) else {
                            problems.push(missing(&urn, &format!("`{name}` refers to")));
                            continue;
                        };
                        if let Some(problem) = self.unknown_property(target, path.head()) {
                            problems.push(
                                problem
                                    .about(&declaration.urn)
                                    .at(declaration.property_locations.get(name).or(Some(&declaration.location))),
                            );
                        }
                        dependencies.insert(target);
                        dependencies.extend(self.behind(&urn, &path));
                        let of_property = by_property.entry(name.clone()).or_default();
                        if !of_property.contains(&urn) {
                            of_property.push(urn);
                        }
                    }
                }
            }
            for (urn, path) in references(&declaration.options.replacement_trigger) {
                match self.index.get(&urn) {
                    Some(&target) => {
                        dependencies.insert(target);
                        dependencies.extend(self.behind(&urn, &path));
                    }
                    None => problems.push(missing(&urn, "`replacement_trigger` refers to")),
                }
            }
            for urn in &declaration.options.depends_on {
                match self.index.get(urn) {
                    Some(&target) => {
                        // Depending on a component means depending on all that it is made of.
                        let mut seen = BTreeSet::new();
                        let mut todo = vec![target];
                        while let Some(next) = todo.pop() {
                            if next != index && seen.insert(next) && !self.list[next].declaration.custom {
                                todo.extend(children.get(&next).into_iter().flatten());
                            }
                        }
                        dependencies.extend(seen);
                        if target == index {
                            dependencies.insert(index);
                        }
                    }
                    None => problems.push(missing(urn, "`depends_on` names")),
                }
            }
            if let Some(provider) = &declaration.options.provider {
                match self.index.get(provider).map(|&target| (target, self.list[target].declaration.token.provides())) {
                    None => problems.push(missing(provider, "`provider` names")),
                    Some((target, Some(package))) if !declaration.custom || package == declaration.token.package() => {
                        dependencies.insert(target);
                    }
                    Some(_) => problems.push(
                        Diagnostic::error(
                            Code::BadReference,
                            format!(
                                "`{}` is no provider of the package `{}`",
                                provider.name(),
                                declaration.token.package()
                            ),
                        )
                        .about(&declaration.urn)
                        .at(Some(&declaration.location)),
                    ),
                }
            }
            if let Some(parent) = &declaration.parent {
                match self.index.get(parent) {
                    Some(&target) => {
                        dependencies.insert(target);
                    }
                    None => problems.push(missing(parent, "`parent` names")),
                }
            }
            let options = &declaration.options;
            let named = options.deleted_with.iter().map(|other| (other, "`deleted_with` names"));
            for (other, what) in named.chain(options.replace_with.iter().map(|other| (other, "`replace_with` names"))) {
                if !self.index.contains_key(other) {
                    problems.push(missing(other, what));
                }
            }
            self.list[index].dependencies = dependencies.into_iter().collect();
            self.list[index].property_dependencies = by_property;
        }
    }

    /// What an output of a component comes from: it must be done before whoever uses the output.
    fn behind(&self, component: &Urn, path: &PropertyPath) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut todo = vec![(component.clone(), path.clone())];
        while let Some((urn, path)) = todo.pop() {
            let Some(outputs) = self.component_outputs.get(&urn) else { continue };
            let Some(output) = path.head().and_then(|head| outputs.get(head)) else { continue };
            for (source, part) in references(output) {
                if seen.insert((source.clone(), part.to_string())) {
                    found.extend(self.index.get(&source));
                    todo.push((source, part));
                }
            }
        }
        found
    }

    /// Stack outputs, and those of components, must refer to what there is.
    fn check_exports(&self, problems: &mut Diagnostics) {
        for (component, value) in &self.component_outputs {
            for (urn, path) in references(value) {
                match self.index.get(&urn) {
                    None => problems.push(
                        Diagnostic::error(
                            Code::BadReference,
                            format!("an output refers to `{urn}`, which the program does not declare"),
                        )
                        .about(component),
                    ),
                    Some(&target) => {
                        problems.extend(self.unknown_property(target, path.head()).map(|p| p.about(component)));
                    }
                }
            }
        }
        for (name, value) in &self.exports {
            for (urn, path) in references(value) {
                match self.index.get(&urn) {
                    None => problems.push(Diagnostic::error(
                        Code::BadReference,
                        format!("output `{name}` refers to `{urn}`, which the program does not declare"),
                    )),
                    Some(&target) => problems.extend(self.unknown_property(target, path.head())),
                }
            }
        }
    }

    fn unknown_property(&self, target: usize, name: Option<&str>) -> Option<Diagnostic> {
        let goal = &self.list[target];
        let schema = goal.handler.as_ref()?.schema();
        let name = name?;
        let known = name == "id"
            || name == "urn"
            || schema.field(name).is_some()
            || schema.outputs.iter().any(|output| output.name == name);
        (!known).then(|| {
            Diagnostic::error(
                Code::BadReference,
                format!("`{}` has no property `{name}`", goal.declaration.token.short()),
            )
        })
    }

    fn sort(&mut self, problems: &mut Diagnostics) {
        let mut graph: DiGraph<usize, ()> = DiGraph::with_capacity(self.list.len(), self.list.len() * 2);
        let nodes: Vec<NodeIndex> = (0..self.list.len()).map(|index| graph.add_node(index)).collect();
        for (index, goal) in self.list.iter().enumerate() {
            for &dependency in &goal.dependencies {
                graph.add_edge(nodes[dependency], nodes[index], ());
            }
        }
        // Strongly connected components in reverse topological order. Not Tarjan's: petgraph's recurses, and a long chain
        // of resources would overflow the stack.
        let mut components = kosaraju_scc(&graph);
        components.reverse();
        for component in &components {
            let first = graph[component[0]];
            if component.len() > 1 || self.list[first].dependencies.contains(&first) {
                problems.push(self.cycle(&component.iter().map(|node| graph[*node]).collect()));
            }
        }
        self.order = crate::plan::stable_order(&graph).into_iter().map(|node| graph[node]).collect();
    }

    /// Names a circle in order: each depends on the next.
    fn cycle(&self, members: &BTreeSet<usize>) -> Diagnostic {
        let mut path = Vec::new();
        let mut current = members.iter().next().copied().unwrap_or(0);
        while !path.contains(&current) {
            path.push(current);
            let next = self.list[current].dependencies.iter().find(|next| members.contains(next));
            current = next.copied().unwrap_or(current);
        }
        let begin = path.iter().position(|index| *index == current).unwrap_or(0);
        let names: Vec<String> = path[begin..]
            .iter()
            .chain(std::iter::once(&current))
            .map(|index| format!("`{}`", self.list[*index].declaration.name))
            .collect();
        let declaration = &self.list[current].declaration;
        let mut diagnostic = Diagnostic::error(
            Code::Cycle,
            format!("resources depend on each other in a circle: {}", names.join(" -> ")),
        )
        .about(&declaration.urn)
        .at(Some(&declaration.location))
        .help("take one of these references or `depends_on` away");
        for index in &path[begin..] {
            let member = &self.list[*index].declaration;
            diagnostic = diagnostic.note(format!("`{}` is declared at {}", member.name, member.location));
        }
        diagnostic
    }
}

/// The URNs that a resource may have had: under the names that its aliases give, below its parent's URNs of then and now.
fn former(declaration: &Declaration, parent: Option<&Goal>) -> Vec<Urn> {
    let urn = &declaration.urn;
    let parents = parent.into_iter().flat_map(|parent| std::iter::once(&parent.declaration.urn).chain(&parent.former));
    let mut parents: Vec<Option<&Urn>> = parents.map(Some).collect();
    if parents.is_empty() {
        // A parent that the program does not declare is reported elsewhere.
        parents.push(declaration.parent.as_ref());
    }
    let under =
        |parent: Option<&Urn>, name: &str| Urn::new(urn.stack(), urn.project(), parent, &declaration.token, name);
    let mut found: Vec<Urn> = Vec::new();
    for alias in &declaration.options.aliases {
        match Urn::parse(alias) {
            Ok(urn) => found.push(urn),
            Err(_) => found.extend(parents.iter().map(|parent| under(*parent, alias))),
        }
    }
    found.extend(parents.iter().map(|parent| under(*parent, &declaration.name)));
    let mut seen = HashSet::from([urn.clone()]);
    found.retain(|urn| seen.insert(urn.clone()));
    found
}
