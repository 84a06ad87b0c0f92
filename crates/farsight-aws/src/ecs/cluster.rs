//! `aws:ecs/cluster:Cluster`.

use farsight::prelude::*;

/// A place where services and tasks run.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(resource = "Cluster", token = "aws:ecs/cluster:Cluster", import_id = "cluster name", outputs = ClusterOutputs)]
pub struct ClusterArgs {
    /// How commands in running containers are logged, and which keys encrypt the tasks' storage.
    pub configuration: Option<ClusterConfiguration>,
    /// The name, unique in account and region: at most 255 letters, digits, hyphens and underscores.
    #[prop(replace, auto_name = 255)]
    pub name: String,
    /// The namespace for Service Connect of services that name none.
    pub service_connect_defaults: Option<ClusterServiceConnectDefaults>,
    /// Settings, of which there is one: `containerInsights`, with the values `enabled`, `enhanced` and `disabled`. The
    /// account's own setting if not given.
    #[prop(set)]
    pub settings: Option<Vec<ClusterSetting>>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// How a cluster treats commands and storage.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterConfiguration {
    /// Commands that people run in containers (ECS Exec).
    pub execute_command_configuration: Option<ClusterConfigurationExecuteCommandConfiguration>,
    /// Keys for the tasks' storage.
    pub managed_storage_configuration: Option<ClusterConfigurationManagedStorageConfiguration>,
}

/// How commands in containers are encrypted and logged.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterConfigurationExecuteCommandConfiguration {
    /// The KMS key between client and container: id, alias or ARN.
    pub kms_key_id: Option<String>,
    /// Where the logs go, with `logging` of `OVERRIDE`.
    pub log_configuration: Option<ClusterConfigurationExecuteCommandConfigurationLogConfiguration>,
    /// Where the logs go.
    #[prop(default = "DEFAULT")]
    pub logging: ExecuteCommandLogging,
}

/// Where the logs of commands in containers go.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecuteCommandLogging {
    /// Nowhere.
    #[prop(rename = "NONE")]
    None,
    /// Where the task's own logs go, if these go to CloudWatch.
    #[prop(rename = "DEFAULT")]
    Default,
    /// Where the log configuration says.
    #[prop(rename = "OVERRIDE")]
    Override,
}

/// Where the logs of commands in containers go.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterConfigurationExecuteCommandConfigurationLogConfiguration {
    /// Whether CloudWatch encrypts the logs.
    #[prop(default = false)]
    pub cloud_watch_encryption_enabled: bool,
    /// The log group.
    pub cloud_watch_log_group_name: Option<String>,
    /// Whether the bucket encrypts the logs.
    #[prop(default = false)]
    pub s3_bucket_encryption_enabled: bool,
    /// The bucket.
    pub s3_bucket_name: Option<String>,
    /// The folder in the bucket.
    pub s3_key_prefix: Option<String>,
}

/// Keys for the tasks' storage.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterConfigurationManagedStorageConfiguration {
    /// The KMS key of Fargate's ephemeral storage: id, alias or ARN.
    pub fargate_ephemeral_storage_kms_key_id: Option<String>,
    /// The KMS key of managed volumes: id, alias or ARN.
    pub kms_key_id: Option<String>,
}

/// What Service Connect uses when a service says nothing.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterServiceConnectDefaults {
    /// ARN of the namespace: ECS answers the ARN, whatever it was given.
    pub namespace: String,
}

/// A setting of a cluster.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ClusterSetting {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

impl ClusterSetting {
    /// Container Insights: metrics of tasks and containers in CloudWatch, which cost extra.
    pub fn container_insights(enabled: bool) -> Self {
        Self { name: "containerInsights".into(), value: if enabled { "enabled" } else { "disabled" }.into() }
    }
}

/// What a cluster answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ClusterOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
}
