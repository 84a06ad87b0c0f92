//! One property that differs, as lines.

use crate::style::{GREEN, MAGENTA, RED, YELLOW, paint};
use crate::value::value;
use crate::{document, text::printable};
use farsight_engine::DiffView;
use farsight_model::ChangeKind;
use serde_json::Value as Json;

/// The lines of one difference. `bare`: without a symbol, for creates, where everything is new.
pub fn change_lines(change: &DiffView, bare: bool) -> Vec<String> {
    let path = printable(&change.path);
    let (symbol, style) = match change.kind {
        ChangeKind::Add => ("+", GREEN),
        ChangeKind::Update => ("~", YELLOW),
        ChangeKind::Delete => ("-", RED),
    };
    let mut lines = match change.kind {
        ChangeKind::Add => value(&change.new),
        ChangeKind::Delete => value(&change.old),
        ChangeKind::Update => update(&change.old, &change.new),
    };
    let head = if bare { format!("{path}: ") } else { format!("{} {path}: ", paint(style, symbol)) };
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, if first.is_empty() { head.trim_end() } else { &head });
        if change.replace && !bare {
            first.push_str(&paint(MAGENTA, "  # forces replacement"));
        }
    }
    let indent = if bare { "" } else { "  " };
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, indent);
    }
    lines
}

fn update(old: &Json, new: &Json) -> Vec<String> {
    if let (Json::String(old), Json::String(new)) = (old, new)
        && let Some(lines) = document::diff(old, new)
    {
        return lines;
    }
    let (old, new) = (value(old), value(new));
    if let ([old], [new]) = (old.as_slice(), new.as_slice()) {
        return vec![format!("{old} -> {new}")];
    }
    let mut lines = vec![String::new()];
    lines.extend(old.iter().map(|line| paint(RED, &format!("- {line}"))));
    lines.extend(new.iter().map(|line| paint(GREEN, &format!("+ {line}"))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(kind: ChangeKind, old: Json, new: Json, replace: bool) -> String {
        let change = DiffView { path: "tags.Name".into(), kind, old, new, replace, default: false };
        crate::text::plain(&change_lines(&change, false).join("\n"))
    }

    #[test]
    fn one_line_changes() {
        assert_eq!(shown(ChangeKind::Add, Json::Null, json!("x"), false), "+ tags.Name: \"x\"");
        assert_eq!(shown(ChangeKind::Delete, json!("x"), Json::Null, false), "- tags.Name: \"x\"");
        let both = shown(ChangeKind::Update, json!("[secret]"), json!("[secret]"), true);
        assert_eq!(both, "~ tags.Name: [secret] -> [secret]  # forces replacement");
    }

    #[test]
    fn long_values_are_shown_before_and_after() {
        let rule = |port: u16| json!([{"cidrBlocks": ["0.0.0.0/0"], "fromPort": port, "protocol": "tcp", "toPort": port, "self": false}]);
        insta::assert_snapshot!(shown(ChangeKind::Update, rule(80), json!([]), false), @r#"
        ~ tags.Name:
          - [
          -   {
          -     "cidrBlocks": [
          -       "0.0.0.0/0"
          -     ],
          -     "fromPort": 80,
          -     "protocol": "tcp",
          -     "self": false,
          -     "toPort": 80
          -   }
          - ]
          + []
        "#);
    }
}
