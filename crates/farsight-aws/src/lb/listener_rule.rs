//! `aws:lb/listenerRule:ListenerRule`.

use super::ListenerAction;
use farsight::prelude::*;

/// What a listener does with requests of some kind.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "ListenerRule",
    token = "aws:lb/listenerRule:ListenerRule",
    import_id = "ARN of the rule",
    outputs = ListenerRuleOutputs,
)]
pub struct ListenerRuleArgs {
    /// What is done; at least one action.
    #[prop(holds = firmly)]
    pub actions: Vec<ListenerAction>,
    /// Which requests are meant: those for which all conditions hold; at least one.
    #[prop(set)]
    pub conditions: Vec<ListenerRuleCondition>,
    /// The listener.
    #[prop(replace)]
    pub listener_arn: String,
    /// Its place, from 1 to 50000: lower numbers are asked first. After all others if not given.
    pub priority: Option<i64>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// How the request is changed on its way, at most one transform of each type.
    #[prop(set)]
    pub transforms: Vec<ListenerRuleTransform>,
}

/// One condition; exactly one block is given. Of several values one must match.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ListenerRuleCondition {
    /// The host.
    pub host_header: Option<PatternCondition>,
    /// A header.
    pub http_header: Option<HttpHeaderCondition>,
    /// The method.
    pub http_request_method: Option<HttpRequestMethodCondition>,
    /// The path.
    pub path_pattern: Option<PatternCondition>,
    /// Parts of the query, of which one must match.
    #[prop(set)]
    pub query_strings: Vec<QueryStringCondition>,
    /// Where the request comes from.
    pub source_ip: Option<SourceIpCondition>,
}

/// Values that a host or a path is compared with: plain ones or regular expressions.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct PatternCondition {
    /// Regular expressions.
    #[prop(set)]
    pub regex_values: Vec<String>,
    /// Values in which `*` stands for any text and `?` for any character.
    #[prop(set)]
    pub values: Vec<String>,
}

/// Values that a header is compared with.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HttpHeaderCondition {
    /// The header; `Host` has a condition of its own.
    #[prop(compare = case_insensitive)]
    pub http_header_name: String,
    /// Regular expressions.
    #[prop(set)]
    pub regex_values: Vec<String>,
    /// Values in which `*` stands for any text and `?` for any character.
    #[prop(set)]
    pub values: Vec<String>,
}

/// Methods that a request may have.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HttpRequestMethodCondition {
    /// Methods, such as `GET`.
    #[prop(set)]
    pub values: Vec<String>,
}

/// A part of the query.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct QueryStringCondition {
    /// The key; any if not given.
    pub key: Option<String>,
    /// The value, in which `*` stands for any text and `?` for any character.
    pub value: String,
}

/// Where a request comes from.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct SourceIpCondition {
    /// `ipv4` or `ipv6`; only for network load balancers, instead of values.
    pub ip_address_type: Option<String>,
    /// Networks.
    #[prop(set, compare = cidr)]
    pub values: Vec<String>,
}

/// A change of the request on its way. The block that the type names is given.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ListenerRuleTransform {
    /// What is changed.
    #[prop(name = "type")]
    pub kind: TransformType,
    /// How the host is changed.
    pub host_header_rewrite_config: Option<RewriteConfig>,
    /// How path and query are changed.
    pub url_rewrite_config: Option<RewriteConfig>,
}

/// What a transform changes.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransformType {
    /// The host.
    #[prop(rename = "host-header-rewrite")]
    HostHeaderRewrite,
    /// Path and query.
    #[prop(rename = "url-rewrite")]
    UrlRewrite,
}

/// How a text is changed.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RewriteConfig {
    /// What is replaced by what.
    pub rewrite: Rewrite,
}

/// What is replaced by what.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Rewrite {
    /// The regular expression that the text must match.
    pub regex: String,
    /// What takes its place; `$1` is its first group.
    pub replace: String,
}

/// What a rule answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ListenerRuleOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
