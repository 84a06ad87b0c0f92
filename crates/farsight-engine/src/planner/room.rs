//! Making room: an object that goes before its successor comes must not be held by others any more.
//!
//! A property with the mark `holds` keeps the object that it names from being deleted, as the actions of a listener
//! keep a target group. Whoever holds an object that goes first lets go of it before, where the property can do without
//! it; where it cannot, the holder goes first itself.

use super::Planner;
use super::bind::Forced;
use super::decide::{Decision, Verdict};
use super::reason::Reason;
use farsight_model::{Holds, Kind, Schema, Urn, Value};
use farsight_provider::Reading;
use farsight_state::ResourceKey;

/// How a resource holds objects that go first.
pub(super) struct Grip {
    /// The goals whose old objects it holds, with their rows.
    pub on: Vec<(ResourceKey, usize)>,
    /// The properties that hold them.
    pub by: Vec<&'static str>,
    /// Its last inputs without them.
    pub inputs: Value,
    /// Whether it cannot do without them.
    firm: bool,
}

impl Planner<'_> {
    /// Whether a resource must go first itself, since it holds what goes first and cannot let go.
    pub(super) fn cornered(&self, index: usize, decisions: &[Decision]) -> Option<Forced> {
        let grip = self.grip(index, decisions).filter(|grip| grip.firm)?;
        let (_, cause) = *grip.on.first()?;
        let held = &self.goals.list[cause].declaration.name;
        let text = format!("`{}` holds the old object of `{held}`, which must go first", grip.by.join("`, `"));
        Some(Forced { reason: Reason { text, cause: Some(cause) }, delete_first: true })
    }

    /// What a resource that is updated holds of the objects that go first.
    pub(super) fn grip(&self, index: usize, decisions: &[Decision]) -> Option<Grip> {
        let (goal, decision) = (&self.goals.list[index], &decisions[index]);
        let schema = goal.handler.as_ref()?.schema();
        let row = self.world.rows.get(&decision.row?)?;
        if decision.verdict != Verdict::Update {
            return None;
        }
        // An update that was cut short may have given it more than its row knows.
        let seen = match self.fresh.get(&row.key) {
            Some(Reading::Ready(observed)) => observed,
            _ => &row.inputs,
        };
        let mut grip = Grip { on: Vec::new(), by: Vec::new(), inputs: row.inputs.clone(), firm: false };
        for field in schema.fields.iter().filter(|field| field.marks.holds != Holds::No) {
            let mut value = seen.get(field.name).cloned();
            let sources = [&row.property_dependencies, &goal.property_dependencies];
            for urn in sources.into_iter().filter_map(|all| all.get(field.name)).flatten() {
                let (Some((key, held)), Some(before)) = (self.goes_first(urn, decisions), &value) else { continue };
                let names = self.names(key, held);
                if !mentions(before, &names) {
                    continue;
                }
                value = without(before, &names);
                grip.firm |= match field.marks.holds {
                    // Of blocks nobody knows whether one may be missing.
                    Holds::Firmly => value.is_none() || !matches!(field.kind, Kind::List(Kind::String)),
                    _ => value.is_none() && field.required,
                };
                let nothing = if field.marks.opt_in { Value::List(Vec::new()) } else { Value::Null };
                grip.inputs.set(field.name, value.clone().unwrap_or(nothing));
                if !grip.on.contains(&(key, held)) {
                    grip.on.push((key, held));
                }
                if !grip.by.contains(&field.name) {
                    grip.by.push(field.name);
                }
            }
        }
        grip.firm |= wrongs(schema, &grip.inputs) > wrongs(schema, &row.inputs);
        (!grip.on.is_empty()).then_some(grip)
    }

    /// The row and the goal of a URN in state whose object is deleted before its successor is made.
    fn goes_first(&self, urn: &Urn, decisions: &[Decision]) -> Option<(ResourceKey, usize)> {
        let claimed = self.world.current.get(urn).and_then(|key| self.claims.get(key));
        let index = *claimed.or_else(|| self.goals.index.get(urn))?;
        let first = decisions[index].verdict == Verdict::Replace { delete_first: true };
        decisions[index]
            .row
            .filter(|_| first && !self.goals.list[index].options.retain_on_delete)
            .map(|key| (key, index))
    }

    /// What an object is called by others: its id, and what no update changes, such as an ARN.
    fn names(&self, key: ResourceKey, index: usize) -> Vec<String> {
        let Some(row) = self.world.rows.get(&key) else { return Vec::new() };
        let outputs = self.goals.list[index].handler.iter().flat_map(|handler| handler.schema().outputs);
        let stable = outputs.filter(|output| output.stable).filter_map(|output| row.outputs.get(output.name));
        let names = stable.filter_map(Value::as_str).map(str::to_owned).chain(row.id.clone());
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Whether a goal comes after one of these.
    pub(super) fn follows(&self, index: usize, these: &dyn Fn(usize) -> bool) -> bool {
        let mut seen = vec![false; self.goals.list.len()];
        let mut todo = vec![index];
        while let Some(next) = todo.pop() {
            if next != index && these(next) {
                return true;
            }
            if !std::mem::replace(&mut seen[next], true) {
                todo.extend(&self.goals.list[next].dependencies);
            }
        }
        false
    }
}

/// What is wrong with inputs.
fn wrongs(schema: &Schema, inputs: &Value) -> usize {
    schema.check(inputs).1.len()
}

/// Whether one of the names stands somewhere in a value.
fn mentions(value: &Value, names: &[String]) -> bool {
    value.any(&|part| matches!(part, Value::String(text) if names.contains(text)))
}

/// A value without what mentions one of the names: of lists the other elements, of anything else nothing.
fn without(value: &Value, names: &[String]) -> Option<Value> {
    match value {
        value if !mentions(value, names) => Some(value.clone()),
        Value::List(items) => {
            let rest: Vec<Value> = items.iter().filter(|item| !mentions(item, names)).cloned().collect();
            (!rest.is_empty()).then_some(Value::List(rest))
        }
        _ => None,
    }
}
