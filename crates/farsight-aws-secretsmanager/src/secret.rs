//! `aws:secretsmanager/secret:Secret`.

use crate::replicas;
use crate::secrets::{Secrets, all_tags, found};
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::Tag;
use farsight_aws::secretsmanager::{Secret, SecretArgs, SecretOutputs};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::the_one;
use farsight_model::Value;
use farsight_provider::{
    Change, Error, Fault, Handler, Id, Identity, Leftover, Owner, Policy, Result, Seen, Settle, mins, secs,
};
use futures_util::future::try_join_all;

pub(crate) struct SecretHandler {
    pub(crate) secrets: Secrets,
}

/// What says that the name is taken: by a secret, or by a deleted one that can be restored.
const TAKEN: &[&str] = &["InvalidRequestException", "ResourceExistsException"];

impl Handler for SecretHandler {
    type Of = Secret;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 20,
        // Copies take their time.
        settle: Settle { every: secs(2), within: mins(10) },
        faults: &[
            ("PreconditionNotMetException", Fault::Busy),
            ("ResourceExistsException", Fault::Exists),
            ("ResourceNotFoundException", Fault::Gone),
        ],
        permissions: &[
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteResourcePolicy",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetResourcePolicy",
            "secretsmanager:PutResourcePolicy",
            "secretsmanager:RemoveRegionsFromReplication",
            "secretsmanager:ReplicateSecretToRegions",
            "secretsmanager:RestoreSecret",
            "secretsmanager:TagResource",
            "secretsmanager:UntagResource",
            "secretsmanager:UpdateSecret",
        ],
    };

    async fn create(&self, owner: &Owner, args: &SecretArgs) -> Result<Id> {
        let tags = tag_list(tags::for_create(owner, &args.tags)?);
        let create = || {
            self.secrets
                .client
                .create_secret()
                .name(&args.name)
                .client_request_token(&owner.op)
                .set_description(args.description.clone())
                .set_kms_key_id(args.kms_key_id.clone())
                .set_type(args.kind.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        match self.secrets.write("CreateSecret", create).await {
            Ok(answer) => the_one(answer.arn, "CreateSecret"),
            Err(error) if error.code.as_deref().is_some_and(|code| TAKEN.contains(&code)) => {
                self.restore(owner, args, error).await
            }
            Err(error) => Err(error),
        }
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Secret>>> {
        try_join_all(ids.iter().map(|id| self.look(id))).await
    }

    async fn update(&self, id: &Id, change: Change<'_, SecretArgs>) -> Result<Option<Id>> {
        let (wanted, observed, client) = (change.wanted, change.observed, &self.secrets.client);
        if change.touches_any(&["description", "kmsKeyId", "type"]) {
            // An empty text takes the description away, and puts the account's own key in place of another.
            let given =
                |name: &str, part: &Option<String>| change.touches(name).then(|| part.clone().unwrap_or_default());
            let call = client.update_secret().secret_id(id);
            let call = call
                .set_description(given("description", &wanted.description))
                .set_kms_key_id(given("kmsKeyId", &wanted.kms_key_id))
                .set_type(given("type", &wanted.kind));
            self.secrets.write("UpdateSecret", || call.clone().send()).await?;
        }
        if change.touches("policy") {
            if let Some(policy) = &wanted.policy {
                let put = || client.put_resource_policy().secret_id(id).resource_policy(policy).send();
                let done = self.secrets.write("PutResourcePolicy", put).await;
                done.map_err(|error| fresh_principal(error, policy))?;
            } else {
                let delete = || client.delete_resource_policy().secret_id(id).send();
                self.secrets.write("DeleteResourcePolicy", delete).await?;
            }
        }
        if change.touches("replicas") {
            // As it is now: an update may come twice, and a copy is not made twice.
            let now = self.secrets.describe(id).await?.ok_or_else(|| Error::gone(id))?;
            let overwrite = wanted.force_overwrite_replica_secret;
            self.secrets.replicate(id, &wanted.replicas, &replicas::observed(&now), overwrite).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &observed.tags)?;
        if !tags.set.is_empty() {
            let set = tag_list(tags.set);
            let tag = || client.tag_resource().secret_id(id).set_tags(Some(set.clone())).send();
            self.secrets.write("TagResource", tag).await?;
        }
        if !tags.unset.is_empty() {
            let untag = || client.untag_resource().secret_id(id).set_tag_keys(Some(tags.unset.clone())).send();
            self.secrets.write("UntagResource", untag).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &SecretArgs) -> Result<()> {
        let there = self.secrets.describe(id).await?.filter(|secret| secret.deleted_date.is_none());
        let there = there.ok_or_else(|| Error::gone(id))?;
        // A secret with copies is not deleted.
        self.secrets.replicate(id, &[], &replicas::observed(&there), false).await?;
        let call = self.secrets.client.delete_secret().secret_id(id);
        let call = if args.recovery_window_in_days == 0 {
            call.force_delete_without_recovery(true)
        } else {
            call.recovery_window_in_days(args.recovery_window_in_days)
        };
        self.secrets.write("DeleteSecret", || call.clone().send()).await.map(|_| ())
    }

    /// A deleted secret as well, as long as its window lasts: a create restores it.
    async fn left_behind(&self, owner: &Owner, args: &SecretArgs) -> Result<Vec<Id>> {
        let secret = self.secrets.describe(&args.name).await?;
        let ours = secret.filter(|secret| tags::is_ours(&all_tags(secret), owner));
        Ok(ours.and_then(|secret| secret.arn).into_iter().collect())
    }

    fn leaves(&self, id: &Id, known: &Value) -> Option<Leftover> {
        let days = known.get("recoveryWindowInDays").and_then(Value::as_int).unwrap_or(30);
        (days > 0)
            .then(|| Leftover { what: format!("can be restored for {days} days"), delete: self.delete_command(id) })
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {id}"))
    }

    async fn find(&self, owner: &Owner, args: &SecretArgs) -> Result<Vec<Id>> {
        let secret = self.secrets.describe(&args.name).await?.filter(|secret| secret.deleted_date.is_none());
        let ours = secret.filter(|secret| tags::is_ours(&all_tags(secret), owner));
        Ok(ours.and_then(|secret| secret.arn).into_iter().collect())
    }
}

impl SecretHandler {
    /// Brings back a deleted secret of the same resource, whose name cannot be had anew before its window is over. What
    /// differs is left to the update that follows.
    async fn restore(&self, owner: &Owner, args: &SecretArgs, refusal: Error) -> Result<Id> {
        let Some(secret) = self.secrets.describe(&args.name).await? else {
            // Deleted for ever a moment ago: the name is free soon.
            return Err(Error { fault: Fault::Busy, ..refusal });
        };
        if secret.deleted_date.is_none() {
            return Err(Error { fault: Fault::Exists, ..refusal });
        }
        if !tags::is_ours(&all_tags(&secret), owner) {
            let message = format!("a deleted secret, which is not this stack's, has the name `{}` still", args.name);
            return Err(Error { fault: Fault::Exists, message, ..refusal });
        }
        let arn = the_one(secret.arn, "DescribeSecret")?;
        let restore = || self.secrets.client.restore_secret().secret_id(&arn).send();
        self.secrets.write("RestoreSecret", restore).await?;
        Ok(arn)
    }

    async fn look(&self, id: &Id) -> Result<Seen<Secret>> {
        let Some(secret) = self.secrets.describe(id).await? else { return Ok(Seen::Absent) };
        if secret.deleted_date.is_some() {
            return Ok(Seen::Absent);
        }
        let failed = match replicas::unfinished(&secret) {
            Some((state, false)) => return Ok(Seen::Settling(state)),
            failed => failed.map(|(why, _)| why),
        };
        let get = || self.secrets.client.get_resource_policy().secret_id(id).send();
        let Some(policy) = found(self.secrets.read("GetResourcePolicy", get).await)? else { return Ok(Seen::Absent) };
        Ok(match (seen(secret, policy.resource_policy), failed) {
            (Seen::Ready { args, outputs }, Some(why)) => Seen::Stuck { args, outputs, why },
            (seen, _) => seen,
        })
    }
}

fn seen(secret: DescribeSecretOutput, policy: Option<String>) -> Seen<Secret> {
    let args = SecretArgs {
        force_overwrite_replica_secret: false,
        policy: policy.filter(|text| !text.is_empty()),
        recovery_window_in_days: 30,
        replicas: replicas::observed(&secret),
        tags: tags::observed(all_tags(&secret)),
        description: secret.description.filter(|text| !text.is_empty()),
        kms_key_id: secret.kms_key_id.filter(|key| !key.is_empty()),
        name: secret.name.unwrap_or_default(),
        kind: secret.r#type.filter(|kind| !kind.is_empty()),
    };
    Seen::Ready { args, outputs: SecretOutputs { arn: secret.arn.unwrap_or_default() } }
}

fn tag_list(tags: Tags) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// A policy counts as malformed as long as a role or user in it is not visible everywhere.
fn fresh_principal(mut error: Error, policy: &str) -> Error {
    let names_identities = [":role/", ":user/"].iter().any(|part| policy.contains(part));
    if error.code.as_deref() == Some("MalformedPolicyDocumentException") && names_identities {
        error.fault = Fault::Lag;
    }
    error
}
