//! Inline policies of roles.

use crate::document::same;
use crate::iam::{Iam, SETTLE, or_gone};
use farsight_aws::iam::{Role, RolePolicy, RolePolicyArgs, RolePolicyOutputs};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Handler, Id, Identity, Owner, Policy, Result, Scope, Seen, Stray};
use futures_util::future::try_join_all;

pub(crate) struct RolePolicyHandler {
    pub(crate) iam: Iam,
}

impl Handler for RolePolicyHandler {
    type Of = RolePolicy;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["role", "name"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[],
        permissions: &["iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:PutRolePolicy"],
    };

    async fn create(&self, _owner: &Owner, args: &RolePolicyArgs) -> Result<Id> {
        self.iam.put_inline_policy(&args.role, &args.name, &args.policy).await?;
        Ok(id_of(&args.role, &args.name))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RolePolicy>>> {
        try_join_all(ids.iter().map(|id| self.look(id))).await
    }

    async fn update(&self, id: &Id, change: Change<'_, RolePolicyArgs>) -> Result<Option<Id>> {
        if change.touches("policy") {
            let (role, name) = parts_of(id)?;
            self.iam.put_inline_policy(role, name, &change.wanted.policy).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _args: &RolePolicyArgs) -> Result<()> {
        let (role, name) = parts_of(id)?;
        or_gone(self.iam.delete_inline_policy(role, name).await)
    }

    /// An inline policy has no tags: the same document under the same name is what the create would have made.
    async fn find(&self, _owner: &Owner, args: &RolePolicyArgs) -> Result<Vec<Id>> {
        let document = self.iam.inline_policy(&args.role, &args.name).await?;
        let same = document.is_some_and(|document| same(&document, &args.policy));
        Ok(same.then(|| id_of(&args.role, &args.name)).into_iter().collect())
    }

    /// Inline policies of the stack's roles that are no resources, unless the role manages all of them.
    async fn strays(&self, scope: &Scope) -> Result<Vec<Stray>> {
        let roles = scope
            .known
            .iter()
            .filter(|(token, _, role)| token == Role::SCHEMA.token && role.get("inlinePolicies").is_none());
        let mut strays = Vec::new();
        for (_, role, _) in roles {
            for name in self.iam.inline_policy_names(role).await?.unwrap_or_default() {
                let id = id_of(role, &name);
                if !scope.knows(RolePolicy::SCHEMA.token, &id) {
                    strays.push(Stray { id, what: format!("inline policy `{name}` of role `{role}`") });
                }
            }
        }
        Ok(strays)
    }
}

impl RolePolicyHandler {
    async fn look(&self, id: &Id) -> Result<Seen<RolePolicy>> {
        let (role, name) = parts_of(id)?;
        Ok(match self.iam.inline_policy(role, name).await? {
            Some(policy) => Seen::Ready {
                args: RolePolicyArgs { name: name.to_owned(), policy, role: role.to_owned() },
                outputs: RolePolicyOutputs {},
            },
            None => Seen::Absent,
        })
    }
}

fn id_of(role: &str, name: &str) -> Id {
    format!("{role}:{name}")
}

fn parts_of(id: &str) -> Result<(&str, &str)> {
    id.split_once(':').ok_or_else(|| Error::bad_id(id, RolePolicy::SCHEMA.import_id))
}
