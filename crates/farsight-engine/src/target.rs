//! Which resources a command is limited to.

use crate::{Code, Diagnostic, Diagnostics};
use farsight_model::Urn;
use globset::{GlobBuilder, GlobMatcher};

/// What `--target` and `--exclude` name; by default everything is meant.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    pub(crate) only: Patterns,
    pub(crate) not: Patterns,
    /// Whether what depends on a target is one, too.
    pub(crate) target_dependents: bool,
    /// Whether what depends on an excluded resource is left out, too.
    pub(crate) exclude_dependents: bool,
}

/// URNs, names, or globs over either.
#[derive(Debug, Clone, Default)]
pub struct Patterns(Vec<(String, GlobMatcher)>);

impl Patterns {
    /// Reads patterns, or says what is wrong with each.
    pub fn parse(patterns: &[String]) -> Result<Self, Diagnostics> {
        let mut parsed = Self::default();
        let mut problems = Vec::new();
        for pattern in patterns {
            match GlobBuilder::new(pattern).literal_separator(false).build() {
                Ok(glob) => parsed.0.push((pattern.clone(), glob.compile_matcher())),
                Err(error) => {
                    problems
                        .push(Diagnostic::error(Code::UnknownTarget, format!("`{pattern}` is no pattern: {error}")));
                }
            }
        }
        if problems.is_empty() { Ok(parsed) } else { Err(problems) }
    }

    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a resource is named.
    pub fn name(&self, urn: &Urn) -> bool {
        self.0.iter().any(|(text, glob)| matches(text, glob, urn))
    }

    /// The texts, as they were given.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(text, _)| text.as_str())
    }

    /// Patterns that name none of these resources.
    pub(crate) fn unmatched<'a>(&self, urns: &(impl Iterator<Item = &'a Urn> + Clone)) -> Vec<&str> {
        let without = self.0.iter().filter(|(text, glob)| !urns.clone().any(|urn| matches(text, glob, urn)));
        without.map(|(text, _)| text.as_str()).collect()
    }
}

impl Targets {
    /// Everything that the patterns name.
    pub fn parse(patterns: &[String]) -> Result<Self, Diagnostics> {
        Ok(Self { only: Patterns::parse(patterns)?, ..Self::default() })
    }

    /// All but what the patterns name.
    pub fn excluding(mut self, patterns: &[String]) -> Result<Self, Diagnostics> {
        self.not = Patterns::parse(patterns)?;
        Ok(self)
    }

    /// With what depends on the targets, and without what depends on what is excluded.
    #[must_use]
    pub fn with_dependents(mut self, of_targets: bool, of_excluded: bool) -> Self {
        self.target_dependents = of_targets;
        self.exclude_dependents = of_excluded;
        self
    }

    /// Whether everything is meant.
    pub fn is_everything(&self) -> bool {
        self.only.is_empty() && self.not.is_empty()
    }

    /// What to do so that a resource is part of the run.
    pub(crate) fn advice(&self, urn: &Urn) -> String {
        if self.not.name(urn) {
            format!("do not exclude `{}`", urn.name())
        } else if self.only.is_empty() {
            format!("leave `--exclude-dependents` away: it takes `{}` out", urn.name())
        } else {
            format!("add `--target {urn}`")
        }
    }
}

fn matches(text: &str, glob: &GlobMatcher, urn: &Urn) -> bool {
    text == urn.as_str() || text == urn.name() || glob.is_match(urn.as_str()) || glob.is_match(urn.name())
}
