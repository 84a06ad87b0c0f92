//! Service Connect and managed volumes: blocks of services.

use farsight::prelude::*;

/// Service Connect: a proxy beside each task, through which services reach each other by name.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfiguration {
    /// How requests are logged.
    pub access_log_configuration: Option<ServiceServiceConnectConfigurationAccessLogConfiguration>,
    /// Whether it is on.
    pub enabled: bool,
    /// Where the proxy's own output goes.
    pub log_configuration: Option<ServiceServiceConnectConfigurationLogConfiguration>,
    /// The namespace, by name or ARN; the cluster's default if not given.
    pub namespace: Option<String>,
    /// Ports that others can reach.
    #[prop(set)]
    pub services: Vec<ServiceServiceConnectConfigurationService>,
}

/// How the proxy logs requests.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationAccessLogConfiguration {
    /// `TEXT` or `JSON`.
    pub format: String,
    /// Whether queries are logged: `ENABLED` or `DISABLED`.
    pub include_query_parameters: Option<String>,
}

/// Where the proxy's own output goes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationLogConfiguration {
    /// The driver, such as `awslogs`.
    pub log_driver: String,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
    /// Options that are secrets.
    #[prop(set)]
    pub secret_options: Vec<ServiceServiceConnectConfigurationLogConfigurationSecretOption>,
}

/// An option of a log driver that is a secret.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationLogConfigurationSecretOption {
    /// Its name.
    pub name: String,
    /// ARN of the secret or parameter.
    pub value_from: String,
}

/// A port that others can reach.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationService {
    /// Names and ports that others use.
    #[prop(set)]
    pub client_alias: Vec<ServiceServiceConnectConfigurationServiceClientAlias>,
    /// Its name in Cloud Map; that of the port if not given.
    pub discovery_name: Option<String>,
    /// The port that the proxy listens on.
    pub ingress_port_override: Option<i64>,
    /// Name of a port mapping.
    pub port_name: String,
    /// How long requests may take.
    pub timeout: Option<ServiceServiceConnectConfigurationServiceTimeout>,
    /// Encryption between proxies.
    pub tls: Option<ServiceServiceConnectConfigurationServiceTls>,
}

/// A name and port that others use.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationServiceClientAlias {
    /// The name; `<discovery name>.<namespace>` if not given.
    pub dns_name: Option<String>,
    /// The port.
    pub port: i64,
}

/// How long requests may take.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationServiceTimeout {
    /// Seconds without traffic until a connection is closed; 0 for ever.
    pub idle_timeout_seconds: Option<i64>,
    /// Seconds until an answer must be there; 0 for ever.
    pub per_request_timeout_seconds: Option<i64>,
}

/// Encryption between proxies.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationServiceTls {
    /// Who signs the certificates.
    pub issuer_cert_authority: ServiceServiceConnectConfigurationServiceTlsIssuerCertAuthority,
    /// The KMS key of the private keys.
    pub kms_key: Option<String>,
    /// ARN of the role that gets certificates.
    pub role_arn: Option<String>,
}

/// Who signs certificates.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceServiceConnectConfigurationServiceTlsIssuerCertAuthority {
    /// ARN of the private authority.
    pub aws_pca_authority_arn: String,
}

/// A volume that each task gets for itself.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceVolumeConfiguration {
    /// What it is.
    pub managed_ebs_volume: ServiceVolumeConfigurationManagedEbsVolume,
    /// The task definition's volume with `configure_at_launch`.
    pub name: String,
}

/// A volume of EBS that lives as long as its task.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceVolumeConfigurationManagedEbsVolume {
    /// Whether it is encrypted.
    #[prop(default = true)]
    pub encrypted: bool,
    /// `xfs`, `ext3`, `ext4` or `ntfs`.
    #[prop(default = "xfs")]
    pub file_system_type: String,
    /// Operations a second.
    pub iops: Option<i64>,
    /// The KMS key.
    pub kms_key_id: Option<String>,
    /// ARN of the role that makes volumes.
    pub role_arn: String,
    /// Its size in GiB.
    pub size_in_gb: Option<i64>,
    /// The snapshot that it begins as.
    pub snapshot_id: Option<String>,
    /// Tags of the volume.
    #[prop(set)]
    pub tag_specifications: Vec<ServiceVolumeConfigurationManagedEbsVolumeTagSpecification>,
    /// MiB a second, for `gp3`.
    pub throughput: Option<i64>,
    /// MiB a second in which a snapshot is read.
    pub volume_initialization_rate: Option<i64>,
    /// The type, such as `gp3`.
    pub volume_type: Option<String>,
}

/// Tags of a managed volume.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct ServiceVolumeConfigurationManagedEbsVolumeTagSpecification {
    /// Whose tags it gets too: `SERVICE`, `TASK_DEFINITION` or `NONE`.
    #[prop(default = "NONE")]
    pub propagate_tags: String,
    /// `volume`.
    pub resource_type: String,
    /// The tags.
    pub tags: BTreeMap<String, String>,
}
