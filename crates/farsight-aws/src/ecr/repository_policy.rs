//! `aws:ecr/repositoryPolicy:RepositoryPolicy`.

use farsight::prelude::*;

/// Who may use a repository, besides what its own account allows.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "RepositoryPolicy",
    token = "aws:ecr/repositoryPolicy:RepositoryPolicy",
    import_id = "repository name",
    outputs = RepositoryPolicyOutputs,
)]
pub struct RepositoryPolicyArgs {
    /// The policy document.
    #[prop(compare = policy)]
    pub policy: String,
    /// Name of the repository.
    #[prop(replace)]
    pub repository: String,
}

/// What a repository policy answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct RepositoryPolicyOutputs {
    /// The account.
    #[prop(stable)]
    pub registry_id: String,
}
