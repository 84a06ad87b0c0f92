//! Rules against too many requests.

use super::{Fingerprint, ForwardedIpConfig, NestedStatement, TextTransformation, Whole};
use farsight::prelude::*;

/// Too many requests of one kind come at a time.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RateBasedStatement {
    /// What makes requests one kind: their address (`IP`), the address in a header (`FORWARDED_IP`), parts of them
    /// (`CUSTOM_KEYS`), or nothing (`CONSTANT`).
    #[prop(default = "IP")]
    pub aggregate_key_type: String,
    /// The parts that make requests one kind, at most five.
    pub custom_keys: Vec<RateKey>,
    /// How far back requests are counted, in seconds: 60, 120, 300 or 600.
    #[prop(default = 300)]
    pub evaluation_window_sec: i64,
    /// Where the address stands.
    pub forwarded_ip_config: Option<ForwardedIpConfig>,
    /// How many requests are too many, from 10 to 2000000000.
    pub limit: i64,
    /// Which requests are counted; all if not given.
    pub scope_down_statement: Option<NestedStatement>,
}

/// A part of requests that makes them one kind: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RateKey {
    /// The autonomous system that they come from.
    pub asn: Option<Whole>,
    /// A cookie.
    pub cookie: Option<RateField>,
    /// The address in a header.
    pub forwarded_ip: Option<Whole>,
    /// A header.
    pub header: Option<RateField>,
    /// The method.
    pub http_method: Option<Whole>,
    /// The address that they come from.
    pub ip: Option<Whole>,
    /// The fingerprint of the client's TLS, in its older form.
    pub ja3_fingerprint: Option<Fingerprint>,
    /// The fingerprint of the client's TLS.
    pub ja4_fingerprint: Option<Fingerprint>,
    /// The labels of a namespace.
    pub label_namespace: Option<RateLabels>,
    /// An argument of the query.
    pub query_argument: Option<RateField>,
    /// The query.
    pub query_string: Option<RateText>,
    /// The path.
    pub uri_path: Option<RateText>,
}

/// A cookie, a header or an argument.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RateField {
    /// Its name.
    #[prop(compare = case_insensitive)]
    pub name: String,
    /// What is done to it before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// A part that has no name.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RateText {
    /// What is done to it before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// The labels of a namespace.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RateLabels {
    /// The namespace.
    pub namespace: String,
}
