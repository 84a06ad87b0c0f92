//! `aws:ecs/clusterCapacityProviders:ClusterCapacityProviders`.

use crate::ecs::Ecs;
use crate::wire::{call, from_json, list, text, to_json};
use farsight_aws::ecs::{ClusterCapacityProviders, ClusterCapacityProvidersArgs, ClusterCapacityProvidersOutputs};
use farsight_provider::{Change, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use serde_json::{Value as Json, json};

pub(crate) struct ClusterCapacityProvidersHandler {
    pub(crate) ecs: Ecs,
}

impl Handler for ClusterCapacityProvidersHandler {
    type Of = ClusterCapacityProviders;

    const POLICY: Policy = Policy {
        identity: Identity::Upsert,
        unique_key: &["clusterName"],
        serialize_by: Some("clusterName"),
        read_batch: 100,
        settle: Settle { every: secs(3), within: mins(10) },
        faults: &[
            ("ClusterNotFoundException", Fault::Lag),
            ("ResourceInUseException", Fault::Busy),
            ("UpdateInProgressException", Fault::Busy),
        ],
        permissions: &["ecs:DescribeClusters", "ecs:PutClusterCapacityProviders"],
    };

    async fn create(&self, _: &Owner, args: &ClusterCapacityProvidersArgs) -> Result<Id> {
        self.put(args).await?;
        Ok(args.cluster_name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<ClusterCapacityProviders>>> {
        let clusters = self.ecs.clusters(ids).await?;
        let one = |id: &Id| clusters.iter().find(|cluster| text(cluster, "clusterName") == id);
        ids.iter().map(|id| one(id).map_or(Ok(Seen::Absent), seen)).collect()
    }

    async fn update(&self, _: &Id, change: Change<'_, ClusterCapacityProvidersArgs>) -> Result<Option<Id>> {
        self.put(change.wanted).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ClusterCapacityProvidersArgs) -> Result<()> {
        if self.ecs.clusters(std::slice::from_ref(id)).await?.is_empty() {
            return Err(farsight_provider::Error::gone(id));
        }
        let none = ClusterCapacityProvidersArgs {
            capacity_providers: Vec::new(),
            cluster_name: id.clone(),
            default_capacity_provider_strategies: Vec::new(),
        };
        let _ = args;
        self.put(&none).await
    }

    /// There are no tags: the same lists on the cluster are what the create would have made.
    async fn find(&self, _: &Owner, args: &ClusterCapacityProvidersArgs) -> Result<Vec<Id>> {
        let seen = self.read(std::slice::from_ref(&args.cluster_name)).await?.pop();
        let same = |has: &ClusterCapacityProvidersArgs| {
            let (mut has, mut wanted) = (has.clone(), args.clone());
            for args in [&mut has, &mut wanted] {
                args.capacity_providers.sort();
                args.default_capacity_provider_strategies.sort_by(|a, b| a.capacity_provider.cmp(&b.capacity_provider));
            }
            has == wanted
        };
        let found = matches!(&seen, Some(Seen::Ready { args: has, .. }) if same(has));
        Ok(found.then(|| args.cluster_name.clone()).into_iter().collect())
    }
}

impl ClusterCapacityProvidersHandler {
    /// Writes both lists whole.
    async fn put(&self, args: &ClusterCapacityProvidersArgs) -> Result<()> {
        let body = json!({
            "cluster": args.cluster_name,
            "capacityProviders": args.capacity_providers,
            "defaultCapacityProviderStrategy": to_json(args.default_capacity_provider_strategies.clone()),
        });
        call!(self.ecs, Write, put_cluster_capacity_providers, "PutClusterCapacityProviders", body).map(|_| ())
    }
}

fn seen(cluster: &Json) -> Result<Seen<ClusterCapacityProviders>> {
    let (providers, strategies) =
        (list(cluster, "capacityProviders"), list(cluster, "defaultCapacityProviderStrategy"));
    let failed = text(cluster, "attachmentsStatus") == "UPDATE_FAILED";
    match text(cluster, "attachmentsStatus") {
        "UPDATE_IN_PROGRESS" => return Ok(Seen::Settling("attaching the capacity providers".into())),
        _ if providers.is_empty() && strategies.is_empty() => return Ok(Seen::Absent),
        _ => {}
    }
    let args = json!({
        "capacityProviders": providers,
        "clusterName": text(cluster, "clusterName"),
        "defaultCapacityProviderStrategies": strategies,
    });
    let (args, outputs) = (from_json(&args)?, ClusterCapacityProvidersOutputs {});
    if failed {
        return Ok(Seen::Stuck { args, outputs, why: "ECS could not attach the capacity providers".into() });
    }
    Ok(Seen::Ready { args, outputs })
}
