//! Type tokens, such as `aws:ec2/vpc:Vpc`.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The type of a resource, in the exact form that the Pulumi packages use: `aws:ec2/vpc:Vpc`.
///
/// [`TypeToken::short`] gives the form for people, `aws:ec2:Vpc`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypeToken(String);

impl TypeToken {
    /// Wraps a token; no check is made, since components may use any name.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for people: `aws:ec2/vpc:Vpc` is shown as `aws:ec2:Vpc`.
    pub fn short(&self) -> String {
        let mut parts = self.0.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(package), Some(module), Some(name)) => {
                let module = module.split('/').next().unwrap_or(module);
                format!("{package}:{module}:{name}")
            }
            _ => self.0.clone(),
        }
    }

    /// Whether `text` names this type, in its full or its short form.
    pub fn matches(&self, text: &str) -> bool {
        self.0 == text || self.short() == text
    }

    /// Whether this is the type of a check, which lives in state alone and is asked by `farsight verify`:
    /// `aws:check/alarmsQuiet:AlarmsQuiet`.
    pub fn is_check(&self) -> bool {
        self.0.split(':').nth(1).is_some_and(|module| module.starts_with("check/"))
    }

    /// The package whose explicit provider this is the type of: `aws` in `farsight:providers:aws`.
    pub fn provides(&self) -> Option<&str> {
        self.0.strip_prefix("farsight:providers:")
    }

    /// The package that provides the type: `aws` in `aws:ec2/vpc:Vpc`.
    pub fn package(&self) -> &str {
        self.0.split(':').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for TypeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the form that people see in every plan.
    #[test]
    fn short_form_drops_the_file_part() {
        assert_eq!(TypeToken::new("aws:ec2/vpc:Vpc").short(), "aws:ec2:Vpc");
        assert_eq!(TypeToken::new("app:Network").short(), "app:Network");
        assert!(TypeToken::new("aws:ec2/vpc:Vpc").matches("aws:ec2:Vpc"));
    }

    #[test]
    fn checks_are_known_by_their_module() {
        assert!(TypeToken::new("aws:check/alarmsQuiet:AlarmsQuiet").is_check());
        for other in ["aws:ec2/vpc:Vpc", "check/x", "app:check:Part", "app:index/check/x:X"] {
            assert!(!TypeToken::new(other).is_check(), "{other}");
        }
    }
}
