//! Values as text: one line where it fits, several where not.

use crate::document;
use crate::style::{DIM, paint};
use serde_json::Value as Json;

/// The longest value, in characters, that stays on one line.
const LINE: usize = 76;

/// A masked value as lines: the first continues the line it stands in, the others are relative to its indentation.
pub fn value(json: &Json) -> Vec<String> {
    if let Json::String(text) = json {
        if let Some(document) = document::parse(text) {
            let mut lines = block(&document);
            if let Some(first) = lines.first_mut() {
                *first = format!("{} {first}", paint(DIM, "(json)"));
            }
            return lines;
        }
        if text.contains('\n') {
            let mut lines = vec![paint(DIM, "(text)")];
            lines.extend(text.lines().map(|line| format!("  {}", crate::text::printable(line))));
            return lines;
        }
    }
    block(json)
}

fn block(json: &Json) -> Vec<String> {
    let line = inline(json);
    let nested =
        matches!(json, Json::Array(items) if !items.is_empty()) || matches!(json, Json::Object(map) if !map.is_empty());
    if nested && crate::text::plain(&line).chars().count() > LINE { tall(json) } else { vec![line] }
}

/// A value on one line. A secret and what is not known yet are words, not quoted texts.
pub(crate) fn inline(json: &Json) -> String {
    match json {
        Json::String(word) if word == "[secret]" || word == "[unknown]" => paint(DIM, word),
        Json::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Json::Object(map) if map.is_empty() => "{}".to_owned(),
        Json::Object(map) => {
            let parts: Vec<String> =
                map.iter().map(|(key, item)| format!("{}: {}", quoted(key), inline(item))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// A value with one line per item.
pub(crate) fn tall(json: &Json) -> Vec<String> {
    let (open, close, items): (&str, &str, Vec<(String, &Json)>) = match json {
        Json::Array(items) if !items.is_empty() => ("[", "]", items.iter().map(|item| (String::new(), item)).collect()),
        Json::Object(map) if !map.is_empty() => {
            ("{", "}", map.iter().map(|(key, item)| (format!("{}: ", quoted(key)), item)).collect())
        }
        scalar => return vec![inline(scalar)],
    };
    let last = items.len() - 1;
    let mut lines = vec![open.to_owned()];
    for (index, (key, item)) in items.into_iter().enumerate() {
        let mut inner = tall(item);
        if let Some(first) = inner.first_mut() {
            first.insert_str(0, &key);
        }
        if index < last
            && let Some(end) = inner.last_mut()
        {
            end.push(',');
        }
        lines.extend(inner.into_iter().map(|line| format!("  {line}")));
    }
    lines.push(close.to_owned());
    lines
}

fn quoted(text: &str) -> String {
    // DEL and the C1 controls are legal in JSON text, but a terminal obeys them.
    Json::from(text).to_string().chars().flat_map(|c| escaped(c).chars().collect::<Vec<_>>()).collect()
}

fn escaped(c: char) -> String {
    if c.is_control() { c.escape_unicode().to_string() } else { c.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(json: &Json) -> String {
        crate::text::plain(&value(json).join("\n"))
    }

    #[test]
    fn short_values_stay_on_one_line() {
        assert_eq!(shown(&json!({"a": [1, "x"], "s": "[secret]"})), r#"{ "a": [1, "x"], "s": [secret] }"#);
        assert_eq!(shown(&json!("10.0.0.0/16")), "\"10.0.0.0/16\"");
        assert_eq!(shown(&json!("[unknown]")), "[unknown]");
        assert_eq!(shown(&json!("a\u{1b}[2J\u{9b}")), "\"a\\u001b[2J\\u{9b}\"");
    }

    #[test]
    fn long_values_get_a_line_per_item() {
        insta::assert_snapshot!(shown(&json!([{"protocol": "tcp", "from": 80, "cidr": "0.0.0.0/0"}, {"protocol": "udp", "from": 53, "cidr": "10.0.0.0/8"}])), @r#"
        [
          {
            "cidr": "0.0.0.0/0",
            "from": 80,
            "protocol": "tcp"
          },
          {
            "cidr": "10.0.0.0/8",
            "from": 53,
            "protocol": "udp"
          }
        ]
        "#);
    }

    #[test]
    fn documents_are_shown_as_such() {
        assert_eq!(shown(&json!("{\"a\":1}")), "(json) { \"a\": 1 }");
        assert_eq!(shown(&json!("#!/bin/sh\necho")), "(text)\n  #!/bin/sh\n  echo");
    }
}
