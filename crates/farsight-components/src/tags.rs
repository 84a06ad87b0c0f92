//! Tags.

use farsight::prelude::*;

/// The tags of an object, so that people find it in the console.
pub fn named(cx: &Context, what: &str) -> [(&'static str, String); 1] {
    [("Name", format!("{}-{}-{what}", cx.project(), cx.stack()))]
}
