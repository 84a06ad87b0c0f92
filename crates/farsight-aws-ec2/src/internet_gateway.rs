//! `aws:ec2/internetGateway:InternetGateway`.

use crate::describe::{BY_OP, op};
use crate::ec2::{BATCH, Ec2, SOON, seen_tags, tagged, unless};
use crate::strays::{BY_STACK, Strays, known, stack, words};
use aws_sdk_ec2::types::{self, AttachmentStatus, ResourceType};
use farsight_aws::ec2::{InternetGateway, InternetGatewayArgs, InternetGatewayOutputs, Vpc};
use farsight_aws_client::{in_order, tags, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct InternetGatewayHandler {
    pub ec2: Ec2,
}

impl Handler for InternetGatewayHandler {
    type Of = InternetGateway;

    const POLICY: Policy = Policy {
        identity: Identity::OwnerTag,
        unique_key: &[],
        serialize_by: None,
        read_batch: BATCH,
        settle: SOON,
        faults: &[("InvalidInternetGatewayID.NotFound", Fault::Gone)],
        permissions: &[
            "ec2:AttachInternetGateway",
            "ec2:CreateInternetGateway",
            "ec2:CreateTags",
            "ec2:DeleteInternetGateway",
            "ec2:DeleteTags",
            "ec2:DescribeInternetGateways",
            "ec2:DetachInternetGateway",
        ],
    };

    async fn create(&self, owner: &Owner, args: &InternetGatewayArgs) -> Result<Id> {
        let tags = tagged(ResourceType::InternetGateway, owner, &args.tags)?;
        let call = self.ec2.client.create_internet_gateway().tag_specifications(tags);
        let answer = self.ec2.write("CreateInternetGateway", || call.clone().send()).await?;
        the_one(answer.internet_gateway.and_then(|gateway| gateway.internet_gateway_id), "CreateInternetGateway")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<InternetGateway>>> {
        let found = self.ec2.gateways_by_id("internet-gateway-id", ids).await?;
        Ok(in_order(ids, &found, |id, gateway| self.seen(id, gateway)))
    }

    async fn update(&self, id: &Id, change: Change<'_, InternetGatewayArgs>) -> Result<Option<Id>> {
        self.ec2.retag(id, &tags::changed(&change, &change.wanted.tags, &change.observed.tags)?).await?;
        if change.touches("vpcId")
            && let Some(vpc) = &change.wanted.vpc_id
        {
            self.ec2.attach(id, vpc).await?;
        }
        Ok(None)
    }

    /// Takes the gateway off the VPC that its own `vpcId` attached it to; other attachments are other resources'.
    async fn delete(&self, id: &Id, args: &InternetGatewayArgs) -> Result<()> {
        if let Some(vpc) = &args.vpc_id {
            let send = || self.ec2.client.detach_internet_gateway().internet_gateway_id(id).vpc_id(vpc).send();
            unless(self.ec2.write("DetachInternetGateway", send).await, &["Gateway.NotAttached"])?;
        }
        let send = || self.ec2.client.delete_internet_gateway().internet_gateway_id(id).send();
        self.ec2.write("DeleteInternetGateway", send).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, _: &InternetGatewayArgs) -> Result<Vec<Id>> {
        Ok(self.ec2.gateways_by_id(BY_OP, &op(owner)).await?.into_keys().collect())
    }

    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let mut strays = Strays::new(scope, InternetGateway::SCHEMA.token);
        let inside = known(scope, Vpc::SCHEMA.token);
        for (by, values) in [(BY_STACK, stack(scope).to_vec()), ("attachment.vpc-id", inside)] {
            for (id, gateway) in self.ec2.gateways_by_id(by, &values).await? {
                strays.add(Some(&id), words("internet gateway", gateway.tags.as_deref(), vpc_of(&gateway)));
            }
        }
        Ok(strays.found())
    }
}

impl InternetGatewayHandler {
    fn seen(&self, id: &str, gateway: &types::InternetGateway) -> Seen<InternetGateway> {
        if let Some(state) = moving(gateway) {
            return Seen::Settling(state.to_owned());
        }
        let owner = gateway.owner_id().unwrap_or_default();
        Seen::Ready {
            args: InternetGatewayArgs {
                tags: seen_tags(gateway.tags.as_deref()),
                vpc_id: vpc_of(gateway).map(str::to_owned),
            },
            outputs: InternetGatewayOutputs {
                arn: self.ec2.aws.arn("ec2", owner, &format!("internet-gateway/{id}")),
                owner_id: gateway.owner_id.clone(),
            },
        }
    }
}

/// The VPC that a gateway is attached to.
pub(crate) fn vpc_of(gateway: &types::InternetGateway) -> Option<&str> {
    let attachment = gateway.attachments().iter().find(|a| a.state() != Some(&AttachmentStatus::Detached))?;
    attachment.vpc_id()
}

/// The state of an attachment that is on its way.
pub(crate) fn moving(gateway: &types::InternetGateway) -> Option<&str> {
    let states = gateway.attachments().iter().filter_map(types::InternetGatewayAttachment::state);
    states
        .into_iter()
        .find(|s| matches!(s, AttachmentStatus::Attaching | AttachmentStatus::Detaching))
        .map(AttachmentStatus::as_str)
}

impl Ec2 {
    /// Internet gateways under their ids.
    pub async fn gateways_by_id(&self, by: &str, values: &[String]) -> Result<BTreeMap<Id, types::InternetGateway>> {
        let found = self.internet_gateways(by, values, &[]).await?;
        Ok(found.into_iter().filter_map(|gateway| Some((gateway.internet_gateway_id.clone()?, gateway))).collect())
    }

    /// Attaches a gateway to a VPC; what stands in the way, on either side, is detached before.
    pub async fn attach(&self, gateway: &str, vpc: &str) -> Result<()> {
        let mut standing = self.gateways_by_id("attachment.vpc-id", &[vpc.to_owned()]).await?;
        standing.append(&mut self.gateways_by_id("internet-gateway-id", &[gateway.to_owned()]).await?);
        if standing.get(gateway).is_some_and(|standing| vpc_of(standing) == Some(vpc)) {
            return Ok(());
        }
        for (id, old) in standing.iter().filter_map(|(id, standing)| Some((id, vpc_of(standing)?))) {
            let send = || self.client.detach_internet_gateway().internet_gateway_id(id).vpc_id(old).send();
            unless(self.write("DetachInternetGateway", send).await, &["Gateway.NotAttached"])?;
        }
        let send = || self.client.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(vpc).send();
        self.write("AttachInternetGateway", send).await.map(|_| ())
    }
}
