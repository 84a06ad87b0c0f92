//! Log groups.

use crate::logs::{Logs, SETTLE, found, or_gone};
use aws_sdk_cloudwatchlogs::types;
use farsight_aws::logs::{LogGroup, LogGroupArgs, LogGroupClass, LogGroupOutputs};
use farsight_aws_client::tags::{self, Tags};
use farsight_model::Value;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, HashMap};

pub(crate) struct LogGroupHandler {
    pub(crate) logs: Logs,
}

impl Handler for LogGroupHandler {
    type Of = LogGroup;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        // The most that `logGroupIdentifiers` takes (aws catalogue, logs.LogGroup).
        read_batch: 50,
        settle: SETTLE,
        faults: &[],
        permissions: &[
            "logs:AssociateKmsKey",
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:DescribeLogGroups",
            "logs:DisassociateKmsKey",
            "logs:ListTagsForResource",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
    };

    async fn create(&self, owner: &Owner, args: &LogGroupArgs) -> Result<Id> {
        let tags: HashMap<String, String> = tags::for_create(owner, &args.tags)?.into_iter().collect();
        let create = || {
            self.logs
                .client
                .create_log_group()
                .log_group_name(&args.name)
                .set_log_group_class(args.log_group_class.map(class_to))
                .set_kms_key_id(args.kms_key_id.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        self.logs.write("CreateLogGroup", create).await?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<LogGroup>>> {
        let groups = self.groups(ids).await?;
        let tags = try_join_all(ids.iter().map(async |id| match groups.get(id) {
            Some(group) => self.tags(group).await,
            None => Ok(None),
        }));
        let tags = tags.await?;
        ids.iter()
            .zip(tags)
            .map(|(id, tags)| match (groups.get(id), tags) {
                (Some(group), Some(tags)) => seen(group, tags),
                _ => Ok(Seen::Absent),
            })
            .collect()
    }

    async fn update(&self, id: &Id, change: Change<'_, LogGroupArgs>) -> Result<Option<Id>> {
        let (wanted, observed, client) = (change.wanted, change.observed, &self.logs.client);
        if change.touches("retentionInDays") {
            self.set_retention(id, wanted.retention_in_days.unwrap_or_default()).await?;
        }
        if change.touches("kmsKeyId") {
            if let Some(key) = &wanted.kms_key_id {
                let associate = || client.associate_kms_key().log_group_name(id).kms_key_id(key).send();
                self.logs.write("AssociateKmsKey", associate).await?;
            } else {
                let disassociate = || client.disassociate_kms_key().log_group_name(id).send();
                self.logs.write("DisassociateKmsKey", disassociate).await?;
            }
        }
        if change.touches("deletionProtectionEnabled") {
            let put = || {
                client
                    .put_log_group_deletion_protection()
                    .log_group_identifier(id)
                    .deletion_protection_enabled(wanted.deletion_protection_enabled)
                    .send()
            };
            self.logs.write("PutLogGroupDeletionProtection", put).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &observed.tags)?;
        if !tags.is_empty() {
            self.set_tags(id, tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &LogGroupArgs) -> Result<()> {
        if args.skip_destroy {
            // Done for the engine, which would otherwise wait until the group is not there.
            return Err(Error::new(Fault::Gone, format!("the log group `{id}` is left, as `skipDestroy` says")));
        }
        let delete = || self.logs.client.delete_log_group().log_group_name(id).send();
        or_gone(self.logs.write("DeleteLogGroup", delete).await)?;
        Ok(())
    }

    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let left = known.get("skipDestroy").and_then(Value::as_bool).unwrap_or_default();
        left.then(|| Leftover { what: "stays, as `skipDestroy` says".into(), delete: self.delete_command(id) })
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws logs delete-log-group --log-group-name {id}"))
    }

    async fn find(&self, owner: &Owner, args: &LogGroupArgs) -> Result<Vec<Id>> {
        let groups = self.groups(std::slice::from_ref(&args.name)).await?;
        let Some(group) = groups.get(&args.name) else { return Ok(Vec::new()) };
        let tags = self.tags(group).await?.unwrap_or_default();
        Ok(tags::is_ours(&tags, owner).then(|| args.name.clone()).into_iter().collect())
    }
}

impl LogGroupHandler {
    /// The groups of these names that are there.
    async fn groups(&self, names: &[Id]) -> Result<BTreeMap<Id, types::LogGroup>> {
        if let Some(groups) = found(self.describe(names).await)? {
            return Ok(groups);
        }
        // Whether one missing name fails the whole call is not documented (aws catalogue, section 11).
        let mut groups = BTreeMap::new();
        if names.len() > 1 {
            for name in names {
                groups.extend(found(self.describe(std::slice::from_ref(name)).await)?.unwrap_or_default());
            }
        }
        Ok(groups)
    }

    async fn describe(&self, names: &[Id]) -> Result<BTreeMap<Id, types::LogGroup>> {
        let (mut groups, mut token) = (BTreeMap::new(), None);
        loop {
            let describe = || {
                self.logs
                    .client
                    .describe_log_groups()
                    .set_log_group_identifiers(Some(names.to_vec()))
                    .set_next_token(token.clone())
                    .send()
            };
            let page = self.logs.read("DescribeLogGroups", describe).await?;
            for group in page.log_groups.unwrap_or_default() {
                if let Some(name) = group.log_group_name.clone()
                    && names.contains(&name)
                {
                    groups.insert(name, group);
                }
            }
            match page.next_token {
                Some(next) => token = Some(next),
                None => return Ok(groups),
            }
        }
    }

    /// All tags of a group; nothing if it went in the meantime.
    async fn tags(&self, group: &types::LogGroup) -> Result<Option<Tags>> {
        let arn = arn_of(group);
        let list = || self.logs.client.list_tags_for_resource().resource_arn(&arn).send();
        let answer = found(self.logs.read("ListTagsForResource", list).await)?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }

    async fn set_tags(&self, name: &Id, change: tags::TagChange) -> Result<()> {
        let groups = self.groups(std::slice::from_ref(name)).await?;
        let arn = arn_of(groups.get(name).ok_or_else(|| Error::gone(name))?);
        let client = &self.logs.client;
        if !change.set.is_empty() {
            let set: HashMap<String, String> = change.set.into_iter().collect();
            let tag = || client.tag_resource().resource_arn(&arn).set_tags(Some(set.clone())).send();
            self.logs.write("TagResource", tag).await?;
        }
        if !change.unset.is_empty() {
            let keys = Some(change.unset);
            let untag = || client.untag_resource().resource_arn(&arn).set_tag_keys(keys.clone()).send();
            self.logs.write("UntagResource", untag).await?;
        }
        Ok(())
    }

    /// Zero days are for ever.
    async fn set_retention(&self, name: &Id, days: i64) -> Result<()> {
        let client = &self.logs.client;
        if days == 0 {
            let delete = || client.delete_retention_policy().log_group_name(name).send();
            self.logs.write("DeleteRetentionPolicy", delete).await?;
        } else {
            let days = i32::try_from(days)
                .map_err(|_| Error::new(Fault::Rejected, format!("`retentionInDays`: {days} is too long")))?;
            let put = || client.put_retention_policy().log_group_name(name).retention_in_days(days).send();
            self.logs.write("PutRetentionPolicy", put).await?;
        }
        Ok(())
    }
}

/// The ARN that tags and most services want, without `:*` at its end.
fn arn_of(group: &types::LogGroup) -> String {
    let arn = group.log_group_arn.as_deref().or(group.arn.as_deref()).unwrap_or_default();
    arn.strip_suffix(":*").unwrap_or(arn).to_owned()
}

fn seen(group: &types::LogGroup, tags: Tags) -> Result<Seen<LogGroup>> {
    let args = LogGroupArgs {
        deletion_protection_enabled: group.deletion_protection_enabled.unwrap_or_default(),
        kms_key_id: group.kms_key_id.clone(),
        log_group_class: group.log_group_class.as_ref().map(class_from).transpose()?,
        name: group.log_group_name.clone().unwrap_or_default(),
        // An account-level retention policy stands in front of the group's own, and is what really happens.
        retention_in_days: Some(group.retention_in_days.map_or(0, i64::from)),
        skip_destroy: false,
        tags: tags::observed(tags),
    };
    Ok(Seen::Ready { args, outputs: LogGroupOutputs { arn: arn_of(group) } })
}

fn class_to(class: LogGroupClass) -> types::LogGroupClass {
    match class {
        LogGroupClass::Standard => types::LogGroupClass::Standard,
        LogGroupClass::InfrequentAccess => types::LogGroupClass::InfrequentAccess,
        LogGroupClass::Delivery => types::LogGroupClass::Delivery,
    }
}

fn class_from(class: &types::LogGroupClass) -> Result<LogGroupClass> {
    match class {
        types::LogGroupClass::Standard => Ok(LogGroupClass::Standard),
        types::LogGroupClass::InfrequentAccess => Ok(LogGroupClass::InfrequentAccess),
        types::LogGroupClass::Delivery => Ok(LogGroupClass::Delivery),
        other => {
            let message = format!("a log group of the class `{}`, which this version does not know", other.as_str());
            Err(Error::new(Fault::Rejected, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects dependents: other services refuse one form of the ARN or the other.
    #[test]
    fn the_arn_has_no_star() {
        let old = types::LogGroup::builder().arn("arn:aws:logs:r:1:log-group:g:*").build();
        assert_eq!(arn_of(&old), "arn:aws:logs:r:1:log-group:g");
        let both = types::LogGroup::builder().arn("a:*").log_group_arn("b").build();
        assert_eq!(arn_of(&both), "b");
    }

    #[test]
    fn every_class_goes_there_and_back() {
        for class in [LogGroupClass::Standard, LogGroupClass::InfrequentAccess, LogGroupClass::Delivery] {
            assert_eq!(class_from(&class_to(class)), Ok(class));
        }
        assert_eq!(class_from(&"NEW".into()).map_err(|error| error.fault), Err(Fault::Rejected));
    }
}
