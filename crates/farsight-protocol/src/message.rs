//! The messages.

use farsight_model::{Location, ResourceOptions, TypeToken, Urn, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a program says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FromProgram {
    /// The first message.
    Hello(Hello),
    /// A resource or a component.
    Declare(Box<Declaration>),
    /// Outputs of a component, known to the engine under the component's URN.
    ComponentOutputs {
        /// The component.
        urn: Urn,
        /// Its outputs as a map.
        outputs: Value,
    },
    /// A question to a data source; the engine answers [`ToProgram::Answer`] with the same number.
    Invoke {
        /// The program's number of the question.
        id: u64,
        /// The function, such as `aws:index/getAvailabilityZones:getAvailabilityZones`.
        token: String,
        /// Its arguments; all known.
        args: Value,
        /// Where the program asks.
        location: Location,
    },
    /// A stack output.
    Export {
        /// The output's name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// A check of the plan before it runs.
    Policy(Box<PolicyDeclaration>),
    /// Every configuration key that the program knows, just before [`FromProgram::Done`] or [`FromProgram::Failed`]: a
    /// key that is set but not among them is a mistake of the user.
    ConfigUsed {
        /// The keys.
        keys: Vec<String>,
    },
    /// Everything is declared.
    Done,
    /// The program gave up; nothing may be changed.
    Failed {
        /// Everything that is wrong, for people.
        errors: Vec<ProgramError>,
    },
    /// The answer to [`ToProgram::Call`].
    Returned {
        /// The engine's number of the call.
        id: u64,
        /// What the closure gave, or why it failed.
        result: Result<Value, String>,
    },
}

/// Something wrong that the program itself found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgramError {
    /// What is wrong, as a lower-case fragment.
    pub message: String,
    /// Where, if known.
    pub location: Option<Location>,
    /// What kind of thing is wrong.
    pub kind: ProgramErrorKind,
}

/// What kind of thing a program found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProgramErrorKind {
    /// Its code returned an error.
    Failed,
    /// It panicked.
    Panicked,
    /// A configuration key that it needs is not set.
    ConfigMissing,
    /// A configuration key has a value that it cannot use.
    ConfigWrong,
}

/// The first message of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hello {
    /// [`crate::VERSION`] of the program's `farsight` crate.
    pub protocol: u32,
    /// The version of the program's `farsight` crate, for messages.
    pub version: String,
}

/// A resource or a component as a program declares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Declaration {
    /// Its identity.
    pub urn: Urn,
    /// Its type.
    pub token: TypeToken,
    /// Its name.
    pub name: String,
    /// Whether a provider makes it; components are only in state.
    pub custom: bool,
    /// The component that it is part of.
    pub parent: Option<Urn>,
    /// Its inputs as a map; parts may be [`Value::Output`] expressions.
    pub inputs: Value,
    /// Its options.
    pub options: ResourceOptions,
    /// Where the program declares it.
    pub location: Location,
    /// Where the program gives each property.
    pub property_locations: BTreeMap<String, Location>,
}

/// A check of the plan as a program declares it. Its closure is called with a list of resources, each a map of `urn`, `op`,
/// `inputs` (unknown parts stay unknown, secrets are marked) and `changed`, and answers a list of violations, each a map of
/// `message` and perhaps `urn`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDeclaration {
    /// Its name, for people.
    pub name: String,
    /// What a violation means.
    pub level: PolicyLevel,
    /// Whether it must see the whole plan at once; else resources may come in parts.
    pub whole: bool,
    /// The program's number of the closure.
    pub callback: u64,
    /// Where the program declares it.
    pub location: Location,
}

/// What the violation of a policy means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyLevel {
    /// A warning.
    Advisory,
    /// Nothing is done.
    Mandatory,
}

/// What the engine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum ToProgram {
    /// The program may begin.
    Welcome(Box<Welcome>),
    /// The program may not begin.
    Refused {
        /// Why.
        reason: String,
    },
    /// The answer to [`FromProgram::Invoke`].
    Answer {
        /// The program's number of the question.
        id: u64,
        /// The answer, or why there is none.
        result: Result<Value, String>,
    },
    /// A closure's inputs are known: compute.
    Call {
        /// The engine's number of the call.
        id: u64,
        /// The program's number of the closure.
        callback: u64,
        /// The closure's input, secrets in clear.
        input: Value,
    },
    /// Nothing more will be asked.
    Goodbye,
}

/// What a program must know before it declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The stack.
    pub stack: String,
    /// The project.
    pub project: String,
    /// The stack's configuration, by full key (`project:name` keys are given without `project:`).
    pub config: BTreeMap<String, ConfigEntry>,
    /// Whether this is only a preview.
    pub preview: bool,
}

/// One entry of a stack's configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigEntry {
    /// The value; text from `-c key=value`, any TOML value from the file.
    pub value: Value,
    /// Whether it is secret.
    pub secret: bool,
    /// Where it comes from, for error messages: a file name or `-c`.
    pub source: String,
}
