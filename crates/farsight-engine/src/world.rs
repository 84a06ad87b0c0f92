//! What state remembers, opened and indexed.

use crate::{Code, Diagnostic};
use farsight_model::{TypeToken, Urn, Value};
use farsight_secrets::{Keyring, SecretsError};
use farsight_state::{Operation, ResourceKey, ResourceRow, Snapshot};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The stack as state remembers it, secrets opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    /// Every row, in the order in which they were made.
    pub rows: BTreeMap<ResourceKey, ResourceRow>,
    /// The current row of each URN.
    pub current: HashMap<Urn, ResourceKey>,
    /// Rows whose object is the old half of a replacement.
    pub condemned: Vec<ResourceKey>,
    /// Operations that an earlier run left open.
    pub open: Vec<Operation>,
    /// Stack outputs.
    pub outputs: Value,
    /// The first key that was never used.
    pub next_key: i64,
    /// Types and ids of objects that other stacks of the state file manage. Tags do not tell: they are from an object's
    /// birth, and it may have been moved since.
    pub elsewhere: HashSet<(String, String)>,
    /// Rows that a drift report named and nobody has read since: `up` puts back what it finds there.
    pub drifted: HashSet<ResourceKey>,
}

impl World {
    pub fn new(snapshot: Snapshot, keyring: &Keyring) -> Result<Self, Diagnostic> {
        let mut world = Self { next_key: snapshot.next_key.0, ..Self::default() };
        let wrong = |error: SecretsError| {
            Diagnostic::error(Code::WrongKey, format!("the secrets of this stack cannot be opened: {error}"))
                .help("give the passphrase or the key file that the stack was made with; the state is untouched")
        };
        for mut row in snapshot.resources {
            let context = row.urn.as_str().to_owned();
            row.inputs = keyring.open(&context, &row.inputs).map_err(wrong)?;
            row.outputs = keyring.open(&context, &row.outputs).map_err(wrong)?;
            if row.pending_delete {
                world.condemned.push(row.key);
            } else {
                world.current.insert(row.urn.clone(), row.key);
            }
            world.rows.insert(row.key, row);
        }
        world.outputs = keyring.open(OUTPUTS, &snapshot.outputs).map_err(wrong)?;
        world.open = snapshot.operations;
        Ok(world)
    }

    /// Whether another resource is this object, here or in another stack.
    pub fn holds(&self, token: &TypeToken, id: &str) -> bool {
        self.rows.values().any(|row| row.id.as_deref() == Some(id) && row.urn.token() == *token)
            || self.elsewhere.contains(&(token.to_string(), id.to_owned()))
    }

    /// The explicit providers that rows name.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.rows.values().filter_map(|row| row.provider.as_deref())
    }

    /// The current row of a URN.
    pub fn row(&self, urn: &Urn) -> Option<&ResourceRow> {
        self.current.get(urn).and_then(|key| self.rows.get(key))
    }

    /// For every URN, the rows that depend on it.
    pub fn dependents(&self) -> HashMap<&Urn, Vec<ResourceKey>> {
        let mut dependents: HashMap<&Urn, Vec<ResourceKey>> = HashMap::new();
        for row in self.rows.values() {
            for urn in row.dependencies.iter().chain(row.parent.as_ref()) {
                let of_urn = dependents.entry(urn).or_default();
                if of_urn.last() != Some(&row.key) {
                    of_urn.push(row.key);
                }
            }
        }
        dependents
    }
}

/// What stack outputs are sealed under.
pub(crate) const OUTPUTS: &str = "stack outputs";
