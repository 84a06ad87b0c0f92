//! Questions to EC2 that programs ask while they declare.

use crate::data::read;
use farsight::prelude::*;

/// The names of the region's availability zones that are open, in order; no local zones, no wavelength zones.
#[track_caller]
pub fn availability_zones(cx: &Context) -> farsight::Result<Vec<String>> {
    let args = Value::map([("state", Value::from("available"))]);
    let answer = cx.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", args)?;
    read(&answer, "names")
}

/// A prefix list: the address ranges of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixList {
    /// Its id, such as `pl-6da54004`.
    pub id: String,
    /// Its name, such as `com.amazonaws.eu-central-1.s3`.
    pub name: String,
    /// The ranges.
    pub cidr_blocks: Vec<String>,
}

/// The prefix list of a name, such as `com.amazonaws.eu-central-1.s3`.
#[track_caller]
pub fn prefix_list(cx: &Context, name: &str) -> farsight::Result<PrefixList> {
    let args = Value::map([("name", Value::from(name))]);
    let answer = cx.invoke("aws:ec2/getPrefixList:getPrefixList", args)?;
    Ok(PrefixList { id: read(&answer, "id")?, name: read(&answer, "name")?, cidr_blocks: read(&answer, "cidrBlocks")? })
}
