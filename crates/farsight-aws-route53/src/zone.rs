//! `aws:route53/zone:Zone`.

use crate::route53::{NO_ZONE, Route53, TAG_BATCH, bare_id, get_zone, plain_name, zone_arn, zone_tags, zones_of};
use crate::zone_records::{Start, change, get, is_the_zones_own, list};
use aws_sdk_route53::operation::get_hosted_zone::GetHostedZoneOutput;
use aws_sdk_route53::types::{
    AcceleratedRecoveryStatus, ChangeAction, HostedZone, HostedZoneConfig, RrType, Tag, TagResourceType, Vpc, VpcRegion,
};
use farsight_aws::route53::{Zone, ZoneArgs, ZoneOutputs, ZoneVpc};
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_aws_client::the_one;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use futures_util::future::try_join_all;

pub(crate) struct ZoneHandler {
    pub(crate) route53: Route53,
}

/// What AWS says of a zone with records in it.
const NOT_EMPTY: &str = "HostedZoneNotEmpty";
/// What AWS says of a reference that was used before.
const USED: &str = "HostedZoneAlreadyExists";

impl Handler for ZoneHandler {
    type Of = Zone;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        // Names are not unique: old and new zone stand side by side, with other name servers.
        unique_key: &[],
        serialize_by: None,
        // There is no call for several with their networks; the tags of this many come in one.
        read_batch: TAG_BATCH,
        settle: Settle { every: secs(5), within: mins(30) },
        faults: &[
            ("ConcurrentModification", Fault::Busy),
            (NO_ZONE, Fault::Gone),
            // A network that is not visible yet looks like one that is not there.
            ("InvalidVPCId", Fault::Lag),
            ("TooManyHostedZones", Fault::Quota),
        ],
        permissions: &[
            "ec2:DescribeVpcs",
            "route53:AssociateVPCWithHostedZone",
            "route53:ChangeResourceRecordSets",
            "route53:ChangeTagsForResource",
            "route53:CreateHostedZone",
            "route53:DeleteHostedZone",
            "route53:DisassociateVPCFromHostedZone",
            "route53:GetHostedZone",
            "route53:ListHostedZonesByName",
            "route53:ListResourceRecordSets",
            "route53:ListTagsForResources",
            "route53:UpdateHostedZoneComment",
            "route53:UpdateHostedZoneFeatures",
        ],
    };

    /// The reference is kept with the zone for ever, so that a repeated call is refused and the zone is found by it. Tags
    /// are a second call, made again when the create is.
    async fn create(&self, owner: &Owner, args: &ZoneArgs) -> Result<Id> {
        let all_tags = tags::for_create(owner, &args.tags)?;
        let networks = self.networks(&args.vpcs)?;
        let config = HostedZoneConfig::builder().comment(&args.comment).private_zone(!networks.is_empty()).build();
        let call = self.route53.client.create_hosted_zone().name(&args.name).caller_reference(&owner.op);
        let call = call
            .hosted_zone_config(config)
            .set_delegation_set_id(args.delegation_set_id.clone())
            .set_vpc(networks.into_iter().next());
        let id = match self.route53.write("CreateHostedZone", || call.clone().send()).await {
            Err(error) if error.code.as_deref() == Some(USED) => {
                let same = self.find(owner, args).await?.into_iter().next();
                same.ok_or(Error { fault: Fault::Exists, ..error })?
            }
            answer => {
                let zone = answer?.hosted_zone;
                the_one(zone.map(|zone| bare_id(zone.id()).to_owned()), "CreateHostedZone")?
            }
        };
        self.retag(&id, TagChange { set: all_tags, unset: Vec::new() }).await?;
        Ok(id)
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Zone>>> {
        let zones = try_join_all(ids.iter().map(|id| get_zone(&self.route53, id))).await?;
        let there: Vec<Id> =
            ids.iter().zip(&zones).filter(|(_, zone)| zone.is_some()).map(|(id, _)| id.clone()).collect();
        let mut all_tags = zone_tags(&self.route53, &there).await?;
        let mut seen = Vec::with_capacity(ids.len());
        for (id, answer) in ids.iter().zip(zones) {
            let tags = all_tags.remove(id).unwrap_or_default();
            seen.push(match answer.and_then(|answer| Some((answer.hosted_zone.clone()?, answer))) {
                Some((zone, answer)) => self.seen(id, &zone, &answer, tags).await?,
                None => Seen::Absent,
            });
        }
        Ok(seen)
    }

    async fn update(&self, id: &Id, change: Change<'_, ZoneArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.route53.client);
        if change.touches("comment") {
            let call = || client.update_hosted_zone_comment().id(id).comment(&wanted.comment).send();
            self.route53.write("UpdateHostedZoneComment", call).await?;
        }
        if change.touches("enableAcceleratedRecovery") {
            let on = wanted.enable_accelerated_recovery;
            let call =
                || client.update_hosted_zone_features().hosted_zone_id(id).enable_accelerated_recovery(on).send();
            self.route53.write("UpdateHostedZoneFeatures", call).await?;
        }
        if change.touches("vpcs") {
            self.move_networks(id, &self.networks(&wanted.vpcs)?).await?;
        }
        self.retag(id, tags::changed(&change, &wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ZoneArgs) -> Result<()> {
        if args.force_destroy
            && let Some(records) = list(&self.route53, id, Start::default(), |_| false).await?
        {
            let others = records.into_iter().filter(|record| !is_the_zones_own(record, &args.name)).collect();
            change(&self.route53, id, ChangeAction::Delete, others).await?;
        }
        let delete = || self.route53.client.delete_hosted_zone().id(id).send();
        match self.route53.write("DeleteHostedZone", delete).await {
            Err(error) if error.code.as_deref() == Some(NOT_EMPTY) => {
                let message = format!("{}; `forceDestroy` deletes its records with it", error.message);
                Err(Error { message, ..error })
            }
            done => done.map(|_| ()),
        }
    }

    async fn find(&self, owner: &Owner, args: &ZoneArgs) -> Result<Vec<Id>> {
        let zones = zones_of(&self.route53, &args.name).await?;
        let ours = zones.into_iter().filter(|zone| zone.caller_reference == owner.op);
        Ok(ours.map(|zone| bare_id(zone.id()).to_owned()).collect())
    }
}

impl ZoneHandler {
    /// Networks in the form of the SDK.
    fn networks(&self, vpcs: &[ZoneVpc]) -> Result<Vec<Vpc>> {
        let own = self.route53.aws.region();
        let one = |vpc: &ZoneVpc| {
            if vpc.vpc_region.as_deref() == Some(own) {
                let message = format!("`vpcRegion` of `{}` is the provider's own region: leave it out", vpc.vpc_id);
                return Err(Error::new(Fault::Rejected, message));
            }
            let region = vpc.vpc_region.as_deref().unwrap_or(own);
            Ok(Vpc::builder().vpc_id(&vpc.vpc_id).vpc_region(VpcRegion::from(region)).build())
        };
        vpcs.iter().map(one).collect()
    }

    /// Adds before it takes away, since a private zone is never without a network. What is there is asked now: AWS refuses
    /// to do either twice.
    async fn move_networks(&self, id: &Id, wanted: &[Vpc]) -> Result<()> {
        let there = get_zone(&self.route53, id).await?.and_then(|zone| zone.vpcs).unwrap_or_default();
        if wanted.is_empty() != there.is_empty() {
            let message = "a zone stays public or private for ever; replace it, for example with `replace_on_changes`";
            return Err(Error::new(Fault::Rejected, message));
        }
        let has = |list: &[Vpc], vpc: &Vpc| list.iter().any(|other| other.vpc_id == vpc.vpc_id);
        for vpc in wanted.iter().filter(|vpc| !has(&there, vpc)) {
            let call = || {
                let call = self.route53.client.associate_vpc_with_hosted_zone();
                call.hosted_zone_id(id).vpc(vpc.clone()).send()
            };
            self.route53.write("AssociateVPCWithHostedZone", call).await?;
        }
        for vpc in there.iter().filter(|vpc| !has(wanted, vpc)) {
            let call = || {
                let call = self.route53.client.disassociate_vpc_from_hosted_zone();
                call.hosted_zone_id(id).vpc(vpc.clone()).send()
            };
            self.route53.write("DisassociateVPCFromHostedZone", call).await?;
        }
        Ok(())
    }

    /// One call takes ten tags to set and ten to take off.
    async fn retag(&self, id: &str, change: TagChange) -> Result<()> {
        let set: Vec<Tag> =
            change.set.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
        let rounds = set.len().max(change.unset.len()).div_ceil(TAG_BATCH);
        let (mut set, mut unset) = (set.chunks(TAG_BATCH), change.unset.chunks(TAG_BATCH));
        for _ in 0..rounds {
            let (set, unset) = (set.next().map(<[_]>::to_vec), unset.next().map(<[_]>::to_vec));
            let call = || {
                let call = self.route53.client.change_tags_for_resource();
                let call = call.resource_type(TagResourceType::Hostedzone).resource_id(id);
                call.set_add_tags(set.clone()).set_remove_tag_keys(unset.clone()).send()
            };
            self.route53.write("ChangeTagsForResource", call).await?;
        }
        Ok(())
    }

    async fn seen(
        &self,
        id: &Id,
        zone: &HostedZone,
        answer: &GetHostedZoneOutput,
        all_tags: Tags,
    ) -> Result<Seen<Zone>> {
        use AcceleratedRecoveryStatus::{Disabling, Enabled, Enabling};
        let recovery = zone.features().and_then(|features| features.accelerated_recovery_status());
        if let Some(status) = recovery.filter(|status| matches!(status, Enabling | Disabling)) {
            return Ok(Seen::Settling(format!("{status} accelerated recovery")));
        }
        let own = self.route53.aws.region();
        let network = |vpc: &Vpc| ZoneVpc {
            vpc_id: vpc.vpc_id.clone().unwrap_or_default(),
            vpc_region: vpc.vpc_region().map(|region| region.as_str().to_owned()).filter(|region| region != own),
        };
        let mut servers = self.name_servers(id, zone, answer).await?;
        let primary_name_server = servers.first().cloned().unwrap_or_default();
        servers.sort();
        let args = ZoneArgs {
            comment: zone.config().and_then(|config| config.comment.clone()).unwrap_or_default(),
            // Only reusable sets have an id.
            delegation_set_id: answer
                .delegation_set()
                .and_then(|set| set.id())
                .map(|id| id.trim_start_matches("/delegationset/").to_owned())
                .filter(|id| !id.is_empty()),
            enable_accelerated_recovery: recovery == Some(&Enabled),
            force_destroy: false,
            name: plain_name(zone.name()),
            tags: tags::observed(all_tags),
            vpcs: answer.vpcs().iter().map(network).collect(),
        };
        let outputs = ZoneOutputs {
            arn: zone_arn(&self.route53, id),
            name_servers: servers,
            primary_name_server,
            zone_id: id.clone(),
        };
        Ok(Seen::Ready { args, outputs })
    }

    /// Those of its set; a private zone has none, but names some in a record.
    async fn name_servers(&self, id: &Id, zone: &HostedZone, answer: &GetHostedZoneOutput) -> Result<Vec<String>> {
        if let Some(set) = answer.delegation_set() {
            return Ok(set.name_servers().iter().map(|name| plain_name(name)).collect());
        }
        let record = get(&self.route53, id, &plain_name(zone.name()), &RrType::Ns, None).await?;
        let values = record.and_then(|record| record.resource_records).unwrap_or_default();
        Ok(values.iter().map(|value| plain_name(value.value())).collect())
    }
}
