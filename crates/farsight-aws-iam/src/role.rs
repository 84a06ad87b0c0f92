//! Roles.

use crate::document::{decoded, names_identities};
use crate::iam::{Iam, SETTLE, create_tags, found, is_owned, observed_tags, or_gone, tag_list};
use aws_sdk_iam::types;
use aws_smithy_types::date_time::Format;
use farsight_aws::iam::{Role, RoleArgs, RoleOutputs};
use farsight_aws_client::tags;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

pub(crate) struct RoleHandler {
    pub(crate) iam: Iam,
}

impl Handler for RoleHandler {
    type Of = Role;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[],
        permissions: &[
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
            "iam:RemoveRoleFromInstanceProfile",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ],
    };

    async fn create(&self, owner: &Owner, args: &RoleArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        let session = session(args.max_session_duration)?;
        let made = self.iam.write("CreateRole", || {
            self.iam
                .client
                .create_role()
                .role_name(&args.name)
                .path(&args.path)
                .assume_role_policy_document(&args.assume_role_policy)
                .set_description(args.description.clone())
                .max_session_duration(session)
                .set_permissions_boundary(args.permissions_boundary.clone())
                .set_tags(Some(tags.clone()))
                .send()
        });
        made.await.map_err(|error| fresh_principal(error, args))?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Role>>> {
        try_join_all(ids.iter().map(|name| self.look(name))).await
    }

    async fn update(&self, id: &Id, change: Change<'_, RoleArgs>) -> Result<Option<Id>> {
        let (wanted, observed, client) = (change.wanted, change.observed, &self.iam.client);
        if change.touches("assumeRolePolicy") {
            let document = &wanted.assume_role_policy;
            let sent = self.iam.write("UpdateAssumeRolePolicy", || {
                client.update_assume_role_policy().role_name(id).policy_document(document).send()
            });
            sent.await.map_err(|error| fresh_principal(error, wanted))?;
        }
        if change.touches_any(&["description", "maxSessionDuration"]) {
            let described = change.touches("description");
            let description = if described { &wanted.description } else { &observed.description };
            let description = description.clone().unwrap_or_default();
            let session = session(wanted.max_session_duration)?;
            let sent = self.iam.write("UpdateRole", || {
                client.update_role().role_name(id).description(&description).max_session_duration(session).send()
            });
            sent.await?;
        }
        if change.touches("permissionsBoundary") {
            self.set_boundary(id, wanted.permissions_boundary.as_deref()).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &observed.tags)?;
        if !tags.set.is_empty() {
            let set = tag_list(tags.set)?;
            self.iam.write("TagRole", || client.tag_role().role_name(id).set_tags(Some(set.clone())).send()).await?;
        }
        if !tags.unset.is_empty() {
            let unset = || client.untag_role().role_name(id).set_tag_keys(Some(tags.unset.clone())).send();
            self.iam.write("UntagRole", unset).await?;
        }
        if change.touches("inlinePolicies")
            && let Some(policies) = &wanted.inline_policies
        {
            self.iam
                .make_inline_policies(id, policies, observed.inline_policies.as_deref().unwrap_or_default())
                .await?;
        }
        if change.touches("managedPolicyArns")
            && let Some(arns) = &wanted.managed_policy_arns
        {
            self.iam.make_attached(id, arns, observed.managed_policy_arns.as_deref().unwrap_or_default()).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &RoleArgs) -> Result<()> {
        if args.force_detach_policies {
            self.iam.leave_instance_profiles(id).await?;
        }
        // What the role says is its own goes with it; the rest is somebody's, and stops the delete.
        if args.force_detach_policies || args.inline_policies.is_some() {
            let all = self.iam.inline_policies(id).await?.unwrap_or_default();
            self.iam.make_inline_policies(id, &[], &all).await?;
        }
        if args.force_detach_policies || args.managed_policy_arns.is_some() {
            let all = self.iam.attached(id).await?.unwrap_or_default();
            self.iam.make_attached(id, &[], &all).await?;
        }
        or_gone(self.iam.write("DeleteRole", || self.iam.client.delete_role().role_name(id).send()).await)?;
        Ok(())
    }

    async fn find(&self, owner: &Owner, args: &RoleArgs) -> Result<Vec<Id>> {
        let role = self.get(&args.name).await?;
        Ok(role.filter(|role| is_owned(role.tags(), owner)).map(|role| role.role_name).into_iter().collect())
    }
}

impl RoleHandler {
    async fn get(&self, name: &str) -> Result<Option<types::Role>> {
        let answer = self.iam.read("GetRole", || self.iam.client.get_role().role_name(name).send()).await;
        Ok(found(answer)?.and_then(|answer| answer.role))
    }

    async fn look(&self, name: &str) -> Result<Seen<Role>> {
        let Some(role) = self.get(name).await? else { return Ok(Seen::Absent) };
        // A fresh role may show its unique id in place of the ARN (aws catalogue, iam.Role).
        if !role.arn.starts_with("arn:") {
            return Ok(Seen::Settling("the ARN is not there yet".into()));
        }
        let (inline, attached) = (self.iam.inline_policies(name).await?, self.iam.attached(name).await?);
        let (Some(inline), Some(attached)) = (inline, attached) else { return Ok(Seen::Absent) };
        let outputs = RoleOutputs {
            arn: role.arn,
            create_date: role.create_date.fmt(Format::DateTime).unwrap_or_default(),
            unique_id: role.role_id,
        };
        let args = RoleArgs {
            assume_role_policy: decoded(&role.assume_role_policy_document.unwrap_or_default()),
            description: role.description.filter(|text| !text.is_empty()),
            force_detach_policies: false,
            inline_policies: Some(inline),
            managed_policy_arns: Some(attached),
            max_session_duration: role.max_session_duration.map_or(3600, i64::from),
            name: role.role_name,
            path: role.path,
            permissions_boundary: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
            tags: observed_tags(&role.tags.unwrap_or_default()),
        };
        Ok(Seen::Ready { args, outputs })
    }

    async fn set_boundary(&self, name: &str, arn: Option<&str>) -> Result<()> {
        let client = &self.iam.client;
        if let Some(arn) = arn {
            let put = || client.put_role_permissions_boundary().role_name(name).permissions_boundary(arn).send();
            self.iam.write("PutRolePermissionsBoundary", put).await?;
        } else {
            let delete = || client.delete_role_permissions_boundary().role_name(name).send();
            found(self.iam.write("DeleteRolePermissionsBoundary", delete).await)?;
        }
        Ok(())
    }
}

fn session(seconds: i64) -> Result<i32> {
    i32::try_from(seconds)
        .map_err(|_| Error::new(Fault::Rejected, format!("`maxSessionDuration`: {seconds} is too long")))
}

/// IAM calls a trust policy malformed as long as a role or user in it is not visible everywhere.
fn fresh_principal(mut error: Error, args: &RoleArgs) -> Error {
    if error.code.as_deref() == Some("MalformedPolicyDocument") && names_identities(&args.assume_role_policy) {
        error.fault = Fault::Lag;
    }
    error
}
