//! `aws:route53/record:Record`.

use crate::record_form::{full_name, seen, to_sdk};
use crate::record_id::RecordId;
use crate::route53::{NO_ZONE, Route53, get_zone, plain_name};
use crate::zone_records::{Start, change, get, is_the_zones_own, list};
use aws_sdk_route53::types::{ChangeAction, ResourceRecordSet, RrType};
use farsight_aws::route53::{Record, RecordArgs, RecordType, Zone};
use farsight_model::Resource;
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Settle, Stray, mins, secs,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct RecordHandler {
    pub(crate) route53: Route53,
}

/// What AWS says of a change that does not fit to what is there, whatever the reason.
const MISFIT: &str = "InvalidChangeBatch";

/// What tells one record of a zone from all others: name, type and set identifier.
type Key = (String, String, Option<String>);

impl Handler for RecordHandler {
    type Of = Record;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        // Records of one name and other types or set identifiers may stand side by side, but often do not: a `CNAME`
        // stands alone, and so does a record without a routing policy. So the old one goes first.
        unique_key: &["zoneId", "name"],
        // Route 53 works on one change of a zone at a time.
        serialize_by: Some("zoneId"),
        read_batch: 100,
        // A record counts as there as soon as it is listed, which is at once. That every name server has it is told by
        // the id of the change alone, which no record carries: a later read could not ask for it. And nobody needs to
        // know: who waits for an answer from DNS, such as ACM, asks DNS.
        settle: Settle { every: secs(2), within: mins(10) },
        faults: &[("ConcurrentModification", Fault::Busy), (NO_ZONE, Fault::Lag)],
        permissions: &["route53:ChangeResourceRecordSets", "route53:GetHostedZone", "route53:ListResourceRecordSets"],
    };

    async fn create(&self, _: &Owner, args: &RecordArgs) -> Result<Id> {
        let id = RecordId::of(args);
        let name = full_name(&id.name, &self.domain(&id.zone).await?);
        let record = to_sdk(&name, args)?;
        let action = if args.allow_overwrite { ChangeAction::Upsert } else { ChangeAction::Create };
        match change(&self.route53, &id.zone, action, vec![record]).await {
            Err(error) if error.code.as_deref() == Some(MISFIT) && !args.allow_overwrite => {
                Err(self.exists(&id, &name).await?.unwrap_or(error))
            }
            done => done.map(|()| id.to_string()),
        }
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Record>>> {
        let ids: Vec<RecordId> = ids.iter().map(|id| RecordId::parse(id)).collect::<Result<_>>()?;
        let mut zones = BTreeMap::new();
        for zone in ids.iter().map(|id| &id.zone).collect::<BTreeSet<_>>() {
            let wanted: Vec<&RecordId> = ids.iter().filter(|id| id.zone == *zone).collect();
            zones.insert(zone, self.records(zone, &wanted).await?);
        }
        let one = |id: &RecordId| {
            let (domain, records) = zones.get(&id.zone)?.as_ref()?;
            Some(seen(id, records.get(&key(id, domain))?))
        };
        Ok(ids.iter().map(|id| one(id).unwrap_or(Seen::Absent)).collect())
    }

    async fn update(&self, id: &Id, wanted: Change<'_, RecordArgs>) -> Result<Option<Id>> {
        let id = RecordId::parse(id)?;
        let record = to_sdk(&full_name(&id.name, &self.domain(&id.zone).await?), wanted.wanted)?;
        // The whole record is sent, so this also makes one that somebody has just deleted.
        change(&self.route53, &id.zone, ChangeAction::Upsert, vec![record]).await.map(|()| None)
    }

    async fn delete(&self, id: &Id, _: &RecordArgs) -> Result<()> {
        let gone = || Error::gone(id);
        let parsed = RecordId::parse(id)?;
        let zone = get_zone(&self.route53, &parsed.zone).await?.and_then(|zone| zone.hosted_zone);
        let name = full_name(&parsed.name, zone.ok_or_else(gone)?.name());
        // Only what says every value of the record deletes it.
        let record = self.get(&parsed, &name).await?.ok_or_else(gone)?;
        match change(&self.route53, &parsed.zone, ChangeAction::Delete, vec![record]).await {
            Err(error) if error.code.as_deref() == Some(MISFIT) => {
                Err(if self.get(&parsed, &name).await?.is_some() { error } else { gone() })
            }
            done => done,
        }
    }

    /// An overwriting create may be repeated as often as one likes, so nothing needs to be found; and what it overwrites
    /// must not count as its own.
    async fn find(&self, _: &Owner, args: &RecordArgs) -> Result<Vec<Id>> {
        let id = RecordId::of(args);
        let zone = get_zone(&self.route53, &id.zone).await?.and_then(|zone| zone.hosted_zone);
        let Some(zone) = zone.filter(|_| !args.allow_overwrite) else { return Ok(Vec::new()) };
        let record = self.get(&id, &full_name(&id.name, zone.name())).await?;
        Ok(record.map(|_| id.to_string()).into_iter().collect())
    }

    /// Records in the stack's zones that the stack does not know, those of the zones themselves left out.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let ids = scope.ids_of(Record::SCHEMA.token);
        let known: Vec<RecordId> = ids.into_iter().filter_map(|id| RecordId::parse(id).ok()).collect();
        let mut strays = Vec::new();
        for zone in scope.ids_of(Zone::SCHEMA.token) {
            let Some((domain, records)) = self.records(zone, &[]).await? else { continue };
            let known: BTreeSet<Key> = known.iter().filter(|id| id.zone == zone).map(|id| key(id, &domain)).collect();
            for (key, record) in records.into_iter().filter(|(key, _)| !known.contains(key)) {
                let kind = RecordType::from_wire(record.r#type().as_str());
                if let Some(kind) = kind.filter(|_| !is_the_zones_own(&record, &domain)) {
                    let what = format!("the {kind} record `{}`", key.0);
                    let id = RecordId { zone: zone.to_owned(), name: key.0, kind, set: key.2 };
                    strays.push(Stray { id: id.to_string(), what });
                }
            }
        }
        Ok(strays)
    }
}

impl RecordHandler {
    /// The domain of a zone that must be there.
    async fn domain(&self, zone: &str) -> Result<String> {
        let found = get_zone(&self.route53, zone).await?.and_then(|zone| zone.hosted_zone);
        let missing = || Error::new(Fault::Lag, format!("the zone `{zone}` is not visible yet")).with_code(NO_ZONE);
        found.map(|zone| zone.name).ok_or_else(missing)
    }

    /// The domain of a zone and its records: those that are wanted, or all for a wish of none. One wish asks for one
    /// record, several for the list of all. Nothing if there is no such zone.
    async fn records(
        &self,
        zone: &str,
        wanted: &[&RecordId],
    ) -> Result<Option<(String, BTreeMap<Key, ResourceRecordSet>)>> {
        let Some(domain) = get_zone(&self.route53, zone).await?.and_then(|zone| zone.hosted_zone) else {
            return Ok(None);
        };
        let domain = domain.name;
        let found = match wanted {
            [only] => Some(self.get(only, &full_name(&only.name, &domain)).await?.into_iter().collect()),
            several => {
                let mut missing: BTreeSet<Key> = several.iter().map(|id| key(id, &domain)).collect();
                let all = missing.is_empty();
                list(&self.route53, zone, Start::default(), |record| {
                    missing.remove(&key_of(record)) && missing.is_empty() && !all
                })
                .await?
            }
        };
        Ok(found.map(|records: Vec<_>| (domain, records.into_iter().map(|record| (key_of(&record), record)).collect())))
    }

    async fn get(&self, id: &RecordId, name: &str) -> Result<Option<ResourceRecordSet>> {
        get(&self.route53, &id.zone, name, &RrType::from(id.kind.as_str()), id.set.as_deref()).await
    }

    /// The refusal of a record that is there already, if it is.
    async fn exists(&self, id: &RecordId, name: &str) -> Result<Option<Error>> {
        let there = self.get(id, name).await?.is_some();
        let message =
            || format!("there is a record `{name}` of the type {} already; `allowOverwrite` takes it", id.kind);
        Ok(there.then(|| Error::new(Fault::Exists, message())))
    }
}

fn key(id: &RecordId, domain: &str) -> Key {
    (full_name(&id.name, domain), id.kind.to_string(), id.set.clone())
}

fn key_of(record: &ResourceRecordSet) -> Key {
    (plain_name(record.name()), record.r#type().as_str().to_owned(), record.set_identifier.clone())
}
