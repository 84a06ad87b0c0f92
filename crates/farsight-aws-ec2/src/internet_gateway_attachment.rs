//! `aws:ec2/internetGatewayAttachment:InternetGatewayAttachment`.

use crate::ec2::{BATCH, Ec2, SOON, failed_with};
use crate::internet_gateway::{moving, vpc_of};
use farsight_aws::ec2::{InternetGatewayAttachment, InternetGatewayAttachmentArgs, InternetGatewayAttachmentOutputs};
use farsight_aws_client::in_order;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};

pub(crate) struct InternetGatewayAttachmentHandler {
    pub ec2: Ec2,
}

impl Handler for InternetGatewayAttachmentHandler {
    type Of = InternetGatewayAttachment;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        // A gateway that moves to another VPC must leave the first one before.
        unique_key: &["internetGatewayId"],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[("Gateway.NotAttached", Fault::Gone)],
        permissions: &["ec2:AttachInternetGateway", "ec2:DescribeInternetGateways", "ec2:DetachInternetGateway"],
    };

    async fn create(&self, _: &Owner, args: &InternetGatewayAttachmentArgs) -> Result<Id> {
        let call = self.ec2.client.attach_internet_gateway();
        let call = call.internet_gateway_id(&args.internet_gateway_id).vpc_id(&args.vpc_id);
        self.ec2.write("AttachInternetGateway", || call.clone().send()).await?;
        Ok(id_of(args))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<InternetGatewayAttachment>>> {
        let pairs = ids.iter().map(|id| parts(id)).collect::<Result<Vec<_>>>()?;
        let gateways: Vec<String> = pairs.iter().map(|(gateway, _)| (*gateway).to_owned()).collect();
        let found = self.ec2.gateways_by_id("internet-gateway-id", &gateways).await?;
        let found = pairs
            .into_iter()
            .zip(ids)
            .filter_map(|((gateway, vpc), id)| Some((id.clone(), (found.get(gateway)?, gateway, vpc))))
            .filter(|(_, (found, _, vpc))| vpc_of(found) == Some(*vpc))
            .collect();
        Ok(in_order(ids, &found, |_, (found, gateway, vpc)| match moving(found) {
            Some(state) => Seen::Settling(state.to_owned()),
            None => Seen::Ready {
                args: InternetGatewayAttachmentArgs {
                    internet_gateway_id: (*gateway).to_owned(),
                    vpc_id: (*vpc).to_owned(),
                },
                outputs: InternetGatewayAttachmentOutputs {},
            },
        }))
    }

    /// Another gateway takes the place of the old one, which gives another id.
    async fn update(&self, _: &Id, change: Change<'_, InternetGatewayAttachmentArgs>) -> Result<Option<Id>> {
        if !change.touches("internetGatewayId") {
            return Ok(None);
        }
        self.ec2.attach(&change.wanted.internet_gateway_id, &change.wanted.vpc_id).await?;
        Ok(Some(id_of(change.wanted)))
    }

    async fn delete(&self, id: &Id, _: &InternetGatewayAttachmentArgs) -> Result<()> {
        let (gateway, vpc) = parts(id)?;
        let send = || self.ec2.client.detach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send();
        match self.ec2.write("DetachInternetGateway", send).await {
            // With the gateway, its attachment is gone.
            Err(error) if failed_with(&error, &["InvalidInternetGatewayID.NotFound"]) => Err(Error::gone(id)),
            other => other.map(|_| ()),
        }
    }

    async fn find(&self, _: &Owner, args: &InternetGatewayAttachmentArgs) -> Result<Vec<Id>> {
        let gateways = [args.internet_gateway_id.clone()];
        let found = self.ec2.gateways_by_id("internet-gateway-id", &gateways).await?;
        Ok(found.values().filter(|found| vpc_of(found) == Some(&args.vpc_id)).map(|_| id_of(args)).collect())
    }
}

fn id_of(args: &InternetGatewayAttachmentArgs) -> Id {
    format!("{}:{}", args.internet_gateway_id, args.vpc_id)
}

fn parts(id: &str) -> Result<(&str, &str)> {
    id.split_once(':').ok_or_else(|| Error::bad_id(id, "`igw-..:vpc-..`"))
}
