//! Questions to Route 53 that programs ask while they declare.

use crate::data::read;
use farsight::prelude::*;

/// A zone that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneInfo {
    /// Its id.
    pub zone_id: String,
    /// Its domain, without a dot at its end.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its name servers, in order.
    pub name_servers: Vec<String>,
}

/// The public zone of a domain, such as `example.com`. It is an error if there is none, or more than one.
#[track_caller]
pub fn zone(cx: &Context, name: &str) -> farsight::Result<ZoneInfo> {
    ask(cx, name, false)
}

/// The private zone of a domain.
#[track_caller]
pub fn private_zone(cx: &Context, name: &str) -> farsight::Result<ZoneInfo> {
    ask(cx, name, true)
}

#[track_caller]
fn ask(cx: &Context, name: &str, private: bool) -> farsight::Result<ZoneInfo> {
    let args = Value::map([("name", Value::from(name)), ("privateZone", private.into())]);
    let answer = cx.invoke("aws:route53/getZone:getZone", args)?;
    Ok(ZoneInfo {
        zone_id: read(&answer, "zoneId")?,
        name: read(&answer, "name")?,
        arn: read(&answer, "arn")?,
        name_servers: read(&answer, "nameServers")?,
    })
}
