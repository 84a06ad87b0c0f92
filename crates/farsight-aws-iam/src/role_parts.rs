//! Inline policies, attachments and instance profiles of a role, for a role that manages or sheds them.

use crate::document::{decoded, same};
use crate::iam::{Iam, found};
use farsight_aws::iam::RoleInlinePolicy;
use farsight_provider::Result;
use futures_util::future::try_join_all;

impl Iam {
    /// The names of a role's inline policies; nothing if the role is not there.
    pub(crate) async fn inline_policy_names(&self, role: &str) -> Result<Option<Vec<String>>> {
        let (mut names, mut marker) = (Vec::new(), None);
        loop {
            let list = || self.client.list_role_policies().role_name(role).set_marker(marker.clone()).send();
            let Some(page) = found(self.read("ListRolePolicies", list).await)? else { return Ok(None) };
            names.extend(page.policy_names);
            match page.marker {
                Some(next) if page.is_truncated => marker = Some(next),
                _ => return Ok(Some(names)),
            }
        }
    }

    /// The document of an inline policy.
    pub(crate) async fn inline_policy(&self, role: &str, name: &str) -> Result<Option<String>> {
        let get = || self.client.get_role_policy().role_name(role).policy_name(name).send();
        let answer = found(self.read("GetRolePolicy", get).await)?;
        Ok(answer.map(|answer| decoded(&answer.policy_document)))
    }

    /// A role's inline policies; nothing if the role is not there.
    pub(crate) async fn inline_policies(&self, role: &str) -> Result<Option<Vec<RoleInlinePolicy>>> {
        let Some(names) = self.inline_policy_names(role).await? else { return Ok(None) };
        let documents = try_join_all(names.iter().map(|name| self.inline_policy(role, name))).await?;
        let parts = names.into_iter().zip(documents);
        Ok(Some(parts.filter_map(|(name, policy)| Some(RoleInlinePolicy { name, policy: policy? })).collect()))
    }

    /// The ARNs of the managed policies attached to a role; nothing if the role is not there.
    pub(crate) async fn attached(&self, role: &str) -> Result<Option<Vec<String>>> {
        let (mut arns, mut marker) = (Vec::new(), None);
        loop {
            let list = || self.client.list_attached_role_policies().role_name(role).set_marker(marker.clone()).send();
            let Some(page) = found(self.read("ListAttachedRolePolicies", list).await)? else { return Ok(None) };
            arns.extend(page.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn));
            match page.marker {
                Some(next) if page.is_truncated => marker = Some(next),
                _ => return Ok(Some(arns)),
            }
        }
    }

    /// Makes a role's inline policies those wanted, of those observed.
    pub(crate) async fn make_inline_policies(
        &self,
        role: &str,
        wanted: &[RoleInlinePolicy],
        observed: &[RoleInlinePolicy],
    ) -> Result<()> {
        for policy in wanted {
            if !observed.iter().any(|has| has.name == policy.name && same(&has.policy, &policy.policy)) {
                self.put_inline_policy(role, &policy.name, &policy.policy).await?;
            }
        }
        for policy in observed.iter().filter(|has| !wanted.iter().any(|policy| policy.name == has.name)) {
            found(self.delete_inline_policy(role, &policy.name).await)?;
        }
        Ok(())
    }

    pub(crate) async fn put_inline_policy(&self, role: &str, name: &str, document: &str) -> Result<()> {
        let put = || self.client.put_role_policy().role_name(role).policy_name(name).policy_document(document).send();
        self.write("PutRolePolicy", put).await?;
        Ok(())
    }

    pub(crate) async fn delete_inline_policy(&self, role: &str, name: &str) -> Result<()> {
        let delete = || self.client.delete_role_policy().role_name(role).policy_name(name).send();
        self.write("DeleteRolePolicy", delete).await?;
        Ok(())
    }

    /// Makes a role's attached policies those wanted, of those observed.
    pub(crate) async fn make_attached(&self, role: &str, wanted: &[String], observed: &[String]) -> Result<()> {
        for arn in wanted.iter().filter(|arn| !observed.contains(arn)) {
            self.attach(role, arn).await?;
        }
        for arn in observed.iter().filter(|arn| !wanted.contains(arn)) {
            found(self.detach(role, arn).await)?;
        }
        Ok(())
    }

    pub(crate) async fn attach(&self, role: &str, arn: &str) -> Result<()> {
        let attach = || self.client.attach_role_policy().role_name(role).policy_arn(arn).send();
        self.write("AttachRolePolicy", attach).await?;
        Ok(())
    }

    pub(crate) async fn detach(&self, role: &str, arn: &str) -> Result<()> {
        let detach = || self.client.detach_role_policy().role_name(role).policy_arn(arn).send();
        self.write("DetachRolePolicy", detach).await?;
        Ok(())
    }

    /// Takes a role out of every instance profile.
    pub(crate) async fn leave_instance_profiles(&self, role: &str) -> Result<()> {
        let (mut names, mut marker) = (Vec::new(), None);
        loop {
            let list =
                || self.client.list_instance_profiles_for_role().role_name(role).set_marker(marker.clone()).send();
            let Some(page) = found(self.read("ListInstanceProfilesForRole", list).await)? else { return Ok(()) };
            names.extend(page.instance_profiles.into_iter().map(|profile| profile.instance_profile_name));
            match page.marker {
                Some(next) if page.is_truncated => marker = Some(next),
                _ => break,
            }
        }
        for name in names {
            self.leave_instance_profile(&name, role).await?;
        }
        Ok(())
    }

    /// Takes a role out of an instance profile; that it is not there is fine.
    pub(crate) async fn leave_instance_profile(&self, profile: &str, role: &str) -> Result<()> {
        let remove =
            || self.client.remove_role_from_instance_profile().instance_profile_name(profile).role_name(role).send();
        found(self.write("RemoveRoleFromInstanceProfile", remove).await)?;
        Ok(())
    }
}
