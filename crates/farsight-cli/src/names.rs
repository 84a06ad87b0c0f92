//! Names that people type: what is allowed, and what they probably meant.

use farsight_engine::{Code, Diagnostic};

/// Checks the name of a project or a stack: it becomes part of URNs, file names and tags.
pub fn check(what: &str, name: &str) -> Result<(), Diagnostic> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > 100 || !name.chars().all(allowed) || name.starts_with(['.', '-']) {
        return Err(Diagnostic::error(Code::BadArgument, format!("`{name}` is no name for a {what}"))
            .help("use up to 100 letters, digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`"));
    }
    Ok(())
}

/// The known name that is most like a mistyped one, if any is alike.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Names in backticks, separated by commas.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_everywhere() {
        for good in ["dev", "prod-eu.2", "_x"] {
            assert!(check("stack", good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "../x", ".hidden", "a::b", "-s", "ü", &"x".repeat(101)] {
            assert!(check("stack", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn typos_are_found() {
        let known = ["vpc_cidr", "region", "zones"];
        assert_eq!(nearest("vpc_cird", known), Some("vpc_cidr"));
        assert_eq!(nearest("Region", known), Some("region"));
        assert_eq!(nearest("password", known), None);
    }
}
