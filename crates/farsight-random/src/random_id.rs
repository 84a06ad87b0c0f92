//! `random:index/randomId:RandomId`.

use farsight::prelude::*;

/// Random bytes that are no secret, for names that must be unique; made once and kept in state.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RandomId",
    token = "random:index/randomId:RandomId",
    import_id = "value of `b64Url` without prefix, or the prefix, a comma and that value",
    outputs = RandomIdOutputs,
)]
pub struct RandomIdArgs {
    /// How many random bytes it has, at least one.
    #[prop(replace)]
    pub byte_length: i64,
    /// Any values; when one of them changes, the id is made anew.
    #[prop(local, replace)]
    pub keepers: BTreeMap<String, String>,
    /// Text in front of every form of the value.
    #[prop(replace)]
    pub prefix: Option<String>,
}

/// What a random id answers; the resource's own id is `b64Url` without the prefix.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RandomIdOutputs {
    /// The bytes in standard Base64, with padding.
    #[prop(stable)]
    pub b64_std: String,
    /// The bytes in Base64 that is safe in URLs, without padding.
    #[prop(stable)]
    pub b64_url: String,
    /// The bytes as one decimal number.
    #[prop(stable)]
    pub dec: String,
    /// The bytes in lower-case hexadecimal digits, two a byte.
    #[prop(stable)]
    pub hex: String,
}
