//! `aws:ecr/lifecyclePolicy:LifecyclePolicy`.

use crate::ecr::{Ecr, SETTLE, or_gone};
use farsight_aws::ecr::{LifecyclePolicy, LifecyclePolicyArgs, LifecyclePolicyOutputs};
use farsight_aws_client::unless;
use farsight_model::{Resource, equal};
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

pub(crate) struct LifecyclePolicyHandler {
    pub(crate) ecr: Ecr,
}

const NOT_FOUND: &[&str] = &["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"];

impl Handler for LifecyclePolicyHandler {
    type Of = LifecyclePolicy;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["repository"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[("RepositoryNotFoundException", Fault::Lag)],
        permissions: &["ecr:DeleteLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:PutLifecyclePolicy"],
    };

    async fn create(&self, _: &Owner, args: &LifecyclePolicyArgs) -> Result<Id> {
        self.put(args).await?;
        Ok(args.repository.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<LifecyclePolicy>>> {
        try_join_all(ids.iter().map(|id| self.look(id))).await
    }

    async fn update(&self, _: &Id, change: Change<'_, LifecyclePolicyArgs>) -> Result<Option<Id>> {
        self.put(change.wanted).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &LifecyclePolicyArgs) -> Result<()> {
        let delete = || self.ecr.client.delete_lifecycle_policy().repository_name(id).send();
        // The shared table takes a missing repository for one that is not visible yet.
        let done = or_gone(NOT_FOUND, self.ecr.write("DeleteLifecyclePolicy", delete).await);
        done.map(|_| ())
            .map_err(|error| if error.fault == Fault::Gone { farsight_provider::Error::gone(id) } else { error })
    }

    /// There are no tags: the same policy on the repository is what the create would have made.
    async fn find(&self, _: &Owner, args: &LifecyclePolicyArgs) -> Result<Vec<Id>> {
        let Seen::Ready { args: has, .. } = self.look(&args.repository).await? else { return Ok(Vec::new()) };
        let same = LifecyclePolicy::SCHEMA.field("policy").is_some_and(|field| {
            let (has, wanted) = (has.policy.as_str().into(), args.policy.as_str().into());
            equal(&field.kind, &field.marks, Some(&has), Some(&wanted))
        });
        Ok(same.then(|| args.repository.clone()).into_iter().collect())
    }
}

impl LifecyclePolicyHandler {
    async fn look(&self, repository: &Id) -> Result<Seen<LifecyclePolicy>> {
        let get = || self.ecr.client.get_lifecycle_policy().repository_name(repository).send();
        let answer = unless(NOT_FOUND, self.ecr.read("GetLifecyclePolicy", get).await)?;
        let Some((policy, registry)) =
            answer.and_then(|answer| Some((answer.lifecycle_policy_text?, answer.registry_id)))
        else {
            return Ok(Seen::Absent);
        };
        let args = LifecyclePolicyArgs { policy, repository: repository.clone() };
        Ok(Seen::Ready { args, outputs: LifecyclePolicyOutputs { registry_id: registry.unwrap_or_default() } })
    }

    async fn put(&self, args: &LifecyclePolicyArgs) -> Result<()> {
        let put = || {
            self.ecr
                .client
                .put_lifecycle_policy()
                .repository_name(&args.repository)
                .lifecycle_policy_text(&args.policy)
                .send()
        };
        self.ecr.write("PutLifecyclePolicy", put).await.map(|_| ())
    }
}
