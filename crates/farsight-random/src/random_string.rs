//! `random:index/randomString:RandomString`.

use farsight::prelude::*;

/// Random characters that are no secret, made once and kept in state; the id is the string itself.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RandomString",
    token = "random:index/randomString:RandomString",
    import_id = "string itself",
    outputs = RandomStringOutputs,
)]
pub struct RandomStringArgs {
    /// Any values; when one of them changes, the string is made anew.
    #[prop(local, replace)]
    pub keepers: BTreeMap<String, String>,
    /// How many characters it has, at least one.
    #[prop(replace)]
    pub length: i64,
    /// Whether it has lower-case letters.
    #[prop(local, replace, default = true)]
    pub lower: bool,
    /// How many lower-case letters it has at least.
    #[prop(local, replace, default = 0)]
    pub min_lower: i64,
    /// How many digits it has at least.
    #[prop(local, replace, default = 0)]
    pub min_numeric: i64,
    /// How many special characters it has at least.
    #[prop(local, replace, default = 0)]
    pub min_special: i64,
    /// How many upper-case letters it has at least.
    #[prop(local, replace, default = 0)]
    pub min_upper: i64,
    /// Whether it has digits.
    #[prop(local, replace, default = true)]
    pub numeric: bool,
    /// The special characters, instead of `!@#$%&*()-_=+[]{}<>:?`.
    #[prop(local, replace)]
    pub override_special: Option<String>,
    /// Whether it has special characters.
    #[prop(local, replace, default = true)]
    pub special: bool,
    /// Whether it has upper-case letters.
    #[prop(local, replace, default = true)]
    pub upper: bool,
}

/// What a random string answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RandomStringOutputs {
    /// The string.
    #[prop(stable)]
    pub result: String,
}
