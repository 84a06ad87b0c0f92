//! What went wrong, for people: one shape for every error of the product.

use farsight_model::{Location, PropertyPath, Urn};
use serde::{Deserialize, Serialize};

/// One thing that is wrong.
///
/// Texts are lower-case fragments that fit after `error: `, with literals in backticks and no final period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// The code, such as `E0201`; each has a page that `farsight explain` shows.
    pub code: String,
    /// Whether it stops the command or only warns.
    pub severity: Severity,
    /// What happened.
    pub message: String,
    /// The resource it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urn: Option<Urn>,
    /// The property it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<PropertyPath>,
    /// The program's own line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Facts that help to understand.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub helps: Vec<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The command cannot do what was asked.
    Error,
    /// Worth knowing.
    Warning,
}

impl Diagnostic {
    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code: code.text().to_owned(),
            severity: Severity::Error,
            message: message.into(),
            urn: None,
            property: None,
            location: None,
            notes: Vec::new(),
            helps: Vec::new(),
        }
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// About a resource.
    #[must_use]
    pub fn about(mut self, urn: &Urn) -> Self {
        self.urn = Some(urn.clone());
        self
    }

    /// About a property.
    #[must_use]
    pub fn property(mut self, path: &PropertyPath) -> Self {
        self.property = Some(path.clone());
        self
    }

    /// At a line of the program.
    #[must_use]
    pub fn at(mut self, location: Option<&Location>) -> Self {
        self.location = location.cloned();
        self
    }

    /// With a fact.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $exit:literal;)*) => {
        /// Every error code. The letter tells the layer: C program and configuration, E engine, S state, P provider,
        /// X a bug in farsight.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        impl Code {
            /// All of them, in order.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code as people see it.
            pub fn text(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)*
                }
            }

            /// The exit code of a command that ends with this error.
            pub fn exit(self) -> u8 {
                match self {
                    $(Code::$name => $exit,)*
                }
            }

            /// Finds a code by its text, in any case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.text().eq_ignore_ascii_case(text))
            }
        }
    };
}

codes! {
    /// There is no `Farsight.toml` here or above.
    NoProject = "C0101", 2;
    /// A project or stack file cannot be read as such.
    BadProjectFile = "C0102", 2;
    /// The stack does not exist.
    NoStack = "C0103", 2;
    /// The stack exists already.
    StackExists = "C0104", 2;
    /// The stack still holds resources.
    StackNotEmpty = "C0105", 2;
    /// A configuration key that the program does not know.
    UnknownConfig = "C0106", 2;
    /// A configuration value that the program needs is missing.
    MissingConfig = "C0107", 2;
    /// A configuration value has the wrong type.
    WrongConfig = "C0108", 2;
    /// An argument of the command is wrong.
    BadArgument = "C0109", 2;
    /// The command needs an answer, and there is no terminal to ask on.
    NoAnswer = "C0110", 2;
    /// This is planned, but not there yet.
    NotYet = "C0111", 2;
    /// The file is no saved plan.
    BadPlan = "C0112", 2;
    /// The program did not build.
    BuildFailed = "C0201", 3;
    /// The program ended before it had declared everything.
    ExitedEarly = "C0202", 3;
    /// The program panicked.
    Panicked = "C0203", 3;
    /// The program speaks another version of the protocol.
    WrongProtocol = "C0204", 3;
    /// The program said nothing for too long.
    Hung = "C0205", 3;
    /// The program sent something that is no message.
    Malformed = "C0206", 3;
    /// The program returned an error.
    ProgramFailed = "C0207", 3;
    /// An input is missing, unknown or of the wrong form.
    BadInput = "E0101", 2;
    /// Two resources have the same URN.
    DuplicateUrn = "E0102", 2;
    /// Resources depend on each other in a circle.
    Cycle = "E0103", 2;
    /// No provider knows the type.
    UnknownType = "E0104", 2;
    /// A reference to a resource or property that is not there.
    BadReference = "E0105", 2;
    /// A target that matches nothing.
    UnknownTarget = "E0106", 2;
    /// A protected resource would be deleted or replaced.
    Protected = "E0107", 2;
    /// A targeted resource needs one that is not targeted and does not exist.
    TargetNeeds = "E0108", 2;
    /// The stack belongs to another account, region or endpoint.
    OtherCloud = "E0109", 4;
    /// Most of the stack is gone in the cloud.
    MostlyGone = "E0110", 1;
    /// A saved plan no longer fits the stack.
    PlanMoved = "E0111", 2;
    /// An earlier run left operations open that must be settled first.
    Unsettled = "E0112", 2;
    /// The service refused the request.
    Refused = "E0201", 1;
    /// An object of this identity exists and is not ours.
    ExistsNotOurs = "E0202", 1;
    /// The object did not become ready, or did not go, in time.
    TimedOut = "E0203", 1;
    /// The object did not become what was asked for.
    DidNotTake = "E0204", 1;
    /// The service gave the object up.
    FailedForGood = "E0205", 1;
    /// The object to import is not what the program declares.
    ImportDiffers = "E0206", 1;
    /// The object to import does not exist.
    ImportMissing = "E0207", 1;
    /// Nobody knows whether a call was done; the next run finds out.
    OutcomeUnknown = "E0208", 1;
    /// The command was cancelled.
    Cancelled = "E0209", 8;
    /// A closure of the program failed.
    ClosureFailed = "E0210", 1;
    /// The caller may not do this.
    Denied = "E0211", 1;
    /// A quota of the account is used up.
    QuotaUsedUp = "E0212", 1;
    /// The resource is managed already.
    AlreadyManaged = "E0213", 2;
    /// No such resource in the state.
    NoSuchResource = "E0214", 2;
    /// A hook of the program failed, or cannot run.
    HookFailed = "E0215", 1;
    /// The plan violates a policy of the program.
    PolicyViolated = "E0301", 9;
    /// The state file cannot be opened.
    StateUnreadable = "S0101", 2;
    /// The state file was written by a newer farsight.
    StateNewer = "S0102", 2;
    /// The state file is damaged.
    StateCorrupt = "S0103", 2;
    /// Another run holds the stack.
    Locked = "S0104", 5;
    /// This run lost its lease to another.
    Fenced = "S0105", 5;
    /// The state could not be written.
    StateUnwritable = "S0106", 2;
    /// The file is no farsight state.
    NotAState = "S0107", 2;
    /// The key does not open the secrets of this stack.
    WrongKey = "S0108", 2;
    /// There are no working credentials.
    NoCredentials = "P0101", 4;
    /// Nobody answers at the endpoint.
    EndpointDead = "P0102", 4;
    /// A data source gave no answer.
    DataSource = "P0103", 3;
    /// The sandbox could not be started.
    SandboxFailed = "P0104", 1;
    /// A bug in farsight.
    Bug = "X0001", 101;
}

/// Several diagnostics, at least one of them an error.
pub type Diagnostics = Vec<Diagnostic>;

/// The exit code of a command that ends with these: that of the first error.
pub fn exit_code(diagnostics: &[Diagnostic]) -> u8 {
    diagnostics
        .iter()
        .find(|diagnostic| diagnostic.severity == Severity::Error)
        .and_then(|diagnostic| Code::parse(&diagnostic.code))
        .map_or(1, Code::exit)
}
