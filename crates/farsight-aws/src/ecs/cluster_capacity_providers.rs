//! `aws:ecs/clusterCapacityProviders:ClusterCapacityProviders`.

use farsight::prelude::*;

/// Which capacity a cluster's tasks can run on, such as Fargate Spot.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "ClusterCapacityProviders",
    token = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    import_id = "cluster name",
    outputs = ClusterCapacityProvidersOutputs,
)]
pub struct ClusterCapacityProvidersArgs {
    /// The providers, by name: `FARGATE`, `FARGATE_SPOT`, or those of one's own.
    #[prop(set)]
    pub capacity_providers: Vec<String>,
    /// Name of the cluster.
    #[prop(replace)]
    pub cluster_name: String,
    /// What services and tasks use that name neither providers nor a launch type.
    #[prop(set)]
    pub default_capacity_provider_strategies: Vec<CapacityProviderStrategy>,
}

/// The share of tasks that a capacity provider gets.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct CapacityProviderStrategy {
    /// How many tasks at least run here. Only one provider of a strategy can have this.
    #[prop(default = 0)]
    pub base: i64,
    /// Name of the provider.
    pub capacity_provider: String,
    /// The share of all other tasks, in relation to the other providers' weights.
    #[prop(default = 0)]
    pub weight: i64,
}

/// What this answers: nothing that is not an input.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ClusterCapacityProvidersOutputs {}
