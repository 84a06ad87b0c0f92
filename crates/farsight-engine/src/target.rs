//! Which resources a command is limited to.

use crate::{Code, Diagnostic};
use farsight_model::Urn;
use globset::{GlobBuilder, GlobMatcher};

/// The patterns of `--target`; none means everything.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    patterns: Vec<(String, GlobMatcher)>,
}

/// A pattern that cannot be used.
pub type UnknownTarget = Diagnostic;

impl Targets {
    /// Reads the patterns: URNs, names, or globs over either.
    pub fn parse(patterns: &[String]) -> Result<Self, Vec<UnknownTarget>> {
        let mut targets = Self::default();
        let mut problems = Vec::new();
        for pattern in patterns {
            match GlobBuilder::new(pattern).literal_separator(false).build() {
                Ok(glob) => targets.patterns.push((pattern.clone(), glob.compile_matcher())),
                Err(error) => {
                    problems
                        .push(Diagnostic::error(Code::UnknownTarget, format!("`{pattern}` is no pattern: {error}")));
                }
            }
        }
        if problems.is_empty() { Ok(targets) } else { Err(problems) }
    }

    /// Whether everything is meant.
    pub fn is_everything(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a resource is meant.
    pub fn includes(&self, urn: &Urn) -> bool {
        self.is_everything() || self.patterns.iter().any(|(text, glob)| matches(text, glob, urn))
    }

    /// Patterns that match none of these resources.
    pub fn unmatched<'a>(&self, urns: &(impl Iterator<Item = &'a Urn> + Clone)) -> Vec<Diagnostic> {
        self.patterns
            .iter()
            .filter(|(text, glob)| !urns.clone().any(|urn| matches(text, glob, urn)))
            .map(|(text, _)| {
                Diagnostic::error(Code::UnknownTarget, format!("target `{text}` matches no resource"))
                    .help("`farsight state ls` lists what there is")
            })
            .collect()
    }
}

fn matches(text: &str, glob: &GlobMatcher, urn: &Urn) -> bool {
    text == urn.as_str() || text == urn.name() || glob.is_match(urn.as_str()) || glob.is_match(urn.name())
}
