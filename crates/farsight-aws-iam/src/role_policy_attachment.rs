//! Managed policies attached to roles.

use crate::iam::{Iam, SETTLE, or_gone};
use farsight_aws::iam::{Role, RolePolicyAttachment, RolePolicyAttachmentArgs, RolePolicyAttachmentOutputs};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use std::collections::BTreeMap;

pub(crate) struct RolePolicyAttachmentHandler {
    pub(crate) iam: Iam,
}

impl Handler for RolePolicyAttachmentHandler {
    type Of = RolePolicyAttachment;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["role", "policyArn"],
        serialize_by: None,
        read_batch: 100,
        settle: SETTLE,
        faults: &[],
        permissions: &["iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"],
    };

    async fn create(&self, _owner: &Owner, args: &RolePolicyAttachmentArgs) -> Result<Id> {
        self.iam.attach(&args.role, &args.policy_arn).await?;
        Ok(id_of(&args.role, &args.policy_arn))
    }

    /// One call for each role.
    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RolePolicyAttachment>>> {
        let mut attached: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for id in ids {
            let (role, _) = parts_of(id)?;
            if !attached.contains_key(role) {
                attached.insert(role, self.iam.attached(role).await?.unwrap_or_default());
            }
        }
        let mut seen = Vec::with_capacity(ids.len());
        for id in ids {
            let (role, arn) = parts_of(id)?;
            let is_there = attached.get(role).is_some_and(|arns| arns.iter().any(|has| has == arn));
            seen.push(if is_there {
                let args = RolePolicyAttachmentArgs { policy_arn: arn.to_owned(), role: role.to_owned() };
                Seen::Ready { args, outputs: RolePolicyAttachmentOutputs {} }
            } else {
                Seen::Absent
            });
        }
        Ok(seen)
    }

    /// Nothing of an attachment can be updated.
    async fn update(&self, _id: &Id, _change: Change<'_, RolePolicyAttachmentArgs>) -> Result<Option<Id>> {
        Ok(None)
    }

    async fn delete(&self, id: &Id, _args: &RolePolicyAttachmentArgs) -> Result<()> {
        let (role, arn) = parts_of(id)?;
        or_gone(self.iam.detach(role, arn).await)
    }

    /// An attachment has no tags and no content: it is there or not.
    async fn find(&self, _owner: &Owner, args: &RolePolicyAttachmentArgs) -> Result<Vec<Id>> {
        let attached = self.iam.attached(&args.role).await?.unwrap_or_default();
        let is_there = attached.contains(&args.policy_arn);
        Ok(is_there.then(|| id_of(&args.role, &args.policy_arn)).into_iter().collect())
    }

    /// Attachments to the stack's roles that are no resources, unless the role manages all of them.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let roles = scope
            .known
            .iter()
            .filter(|(token, _, role)| token == Role::SCHEMA.token && role.get("managedPolicyArns").is_none());
        let mut strays = Vec::new();
        for (_, role, _) in roles {
            for arn in self.iam.attached(role).await?.unwrap_or_default() {
                let id = id_of(role, &arn);
                if !scope.knows(RolePolicyAttachment::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("policy `{arn}` attached to role `{role}`") });
                }
            }
        }
        Ok(strays)
    }
}

fn id_of(role: &str, arn: &str) -> Id {
    format!("{role}/{arn}")
}

fn parts_of(id: &str) -> Result<(&str, &str)> {
    id.split_once('/')
        .filter(|(_, arn)| arn.starts_with("arn:"))
        .ok_or_else(|| Error::bad_id(id, RolePolicyAttachment::SCHEMA.import_id))
}
