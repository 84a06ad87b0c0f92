//! Random passwords.

use crate::characters::{Shape, length};
use crate::{IN_STATE, rejected};
use farsight_provider::{Change, Clock, Handler, Id, Owner, Policy, Result, Seen};
use farsight_random::{RandomPassword, RandomPasswordArgs, RandomPasswordOutputs};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) struct PasswordHandler {
    pub(crate) clock: Arc<dyn Clock>,
}

impl Handler for PasswordHandler {
    type Of = RandomPassword;

    const POLICY: Policy = IN_STATE;

    async fn create(&self, _: &Owner, args: &RandomPasswordArgs) -> Result<Id> {
        let shape = Shape {
            length: args.length,
            lower: (args.lower, args.min_lower),
            upper: (args.upper, args.min_upper),
            numeric: (args.numeric, args.min_numeric),
            special: (args.special, args.min_special),
            override_special: args.override_special.as_deref(),
        };
        shape.draw(self.clock.as_ref())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RandomPassword>>> {
        ids.iter().map(|id| seen(id)).collect()
    }

    async fn update(&self, _: &Id, _: Change<'_, RandomPasswordArgs>) -> Result<Option<Id>> {
        Ok(None)
    }

    async fn delete(&self, _: &Id, _: &RandomPasswordArgs) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _: &Owner, _: &RandomPasswordArgs) -> Result<Vec<Id>> {
        Ok(Vec::new())
    }

    /// The same word for all, as Pulumi has it: the value is a secret, and ids are none.
    fn kept_id(&self, _: &Id) -> Id {
        "none".to_owned()
    }
}

/// All that a value tells of itself is its length.
fn seen(value: &str) -> Result<Seen<RandomPassword>> {
    if value.is_empty() {
        return Err(rejected("an empty text is no password"));
    }
    let args = RandomPasswordArgs {
        keepers: BTreeMap::new(),
        length: length(value),
        lower: true,
        min_lower: 0,
        min_numeric: 0,
        min_special: 0,
        min_upper: 0,
        numeric: true,
        override_special: None,
        special: true,
        upper: true,
    };
    Ok(Seen::Ready { args, outputs: RandomPasswordOutputs { result: value.to_owned() } })
}
