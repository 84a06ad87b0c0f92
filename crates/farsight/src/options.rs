//! The options that every resource takes.

use crate::{Data, Dependencies, Dependency, Draft};
use farsight_model::{PropertyPath, Timeouts};

/// The options that every resource takes, on every builder. The names and meanings are Pulumi's.
///
/// Paths are property paths (`tags.Name`, `ingress[*].cidr_blocks`); a path that names no property fails the program
/// at its line.
pub trait Options: Sized {
    /// The declaration that is being built.
    #[doc(hidden)]
    fn draft(&mut self) -> &mut Draft;

    /// Refuses to delete or replace the resource, even when its line of code is gone.
    fn protect(mut self, protect: bool) -> Self {
        self.draft().options.protect = protect;
        self
    }

    /// Forgets the object instead of deleting it.
    fn retain_on_delete(mut self, retain: bool) -> Self {
        self.draft().options.retain_on_delete = retain;
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

    /// A name or URN under which the resource was known before.
    fn alias(mut self, old: impl Into<String>) -> Self {
        self.draft().options.aliases.push(old.into());
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
