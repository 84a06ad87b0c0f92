//! What a read of the cloud says about one object.

use farsight_model::{IntoValue, Resource, Value};

/// One object as a typed handler saw it.
#[derive(Debug, Clone)]
pub enum Seen<R: Resource> {
    /// It is there and at rest.
    Ready {
        /// The inputs as the cloud has them.
        args: R::Args,
        /// Everything else that it answers.
        outputs: R::Outputs,
    },
    /// It is there, and what it was last asked to do failed, or something else keeps it from its work: a deployment that
    /// was given up, parameters that do not fit. An update may mend it, so it is not replaced.
    Stuck {
        /// The inputs as the cloud has them.
        args: R::Args,
        /// Everything else that it answers.
        outputs: R::Outputs,
        /// The cloud's own words.
        why: String,
    },
    /// It is on its way to something: being created, changed or deleted. The reason is the cloud's own word.
    Settling(String),
    /// It failed for good and will not become ready.
    Failed(String),
    /// It is not there.
    Absent,
}

/// One object as the engine sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is there and at rest: inputs and outputs in one map.
    Ready(Value),
    /// It is there and cannot get on by itself: as for `Ready`, and the cloud's own words.
    Stuck(Value, String),
    /// It is on its way; the cloud's own word for it.
    Settling(String),
    /// It failed for good; the cloud's own words.
    Failed(String),
    /// It is not there.
    Absent,
}

impl<R: Resource> From<Seen<R>> for Reading {
    fn from(seen: Seen<R>) -> Self {
        match seen {
            Seen::Ready { args, outputs } => Reading::Ready(merged(args, outputs)),
            Seen::Stuck { args, outputs, why } => Reading::Stuck(merged(args, outputs), why),
            Seen::Settling(word) => Reading::Settling(word),
            Seen::Failed(why) => Reading::Failed(why),
            Seen::Absent => Reading::Absent,
        }
    }
}

fn merged(args: impl IntoValue, outputs: impl IntoValue) -> Value {
    let mut all = args.into_value();
    if let Value::Map(outputs) = outputs.into_value() {
        for (name, value) in outputs {
            all.set(&name, value);
        }
    }
    all
}
