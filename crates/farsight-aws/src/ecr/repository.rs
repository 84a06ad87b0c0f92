//! `aws:ecr/repository:Repository`.

use farsight::prelude::*;

/// A place for the images of one name.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Repository",
    token = "aws:ecr/repository:Repository",
    import_id = "repository name",
    outputs = RepositoryOutputs,
)]
pub struct RepositoryArgs {
    /// How images are encrypted: one block at most. With keys of S3 if not given.
    #[prop(replace)]
    pub encryption_configurations: Option<Vec<RepositoryEncryptionConfiguration>>,
    /// Whether a delete takes the images with it. Without it, a repository with images is not deleted.
    #[prop(local, default = false)]
    pub force_delete: bool,
    /// When images are scanned. The registry's own configuration of scans stands above it.
    pub image_scanning_configuration: Option<RepositoryImageScanningConfiguration>,
    /// Whether a tag can be given to another image.
    #[prop(default = "MUTABLE")]
    pub image_tag_mutability: ImageTagMutability,
    /// The tags for which the opposite holds, under one of the mutabilities `..._WITH_EXCLUSION`.
    #[prop(set)]
    pub image_tag_mutability_exclusion_filters: Vec<RepositoryImageTagMutabilityExclusionFilter>,
    /// The name, unique in account and region: 2 to 256 lower-case letters, digits and `._-/`.
    #[prop(replace, auto_name = 256)]
    pub name: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// How images are encrypted.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RepositoryEncryptionConfiguration {
    /// With whose keys.
    #[prop(default = "AES256")]
    pub encryption_type: EncryptionType,
    /// ARN of the KMS key. ECR answers the ARN, whatever it was given, and chooses the account's own key for ECR if not given.
    pub kms_key: Option<String>,
}

/// With whose keys images are encrypted.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptionType {
    /// Keys of S3.
    #[prop(rename = "AES256")]
    Aes256,
    /// A key in KMS.
    #[prop(rename = "KMS")]
    Kms,
    /// A key in KMS, twice.
    #[prop(rename = "KMS_DSSE")]
    KmsDsse,
}

/// When images are scanned.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RepositoryImageScanningConfiguration {
    /// Whether each image is scanned once it is pushed.
    pub scan_on_push: bool,
}

/// Whether a tag can be given to another image.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageTagMutability {
    /// No.
    #[prop(rename = "IMMUTABLE")]
    Immutable,
    /// No, but those of the filters.
    #[prop(rename = "IMMUTABLE_WITH_EXCLUSION")]
    ImmutableWithExclusion,
    /// Yes.
    #[prop(rename = "MUTABLE")]
    Mutable,
    /// Yes, but those of the filters.
    #[prop(rename = "MUTABLE_WITH_EXCLUSION")]
    MutableWithExclusion,
}

/// Tags that are an exception.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct RepositoryImageTagMutabilityExclusionFilter {
    /// The tags, with `*` for any text.
    pub filter: String,
    /// `WILDCARD`.
    #[prop(default = "WILDCARD")]
    pub filter_type: String,
}

/// What a repository answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RepositoryOutputs {
    /// The ARN.
    #[prop(stable)]
    pub arn: String,
    /// The account.
    #[prop(stable)]
    pub registry_id: String,
    /// What images are pushed to, without a tag: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`.
    #[prop(stable)]
    pub repository_url: String,
}
