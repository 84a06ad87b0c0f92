//! ACM: certificates for load balancers and other services.

mod certificate;
mod certificate_validation;

pub use certificate::*;
pub use certificate_validation::*;
