//! `aws:ec2/internetGatewayAttachment:InternetGatewayAttachment`.

use farsight::prelude::*;

/// Connects an internet gateway with a VPC; a VPC has one at most, and so has a gateway.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "InternetGatewayAttachment",
    token = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
    import_id = "gateway id and VPC id, such as `igw-0a1b2c3d:vpc-4e5f6a7b`",
    outputs = InternetGatewayAttachmentOutputs,
)]
pub struct InternetGatewayAttachmentArgs {
    /// The gateway.
    pub internet_gateway_id: String,
    /// The VPC.
    #[prop(replace)]
    pub vpc_id: String,
}

/// What an attachment answers: nothing.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct InternetGatewayAttachmentOutputs {}
