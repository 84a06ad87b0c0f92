//! WAF: which requests reach a load balancer or another entrance.

mod action;
mod field_to_match;
mod managed;
mod matching;
mod rate;
mod rule;
mod statement;
mod web_acl;
mod web_acl_association;
mod web_acl_config;

pub use action::*;
pub use field_to_match::*;
pub use managed::*;
pub use matching::*;
pub use rate::*;
pub use rule::*;
pub use statement::*;
pub use web_acl::*;
pub use web_acl_association::*;
pub use web_acl_config::*;
