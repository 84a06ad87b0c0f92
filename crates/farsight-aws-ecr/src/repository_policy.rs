//! `aws:ecr/repositoryPolicy:RepositoryPolicy`.

use crate::ecr::{Ecr, SETTLE, or_gone};
use farsight_aws::ecr::{RepositoryPolicy, RepositoryPolicyArgs, RepositoryPolicyOutputs};
use farsight_aws_client::unless;
use farsight_model::{Resource, equal};
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

pub(crate) struct RepositoryPolicyHandler {
    pub(crate) ecr: Ecr,
}

const NOT_FOUND: &[&str] = &["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"];

impl Handler for RepositoryPolicyHandler {
    type Of = RepositoryPolicy;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["repository"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[("RepositoryNotFoundException", Fault::Lag)],
        permissions: &["ecr:DeleteRepositoryPolicy", "ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"],
    };

    async fn create(&self, _: &Owner, args: &RepositoryPolicyArgs) -> Result<Id> {
        self.put(args).await?;
        Ok(args.repository.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<RepositoryPolicy>>> {
        try_join_all(ids.iter().map(|id| self.look(id))).await
    }

    async fn update(&self, _: &Id, change: Change<'_, RepositoryPolicyArgs>) -> Result<Option<Id>> {
        self.put(change.wanted).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &RepositoryPolicyArgs) -> Result<()> {
        let delete = || self.ecr.client.delete_repository_policy().repository_name(id).send();
        // The shared table takes a missing repository for one that is not visible yet.
        let done = or_gone(NOT_FOUND, self.ecr.write("DeleteRepositoryPolicy", delete).await);
        done.map(|_| ())
            .map_err(|error| if error.fault == Fault::Gone { farsight_provider::Error::gone(id) } else { error })
    }

    /// There are no tags: the same policy on the repository is what the create would have made.
    async fn find(&self, _: &Owner, args: &RepositoryPolicyArgs) -> Result<Vec<Id>> {
        let Seen::Ready { args: has, .. } = self.look(&args.repository).await? else { return Ok(Vec::new()) };
        let same = RepositoryPolicy::SCHEMA.field("policy").is_some_and(|field| {
            let (has, wanted) = (has.policy.as_str().into(), args.policy.as_str().into());
            equal(&field.kind, &field.marks, Some(&has), Some(&wanted))
        });
        Ok(same.then(|| args.repository.clone()).into_iter().collect())
    }
}

impl RepositoryPolicyHandler {
    async fn look(&self, repository: &Id) -> Result<Seen<RepositoryPolicy>> {
        let get = || self.ecr.client.get_repository_policy().repository_name(repository).send();
        let answer = unless(NOT_FOUND, self.ecr.read("GetRepositoryPolicy", get).await)?;
        let Some((policy, registry)) = answer.and_then(|answer| Some((answer.policy_text?, answer.registry_id))) else {
            return Ok(Seen::Absent);
        };
        let args = RepositoryPolicyArgs { policy, repository: repository.clone() };
        Ok(Seen::Ready { args, outputs: RepositoryPolicyOutputs { registry_id: registry.unwrap_or_default() } })
    }

    async fn put(&self, args: &RepositoryPolicyArgs) -> Result<()> {
        let put = || {
            self.ecr.client.set_repository_policy().repository_name(&args.repository).policy_text(&args.policy).send()
        };
        self.ecr.write("SetRepositoryPolicy", put).await.map(|_| ()).map_err(|mut error| {
            // ECR calls a policy invalid as long as a role or user in it is not visible everywhere.
            let names_identities = [":role/", ":user/"].iter().any(|part| args.policy.contains(part));
            if error.code.as_deref() == Some("InvalidParameterException") && names_identities {
                error.fault = Fault::Lag;
            }
            error
        })
    }
}
