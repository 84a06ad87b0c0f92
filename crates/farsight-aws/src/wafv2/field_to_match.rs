//! The parts of requests that statements look at.

use super::Whole;
use farsight::prelude::*;

/// A part of a request: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct FieldToMatch {
    /// All arguments of the query.
    pub all_query_arguments: Option<Whole>,
    /// The body.
    pub body: Option<BodyToMatch>,
    /// Cookies.
    pub cookies: Option<CookiesToMatch>,
    /// The order of the headers, one block.
    pub header_orders: Vec<HeaderOrder>,
    /// Headers, one block.
    pub headers: Vec<HeadersToMatch>,
    /// The fingerprint of the client's TLS, in its older form.
    pub ja3_fingerprint: Option<Fingerprint>,
    /// The fingerprint of the client's TLS.
    pub ja4_fingerprint: Option<Fingerprint>,
    /// The body as JSON.
    pub json_body: Option<JsonBody>,
    /// The method, such as `GET`.
    pub method: Option<Whole>,
    /// The query.
    pub query_string: Option<Whole>,
    /// A header.
    pub single_header: Option<SingleField>,
    /// An argument of the query.
    pub single_query_argument: Option<SingleField>,
    /// What follows `#` in the address.
    pub uri_fragment: Option<UriFragment>,
    /// The path.
    pub uri_path: Option<Whole>,
}

/// The body.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct BodyToMatch {
    /// What happens to one that is longer than what is looked at: `CONTINUE`, `MATCH` or `NO_MATCH`.
    #[prop(default = "CONTINUE")]
    pub oversize_handling: String,
}

/// Cookies.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CookiesToMatch {
    /// Which, one block.
    pub match_patterns: Vec<CookiePattern>,
    /// Whether their names (`KEY`), their values (`VALUE`) or both (`ALL`) are looked at.
    pub match_scope: String,
    /// What happens to more of them than what is looked at: `CONTINUE`, `MATCH` or `NO_MATCH`.
    pub oversize_handling: String,
}

/// Which cookies: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CookiePattern {
    /// All.
    pub all: Option<Whole>,
    /// All but these.
    #[prop(set)]
    pub excluded_cookies: Vec<String>,
    /// These.
    #[prop(set)]
    pub included_cookies: Vec<String>,
}

/// Headers.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HeadersToMatch {
    /// Which.
    pub match_pattern: HeaderPattern,
    /// Whether their names (`KEY`), their values (`VALUE`) or both (`ALL`) are looked at.
    pub match_scope: String,
    /// What happens to more of them than what is looked at: `CONTINUE`, `MATCH` or `NO_MATCH`.
    pub oversize_handling: String,
}

/// Which headers: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HeaderPattern {
    /// All.
    pub all: Option<Whole>,
    /// All but these.
    #[prop(set)]
    pub excluded_headers: Vec<String>,
    /// These.
    #[prop(set)]
    pub included_headers: Vec<String>,
}

/// The order of the headers.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct HeaderOrder {
    /// What happens to more of them than what is looked at: `CONTINUE`, `MATCH` or `NO_MATCH`.
    pub oversize_handling: String,
}

/// A fingerprint of the client.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Fingerprint {
    /// What counts where there is none: `MATCH` or `NO_MATCH`.
    pub fallback_behavior: String,
}

/// The body as JSON.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct JsonBody {
    /// What happens to one that is no JSON: `EVALUATE_AS_STRING`, `MATCH` or `NO_MATCH`.
    pub invalid_fallback_behavior: Option<String>,
    /// Which elements.
    pub match_pattern: JsonPattern,
    /// Whether their names (`KEY`), their values (`VALUE`) or both (`ALL`) are looked at.
    pub match_scope: String,
    /// What happens to one that is longer than what is looked at: `CONTINUE`, `MATCH` or `NO_MATCH`.
    #[prop(default = "CONTINUE")]
    pub oversize_handling: String,
}

/// Which elements: one of the two.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct JsonPattern {
    /// All.
    pub all: Option<Whole>,
    /// Those at these paths, such as `/user/name`.
    #[prop(set)]
    pub included_paths: Vec<String>,
}

/// One header or argument.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct SingleField {
    /// Its name.
    #[prop(compare = case_insensitive)]
    pub name: String,
}

/// What follows `#` in the address.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct UriFragment {
    /// What counts where there is none: `MATCH` or `NO_MATCH`.
    pub fallback_behavior: Option<String>,
}
