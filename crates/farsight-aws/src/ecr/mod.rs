//! ECR: repositories for images.

mod data;
mod lifecycle_policy;
mod repository;
mod repository_policy;

pub use data::*;
pub use lifecycle_policy::*;
pub use repository::*;
pub use repository_policy::*;
