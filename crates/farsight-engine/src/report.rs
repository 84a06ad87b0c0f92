//! Looking at the whole stack: drift, and what a refresh takes into state.

use crate::plan::masked;
use crate::reader::Reader;
use crate::steps::values::{self, drop_accepted, hashed_as, mark_secrets, without};
use crate::world::World;
use crate::{Code, Diagnostic, Diagnostics};
use farsight_model::{Change, PropertyPath, Schema, TypeToken, Urn, Value, diff, drift};
use farsight_provider::{Reading, Registry, Scope};
use farsight_secrets::Keyring;
use farsight_state::{ResourceKey, ResourceRow, ResourceStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};

/// Everything that is not as state remembers it or as the program last declared it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// How many of each kind.
    pub summary: DriftSummary,
    /// One by one.
    pub findings: Vec<Finding>,
    /// Objects that could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<Diagnostic>,
}

/// How many findings of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftSummary {
    /// Resources that were read.
    pub checked: usize,
    /// Properties that are not what they should be.
    pub changed: usize,
    /// Objects that no longer exist.
    pub gone: usize,
    /// Properties that others may change in normal life, and did.
    pub ambient: usize,
    /// Properties that the program ignores, and that changed.
    pub ignored: usize,
    /// Objects that belong to the stack without being in its state.
    pub unmanaged: usize,
}

impl DriftSummary {
    /// Whether something is not as it should be; ambient and ignored changes do not count.
    pub fn has_drift(&self) -> bool {
        self.changed + self.gone + self.unmanaged > 0
    }
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The resource; none if unmanaged.
    pub urn: Option<Urn>,
    /// What kind.
    pub kind: FindingKind,
    /// The type token.
    #[serde(rename = "type")]
    pub token: String,
    /// The object's id.
    pub id: Option<String>,
    /// The property, if it is about one.
    pub path: Option<PropertyPath>,
    /// What the program last declared; null if it said nothing.
    pub declared: Json,
    /// What state remembers.
    pub remembered: Json,
    /// What the cloud has.
    pub observed: Json,
    /// What it is, for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    #[serde(skip)]
    pub(crate) values: [Value; 3],
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// A property is not what it should be.
    Changed,
    /// The object no longer exists.
    Gone,
    /// A property that others may change in normal life.
    Ambient,
    /// A property that the program ignores.
    Ignored,
    /// An object of the stack that is not in its state.
    Unmanaged,
}

/// What a refresh saw, and is about to take into state.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RefreshReport {
    /// The same as drift would say.
    pub drift: DriftReport,
    /// Whether so much is gone that somebody should look first: more than half of at least four objects.
    pub mostly_gone: bool,
    /// How many resources were read.
    pub checked: usize,
    #[serde(skip)]
    pub(crate) readings: HashMap<ResourceKey, Reading>,
}

impl RefreshReport {
    /// How many objects differ from what state remembers or are gone.
    pub fn resources_changed(&self) -> usize {
        let mut urns: Vec<_> = self
            .drift
            .findings
            .iter()
            .filter(|finding| finding.kind == FindingKind::Gone || finding.remembered != finding.observed)
            .filter_map(|finding| finding.urn.as_ref())
            .collect();
        urns.dedup();
        urns.len()
    }
}

/// Reads every object of the stack that is included and that lives elsewhere than in the state.
pub(crate) async fn read_everything(
    world: &World,
    reader: &Reader,
    include: &dyn Fn(&Urn) -> bool,
) -> (HashMap<ResourceKey, Reading>, Diagnostics) {
    let mut readings = HashMap::new();
    let mut problems: Diagnostics = Vec::new();
    let rows = world.rows.values().filter(|row| include(&row.urn) && !reader.lives_in_state(row));
    for (key, reading) in reader.read_rows(rows, &|_| false).await {
        match (reading, world.rows.get(&key)) {
            (Ok(reading), _) => {
                readings.insert(key, reading);
            }
            (Err(error), Some(row)) => {
                let problem = crate::planner::unreadable(&row.urn, &error);
                if !problems.iter().any(|known| known.code == problem.code && known.message == problem.message) {
                    problems.push(problem);
                }
            }
            (Err(_), None) => {}
        }
    }
    (readings, problems)
}

/// Compares readings with what state remembers and the program declared.
pub(crate) fn findings(
    world: &World,
    registry: &Registry,
    keyring: &Keyring,
    readings: &HashMap<ResourceKey, Reading>,
) -> DriftReport {
    let mut report = DriftReport::default();
    let mut keys: Vec<&ResourceKey> = readings.keys().collect();
    keys.sort();
    for key in keys {
        let Some(row) = world.rows.get(key) else { continue };
        let Some(handler) = registry.handler(&row.urn.token()) else { continue };
        report.summary.checked += 1;
        match &readings[key] {
            // What is condemned is expected to go.
            Reading::Absent if row.pending_delete => {}
            Reading::Absent => {
                report.findings.push(about(row, FindingKind::Gone, None, [Value::Null, Value::Null, Value::Null]));
            }
            Reading::Ready(observed) if row.status == ResourceStatus::Ready => {
                let observed = mark_secrets(handler.schema(), &row.options, &row.inputs, observed);
                report.findings.extend(differences(handler.schema(), keyring, row, &observed));
            }
            Reading::Ready(_) | Reading::Settling(_) => {}
            Reading::Failed(why) => report.findings.push(in_words(row, why, "the cloud gave it up")),
            Reading::Stuck(observed, why) => {
                let observed = mark_secrets(handler.schema(), &row.options, &row.inputs, observed);
                report.findings.push(in_words(row, why, "it is stuck; `up` tries to mend it"));
                report.findings.extend(differences(handler.schema(), keyring, row, &observed));
            }
        }
    }
    count(&mut report);
    report
}

fn count(report: &mut DriftReport) {
    let of = |kind| report.findings.iter().filter(|finding| finding.kind == kind).count();
    report.summary.changed = of(FindingKind::Changed);
    report.summary.gone = of(FindingKind::Gone);
    report.summary.ambient = of(FindingKind::Ambient);
    report.summary.ignored = of(FindingKind::Ignored);
    report.summary.unmanaged = of(FindingKind::Unmanaged);
}

fn differences(schema: &Schema, keyring: &Keyring, row: &ResourceRow, observed: &Value) -> Vec<Finding> {
    let since = drift(schema, &row.outputs, observed);
    // Of a list only a part of an element may be ignored: what is left when that does not count is changed.
    let ignored = &row.options.ignore_changes;
    let rest = drift(schema, &without(ignored, &row.outputs), &without(ignored, observed));
    let unlike = values::differences(schema, None, &row.inputs, observed, ignored);
    // What differs from the declaration although nothing moved since: a refresh took it into state already.
    let mut declared = diff(schema, None, &row.inputs, observed);
    drop_accepted(keyring, hashed_as(row), &row.options, &mut declared);
    let declared: Vec<Change> = declared
        .into_iter()
        .filter(|change| !since.iter().any(|other| other.path.covers(&change.path) || change.path.covers(&other.path)))
        .collect();
    let paths = since.iter().map(|change| &change.path).chain(declared.iter().map(|change| &change.path));
    paths
        .map(|path| {
            let counts = rest.iter().chain(&unlike).any(|change| change.path == *path);
            let kind = if !counts || ignored.iter().any(|ignored| ignored.covers(path)) {
                FindingKind::Ignored
            } else if path.head().and_then(|head| schema.field(head)).is_some_and(|field| field.marks.ambient) {
                FindingKind::Ambient
            } else {
                FindingKind::Changed
            };
            let values = [row.inputs.part(path), row.outputs.part(path), observed.part(path)];
            about(row, kind, Some(path.clone()), values)
        })
        .collect()
}

/// A finding about the whole object, in the cloud's own words.
fn in_words(row: &ResourceRow, why: &str, note: &str) -> Finding {
    let mut finding = about(row, FindingKind::Changed, None, [Value::Null, Value::Null, Value::from(why)]);
    finding.note = Some(note.to_owned());
    finding
}

fn about(row: &ResourceRow, kind: FindingKind, path: Option<PropertyPath>, values: [Value; 3]) -> Finding {
    let secret = values.iter().any(Value::has_secret);
    let shown =
        |value: &Value| if secret && !value.is_null() { Json::String("[secret]".into()) } else { masked(value) };
    Finding {
        urn: Some(row.urn.clone()),
        kind,
        token: row.urn.token().to_string(),
        id: row.id.clone(),
        path,
        declared: shown(&values[0]),
        remembered: shown(&values[1]),
        observed: shown(&values[2]),
        note: None,
        values,
    }
}

/// Adds objects that belong to the stack without being in its state.
pub(crate) async fn add_strays(world: &World, registry: &Registry, label: &str, report: &mut DriftReport) {
    let scope = Scope {
        stack: label.to_owned(),
        known: world
            .rows
            .values()
            .filter_map(|row| row.id.clone().map(|id| (row.urn.token().to_string(), id, row.outputs.revealed())))
            .collect(),
    };
    // Two providers may look at the same place.
    let mut told = HashSet::new();
    for provider in registry.providers().cloned().chain(registry.explicit().into_values()) {
        let calls = provider.tokens().into_iter().filter_map(|token| provider.handler(token).map(|h| (token, h))).map(
            |(token, handler)| {
                let scope = &scope;
                async move { (token, handler.strays(scope).await) }
            },
        );
        for (token, strays) in futures_util::future::join_all(calls).await {
            match strays {
                Ok(strays) => {
                    report.findings.extend(
                        strays
                            .into_iter()
                            .filter(|stray| {
                                told.insert((token, stray.id.clone()))
                                    && !scope.knows(token, &stray.id)
                                    && !world.holds(&TypeToken::new(token), &stray.id)
                            })
                            .map(|stray| Finding {
                                urn: None,
                                kind: FindingKind::Unmanaged,
                                token: token.to_owned(),
                                id: Some(stray.id),
                                path: None,
                                declared: Json::Null,
                                remembered: Json::Null,
                                observed: Json::Null,
                                note: Some(stray.what),
                                values: [Value::Null, Value::Null, Value::Null],
                            }),
                    );
                }
                Err(error) => report.errors.push(Diagnostic::warning(
                    Code::Refused,
                    format!("cannot look for unmanaged objects of type `{token}`: {error}"),
                )),
            }
        }
    }
    count(report);
}
