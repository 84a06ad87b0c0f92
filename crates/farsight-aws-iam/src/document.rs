//! Policy documents as IAM answers them.

use farsight_model::{Compare, Kind, Marks, Value, equal};
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

/// The document in clear: IAM answers documents URL-encoded as in RFC 3986.
pub(crate) fn decoded(answer: &str) -> String {
    percent_decode_str(answer).decode_utf8().map_or_else(|_| answer.to_owned(), std::borrow::Cow::into_owned)
}

/// Whether two documents mean the same to IAM.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let marks = Marks { compare: Compare::Policy, ..Marks::NONE };
    equal(&Kind::String, &marks, Some(&Value::from(a)), Some(&Value::from(b)))
}

/// Whether a trust policy names roles or users, which IAM does not accept until they are visible everywhere.
pub(crate) fn names_identities(document: &str) -> bool {
    fn arns(principal: &Json) -> bool {
        match principal {
            Json::String(arn) => arn.contains(":role/") || arn.contains(":user/"),
            Json::Array(items) => items.iter().any(arns),
            _ => false,
        }
    }
    let Ok(document) = serde_json::from_str::<Json>(document) else { return false };
    let statements = match &document["Statement"] {
        Json::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    statements.iter().any(|statement| arns(&statement["Principal"]["AWS"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects an untouched stack from false drift: `+` is a plus, not a blank.
    #[test]
    fn answers_are_decoded_as_rfc_3986() {
        assert_eq!(decoded("%7B%22a%22%3A%22b+c%20d%22%7D"), r#"{"a":"b+c d"}"#);
        assert_eq!(decoded(r#"{"a":1}"#), r#"{"a":1}"#);
    }

    #[test]
    fn documents_are_compared_by_meaning() {
        assert!(same(r#"{"Statement":{"Action":"a"}}"#, r#"{"Statement":[{"Action":["a"]}]}"#));
        assert!(!same(r#"{"Statement":{"Action":"a"}}"#, r#"{"Statement":{"Action":"b"}}"#));
    }

    /// Protects against waiting for what cannot come true: only identities may still be on their way.
    #[test]
    fn only_identities_are_worth_waiting_for() {
        let trust = |principal: &str| format!(r#"{{"Statement":[{{"Principal":{principal}}}]}}"#);
        assert!(names_identities(&trust(r#"{"AWS":"arn:aws:iam::1:role/x"}"#)));
        assert!(names_identities(&trust(r#"{"AWS":["1","arn:aws:iam::1:user/x"]}"#)));
        assert!(!names_identities(&trust(r#"{"Service":"ecs.amazonaws.com"}"#)));
        assert!(!names_identities(&trust(r#""*""#)));
        assert!(!names_identities("no document"));
    }
}
