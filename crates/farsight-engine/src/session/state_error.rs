//! Errors of the state, for people.

use crate::{Code, Diagnostic};
use farsight_state::StateError;

/// A state error as a diagnostic; the store's own words say what to do.
pub(crate) fn state_diagnostic(error: &StateError) -> Diagnostic {
    let code = match error {
        StateError::Newer { .. } => Code::StateNewer,
        StateError::Corrupt { .. } | StateError::BadRow { .. } => Code::StateCorrupt,
        StateError::NotOurs { .. } => Code::NotAState,
        StateError::Locked(_) => Code::Locked,
        StateError::Fenced { .. } => Code::Fenced,
        StateError::Full { .. } | StateError::Replaced { .. } | StateError::ReadOnlyFile { .. } => {
            Code::StateUnwritable
        }
        StateError::Missing { .. } | StateError::Denied { .. } | StateError::Io { .. } | StateError::Busy { .. } => {
            Code::StateUnreadable
        }
        StateError::NoSuchStack => Code::NoStack,
        StateError::StackNotEmpty { .. } => Code::StackNotEmpty,
        _ => Code::StateUnwritable,
    };
    Diagnostic::error(code, error.to_string())
}

impl From<&StateError> for Diagnostic {
    fn from(error: &StateError) -> Self {
        state_diagnostic(error)
    }
}
