//! EC2's data sources.

use crate::describe::filter;
use crate::ec2::Ec2;
use aws_sdk_ec2::types::{AvailabilityZone, Filter};
use farsight_aws_client::{Aws, Function};
use farsight_model::{FromValue, Value};
use farsight_provider::{Error, Fault, Result};

/// The data sources of this crate, on one connection.
pub fn functions(aws: &Aws) -> Vec<Function> {
    let (zones, lists) = (Ec2::new(aws), Ec2::new(aws));
    vec![
        Function::new("aws:index/getAvailabilityZones:getAvailabilityZones", move |args| {
            let ec2 = zones.clone();
            async move { availability_zones(&ec2, &args).await }
        }),
        Function::new("aws:ec2/getPrefixList:getPrefixList", move |args| {
            let ec2 = lists.clone();
            async move { prefix_list(&ec2, &args).await }
        }),
    ]
}

/// Without filters of the program's own, only zones in the region itself: no local zones, no wavelength zones.
async fn availability_zones(ec2: &Ec2, args: &Value) -> Result<Value> {
    let mut filters = own_filters(args)?;
    if filters.is_empty() {
        filters.push(filter("zone-type", &["availability-zone".to_owned()]));
    }
    if let Some(state) = args.get("state").and_then(Value::as_str) {
        filters.push(filter("state", &[state.to_owned()]));
    }
    let all = args.get("allAvailabilityZones").and_then(Value::as_bool);
    let call = ec2.client.describe_availability_zones().set_filters(Some(filters)).set_all_availability_zones(all);
    let answer = ec2.read("DescribeAvailabilityZones", || call.clone().send()).await?;
    let (no_names, no_ids) = (texts(args, "excludeNames")?, texts(args, "excludeZoneIds")?);
    let mut zones: Vec<AvailabilityZone> = answer
        .availability_zones
        .unwrap_or_default()
        .into_iter()
        .filter(|zone| !has(&no_names, zone.zone_name()) && !has(&no_ids, zone.zone_id()))
        .collect();
    // The service promises no order.
    zones.sort_by(|a, b| a.zone_name.cmp(&b.zone_name));
    let list = |pick: fn(&AvailabilityZone) -> Option<&str>| {
        Value::List(zones.iter().filter_map(pick).map(Value::from).collect())
    };
    let mut groups: Vec<&str> = zones.iter().filter_map(AvailabilityZone::group_name).collect();
    groups.sort_unstable();
    groups.dedup();
    Ok(Value::map([
        ("groupNames", Value::List(groups.into_iter().map(Value::from).collect())),
        ("id", Value::from(ec2.aws.region())),
        ("names", list(AvailabilityZone::zone_name)),
        ("zoneIds", list(AvailabilityZone::zone_id)),
    ]))
}

async fn prefix_list(ec2: &Ec2, args: &Value) -> Result<Value> {
    let mut filters = own_filters(args)?;
    for (argument, name) in [("name", "prefix-list-name"), ("prefixListId", "prefix-list-id")] {
        if let Some(value) = args.get(argument).and_then(Value::as_str) {
            filters.push(filter(name, &[value.to_owned()]));
        }
    }
    let call = ec2.client.describe_prefix_lists().set_filters(Some(filters));
    let found = ec2.read("DescribePrefixLists", || call.clone().send()).await?.prefix_lists.unwrap_or_default();
    let [list] = found.as_slice() else {
        let message = format!("{} prefix lists match, where exactly one should", found.len());
        return Err(Error::new(Fault::Rejected, message));
    };
    let id = Value::from(list.prefix_list_id().unwrap_or_default());
    Ok(Value::map([
        ("cidrBlocks", Value::List(list.cidrs().iter().map(|block| Value::from(block.as_str())).collect())),
        ("id", id.clone()),
        ("name", Value::from(list.prefix_list_name().unwrap_or_default())),
        ("prefixListId", id),
    ]))
}

/// The filters that the program gives: a list of `{name, values}`.
fn own_filters(args: &Value) -> Result<Vec<Filter>> {
    let given = args.get("filters").and_then(Value::as_list).unwrap_or_default();
    given
        .iter()
        .map(|one| match one.get("name").and_then(Value::as_str) {
            Some(name) => Ok(filter(name, &texts(one, "values")?)),
            None => Err(Error::new(Fault::Rejected, "a filter needs a `name` and `values`")),
        })
        .collect()
}

fn texts(args: &Value, name: &str) -> Result<Vec<String>> {
    let part = args.get(name).cloned().unwrap_or_default();
    Vec::from_value(&part).map_err(|mismatch| Error::new(Fault::Rejected, mismatch.at(name).to_string()))
}

fn has(list: &[String], item: Option<&str>) -> bool {
    item.is_some_and(|item| list.iter().any(|other| other == item))
}
