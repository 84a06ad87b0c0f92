//! Properties to JSON and back. The two forms differ in the case of names, and in a few places that [`crate::special`] has.

use crate::special;
use farsight_provider::Result;
use serde_json::Value as Json;

/// Names that are not the property's with a large first letter.
const NAMES: &[(&str, &str)] = &[
    ("arn", "ARN"),
    ("asn", "ASN"),
    ("asnLists", "AsnList"),
    ("awsManagedRulesAcfpRuleSet", "AWSManagedRulesACFPRuleSet"),
    ("awsManagedRulesAntiDdosRuleSet", "AWSManagedRulesAntiDDoSRuleSet"),
    ("awsManagedRulesAtpRuleSet", "AWSManagedRulesATPRuleSet"),
    ("awsManagedRulesBotControlRuleSet", "AWSManagedRulesBotControlRuleSet"),
    ("cloudwatchMetricsEnabled", "CloudWatchMetricsEnabled"),
    ("forwardedIp", "ForwardedIP"),
    ("forwardedIpConfig", "ForwardedIPConfig"),
    ("headerOrders", "HeaderOrder"),
    ("httpMethod", "HTTPMethod"),
    ("ip", "IP"),
    ("ipSetForwardedIpConfig", "IPSetForwardedIPConfig"),
    ("ipSetReferenceStatement", "IPSetReferenceStatement"),
    ("ja3Fingerprint", "JA3Fingerprint"),
    ("ja4Fingerprint", "JA4Fingerprint"),
    ("requestBodies", "RequestBody"),
];

/// The wire's name of a property.
pub(crate) fn wire_name(name: &str) -> String {
    let other = NAMES.iter().find(|(property, _)| *property == name).map(|(_, wire)| (*wire).to_owned());
    other.unwrap_or_else(|| with_first(name, char::to_ascii_uppercase))
}

fn property_name(wire: &str) -> String {
    let other = NAMES.iter().find(|(_, known)| *known == wire).map(|(property, _)| (*property).to_owned());
    other.unwrap_or_else(|| with_first(wire, char::to_ascii_lowercase))
}

fn with_first(name: &str, change: fn(&char) -> char) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| change(&first)).into_iter().chain(letters).collect()
}

/// A part of the properties as the wire has it. WAF refuses most empty lists, and means the same by none.
pub(crate) fn to_wire(name: &str, part: Json) -> Result<Json> {
    let part = match part {
        Json::Object(entries) => {
            let there = entries.into_iter().filter(|(_, part)| part.as_array().is_none_or(|list| !list.is_empty()));
            let parts = there.map(|(name, part)| Ok((wire_name(&name), to_wire(&name, part)?)));
            Json::Object(parts.collect::<Result<_>>()?)
        }
        Json::Array(items) => Json::Array(items.into_iter().map(|item| to_wire("", item)).collect::<Result<_>>()?),
        other => other,
    };
    special::to_wire(name, part)
}

/// A part of an answer as the properties have it, under its property's name; null parts are left out.
pub(crate) fn from_wire(name: &str, part: Json) -> Result<Json> {
    Ok(match special::from_wire(name, part)? {
        Json::Object(entries) => {
            let there = entries.into_iter().filter(|(_, part)| !part.is_null());
            let parts = there.map(|(wire, part)| {
                let name = property_name(&wire);
                from_wire(&name, part).map(|part| (name, part))
            });
            Json::Object(parts.collect::<Result<_>>()?)
        }
        Json::Array(items) => Json::Array(items.into_iter().map(|item| from_wire("", item)).collect::<Result<_>>()?),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Protects an untouched web ACL from false drift, and rules from being sent in a form that WAF does not know.
    #[test]
    fn the_two_forms_go_there_and_back() {
        let statement = json!({
            "ipSetReferenceStatement": { "arn": "a", "ipSetForwardedIpConfig": { "headerName": "X", "position": "ANY" } },
            "byteMatchStatement": {
                "searchString": "bad",
                "fieldToMatch": {
                    "headers": [{ "matchPattern": { "all": {} }, "matchScope": "ALL" }],
                    "cookies": { "matchPatterns": [{ "includedCookies": ["c"] }] },
                    "ja4Fingerprint": { "fallbackBehavior": "MATCH" },
                },
            },
            "rateBasedStatement": { "customKeys": [{ "ip": {} }, { "httpMethod": {} }] },
            "managedRuleGroupStatement": { "managedRuleGroupConfigs": [{ "awsManagedRulesAcfpRuleSet": {
                "requestInspection": { "addressFields": { "identifiers": ["/a", "/b"] } },
            } }] },
        });
        let wire = json!({
            "IPSetReferenceStatement": { "ARN": "a", "IPSetForwardedIPConfig": { "HeaderName": "X", "Position": "ANY" } },
            "ByteMatchStatement": {
                "SearchString": "YmFk",
                "FieldToMatch": {
                    "Headers": { "MatchPattern": { "All": {} }, "MatchScope": "ALL" },
                    "Cookies": { "MatchPattern": { "IncludedCookies": ["c"] } },
                    "JA4Fingerprint": { "FallbackBehavior": "MATCH" },
                },
            },
            "RateBasedStatement": { "CustomKeys": [{ "IP": {} }, { "HTTPMethod": {} }] },
            "ManagedRuleGroupStatement": { "ManagedRuleGroupConfigs": [{ "AWSManagedRulesACFPRuleSet": {
                "RequestInspection": { "AddressFields": [{ "Identifier": "/a" }, { "Identifier": "/b" }] },
            } }] },
        });
        assert_eq!(to_wire("statement", statement.clone()), Ok(wire.clone()));
        assert_eq!(from_wire("statement", wire), Ok(statement));
        let config = json!({ "requestBodies": [{ "apiGateway": { "defaultSizeInspectionLimit": "KB_16" } }] });
        let wire = json!({ "RequestBody": { "API_GATEWAY": { "DefaultSizeInspectionLimit": "KB_16" } } });
        assert_eq!(to_wire("associationConfig", config.clone()), Ok(wire.clone()));
        assert_eq!(from_wire("associationConfig", wire), Ok(config));
        let bodies = json!([{ "key": "sorry", "content": "Sorry", "contentType": "TEXT_PLAIN" }]);
        let wire = json!({ "sorry": { "Content": "Sorry", "ContentType": "TEXT_PLAIN" } });
        assert_eq!(to_wire("customResponseBodies", bodies.clone()), Ok(wire.clone()));
        assert_eq!(from_wire("customResponseBodies", wire), Ok(bodies));
    }

    #[test]
    fn a_second_block_is_refused_where_waf_takes_one() {
        let two = json!({ "headers": [{ "matchScope": "ALL" }, { "matchScope": "KEY" }] });
        assert!(to_wire("fieldToMatch", two).is_err());
    }
}
