//! Plans: graphs of steps, complete before anything runs.

mod view;

pub use view::{DiffView, OutputView, PlanView, StepView, Summary, masked};

use crate::goal::Goals;
use crate::world::World;
use farsight_model::{Change, TypeToken, Urn, Value};
use farsight_provider::{Id, Reading};
use farsight_state::ResourceKey;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// A complete plan: what runs is exactly this graph.
#[derive(Clone, Default)]
pub struct Plan {
    /// The steps; an edge goes from a step to one that must wait for it.
    pub graph: DiGraph<Step, ()>,
    /// Stack outputs as declared: name, value now in state, value as far as known.
    pub outputs: Vec<(String, Value, Value)>,
    /// Worth knowing before it runs.
    pub warnings: Vec<crate::Diagnostic>,
    /// Mandatory policies that it violates: such a plan is refused.
    pub violations: Vec<crate::Diagnostic>,
    /// Whether it is limited to targets.
    pub(crate) partial: bool,
    /// Whether it takes the stack down.
    pub(crate) destroys: bool,
    /// What the program wants.
    pub(crate) goals: Goals,
    /// What state remembered when the plan was made.
    pub(crate) world: World,
    /// Explicit providers of the program, as rows name them.
    pub(crate) providers: HashMap<Urn, String>,
    /// What it was made from besides.
    pub(crate) gathered: Gathered,
}

/// What a plan is made from besides program and state: found out or made up while planning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    /// Readings of resources.
    pub fresh: HashMap<ResourceKey, Reading>,
    /// Objects to adopt, as read: by type and id.
    pub adopted: HashMap<(TypeToken, Id), Reading>,
    /// Names made up: by URN, and whether of a replacement.
    pub names: HashMap<(Urn, bool), String>,
}

/// One operation on one resource.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is done.
    pub op: StepOp,
    /// The resource.
    pub urn: Urn,
    /// Its type.
    pub token: TypeToken,
    /// The explicit provider whose object it is, as rows name it.
    pub provider: Option<String>,
    /// The row in state that the step works on, if there is one.
    pub row: Option<ResourceKey>,
    /// The declaration that the step fulfils, if there is one: its index among the goals.
    pub goal: Option<usize>,
    /// The object's id, if it is known.
    pub id: Option<String>,
    /// What differs; for a create every input.
    pub changes: Vec<Change>,
    /// The inputs as far as they are known.
    pub inputs: Value,
    /// Why this step, in words: a chain that ends at a line of the program, or at what somebody did in the cloud.
    pub reason: Option<String>,
    /// The resources that the chain leads over, the nearest first.
    pub causes: Vec<Urn>,
    /// Whether the object is there but a run before this did not finish it.
    pub resumes: bool,
    /// The property that holds a made-up name, and the name.
    pub auto_name: Option<(&'static str, String)>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepOp {
    /// Nothing in the cloud; the row's bookkeeping may change.
    Same,
    /// Makes an object.
    Create,
    /// Changes an object in place, or finishes one that an earlier run began.
    Update,
    /// Takes a reference away that keeps another object from being deleted; an update of the same object follows.
    Detach,
    /// Makes the new half of a replacement.
    CreateReplacement,
    /// Deletes the old half of a replacement.
    DeleteReplaced,
    /// Deletes an object.
    Delete,
    /// Adopts an existing object.
    Import,
    /// Drops the row and leaves the object alone.
    Forget,
    /// Drops the row of an object that is gone.
    Gone,
    /// Reads an object into state.
    Refresh,
}

impl StepOp {
    /// The word in plans and events.
    pub fn word(self) -> &'static str {
        match self {
            StepOp::Same => "same",
            StepOp::Create => "create",
            StepOp::Update => "update",
            StepOp::Detach => "detach",
            StepOp::CreateReplacement => "create replacement",
            StepOp::DeleteReplaced => "delete replaced",
            StepOp::Delete => "delete",
            StepOp::Import => "import",
            StepOp::Forget => "forget",
            StepOp::Gone => "gone",
            StepOp::Refresh => "refresh",
        }
    }

    /// Whether it writes to the cloud.
    pub fn writes(self) -> bool {
        matches!(
            self,
            StepOp::Create
                | StepOp::Update
                | StepOp::Detach
                | StepOp::CreateReplacement
                | StepOp::DeleteReplaced
                | StepOp::Delete
        )
    }
}

/// The nodes so that each comes after all that it waits for, and otherwise in the order in which they were added.
/// Nodes in a circle are left out.
pub(crate) fn stable_order<N, E>(graph: &DiGraph<N, E>) -> Vec<NodeIndex> {
    let mut blocked: Vec<usize> =
        graph.node_indices().map(|node| graph.neighbors_directed(node, Direction::Incoming).count()).collect();
    let mut ready: BinaryHeap<Reverse<NodeIndex>> =
        graph.node_indices().filter(|node| blocked[node.index()] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(graph.node_count());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for next in graph.neighbors_directed(node, Direction::Outgoing) {
            blocked[next.index()] -= 1;
            if blocked[next.index()] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order
}

impl Plan {
    /// Whether it is about the whole stack.
    pub fn is_whole(&self) -> bool {
        !self.partial
    }

    /// Whether running it would change nothing, neither in the cloud nor in what the stack answers.
    pub fn is_empty(&self) -> bool {
        self.graph.node_weights().all(|step| step.op == StepOp::Same)
            && self.outputs.iter().all(|(_, old, new)| old == new)
    }
}
