//! Copies of a secret in other regions.

use crate::secrets::Secrets;
use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::{ReplicaRegionType, StatusType};
use farsight_aws::secretsmanager::SecretReplica;
use farsight_provider::Result;

/// The key that a copy has when nobody named one.
const KEY: &str = "alias/aws/secretsmanager";

/// The copies that there are.
pub(crate) fn observed(secret: &DescribeSecretOutput) -> Vec<SecretReplica> {
    let copies = secret.replication_status().iter();
    copies
        .filter_map(|copy| {
            let kms_key_id = copy.kms_key_id.clone().unwrap_or_else(|| KEY.to_owned());
            Some(SecretReplica { kms_key_id, region: copy.region.clone()? })
        })
        .collect()
}

/// What stops or delays a copy: its state in words, and whether it failed for good.
pub(crate) fn unfinished(secret: &DescribeSecretOutput) -> Option<(String, bool)> {
    secret.replication_status().iter().find_map(|copy| {
        let region = copy.region.as_deref().unwrap_or_default();
        match copy.status.as_ref()? {
            StatusType::InProgress => Some((format!("replicating to {region}"), false)),
            StatusType::Failed => {
                let why = copy.status_message.as_deref().unwrap_or_default();
                Some((format!("replication to {region} failed: {why}"), true))
            }
            _ => None,
        }
    })
}

impl Secrets {
    /// Takes copies away and makes others, until they are those that are wanted.
    pub(crate) async fn replicate(
        &self,
        id: &str,
        wanted: &[SecretReplica],
        observed: &[SecretReplica],
        overwrite: bool,
    ) -> Result<()> {
        // A copy's key cannot be changed: it is made anew.
        let stale: Vec<&SecretReplica> = observed.iter().filter(|copy| !wanted.contains(copy)).collect();
        if !stale.is_empty() {
            let regions: Vec<String> = stale.iter().map(|copy| copy.region.clone()).collect();
            let call =
                self.client.remove_regions_from_replication().secret_id(id).set_remove_replica_regions(Some(regions));
            self.write("RemoveRegionsFromReplication", || call.clone().send()).await?;
        }
        let fresh = wanted.iter().filter(|copy| !observed.contains(copy)).map(to_wire);
        let fresh: Vec<ReplicaRegionType> = fresh.collect();
        if !fresh.is_empty() {
            let call = self.client.replicate_secret_to_regions().secret_id(id).set_add_replica_regions(Some(fresh));
            let call = call.force_overwrite_replica_secret(overwrite);
            self.write("ReplicateSecretToRegions", || call.clone().send()).await?;
        }
        Ok(())
    }
}

fn to_wire(copy: &SecretReplica) -> ReplicaRegionType {
    let key = (copy.kms_key_id != KEY).then(|| copy.kms_key_id.clone());
    ReplicaRegionType::builder().region(&copy.region).set_kms_key_id(key).build()
}
