//! Texts that hold a document: JSON, or several lines.

use crate::style::{DIM, GREEN, RED, paint};
use crate::value::tall;
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

/// The JSON document that a text holds, if it is an object or a list.
pub(crate) fn parse(text: &str) -> Option<Json> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().filter(|json: &Json| json.is_object() || json.is_array())
}

/// How two documents differ, line by line with two lines of context; `None` if one of them is no document.
pub(crate) fn diff(old: &str, new: &str) -> Option<Vec<String>> {
    let (kind, old, new) = match (parse(old), parse(new)) {
        (Some(old), Some(new)) => ("(json)", lines(&old), lines(&new)),
        _ if old.contains('\n') && new.contains('\n') => ("(text)", old.to_owned(), new.to_owned()),
        _ => return None,
    };
    let mut shown = vec![paint(DIM, kind)];
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    for (index, group) in diff.grouped_ops(2).iter().enumerate() {
        if index > 0 {
            shown.push(paint(DIM, "  ..."));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = crate::text::printable(change.value().trim_end_matches(['\r', '\n']));
            shown.push(match change.tag() {
                ChangeTag::Equal => format!("  {line}"),
                ChangeTag::Delete => paint(RED, &format!("- {line}")),
                ChangeTag::Insert => paint(GREEN, &format!("+ {line}")),
            });
        }
    }
    Some(shown)
}

fn lines(json: &Json) -> String {
    let mut text = crate::text::plain(&tall(json).join("\n"));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_documents_differ_by_line() {
        let old = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
        let new = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;
        insta::assert_snapshot!(crate::text::plain(&diff(old, new).unwrap().join("\n")), @r#"
        (json)
            "Statement": [
              {
        -       "Action": "s3:GetObject",
        +       "Action": "s3:PutObject",
                "Effect": "Allow",
                "Resource": "*"
        "#);
    }

    #[test]
    fn plain_texts_are_no_documents() {
        assert_eq!(diff("a", "b"), None);
        assert_eq!(diff("{\"a\":1}", "b"), None);
        assert_eq!(parse("{broken"), None);
    }
}
