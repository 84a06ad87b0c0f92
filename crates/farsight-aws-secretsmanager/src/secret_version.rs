//! `aws:secretsmanager/secretVersion:SecretVersion`.

use crate::secrets::Secrets;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_smithy_types::{Blob, base64};
use farsight_aws::secretsmanager::{SecretVersion, SecretVersionArgs, SecretVersionOutputs};
use farsight_aws_client::the_one;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use futures_util::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) struct SecretVersionHandler {
    pub(crate) secrets: Secrets,
}

/// The label of the version that readers get.
const CURRENT: &str = "AWSCURRENT";
/// The label of the version before, which moves by itself.
const PREVIOUS: &str = "AWSPREVIOUS";

impl Handler for SecretVersionHandler {
    type Of = SecretVersion;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        // Versions stand side by side.
        unique_key: &[],
        // Labels move between versions.
        serialize_by: Some("secretId"),
        read_batch: 20,
        settle: Settle { every: secs(2), within: mins(2) },
        faults: &[
            ("ResourceExistsException", Fault::Exists),
            // The secret was made a moment ago.
            ("ResourceNotFoundException", Fault::Lag),
        ],
        permissions: &[
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
        ],
    };

    /// The token is the version's id.
    async fn create(&self, owner: &Owner, args: &SecretVersionArgs) -> Result<Id> {
        let binary = args.secret_binary.as_deref().map(base64::decode).transpose();
        let binary = binary.map_err(|_| Error::new(Fault::Rejected, "`secretBinary` is not Base64"))?;
        let put = || {
            self.secrets
                .client
                .put_secret_value()
                .secret_id(&args.secret_id)
                .client_request_token(&owner.op)
                .set_secret_string(args.secret_string.clone())
                .set_secret_binary(binary.clone().map(Blob::new))
                .set_version_stages(args.version_stages.clone().filter(|stages| !stages.is_empty()))
                .send()
        };
        let answer = self.secrets.write("PutSecretValue", put).await?;
        Ok(id_of(&args.secret_id, &the_one(answer.version_id, "PutSecretValue")?))
    }

    /// Reads labels only: values are nobody's business here, and each reading of one is on record.
    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<SecretVersion>>> {
        let parts = ids.iter().map(|id| parts_of(id)).collect::<Result<Vec<_>>>()?;
        let names: BTreeSet<&str> = parts.iter().map(|(secret, _)| *secret).collect();
        let described =
            try_join_all(names.into_iter().map(async |name| Ok((name, self.secrets.describe(name).await?))));
        let described: BTreeMap<&str, Option<DescribeSecretOutput>> = described.await?.into_iter().collect();
        let one = |(secret, version): &(&str, &str)| match described.get(secret) {
            Some(Some(there)) => seen(there, secret, version),
            _ => Seen::Absent,
        };
        Ok(parts.iter().map(one).collect())
    }

    async fn update(&self, id: &Id, change: Change<'_, SecretVersionArgs>) -> Result<Option<Id>> {
        let Some(wanted) = change.wanted.version_stages.as_ref().filter(|_| change.touches("versionStages")) else {
            return Ok(None);
        };
        let (name, version) = parts_of(id)?;
        let secret = self.secrets.describe(name).await?.ok_or_else(|| Error::gone(id))?;
        let has = stages(&secret, version);
        for stage in wanted.iter().filter(|stage| !has.contains(stage)) {
            self.move_stage(name, stage, holder(&secret, stage), Some(version)).await?;
        }
        // `AWSCURRENT` only moves, and `AWSPREVIOUS` follows it.
        for stage in has.iter().filter(|stage| !wanted.contains(stage) && *stage != CURRENT && *stage != PREVIOUS) {
            self.move_stage(name, stage, Some(version), None).await?;
        }
        Ok(None)
    }

    /// A version goes when its last label is taken away. The current one cannot go: it goes with its secret.
    async fn delete(&self, id: &Id, _: &SecretVersionArgs) -> Result<()> {
        let (name, version) = parts_of(id)?;
        let secret = self.secrets.describe(name).await?.filter(|secret| secret.deleted_date.is_none());
        let secret = secret.ok_or_else(|| Error::gone(id))?;
        let has = stages(&secret, version);
        if has.is_empty() {
            return Err(Error::gone(id));
        }
        for stage in has.iter().filter(|stage| *stage != CURRENT) {
            self.move_stage(name, stage, Some(version), None).await?;
        }
        if has.iter().any(|stage| stage == CURRENT) {
            let message = format!("`{id}` is the current version and goes with its secret");
            return Err(Error::new(Fault::Gone, message));
        }
        Ok(())
    }

    async fn find(&self, owner: &Owner, args: &SecretVersionArgs) -> Result<Vec<Id>> {
        let secret = self.secrets.describe(&args.secret_id).await?.filter(|secret| secret.deleted_date.is_none());
        let there = secret.is_some_and(|secret| !stages(&secret, &owner.op).is_empty());
        Ok(there.then(|| id_of(&args.secret_id, &owner.op)).into_iter().collect())
    }
}

impl SecretVersionHandler {
    async fn move_stage(&self, secret: &str, stage: &str, from: Option<&str>, to: Option<&str>) -> Result<()> {
        let call = self.secrets.client.update_secret_version_stage().secret_id(secret).version_stage(stage);
        let call =
            call.set_remove_from_version_id(from.map(str::to_owned)).set_move_to_version_id(to.map(str::to_owned));
        self.secrets.write("UpdateSecretVersionStage", || call.clone().send()).await.map(|_| ())
    }
}

/// The labels of a version, in order; none if it is not there, or deprecated.
fn stages(secret: &DescribeSecretOutput, version: &str) -> Vec<String> {
    let mut stages = secret.version_ids_to_stages().and_then(|all| all.get(version)).cloned().unwrap_or_default();
    stages.sort();
    stages
}

/// The version that has a label.
fn holder<'a>(secret: &'a DescribeSecretOutput, stage: &str) -> Option<&'a str> {
    let mut all = secret.version_ids_to_stages()?.iter();
    all.find(|(_, stages)| stages.iter().any(|has| has == stage)).map(|(version, _)| version.as_str())
}

fn seen(secret: &DescribeSecretOutput, name: &str, version: &str) -> Seen<SecretVersion> {
    let stages = stages(secret, version);
    if stages.is_empty() || secret.deleted_date.is_some() {
        return Seen::Absent;
    }
    let args = SecretVersionArgs {
        secret_binary: None,
        secret_id: name.to_owned(),
        secret_string: None,
        version_stages: Some(stages),
    };
    let arn = secret.arn.clone().unwrap_or_default();
    Seen::Ready { args, outputs: SecretVersionOutputs { arn, version_id: version.to_owned() } }
}

/// The id names the secret as the program does: so what is read is what was declared.
fn id_of(secret: &str, version: &str) -> Id {
    format!("{secret}|{version}")
}

fn parts_of(id: &str) -> Result<(&str, &str)> {
    id.rsplit_once('|').ok_or_else(|| Error::bad_id(id, SecretVersion::SCHEMA.import_id))
}
