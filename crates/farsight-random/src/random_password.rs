//! `random:index/randomPassword:RandomPassword`.

use farsight::prelude::*;

/// A password: random characters, secret, made once and kept in state.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RandomPassword",
    token = "random:index/randomPassword:RandomPassword",
    import_id = "password itself",
    outputs = RandomPasswordOutputs,
)]
pub struct RandomPasswordArgs {
    /// Any values; when one of them changes, the password is made anew.
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

/// What a random password answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RandomPasswordOutputs {
    /// The password.
    #[prop(stable, secret)]
    pub result: String,
}
