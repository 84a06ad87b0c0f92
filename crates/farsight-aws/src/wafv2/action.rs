//! What rules do with requests.

use farsight::prelude::*;

/// What a rule does with a request that it matches: one of these.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RuleAction {
    /// It passes, and no other rule is asked.
    pub allow: Option<AllowAction>,
    /// It is blocked.
    pub block: Option<BlockAction>,
    /// It must solve a puzzle.
    pub captcha: Option<AllowAction>,
    /// Its browser must prove itself without the user's doing.
    pub challenge: Option<AllowAction>,
    /// It is counted, and the other rules are asked.
    pub count: Option<AllowAction>,
}

/// What a rule that is a rule group does: one of the two.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct OverrideAction {
    /// Whatever the group says, requests are only counted.
    pub count: Option<Whole>,
    /// What the group says is done.
    pub none: Option<Whole>,
}

/// A choice or a part of a request that has nothing to be set.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Whole {}

/// The request passes, perhaps after a proof.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AllowAction {
    /// What is put into the request.
    pub custom_request_handling: Option<CustomRequestHandling>,
}

/// What is put into a request.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CustomRequestHandling {
    /// Headers, each with `x-amzn-waf-` before its name.
    pub insert_headers: Vec<CustomHeader>,
}

/// A header.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CustomHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The request is blocked.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct BlockAction {
    /// What is answered; 403 without a text if not given.
    pub custom_response: Option<CustomResponse>,
}

/// What is answered.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CustomResponse {
    /// The text, by its key among the web ACL's `customResponseBodies`.
    pub custom_response_body_key: Option<String>,
    /// The status, from 200 to 599.
    pub response_code: i64,
    /// Headers.
    pub response_headers: Vec<CustomHeader>,
}
