//! The records that are in a zone.

use crate::route53::{NO_ZONE, Route53, plain_name};
use aws_sdk_route53::types::{Change, ChangeAction, ChangeBatch, ResourceRecordSet, RrType};
use farsight_aws_client::unless;
use farsight_provider::{Error, Fault, Result};

/// Changes that one call takes; AWS counts the values, of which an ordinary record has few.
const BATCH: usize = 100;

/// Where a list of records begins.
#[derive(Default, Clone)]
pub(crate) struct Start {
    pub name: Option<String>,
    pub kind: Option<RrType>,
    pub set: Option<String>,
}

/// The records of a zone until one satisfies `enough`; nothing if there is no such zone.
pub(crate) async fn list(
    route53: &Route53,
    zone: &str,
    mut from: Start,
    mut enough: impl FnMut(&ResourceRecordSet) -> bool,
) -> Result<Option<Vec<ResourceRecordSet>>> {
    let mut all = Vec::new();
    loop {
        let call = || {
            let call = route53.client.list_resource_record_sets().hosted_zone_id(zone);
            let call = call.set_start_record_name(from.name.clone()).set_start_record_type(from.kind.clone());
            call.set_start_record_identifier(from.set.clone()).send()
        };
        let Some(page) = unless(&[NO_ZONE], route53.read("ListResourceRecordSets", call).await)? else {
            return Ok(None);
        };
        let done = page.resource_record_sets.iter().any(&mut enough) || !page.is_truncated;
        all.extend(page.resource_record_sets);
        if done {
            return Ok(Some(all));
        }
        from = Start { name: page.next_record_name, kind: page.next_record_type, set: page.next_record_identifier };
    }
}

/// The one record of a name, a type and a set identifier, if it is there.
pub(crate) async fn get(
    route53: &Route53,
    zone: &str,
    name: &str,
    kind: &RrType,
    set: Option<&str>,
) -> Result<Option<ResourceRecordSet>> {
    let from = Start { name: Some(name.to_owned()), kind: Some(kind.clone()), set: set.map(str::to_owned) };
    // All records of a name and a type stand together, so another one ends the search.
    let other = |record: &ResourceRecordSet| plain_name(record.name()) != name || record.r#type() != kind;
    let found = list(route53, zone, from, |record| other(record) || record.set_identifier() == set).await?;
    let same = |record: &ResourceRecordSet| !other(record) && record.set_identifier() == set;
    Ok(found.unwrap_or_default().into_iter().find(same))
}

/// Makes changes of one kind, each call's all or none.
pub(crate) async fn change(
    route53: &Route53,
    zone: &str,
    action: ChangeAction,
    records: Vec<ResourceRecordSet>,
) -> Result<()> {
    let wrong = |error: aws_sdk_route53::error::BuildError| Error::new(Fault::Rejected, error.to_string());
    for records in records.chunks(BATCH) {
        let changes = records.iter().map(|record| {
            Change::builder().action(action.clone()).resource_record_set(record.clone()).build().map_err(wrong)
        });
        let changes: Vec<Change> = changes.collect::<Result<_>>()?;
        let batch = ChangeBatch::builder().set_changes(Some(changes)).build().map_err(wrong)?;
        let call = || {
            let call = route53.client.change_resource_record_sets().hosted_zone_id(zone);
            call.change_batch(batch.clone()).send()
        };
        route53.write("ChangeResourceRecordSets", call).await?;
    }
    Ok(())
}

/// Whether a record belongs to its zone and goes only with it.
pub(crate) fn is_the_zones_own(record: &ResourceRecordSet, zone: &str) -> bool {
    plain_name(record.name()) == plain_name(zone) && matches!(record.r#type(), RrType::Ns | RrType::Soa)
}
