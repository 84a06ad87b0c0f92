//! SNS: topics and who hears of them.

mod topic;
mod topic_subscription;

pub use topic::*;
pub use topic_subscription::*;
