//! Questions about the account that programs ask while they declare.

use farsight::model::FromValue;
use farsight::prelude::*;

/// Whose credentials are in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account number.
    pub account_id: String,
    /// The caller's ARN.
    pub arn: String,
    /// The caller's unique id.
    pub user_id: String,
}

/// Whose credentials are in use.
#[track_caller]
pub fn caller_identity(cx: &Context) -> farsight::Result<CallerIdentity> {
    let answer = cx.invoke("aws:index/getCallerIdentity:getCallerIdentity", Value::map::<&str>([]))?;
    Ok(CallerIdentity {
        account_id: read(&answer, "accountId")?,
        arn: read(&answer, "arn")?,
        user_id: read(&answer, "userId")?,
    })
}

/// The region in use, such as `eu-central-1`.
#[track_caller]
pub fn region(cx: &Context) -> farsight::Result<String> {
    read(&cx.invoke("aws:index/getRegion:getRegion", Value::map::<&str>([]))?, "region")
}

/// The partition in use: `aws`, `aws-cn` or `aws-us-gov`. It is a part of every ARN.
#[track_caller]
pub fn partition(cx: &Context) -> farsight::Result<String> {
    read(&cx.invoke("aws:index/getPartition:getPartition", Value::map::<&str>([]))?, "partition")
}

/// A part of an answer.
pub(crate) fn read<T: FromValue>(answer: &Value, name: &str) -> farsight::Result<T> {
    let part = answer.get(name).cloned().unwrap_or_default();
    T::from_value(&part)
        .map_err(|mismatch| farsight::Error::new(format!("the answer has another form: {}", mismatch.at(name))))
}
