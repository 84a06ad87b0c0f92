//! Statements about a request alone.

use super::FieldToMatch;
use farsight::prelude::*;

/// What is done to a text before it is looked at.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TextTransformation {
    /// The place in the order, from 0.
    pub priority: i64,
    /// What is done, such as `NONE`, `LOWERCASE` or `URL_DECODE`.
    #[prop(name = "type")]
    pub kind: String,
}

/// Where the address of a request stands that came through a proxy.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ForwardedIpConfig {
    /// What counts where the header has no valid address: `MATCH` or `NO_MATCH`.
    pub fallback_behavior: String,
    /// The header, such as `X-Forwarded-For`.
    pub header_name: String,
}

/// The request comes from one of these autonomous systems.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AsnMatchStatement {
    /// Their numbers, at most 100.
    #[prop(set)]
    pub asn_lists: Vec<i64>,
    /// Where the address stands, if not in the connection.
    pub forwarded_ip_config: Option<ForwardedIpConfig>,
}

/// A part of the request has a text in it.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ByteMatchStatement {
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// Where the text stands: `EXACTLY`, `STARTS_WITH`, `ENDS_WITH`, `CONTAINS` or `CONTAINS_WORD`.
    pub positional_constraint: String,
    /// The text, at most 200 bytes.
    pub search_string: String,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// The request comes from one of these countries.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct GeoMatchStatement {
    /// Their codes of two letters.
    #[prop(set)]
    pub country_codes: Vec<String>,
    /// Where the address stands, if not in the connection.
    pub forwarded_ip_config: Option<ForwardedIpConfig>,
}

/// The request comes from an address of an IP set.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct IpSetReferenceStatement {
    /// The IP set, by ARN.
    pub arn: String,
    /// Where the address stands, if not in the connection.
    pub ip_set_forwarded_ip_config: Option<IpSetForwardedIpConfig>,
}

/// Where the address of a request stands that came through a proxy.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct IpSetForwardedIpConfig {
    /// What counts where the header has no valid address: `MATCH` or `NO_MATCH`.
    pub fallback_behavior: String,
    /// The header, such as `X-Forwarded-For`.
    pub header_name: String,
    /// Which of its addresses counts: `FIRST`, `LAST` or `ANY`.
    pub position: String,
}

/// A rule before has put a label on the request.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct LabelMatchStatement {
    /// The label or the namespace.
    pub key: String,
    /// Which of the two it is: `LABEL` or `NAMESPACE`.
    pub scope: String,
}

/// A part of the request matches a regular expression.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RegexMatchStatement {
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// The expression.
    pub regex_string: String,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// A part of the request matches one of a set of regular expressions.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RegexPatternSetReferenceStatement {
    /// The set, by ARN.
    pub arn: String,
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// A part of the request is larger or smaller than a size.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct SizeConstraintStatement {
    /// `EQ`, `NE`, `LE`, `LT`, `GE` or `GT`.
    pub comparison_operator: String,
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// The size in bytes.
    pub size: i64,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// A part of the request looks like an attack on a database.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct SqliMatchStatement {
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// `LOW` or `HIGH`, which finds more, wrongly too.
    #[prop(default = "LOW")]
    pub sensitivity_level: String,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}

/// A part of the request looks like an attack on a browser.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct XssMatchStatement {
    /// The part.
    pub field_to_match: Option<FieldToMatch>,
    /// What is done to the part before, at least one.
    #[prop(set)]
    pub text_transformations: Vec<TextTransformation>,
}
