//! `aws:ecs/cluster:Cluster`.

use crate::ecs::{Ecs, all_tags, create_tags};
use crate::wire::{call, drop_empty, from_json, only, rename, set, text, to_json};
use farsight_aws::ecs::{Cluster, ClusterArgs, ClusterOutputs};
use farsight_aws_client::tags;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use serde_json::{Value as Json, json};

pub(crate) struct ClusterHandler {
    pub(crate) ecs: Ecs,
}

impl Handler for ClusterHandler {
    type Of = Cluster;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        // The most that DescribeClusters takes (aws catalogue, ecs.Cluster).
        read_batch: 100,
        // A delete waits for services and tasks.
        settle: Settle { every: secs(3), within: mins(10) },
        faults: &[
            ("ClusterNotFoundException", Fault::Gone),
            ("ClusterContainsCapacityProviderException", Fault::Busy),
            ("ClusterContainsContainerInstancesException", Fault::Busy),
            ("ClusterContainsServicesException", Fault::Busy),
            ("ClusterContainsTasksException", Fault::Busy),
            ("ResourceInUseException", Fault::Busy),
            ("UpdateInProgressException", Fault::Busy),
        ],
        permissions: &[
            "ecs:CreateCluster",
            "ecs:DeleteCluster",
            "ecs:DescribeClusters",
            "ecs:TagResource",
            "ecs:UntagResource",
            "ecs:UpdateCluster",
        ],
    };

    /// A create of a name that is there answers with the cluster that has it, whosever it is: so the name is looked up
    /// first (aws catalogue, section 1, 4).
    async fn create(&self, owner: &Owner, args: &ClusterArgs) -> Result<Id> {
        if let Some(there) = self.one(&args.name).await? {
            let arn = text(&there, "clusterArn");
            return Err(Error::new(Fault::Exists, format!("there is a cluster `{}` already: {arn}", args.name)));
        }
        let mut body = written(args);
        set(&mut body, "clusterName", json!(args.name));
        set(&mut body, "tags", create_tags(owner, &args.tags)?);
        call!(self.ecs, Write, create_cluster, "CreateCluster", body)?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Cluster>>> {
        let clusters = self.ecs.clusters(ids).await?;
        let one = |id: &Id| clusters.iter().find(|cluster| text(cluster, "clusterName") == id);
        ids.iter().map(|id| one(id).map_or(Ok(Seen::Absent), seen)).collect()
    }

    async fn update(&self, id: &Id, change: Change<'_, ClusterArgs>) -> Result<Option<Id>> {
        let wanted = change.wanted;
        let mut body = written(wanted);
        // What is no longer wanted goes back to what ECS does by itself.
        let fallbacks = [
            ("settings", json!([{ "name": "containerInsights", "value": "disabled" }])),
            ("configuration", json!({ "executeCommandConfiguration": { "logging": "DEFAULT" } })),
            ("serviceConnectDefaults", json!({ "namespace": "" })),
        ];
        let mut touched = Vec::new();
        for (property, fallback) in fallbacks {
            if change.touches(property) {
                touched.push(property);
                if body[property].is_null() {
                    set(&mut body, property, fallback);
                }
            }
        }
        if !touched.is_empty() {
            let mut body = only(&body, &touched);
            set(&mut body, "cluster", json!(id));
            call!(self.ecs, Write, update_cluster, "UpdateCluster", body)?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        if !tags.is_empty() {
            let cluster = self.one(id).await?.ok_or_else(|| Error::gone(id))?;
            self.ecs.retag(text(&cluster, "clusterArn"), &tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &ClusterArgs) -> Result<()> {
        if self.one(id).await?.is_none() {
            return Err(Error::gone(id));
        }
        call!(self.ecs, Write, delete_cluster, "DeleteCluster", json!({ "cluster": id })).map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &ClusterArgs) -> Result<Vec<Id>> {
        let cluster = self.one(&args.name).await?;
        let ours = cluster.is_some_and(|cluster| tags::is_ours(&all_tags(&cluster), owner));
        Ok(ours.then(|| args.name.clone()).into_iter().collect())
    }
}

impl ClusterHandler {
    async fn one(&self, name: &str) -> Result<Option<Json>> {
        Ok(self.ecs.clusters(&[name.to_owned()]).await?.pop())
    }
}

/// What the create and the update take alike.
fn written(args: &ClusterArgs) -> Json {
    let mut body = only(&to_json(args.clone()), &["configuration", "serviceConnectDefaults", "settings"]);
    log_names(&mut body, "s3BucketEncryptionEnabled", "s3EncryptionEnabled");
    body
}

fn log_names(body: &mut Json, from: &str, to: &str) {
    if let Some(log) = body.pointer_mut("/configuration/executeCommandConfiguration/logConfiguration") {
        rename(log, from, to);
    }
}

fn seen(cluster: &Json) -> Result<Seen<Cluster>> {
    match text(cluster, "status") {
        "ACTIVE" | "" => {}
        "FAILED" => return Ok(Seen::Failed("ECS could not provide the cluster's resources".into())),
        other => return Ok(Seen::Settling(other.to_lowercase())),
    }
    let mut args = only(cluster, &["configuration", "serviceConnectDefaults", "settings"]);
    log_names(&mut args, "s3EncryptionEnabled", "s3BucketEncryptionEnabled");
    if let Some(configuration) = args.get_mut("configuration") {
        // What ECS does by itself is no configuration.
        if configuration["executeCommandConfiguration"] == json!({ "logging": "DEFAULT" }) {
            set(configuration, "executeCommandConfiguration", json!({}));
        }
        drop_empty(configuration, "executeCommandConfiguration");
        drop_empty(configuration, "managedStorageConfiguration");
    }
    drop_empty(&mut args, "configuration");
    if text(&args["serviceConnectDefaults"], "namespace").is_empty() {
        args["serviceConnectDefaults"] = Json::Null;
    }
    set(&mut args, "name", json!(text(cluster, "clusterName")));
    let args = ClusterArgs { tags: tags::observed(all_tags(cluster)), ..from_json(&args)? };
    Ok(Seen::Ready { args, outputs: ClusterOutputs { arn: text(cluster, "clusterArn").to_owned() } })
}
