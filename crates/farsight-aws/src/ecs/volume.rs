//! Volumes of task definitions.

use farsight::prelude::*;

/// A volume that containers can mount: an empty one unless a block says what it is.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolume {
    /// Whether the service says what it is (a managed volume of EBS).
    #[prop(default = false)]
    pub configure_at_launch: bool,
    /// A volume of Docker's, not on Fargate.
    pub docker_volume_configuration: Option<TaskDefinitionVolumeDockerVolumeConfiguration>,
    /// A file system of EFS.
    pub efs_volume_configuration: Option<TaskDefinitionVolumeEfsVolumeConfiguration>,
    /// A file system of FSx for Windows, not on Fargate.
    pub fsx_windows_file_server_volume_configuration:
        Option<TaskDefinitionVolumeFsxWindowsFileServerVolumeConfiguration>,
    /// A path of the instance, not on Fargate.
    pub host_path: Option<String>,
    /// The name that mount points use.
    pub name: String,
}

/// A volume of Docker's.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolumeDockerVolumeConfiguration {
    /// Whether it is made if it is not there; for the scope `shared`.
    pub autoprovision: Option<bool>,
    /// Docker's driver.
    pub driver: Option<String>,
    /// Options of the driver.
    pub driver_opts: BTreeMap<String, String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// `task`, or `shared` for a volume that outlives the task.
    pub scope: Option<String>,
}

/// A file system of EFS.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolumeEfsVolumeConfiguration {
    /// The access point and who asks for it.
    pub authorization_config: Option<TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig>,
    /// Its id.
    pub file_system_id: String,
    /// The directory in it that is mounted.
    #[prop(default = "/")]
    pub root_directory: String,
    /// `ENABLED` or `DISABLED`.
    #[prop(default = "DISABLED")]
    pub transit_encryption: String,
    /// The port for encrypted transit.
    pub transit_encryption_port: Option<i64>,
}

/// How a task comes to a file system of EFS.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig {
    /// The access point.
    pub access_point_id: Option<String>,
    /// Whether the task's role is used: `ENABLED` or `DISABLED`.
    #[prop(default = "DISABLED")]
    pub iam: String,
}

/// A file system of FSx for Windows.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolumeFsxWindowsFileServerVolumeConfiguration {
    /// Who asks for it.
    pub authorization_config: TaskDefinitionVolumeFsxWindowsFileServerVolumeConfigurationAuthorizationConfig,
    /// Its id.
    pub file_system_id: String,
    /// The directory in it that is mounted.
    pub root_directory: String,
}

/// How a task comes to a file system of FSx.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct TaskDefinitionVolumeFsxWindowsFileServerVolumeConfigurationAuthorizationConfig {
    /// ARN of the secret or parameter with the credentials.
    pub credentials_parameter: String,
    /// The domain of the Active Directory.
    pub domain: String,
}
