//! Instance profiles.

use crate::iam::{Iam, SETTLE, create_tags, found, is_owned, observed_tags, or_gone, tag_list};
use aws_sdk_iam::types;
use aws_smithy_types::date_time::Format;
use farsight_aws::iam::{InstanceProfile, InstanceProfileArgs, InstanceProfileOutputs};
use farsight_aws_client::tags;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

pub(crate) struct InstanceProfileHandler {
    pub(crate) iam: Iam,
}

impl Handler for InstanceProfileHandler {
    type Of = InstanceProfile;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[],
        permissions: &[
            "iam:AddRoleToInstanceProfile",
            "iam:CreateInstanceProfile",
            "iam:DeleteInstanceProfile",
            "iam:GetInstanceProfile",
            "iam:PassRole",
            "iam:RemoveRoleFromInstanceProfile",
            "iam:TagInstanceProfile",
            "iam:UntagInstanceProfile",
        ],
    };

    async fn create(&self, owner: &Owner, args: &InstanceProfileArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        let create = || {
            self.iam
                .client
                .create_instance_profile()
                .instance_profile_name(&args.name)
                .path(&args.path)
                .set_tags(Some(tags.clone()))
                .send()
        };
        self.iam.write("CreateInstanceProfile", create).await?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<InstanceProfile>>> {
        try_join_all(ids.iter().map(|name| self.look(name))).await
    }

    async fn update(&self, id: &Id, change: Change<'_, InstanceProfileArgs>) -> Result<Option<Id>> {
        let client = &self.iam.client;
        if change.touches("role") {
            self.set_role(id, change.wanted.role.as_deref()).await?;
        }
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        if !tags.set.is_empty() {
            let set = tag_list(tags.set)?;
            let tag = || client.tag_instance_profile().instance_profile_name(id).set_tags(Some(set.clone())).send();
            self.iam.write("TagInstanceProfile", tag).await?;
        }
        if !tags.unset.is_empty() {
            let keys = Some(tags.unset);
            let untag = || client.untag_instance_profile().instance_profile_name(id).set_tag_keys(keys.clone()).send();
            self.iam.write("UntagInstanceProfile", untag).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _args: &InstanceProfileArgs) -> Result<()> {
        let profile = self.get(id).await?.ok_or_else(|| Error::gone(id))?;
        for role in &profile.roles {
            self.iam.leave_instance_profile(id, &role.role_name).await?;
        }
        let delete = || self.iam.client.delete_instance_profile().instance_profile_name(id).send();
        or_gone(self.iam.write("DeleteInstanceProfile", delete).await)?;
        Ok(())
    }

    async fn find(&self, owner: &Owner, args: &InstanceProfileArgs) -> Result<Vec<Id>> {
        let profile = self.get(&args.name).await?;
        let ours = profile.filter(|profile| is_owned(profile.tags(), owner));
        Ok(ours.map(|profile| profile.instance_profile_name).into_iter().collect())
    }
}

impl InstanceProfileHandler {
    async fn get(&self, name: &str) -> Result<Option<types::InstanceProfile>> {
        let get = || self.iam.client.get_instance_profile().instance_profile_name(name).send();
        Ok(found(self.iam.read("GetInstanceProfile", get).await)?.and_then(|answer| answer.instance_profile))
    }

    async fn look(&self, name: &str) -> Result<Seen<InstanceProfile>> {
        let Some(profile) = self.get(name).await? else { return Ok(Seen::Absent) };
        let outputs = InstanceProfileOutputs {
            arn: profile.arn,
            create_date: profile.create_date.fmt(Format::DateTime).unwrap_or_default(),
            unique_id: profile.instance_profile_id,
        };
        let args = InstanceProfileArgs {
            name: profile.instance_profile_name,
            path: profile.path,
            role: profile.roles.into_iter().next().map(|role| role.role_name),
            tags: observed_tags(&profile.tags.unwrap_or_default()),
        };
        Ok(Seen::Ready { args, outputs })
    }

    /// Makes the profile hold this role. It looks first, since adding a role that is there already is refused.
    async fn set_role(&self, name: &str, wanted: Option<&str>) -> Result<()> {
        let profile = or_gone(self.get(name).await)?.ok_or_else(|| Error::gone(name))?;
        for role in profile.roles.iter().filter(|role| Some(role.role_name.as_str()) != wanted) {
            self.iam.leave_instance_profile(name, &role.role_name).await?;
        }
        let Some(wanted) = wanted.filter(|wanted| !profile.roles.iter().any(|role| role.role_name == *wanted)) else {
            return Ok(());
        };
        let add =
            || self.iam.client.add_role_to_instance_profile().instance_profile_name(name).role_name(wanted).send();
        match self.iam.write("AddRoleToInstanceProfile", add).await {
            Ok(_) => Ok(()),
            // A profile holds one role: this one or the last is still there, and the next look says which.
            Err(error) if error.fault == Fault::Quota => Err(Error { fault: Fault::Busy, ..error }),
            Err(error) => Err(error),
        }
    }
}
