//! Checks: what must hold once a stack is up.

use crate::{Context, Data, Draft, Input, Options};
use farsight_model::TypeToken;
use std::time::Duration;

/// Declares a check: something that must hold once the stack is up, and that `farsight verify` and `farsight up
/// --verify` ask about until it does, or until its time is over.
///
/// A check is kept with the stack like a component: nothing in the cloud belongs to it, and it may take outputs.
#[must_use = "a check is declared only by `.add(cx)`"]
#[derive(Debug)]
pub struct Check {
    draft: Draft,
}

impl Check {
    /// Begins a check of a kind that a provider knows, such as `aws:check/alarmsQuiet:AlarmsQuiet`. `farsight_aws::check`
    /// has a function for each.
    #[track_caller]
    pub fn new(token: impl Into<String>, name: impl Into<String>) -> Self {
        Self { draft: Draft::component(TypeToken::new(token), name.into()) }
    }

    /// Begins a check that a URL answers a GET request: by default with status 200.
    ///
    /// Redirects are not followed, so that the check sees the very answer. `farsight verify --via HOST:PORT` sends the
    /// request elsewhere.
    #[track_caller]
    pub fn http(name: impl Into<String>, url: impl Into<Input<String>>) -> HttpCheck {
        HttpCheck { check: Self::new(HttpCheck::TOKEN, name).set("url", url.into().into_value()) }
    }

    /// Sets an argument, by the name that its kind has for it.
    #[track_caller]
    pub fn set(mut self, name: &'static str, value: impl Data) -> Self {
        self.draft.set(name, value.into_data());
        self
    }

    /// How long it may take until it holds; 2 minutes if not given. Parts of a second do not count.
    #[track_caller]
    pub fn within(self, limit: Duration) -> Self {
        self.set("within", seconds(limit))
    }

    /// Declares the check.
    #[allow(clippy::should_implement_trait, reason = "every declaration begins with `new` and ends with `add`")]
    pub fn add(self, cx: &Context) {
        cx.declare(self.draft);
    }
}

impl Options for Check {
    fn draft(&mut self) -> &mut Draft {
        &mut self.draft
    }
}

/// Declares a check that a URL answers; see [`Check::http`].
#[must_use = "a check is declared only by `.add(cx)`"]
#[derive(Debug)]
pub struct HttpCheck {
    check: Check,
}

impl HttpCheck {
    /// The token of checks over HTTP.
    pub const TOKEN: &'static str = "farsight:check/http:Http";

    /// The status that is expected in place of 200.
    #[track_caller]
    pub fn status(self, status: u16) -> Self {
        Self { check: self.check.set("status", status) }
    }

    /// A text that the body must contain, in its first MiB.
    #[track_caller]
    pub fn contains(self, text: impl Into<Input<String>>) -> Self {
        Self { check: self.check.set("contains", text.into().into_value()) }
    }

    /// How long it may take until it holds; 2 minutes if not given. Parts of a second do not count.
    #[track_caller]
    pub fn within(self, limit: Duration) -> Self {
        Self { check: self.check.within(limit) }
    }

    /// Declares the check.
    #[allow(clippy::should_implement_trait, reason = "every declaration begins with `new` and ends with `add`")]
    pub fn add(self, cx: &Context) {
        self.check.add(cx);
    }
}

impl Options for HttpCheck {
    fn draft(&mut self) -> &mut Draft {
        self.check.draft()
    }
}

/// Whole seconds, as checks take them.
fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
