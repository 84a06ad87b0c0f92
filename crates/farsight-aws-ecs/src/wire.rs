//! ECS speaks JSON 1.1, whose form the properties of its types have already.

pub(crate) use farsight_aws_client::json::*;

/// Calls an operation with a body of JSON and gives its answer as JSON.
macro_rules! call {
    ($ecs:expr, $effect:ident, $method:ident, $operation:literal, $body:expr) => {
        ::farsight_aws_client::call_json!($ecs, "ecs", $effect, $method, $operation, $body)
    };
}
pub(crate) use call;

/// Takes a text out that is empty.
pub(crate) fn drop_blank(value: &mut serde_json::Value, name: &str) {
    if value[name] == "" {
        take(value, name);
    }
}
