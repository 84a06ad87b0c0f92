//! A plan in a file: what `preview --save` writes and `up --plan` reads.
//!
//! The file holds what the plan was made from besides state, program and configuration: the options, the readings
//! (sealed) and the names that were made up. Planning is deterministic, so the same of all that gives the same graph
//! again; fingerprints say whether it is the same, and the graph's own fingerprint that the graph is. They are keyed
//! with the stack's key: they tell nothing of what they are made of.

use crate::{Code, Diagnostic, Diagnostics, PlanView};
use farsight_model::{TypeToken, Urn, Value};
use farsight_state::{Millis, ResourceKey};
use serde::{Deserialize, Serialize};

/// The word by which a file of ours is known.
const FORMAT: &str = "farsight-plan";

/// The version of the file's form.
const VERSION: u32 = 1;

/// A plan as a file holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedPlan {
    /// Always `farsight-plan`.
    pub format: String,
    /// The version of the form.
    pub version: u32,
    /// The farsight that made it.
    pub farsight: String,
    /// The project.
    pub project: String,
    /// The stack.
    pub stack: String,
    /// When it was made.
    pub made_at: Millis,
    /// What it does, for people: secrets masked.
    pub plan: PlanView,
    /// What it was limited to.
    pub options: SavedOptions,
    /// Of what it was made from, and of the graph.
    pub fingerprints: Fingerprints,
    /// Names that were made up.
    pub names: Vec<SavedName>,
    /// What was read of resources, sealed.
    pub readings: Vec<SavedReading>,
    /// What was read of objects that are adopted, sealed.
    pub adopted: Vec<SavedAdoption>,
}

/// The options of a saved plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedOptions {
    /// As `--target`.
    pub target: Vec<String>,
    /// As `--target-dependents`.
    pub target_dependents: bool,
    /// As `--exclude`.
    pub exclude: Vec<String>,
    /// As `--exclude-dependents`.
    pub exclude_dependents: bool,
    /// As `--replace`.
    pub replace: Vec<String>,
}

/// Keyed hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fingerprints {
    /// Of accounts, regions and endpoints.
    pub cloud: String,
    /// Of the stack's rows and outputs.
    pub state: String,
    /// Of the configuration.
    pub config: String,
    /// Of everything that the program declares, lines of code apart.
    pub program: String,
    /// Of the steps and their order.
    pub graph: String,
}

/// A name that was made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedName {
    /// The resource.
    pub urn: Urn,
    /// Whether it is the name of a replacement.
    pub replaces: bool,
    /// The name.
    pub name: String,
}

/// What was read of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedReading {
    /// The row's number.
    pub key: ResourceKey,
    /// The reading, sealed.
    pub reading: Value,
}

/// What was read of an object that is adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedAdoption {
    /// The type.
    #[serde(rename = "type")]
    pub token: TypeToken,
    /// The object's id.
    pub id: String,
    /// The reading, sealed.
    pub reading: Value,
}

/// The part of every version of the form that tells what it is.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl SavedPlan {
    /// A new one of today's form.
    pub(crate) fn empty(project: &str, stack: &str, made_at: Millis, fingerprints: Fingerprints) -> Self {
        Self {
            format: FORMAT.into(),
            version: VERSION,
            farsight: env!("CARGO_PKG_VERSION").into(),
            project: project.into(),
            stack: stack.into(),
            made_at,
            plan: PlanView::default(),
            options: SavedOptions::default(),
            fingerprints,
            names: Vec::new(),
            readings: Vec::new(),
            adopted: Vec::new(),
        }
    }

    /// Reads a file's text. Fails with C0112 where it is not a plan, is cut short, or is of another version.
    pub fn parse(text: &[u8]) -> Result<Self, Diagnostic> {
        let wrong = |what: String| Diagnostic::error(Code::BadPlan, what).help("save the plan again");
        let head: Head =
            serde_json::from_slice(text).map_err(|error| wrong(format!("it is no saved plan: {error}")))?;
        if head.format != FORMAT {
            return Err(wrong(format!("it is no saved plan: its format is `{}`", head.format)));
        }
        if head.version != VERSION {
            let (made, ours) = (head.version, VERSION);
            return Err(wrong(format!("it is of version {made}, and this farsight reads version {ours}")));
        }
        serde_json::from_slice(text).map_err(|error| wrong(format!("it is damaged: {error}")))
    }

    /// The file's text. Holds no secret in clear.
    pub fn render(&self) -> Result<String, Diagnostic> {
        let text = serde_json::to_string_pretty(self);
        text.map(|text| text + "\n")
            .map_err(|error| Diagnostic::error(Code::Bug, format!("a plan cannot be written: {error}")))
    }

    /// Refuses the plan of another stack or another farsight.
    pub fn check_origin(&self, project: &str, stack: &str) -> Result<(), Diagnostics> {
        if (self.project.as_str(), self.stack.as_str()) != (project, stack) {
            let theirs = format!("{}/{}", self.project, self.stack);
            return Err(moved(&format!("it is a plan for stack `{theirs}`, and this is `{project}/{stack}`")));
        }
        if self.farsight != env!("CARGO_PKG_VERSION") {
            let (made, ours) = (&self.farsight, env!("CARGO_PKG_VERSION"));
            return Err(moved(&format!("it was made by farsight {made}, and this is farsight {ours}")));
        }
        Ok(())
    }
}

/// The error of a plan that no longer fits.
pub(crate) fn moved(why: &str) -> Diagnostics {
    vec![
        Diagnostic::error(Code::PlanMoved, format!("the saved plan cannot be run: {why}"))
            .note("nothing was changed")
            .help("look at a new plan: `farsight preview`"),
    ]
}
