//! `aws:ec2/internetGateway:InternetGateway`.

use farsight::prelude::*;

/// A VPC's way to the internet.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "InternetGateway",
    token = "aws:ec2/internetGateway:InternetGateway",
    import_id = "internet gateway id, such as `igw-0a1b2c3d`",
    outputs = InternetGatewayOutputs,
)]
pub struct InternetGatewayArgs {
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The VPC that the gateway is attached to. Leave it out where an `InternetGatewayAttachment` does that.
    #[prop(opt_in)]
    pub vpc_id: Option<String>,
}

/// What an internet gateway answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct InternetGatewayOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
    /// The account that owns it.
    #[prop(stable)]
    pub owner_id: Option<String>,
}
