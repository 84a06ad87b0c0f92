//! `aws:cloudwatch/dashboard:Dashboard`.

use farsight::prelude::*;

/// A page of graphs, the same in all regions of the account.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Dashboard",
    token = "aws:cloudwatch/dashboard:Dashboard",
    import_id = "dashboard name",
    outputs = DashboardOutputs,
)]
pub struct DashboardArgs {
    /// What it shows, as JSON; a [`DashboardBody`](super::DashboardBody) is written so.
    #[prop(json)]
    pub dashboard_body: String,
    /// The name, unique in the account, at most 255 letters, digits, `-` and `_`.
    #[prop(replace)]
    pub dashboard_name: String,
}

/// What a dashboard answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct DashboardOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub dashboard_arn: String,
}
