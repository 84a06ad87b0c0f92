//! The scheduler: a step starts when everything it waits for is done, the longest remaining path first.

use crate::steps::{Run, Slot, StepError, last_known, run as run_step};
use crate::{Code, Diagnostic, Event, Plan, Step, StepOp, Summary};
use farsight_model::{TypeToken, Urn};
use farsight_provider::Leftover;
use farsight_state::OpKind;
use futures_util::stream::{FuturesUnordered, StreamExt};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use serde::Serialize;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

/// What came of running a plan.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What was done.
    pub done: Summary,
    /// What failed, in the order in which it did.
    pub failures: Vec<Diagnostic>,
    /// How many steps were not tried.
    pub skipped: usize,
    /// What went from the stack and is still in the cloud.
    pub retained: Vec<Retained>,
    /// Whether the run was asked to stop.
    pub cancelled: bool,
}

/// Something that went from the stack and is still in the cloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Retained {
    /// The resource.
    pub urn: Urn,
    /// The object's id.
    pub id: String,
    /// What is left of it, for people.
    pub what: String,
    /// The command line that deletes it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
}

impl Outcome {
    /// What a command that ends with this says; empty when every step was done.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.failures.clone();
        if self.cancelled {
            all.insert(0, cancelled(self.skipped));
        }
        all
    }

    /// Whether every step was done.
    pub fn succeeded(&self) -> bool {
        self.failures.is_empty() && self.skipped == 0 && !self.cancelled
    }
}

/// A step that may start, ordered by how long the path behind it takes.
#[derive(PartialEq)]
struct Ready {
    remaining: f64,
    node: NodeIndex,
}

impl Eq for Ready {}

impl Ord for Ready {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.remaining.total_cmp(&other.remaining).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Ready {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// How long operations took so far, by type and kind, in milliseconds.
pub(crate) type Durations = HashMap<(String, OpKind), f64>;

/// What an operation counts as long as nothing is known of its type.
const USUAL: f64 = 1_000.0;

/// How long calls in flight may take to come to an end once nobody waits any more, in milliseconds.
const GRACE: i64 = 3_000;

const GIVEN_UP: &str = "it was given up; the journal knows it and the next run goes on";

pub(crate) async fn execute(run: &Run, plan: &Plan, durations: &Durations, continue_on_error: bool) -> Outcome {
    let graph = &plan.graph;
    let remaining = longest_paths(plan, durations);
    let mut blocked: Vec<usize> =
        graph.node_indices().map(|node| graph.neighbors_directed(node, Direction::Incoming).count()).collect();
    let mut ready: BinaryHeap<Ready> = graph
        .node_indices()
        .filter(|node| blocked[node.index()] == 0)
        .map(|node| Ready { remaining: remaining[node.index()], node })
        .collect();
    let mut state = vec![State::Waiting; graph.node_count()];
    let mut outcome = Outcome::default();
    let mut running = FuturesUnordered::new();
    let mut stopped = false;
    let mut told_level = 0;
    let mut give_up_at = None;

    loop {
        let level = run.control.level();
        if level > told_level {
            told_level = level;
            stopped = true;
            outcome.cancelled = true;
            run.emit(Event::Cancelling { level });
            if level >= 2 {
                give_up_at = Some(run.clock.now() + GRACE);
            }
        }
        while !stopped && !ready.is_empty() {
            let Ok(permit) = run.slots.clone().try_acquire_owned() else { break };
            let Some(Ready { node, .. }) = ready.pop() else { break };
            state[node.index()] = State::Started;
            running.push(one(run, plan, node, Slot::new(run.slots.clone(), permit)));
        }
        if running.is_empty() && (stopped || ready.is_empty()) {
            break;
        }
        let left = give_up_at.map_or(0, |at| (at - run.clock.now()).max(0));
        let finished = tokio::select! {
            biased;
            finished = running.next(), if !running.is_empty() => finished,
            () = run.clock.sleep(Duration::from_millis(left as u64)), if give_up_at.is_some() => break,
            // A slot came free because a step waits for the cloud: the next round takes it.
            permit = run.slots.clone().acquire_owned(), if !stopped && !ready.is_empty() => { drop(permit); None }
            () = run.control.reached(told_level + 1), if told_level < 2 => None,
        };
        let Some((node, result)) = finished else { continue };
        let step = &graph[node];
        match result {
            Ok(()) => {
                state[node.index()] = State::Done;
                count(&mut outcome.done, step.op, step.goal.is_some());
                outcome.retained.extend(retained(run, step));
                for next in graph.neighbors_directed(node, Direction::Outgoing) {
                    blocked[next.index()] -= 1;
                    if blocked[next.index()] == 0 && state[next.index()] == State::Waiting {
                        ready.push(Ready { remaining: remaining[next.index()], node: next });
                    }
                }
            }
            Err(error) => {
                state[node.index()] = State::Failed;
                match error {
                    StepError::Failed(diagnostic) => {
                        run.emit(Event::Failed {
                            urn: step.urn.clone(),
                            op: step.op,
                            diagnostic: (*diagnostic).clone(),
                        });
                        outcome.failures.push(*diagnostic);
                        stopped |= !continue_on_error;
                    }
                    StepError::Cancelled => {
                        outcome.cancelled = true;
                        outcome.skipped += 1;
                        run.emit(skipped(step, GIVEN_UP));
                    }
                    StepError::Journal(error) => {
                        let diagnostic = crate::session::state_diagnostic(&error);
                        run.emit(Event::Failed { urn: step.urn.clone(), op: step.op, diagnostic: diagnostic.clone() });
                        outcome.failures.push(diagnostic);
                        stopped = true;
                    }
                }
                skip_behind(run, plan, node, &mut state, &mut outcome);
            }
        }
    }
    // Calls that nobody waits for any more: their intents are committed, and recovery finds out what became of them.
    drop(running);
    for node in graph.node_indices().filter(|node| state[node.index()] == State::Started) {
        outcome.skipped += 1;
        run.emit(skipped(&graph[node], GIVEN_UP));
    }
    for node in graph.node_indices().filter(|node| state[node.index()] == State::Waiting) {
        let step = &graph[node];
        if step.op != StepOp::Same {
            outcome.skipped += 1;
            run.emit(skipped(step, if outcome.cancelled { "the run was cancelled" } else { "another step failed" }));
        }
    }
    // Asked to stop when everything was under way already: nothing was cut short.
    outcome.cancelled &= outcome.skipped > 0;
    outcome
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Started,
    Done,
    Failed,
    Skipped,
}

async fn one(run: &Run, plan: &Plan, node: NodeIndex, slot: Slot) -> (NodeIndex, Result<(), StepError>) {
    let step = &plan.graph[node];
    let begin = run.clock.now();
    let quiet = step.op == StepOp::Same;
    if !quiet {
        run.emit(Event::Started { urn: step.urn.clone(), op: step.op });
    }
    let result = run_step(run, step, &slot).await;
    if let (Ok(id), false) = (&result, quiet) {
        run.emit(Event::Finished {
            urn: step.urn.clone(),
            op: step.op,
            id: id.clone(),
            took: (run.clock.now() - begin).max(0) as u64,
        });
    }
    (node, result.map(|_| ()))
}

/// Marks everything behind a failed step, each step once.
fn skip_behind(run: &Run, plan: &Plan, node: NodeIndex, state: &mut [State], outcome: &mut Outcome) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        for next in plan.graph.neighbors_directed(node, Direction::Outgoing) {
            if state[next.index()] == State::Waiting {
                state[next.index()] = State::Skipped;
                let step = &plan.graph[next];
                if step.op != StepOp::Same {
                    outcome.skipped += 1;
                    run.emit(skipped(
                        step,
                        &format!("`{}`, which it waits for, is not done", plan.graph[node].urn.name()),
                    ));
                }
                todo.push(next);
            }
        }
    }
}

/// What a step that is done left in the cloud.
fn retained(run: &Run, step: &Step) -> Option<Retained> {
    let row = run.world.rows.get(&step.row?)?;
    let (handler, id) = (run.registry.handler(&step.token)?, row.id.as_ref()?);
    if handler.lives_in_state() {
        return None;
    }
    let left = match step.op {
        StepOp::Forget if row.options.retain_on_delete => {
            Leftover { what: "stays, as `retain_on_delete` says".into(), delete: handler.delete_command(id) }
        }
        StepOp::Delete | StepOp::DeleteReplaced => handler.leaves(id, &last_known(row))?,
        _ => return None,
    };
    Some(Retained { urn: step.urn.clone(), id: id.clone(), what: left.what, delete: left.delete })
}

fn skipped(step: &crate::Step, reason: &str) -> Event {
    Event::Skipped { urn: step.urn.clone(), op: step.op, reason: reason.to_owned() }
}

fn count(done: &mut Summary, op: StepOp, of_goal: bool) {
    match op {
        StepOp::Same => done.same += 1,
        StepOp::Create => done.create += 1,
        StepOp::Update => done.update += 1,
        StepOp::CreateReplacement => done.replace += 1,
        StepOp::Delete | StepOp::Gone => done.delete += 1,
        StepOp::DeleteReplaced if !of_goal => done.delete += 1,
        // Parts of a replacement and of an update, which count themselves.
        StepOp::DeleteReplaced | StepOp::Detach | StepOp::Refresh => {}
        StepOp::Import => done.import += 1,
        StepOp::Forget => done.forget += 1,
    }
}

/// For each step the longest path from its start to the end of the plan, in milliseconds.
fn longest_paths(plan: &Plan, durations: &Durations) -> Vec<f64> {
    let mut longest = vec![0.0_f64; plan.graph.node_count()];
    let order = petgraph::algo::toposort(&plan.graph, None).unwrap_or_default();
    for node in order.into_iter().rev() {
        let behind = plan
            .graph
            .neighbors_directed(node, Direction::Outgoing)
            .map(|next| longest[next.index()])
            .fold(0.0, f64::max);
        let step = &plan.graph[node];
        longest[node.index()] = behind + expected(durations, &step.token, step.op);
    }
    longest
}

fn expected(durations: &Durations, token: &TypeToken, op: StepOp) -> f64 {
    let kind = match op {
        StepOp::Create | StepOp::CreateReplacement => OpKind::Create,
        StepOp::Update | StepOp::Detach => OpKind::Update,
        StepOp::Delete | StepOp::DeleteReplaced => OpKind::Delete,
        _ => return 0.0,
    };
    durations.get(&(token.to_string(), kind)).copied().unwrap_or(USUAL)
}

/// The error of a run that was cancelled before it was through.
fn cancelled(skipped: usize) -> Diagnostic {
    Diagnostic::error(Code::Cancelled, format!("cancelled: {skipped} steps were not done"))
        .note("what was done is kept")
        .help("run the command again to go on")
}
