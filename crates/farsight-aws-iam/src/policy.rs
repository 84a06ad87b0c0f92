//! Managed policies.

use crate::document::{decoded, same};
use crate::iam::{Iam, SETTLE, create_tags, found, is_owned, observed_tags, or_gone, tag_list};
use aws_sdk_iam::types::{self, PolicyVersion};
use farsight_aws::iam::{Policy as PolicyType, PolicyArgs, PolicyOutputs};
use farsight_aws_client::{tags, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;

/// Versions that a policy may have (aws catalogue, iam.Policy).
const MOST_VERSIONS: usize = 5;

pub(crate) struct PolicyHandler {
    pub(crate) iam: Iam,
}

impl Handler for PolicyHandler {
    type Of = PolicyType;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        read_batch: 20,
        settle: SETTLE,
        faults: &[],
        permissions: &[
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:DeletePolicy",
            "iam:DeletePolicyVersion",
            "iam:GetPolicy",
            "iam:GetPolicyVersion",
            "iam:ListPolicyVersions",
            "iam:TagPolicy",
            "iam:UntagPolicy",
        ],
    };

    async fn create(&self, owner: &Owner, args: &PolicyArgs) -> Result<Id> {
        let tags = create_tags(owner, &args.tags)?;
        let create = || {
            self.iam
                .client
                .create_policy()
                .policy_name(&args.name)
                .path(&args.path)
                .policy_document(&args.policy)
                .set_description(args.description.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        let answer = self.iam.write("CreatePolicy", create).await?;
        the_one(answer.policy.and_then(|policy| policy.arn), "iam:CreatePolicy")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<PolicyType>>> {
        try_join_all(ids.iter().map(|arn| self.look(arn))).await
    }

    async fn update(&self, id: &Id, change: Change<'_, PolicyArgs>) -> Result<Option<Id>> {
        let client = &self.iam.client;
        if change.touches("policy") {
            self.set_document(id, &change.wanted.policy).await?;
        }
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        if !tags.set.is_empty() {
            let set = tag_list(tags.set)?;
            self.iam
                .write("TagPolicy", || client.tag_policy().policy_arn(id).set_tags(Some(set.clone())).send())
                .await?;
        }
        if !tags.unset.is_empty() {
            let unset = || client.untag_policy().policy_arn(id).set_tag_keys(Some(tags.unset.clone())).send();
            self.iam.write("UntagPolicy", unset).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _args: &PolicyArgs) -> Result<()> {
        for version in or_gone(self.versions(id).await)?.iter().filter(|version| !version.is_default_version) {
            self.delete_version(id, version).await?;
        }
        or_gone(self.iam.write("DeletePolicy", || self.iam.client.delete_policy().policy_arn(id).send()).await)?;
        Ok(())
    }

    async fn find(&self, owner: &Owner, args: &PolicyArgs) -> Result<Vec<Id>> {
        let account = &self.iam.aws.identity().await?.account;
        let arn = format!("arn:{}:iam::{account}:policy{}{}", self.iam.aws.partition(), args.path, args.name);
        let policy = self.get(&arn).await?;
        Ok(policy.filter(|policy| is_owned(policy.tags(), owner)).map(|_| arn).into_iter().collect())
    }
}

impl PolicyHandler {
    async fn get(&self, arn: &str) -> Result<Option<types::Policy>> {
        let answer = self.iam.read("GetPolicy", || self.iam.client.get_policy().policy_arn(arn).send()).await;
        Ok(found(answer)?.and_then(|answer| answer.policy))
    }

    async fn document(&self, arn: &str, version: &str) -> Result<Option<String>> {
        let get = || self.iam.client.get_policy_version().policy_arn(arn).version_id(version).send();
        let answer = found(self.iam.read("GetPolicyVersion", get).await)?;
        Ok(answer.and_then(|answer| answer.policy_version?.document).map(|document| decoded(&document)))
    }

    async fn look(&self, arn: &Id) -> Result<Seen<PolicyType>> {
        if !arn.starts_with("arn:") {
            return Err(Error::bad_id(arn, PolicyType::SCHEMA.import_id));
        }
        let Some(policy) = self.get(arn).await? else { return Ok(Seen::Absent) };
        let version = policy.default_version_id.unwrap_or_default();
        // The default version may have changed between the two calls.
        let Some(document) = self.document(arn, &version).await? else {
            return Ok(Seen::Settling(format!("version {version} is not there")));
        };
        let outputs = PolicyOutputs { arn: arn.clone(), policy_id: policy.policy_id.unwrap_or_default() };
        let args = PolicyArgs {
            description: policy.description.filter(|text| !text.is_empty()),
            name: policy.policy_name.unwrap_or_default(),
            path: policy.path.unwrap_or_else(|| "/".into()),
            policy: document,
            tags: observed_tags(&policy.tags.unwrap_or_default()),
        };
        Ok(Seen::Ready { args, outputs })
    }

    async fn versions(&self, arn: &str) -> Result<Vec<PolicyVersion>> {
        let (mut versions, mut marker) = (Vec::new(), None);
        loop {
            let list = || self.iam.client.list_policy_versions().policy_arn(arn).set_marker(marker.clone()).send();
            let page = self.iam.read("ListPolicyVersions", list).await?;
            versions.extend(page.versions.unwrap_or_default());
            match page.marker {
                Some(next) if page.is_truncated => marker = Some(next),
                _ => return Ok(versions),
            }
        }
    }

    /// Makes a document the default version. A repeat finds it there and makes no spare version.
    async fn set_document(&self, arn: &str, wanted: &str) -> Result<()> {
        let versions = self.versions(arn).await?;
        let current = versions.iter().find(|version| version.is_default_version).and_then(|v| v.version_id.as_deref());
        if let Some(current) = current
            && self.document(arn, current).await?.is_some_and(|document| same(&document, wanted))
        {
            return Ok(());
        }
        if versions.len() >= MOST_VERSIONS
            && let Some(oldest) = versions.iter().filter(|v| !v.is_default_version).min_by_key(|v| number(v))
        {
            self.delete_version(arn, oldest).await?;
        }
        let create = || {
            self.iam.client.create_policy_version().policy_arn(arn).policy_document(wanted).set_as_default(true).send()
        };
        self.iam.write("CreatePolicyVersion", create).await?;
        Ok(())
    }

    async fn delete_version(&self, arn: &str, version: &PolicyVersion) -> Result<()> {
        let id = version.version_id.clone();
        let delete = || self.iam.client.delete_policy_version().policy_arn(arn).set_version_id(id.clone()).send();
        found(self.iam.write("DeletePolicyVersion", delete).await)?;
        Ok(())
    }
}

/// Versions are numbered `v1`, `v2`, ... and no number comes twice.
fn number(version: &PolicyVersion) -> u64 {
    version.version_id.as_deref().and_then(|id| id.strip_prefix('v')?.parse().ok()).unwrap_or_default()
}
