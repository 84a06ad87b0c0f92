//! The places where properties and wire differ in more than the case of their names.

use aws_smithy_types::base64;
use farsight_aws_client::json::{list, rename, set, take, text};
use farsight_provider::{Error, Fault, Result};
use serde_json::{Map, Value as Json, json};

/// Kinds of protected resources: the block's name and the wire's.
const KINDS: &[(&str, &str)] = &[
    ("ApiGateway", "API_GATEWAY"),
    ("AppRunnerService", "APP_RUNNER_SERVICE"),
    ("Cloudfront", "CLOUDFRONT"),
    ("CognitoUserPool", "COGNITO_USER_POOL"),
    ("VerifiedAccessInstance", "VERIFIED_ACCESS_INSTANCE"),
];

/// The part of a property as the wire has it; the names in it are the wire's already.
pub(crate) fn to_wire(name: &str, mut part: Json) -> Result<Json> {
    Ok(match name {
        "headers" | "headerOrders" => one(name, part)?,
        "requestBodies" => {
            let mut body = one(name, part)?;
            for (block, wire) in KINDS {
                rename(&mut body, block, wire);
            }
            body
        }
        "cookies" => {
            let patterns = take(&mut part, "MatchPatterns");
            set(&mut part, "MatchPattern", one("matchPatterns", patterns)?);
            part
        }
        "addressFields" | "phoneNumberFields" => {
            list(&part, "Identifiers").iter().map(|name| json!({ "Identifier": name })).collect()
        }
        "prices" => json!([part]),
        "customResponseBodies" => {
            let bodies = part.as_array_mut().into_iter().flatten();
            let keyed = bodies.map(|body| {
                let key = text(body, "Key").to_owned();
                take(body, "Key");
                (key, body.take())
            });
            Json::Object(keyed.collect::<Map<_, _>>())
        }
        "searchString" => Json::String(base64::encode(part.as_str().unwrap_or_default())),
        _ => part,
    })
}

/// The part of an answer as its property has it, but for the names in it.
pub(crate) fn from_wire(name: &str, mut part: Json) -> Result<Json> {
    Ok(match name {
        "headers" | "headerOrders" => json!([part]),
        "requestBodies" => {
            for (block, wire) in KINDS {
                rename(&mut part, wire, block);
            }
            json!([part])
        }
        "cookies" => {
            let pattern = take(&mut part, "MatchPattern");
            set(&mut part, "MatchPatterns", json!([pattern]));
            part
        }
        "addressFields" | "phoneNumberFields" => {
            let names = part.as_array().into_iter().flatten().map(|field| field["Identifier"].clone());
            json!({ "Identifiers": names.collect::<Json>() })
        }
        "prices" => one(name, part)?,
        "customResponseBodies" => {
            let bodies = part.as_object_mut().map(std::mem::take).unwrap_or_default().into_iter();
            let named = bodies.map(|(key, mut body)| {
                set(&mut body, "Key", json!(key));
                body
            });
            named.collect()
        }
        "searchString" => {
            let bytes = base64::decode(part.as_str().unwrap_or_default()).unwrap_or_default();
            let text = String::from_utf8(bytes);
            Json::String(
                text.map_err(|_| refused("a `searchString` that is no text, which this version does not know"))?,
            )
        }
        _ => part,
    })
}

/// What Pulumi has a list for and WAF takes once.
fn one(name: &str, part: Json) -> Result<Json> {
    match part {
        Json::Array(mut items) if items.len() == 1 => Ok(items.remove(0)),
        Json::Array(items) => Err(refused(&format!("`{name}` takes one block, not {}", items.len()))),
        other => Ok(other),
    }
}

fn refused(message: &str) -> Error {
    Error::new(Fault::Rejected, message)
}
