//! What is known of each resource's properties, and evaluation against it.

use crate::Goals;
use farsight_model::{EvalError, PropertyPath, Resolver, Urn, Value, evaluate};
use std::collections::HashMap;

/// What expressions may know of a resource.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The id; unknown before it is made.
    pub id: Value,
    /// The properties; absent ones are null.
    pub properties: Value,
    /// Whether properties that are absent are not known yet, rather than null.
    pub open: bool,
}

impl Known {
    /// Nothing but what the program said.
    pub fn planned(inputs: Value) -> Self {
        Self { id: Value::Unknown, properties: inputs, open: true }
    }

    /// Everything.
    pub fn read(id: Option<&str>, properties: Value) -> Self {
        Self { id: id.map_or(Value::Null, Value::from), properties, open: false }
    }

    fn part(&self, path: &PropertyPath) -> Value {
        match path.head() {
            Some("id") => self.id.clone(),
            Some(name) if self.open && self.properties.get(name).is_none() => Value::Unknown,
            _ => self.properties.part(path),
        }
    }
}

/// Answers that closures gave, by closure and input.
pub(crate) type Answers = HashMap<(u64, String), Value>;

/// Why a value could not be computed.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// The expression itself is wrong.
    Eval(EvalError),
    /// A closure failed, in its own words.
    Closure(String),
}

/// Computes a value from what is known, calling the program's closures where their inputs are known.
pub(crate) async fn compute(
    value: &Value,
    goals: &Goals,
    known: &dyn Fn(&Urn) -> Option<Known>,
    answers: &mut Answers,
) -> Result<Value, Failure> {
    if !value.any(&|part| matches!(part, Value::Output(_))) {
        return Ok(value.clone());
    }
    loop {
        let mut lookup = Lookup { goals, known, answers, asked: Vec::new(), depth: 0 };
        let result = evaluate(value, &mut lookup).map_err(Failure::Eval)?;
        let asked = lookup.asked;
        if asked.is_empty() {
            return Ok(result);
        }
        for (callback, input) in asked {
            let answer = match &goals.callbacks {
                Some(callbacks) => callbacks.call(callback, &input).await.map_err(Failure::Closure)?,
                None => return Err(Failure::Closure("the program that has this closure is gone".into())),
            };
            answers.insert((callback, input.to_json().to_string()), answer);
        }
    }
}

struct Lookup<'a> {
    goals: &'a Goals,
    known: &'a dyn Fn(&Urn) -> Option<Known>,
    answers: &'a Answers,
    asked: Vec<(u64, Value)>,
    depth: usize,
}

/// Components may hand on outputs of components; deeper nesting than this is a circle.
const DEEPEST: usize = 64;

impl Resolver for Lookup<'_> {
    fn reference(&mut self, urn: &Urn, path: &PropertyPath) -> Value {
        if path.head() == Some("urn") {
            return Value::from(urn.as_str());
        }
        if let Some(outputs) = self.goals.component_outputs.get(urn) {
            if self.depth >= DEEPEST {
                return Value::Unknown;
            }
            // The head may be an expression that the rest of the path leads into.
            let Some((head, output)) = path.head().and_then(|head| outputs.get(head).map(|of| (head, of.clone())))
            else {
                return Value::Null;
            };
            self.depth += 1;
            let value = evaluate(&output, self).unwrap_or(Value::Unknown);
            self.depth -= 1;
            return Value::map([(head, value)]).part(path);
        }
        (self.known)(urn).map_or(Value::Unknown, |known| known.part(path))
    }

    fn call(&mut self, callback: u64, input: &Value) -> Value {
        if let Some(answer) = self.answers.get(&(callback, input.to_json().to_string())) {
            return answer.clone();
        }
        self.asked.push((callback, input.clone()));
        Value::Unknown
    }
}
