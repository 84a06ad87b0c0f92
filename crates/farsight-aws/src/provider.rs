//! `farsight:providers:aws`: AWS with other settings than the stack's.

use farsight::prelude::*;

/// AWS in another region, with other credentials or at another endpoint than the stack's configuration says: what
/// `.provider(&it)` takes. What it does not say comes from the stack's configuration.
///
/// Settings must be known when the plan is made. Whoever changes the region or the endpoint has everything replaced that
/// it makes; an account it never changes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Provider",
    token = "farsight:providers:aws",
    import_id = "nothing: a provider is in state only",
    outputs = ProviderOutputs
)]
pub struct ProviderArgs {
    /// The region, such as `eu-central-1`.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The endpoint of all services.
    pub endpoint: Option<String>,
    /// Tags for every object that can have tags; a resource's own tags win.
    pub default_tags: BTreeMap<String, String>,
}

/// A provider answers nothing.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ProviderOutputs {}
