//! What listeners and their rules do with a request.

use farsight::prelude::*;

/// One thing that a listener or a rule does. Several are done in the order of their list: authentication first, then one
/// of forward, redirect and fixed response.
///
/// Only the block that the type names is given.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ListenerAction {
    /// What is done.
    #[prop(name = "type")]
    pub kind: ListenerActionType,
    /// How users are signed in with a Cognito user pool; only on HTTPS listeners.
    pub authenticate_cognito: Option<AuthenticateCognito>,
    /// What is answered.
    pub fixed_response: Option<FixedResponse>,
    /// Where the request goes.
    pub forward: Option<Forward>,
    /// Which tokens let a request through; only on HTTPS listeners.
    pub jwt_validation: Option<JwtValidation>,
    /// Where the client is sent.
    pub redirect: Option<Redirect>,
}

/// The kinds of actions.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerActionType {
    /// Sign users in with Cognito.
    #[prop(rename = "authenticate-cognito")]
    AuthenticateCognito,
    /// Answer without a target.
    #[prop(rename = "fixed-response")]
    FixedResponse,
    /// Send the request to target groups.
    Forward,
    /// Check a JSON web token.
    #[prop(rename = "jwt-validation")]
    JwtValidation,
    /// Send the client elsewhere.
    Redirect,
}

/// Where requests go.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Forward {
    /// The target groups, at most five.
    #[prop(set)]
    pub target_groups: Vec<ForwardTargetGroup>,
    /// Whether a client stays with the target group that it was first sent to; absent, it does not.
    pub stickiness: Option<ForwardStickiness>,
}

/// A target group that gets a share of the requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ForwardTargetGroup {
    /// The target group.
    pub arn: String,
    /// Its share, from 0 to 999.
    #[prop(default = 1)]
    pub weight: i64,
}

/// How long a client stays with its target group.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ForwardStickiness {
    /// Seconds, from 1 to 604800.
    pub duration: i64,
}

/// Where the client is sent. What is not given stays as it was in the request.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct Redirect {
    /// For good or for now.
    pub status_code: RedirectStatus,
    /// The host.
    #[prop(default = "#{host}")]
    pub host: String,
    /// The path, with its leading slash.
    #[prop(default = "/#{path}")]
    pub path: String,
    /// The port.
    #[prop(default = "#{port}")]
    pub port: String,
    /// `HTTP`, `HTTPS`, or `#{protocol}` for that of the request.
    #[prop(default = "#{protocol}")]
    pub protocol: String,
    /// The query, without its question mark.
    #[prop(default = "#{query}")]
    pub query: String,
}

/// The status codes of redirects.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectStatus {
    /// For good.
    #[prop(rename = "HTTP_301")]
    Permanent,
    /// For now.
    #[prop(rename = "HTTP_302")]
    Found,
}

/// An answer without a target.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct FixedResponse {
    /// `text/plain`, `text/css`, `text/html`, `application/javascript` or `application/json`.
    pub content_type: String,
    /// The text, at most 1024 characters.
    pub message_body: Option<String>,
    /// The status, of the 200s, 400s or 500s, such as `503`.
    pub status_code: String,
}

/// How users are signed in with a Cognito user pool.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct AuthenticateCognito {
    /// The user pool.
    pub user_pool_arn: String,
    /// The app client of the pool.
    pub user_pool_client_id: String,
    /// The domain of the pool: its prefix, or a full domain of one's own.
    pub user_pool_domain: String,
    /// More parameters of the request for a sign-in, at most ten.
    pub authentication_request_extra_params: BTreeMap<String, String>,
    /// What happens to requests of users who are not signed in.
    #[prop(default = "authenticate")]
    pub on_unauthenticated_request: UnauthenticatedRequest,
    /// What is asked about the user.
    #[prop(default = "openid")]
    pub scope: String,
    /// The cookie of the session.
    #[prop(default = "AWSELBAuthSessionCookie")]
    pub session_cookie_name: String,
    /// The longest session, in seconds.
    #[prop(default = 604_800)]
    pub session_timeout: i64,
}

/// What happens to requests of users who are not signed in.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnauthenticatedRequest {
    /// They pass.
    Allow,
    /// They are sent to the sign-in.
    Authenticate,
    /// They are refused.
    Deny,
}

/// Which JSON web tokens let a request through.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct JwtValidation {
    /// Who must have issued the token.
    pub issuer: String,
    /// Where the issuer's public keys are, an HTTPS address.
    pub jwks_endpoint: String,
    /// What else the token must say, at most ten claims.
    #[prop(set)]
    pub additional_claims: Vec<JwtClaim>,
}

/// Something that a token must say.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct JwtClaim {
    /// How the claim holds its values.
    pub format: JwtClaimFormat,
    /// The claim; `exp`, `iss`, `nbf` and `iat` are always checked and not named here.
    pub name: String,
    /// What it may say, at most ten values.
    #[prop(set)]
    pub values: Vec<String>,
}

/// How a claim holds its values.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtClaimFormat {
    /// One text.
    #[prop(rename = "single-string")]
    SingleString,
    /// A list of texts.
    #[prop(rename = "string-array")]
    StringArray,
    /// One text of several words.
    #[prop(rename = "space-separated-values")]
    SpaceSeparatedValues,
}
