//! The options that every resource takes.

use crate::{Alias, Data, Dependencies, Dependency, Draft, Result, Step, When, hook, session};
use farsight_model::{Location, PropertyPath, Timeouts};
use std::time::Duration;

/// The options that every resource takes, on every builder. The names and meanings are Pulumi's.
///
/// Paths are property paths (`tags.Name`, `ingress[*].cidr_blocks`); a path that names no property fails the program
/// at its line.
pub trait Options: Sized {
    /// The declaration that is being built.
    #[doc(hidden)]
    fn draft(&mut self) -> &mut Draft;

    /// Refuses to delete or replace the resource, even when its line of code is gone. Whatever is part of a protected
    /// component is protected too, unless it says `false` itself.
    fn protect(mut self, protect: bool) -> Self {
        let options = &mut self.draft().options;
        (options.protect, options.own_protect) = (protect, true);
        self
    }

    /// Forgets the object instead of deleting it. Parts of a component take it over, unless they say `false` themselves.
    fn retain_on_delete(mut self, retain: bool) -> Self {
        let options = &mut self.draft().options;
        (options.retain_on_delete, options.own_retain) = (retain, true);
        self
    }

    /// Leaves differences of these properties alone.
    #[track_caller]
    fn ignore_changes<'a>(mut self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        let paths = wire_paths(self.draft(), paths);
        self.draft().options.ignore_changes.extend(paths);
        self
    }

    /// Replaces the resource when one of these properties changes, even if it could be updated.
    #[track_caller]
    fn replace_on_changes<'a>(mut self, paths: impl IntoIterator<Item = &'a str>) -> Self {
        let paths = wire_paths(self.draft(), paths);
        self.draft().options.replace_on_changes.extend(paths);
        self
    }

    /// Whether a replacement deletes the old object before it creates the new one, whatever the type's own way.
    fn delete_before_replace(mut self, delete_first: bool) -> Self {
        self.draft().options.delete_before_replace = Some(delete_first);
        self
    }

    /// Resources that must be done first, besides those that the properties name: `&a`, `[&a, &b]` of one type,
    /// `(&a, &b)` of several types.
    fn depends_on(mut self, on: impl Dependencies) -> Self {
        self.draft().options.depends_on.extend(on.dependencies());
        self
    }

    /// What the resource was known as before: a name, a URN, or an [`Alias`] for another parent or type. Its object stays
    /// as it is.
    fn alias(mut self, old: impl Into<Alias>) -> Self {
        self.draft().aliases.push(old.into());
        self
    }

    /// Adopts the existing object `id` instead of creating one.
    fn import(mut self, id: impl Into<String>) -> Self {
        self.draft().options.import = Some(id.into());
        self
    }

    /// The component that the resource is part of. Its type becomes part of the resource's URN.
    fn parent(mut self, parent: impl Dependency) -> Self {
        self.draft().parent = Some(parent.dependency());
        self
    }

    /// The explicit provider that makes the resource.
    fn provider(mut self, provider: impl Dependency) -> Self {
        self.draft().options.provider = Some(provider.dependency());
        self
    }

    /// Limits on how long operations may take.
    fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.draft().options.timeouts = timeouts;
        self
    }

    /// The resource whose deletion takes this one with it, so that it need not be deleted by itself.
    fn deleted_with(mut self, other: impl Dependency) -> Self {
        self.draft().options.deleted_with = Some(other.dependency());
        self
    }

    /// Resources whose replacement replaces this one.
    fn replace_with(mut self, others: impl Dependencies) -> Self {
        self.draft().options.replace_with.extend(others.dependencies());
        self
    }

    /// Outputs to be treated as secret.
    #[track_caller]
    fn secret_outputs<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let paths = wire_paths(self.draft(), names);
        self.draft().options.secret_outputs.extend(paths.iter().map(ToString::to_string));
        self
    }

    /// A value whose change replaces the resource.
    fn replacement_trigger(mut self, value: impl Data) -> Self {
        self.draft().options.replacement_trigger = value.into_data();
        self
    }

    /// Runs a closure of the program before or after steps of this resource. It may take 30 seconds.
    ///
    /// An error before a step stops the step; an error after it fails the run, but what was done is kept. When the line
    /// that declares the resource is gone, so is the closure: it does not run when the resource is deleted for that.
    #[track_caller]
    fn hook(mut self, when: When, run: impl Fn(&Step) -> Result<()> + 'static) -> Self {
        let hook = hook::keep(when, None, run);
        self.draft().options.hooks.push(hook);
        no_component(self.draft());
        self
    }

    /// As [`Options::hook`], with another time that the closure may take: at least a second.
    #[track_caller]
    fn hook_within(mut self, when: When, within: Duration, run: impl Fn(&Step) -> Result<()> + 'static) -> Self {
        let hook = hook::keep(when, Some(within), run);
        self.draft().options.hooks.push(hook);
        no_component(self.draft());
        self
    }
}

/// Nothing is done for a component itself that a hook could run around.
#[track_caller]
fn no_component(draft: &Draft) {
    if draft.schema.is_none() {
        session::problem(format!("`{}` is a component, which has no steps for a hook", draft.name), Location::caller());
    }
}

#[track_caller]
fn wire_paths<'a>(draft: &Draft, texts: impl IntoIterator<Item = &'a str>) -> Vec<PropertyPath> {
    let mut paths = Vec::new();
    // A loop, not an iterator chain: closures hide the caller's line.
    for text in texts {
        paths.extend(draft.path(text));
    }
    paths
}
