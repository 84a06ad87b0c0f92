//! A repository for images.

use crate::tags;
use farsight::prelude::*;
use farsight::{Component, Dependency};
use farsight_aws::ecr::{
    self, ImageTagMutability, LifecyclePolicy, LifecycleRules, Repository as EcrRepository,
    RepositoryImageScanningConfiguration,
};

/// A repository whose images are scanned once they are pushed, and deleted when they are many or lost their tag.
pub struct Repository {
    /// The component.
    pub component: Component,
    /// The repository.
    pub repository: EcrRepository,
    name: String,
}

/// An image that tasks are made of.
#[derive(Debug, Clone)]
pub struct Image {
    /// What task definitions take.
    pub uri: Output<String>,
    /// Whether anybody has pushed it yet. Tasks of an image that is not there cannot start, so nobody waits for them.
    pub exists: bool,
}

/// Declares a [`Repository`].
#[must_use = "a repository is declared only by `.add(cx)`"]
pub struct RepositoryBuilder {
    component: farsight::ComponentBuilder,
    name: String,
    repository_name: String,
    immutable: bool,
    keep_last: u32,
    keep_data: bool,
}

impl Repository {
    /// Begins a repository.
    #[track_caller]
    pub fn new(name: impl Into<String>) -> RepositoryBuilder {
        let name = name.into();
        RepositoryBuilder {
            component: Component::new("farsight:components:Repository", &name),
            repository_name: name.clone(),
            name,
            immutable: false,
            keep_last: 30,
            keep_data: true,
        }
    }

    /// The image that has a tag now, by its digest: so a new image behind the same tag is a change. By its tag as long
    /// as there is no such image.
    #[track_caller]
    pub fn image(&self, cx: &Context, tag: &str) -> farsight::Result<Image> {
        let url = self.repository.repository_url();
        Ok(match ecr::find_image(cx, &self.name, tag)? {
            Some(image) => Image { uri: output!("{url}@{}", image.digest), exists: true },
            None => Image { uri: output!("{url}:{tag}"), exists: false },
        })
    }
}

impl Dependency for Repository {
    fn dependency(&self) -> model::Urn {
        self.component.urn()
    }
}

impl RepositoryBuilder {
    /// The repository's name, unique in account and region; the component's if not given.
    pub fn repository_name(mut self, name: impl Into<String>) -> Self {
        self.repository_name = name.into();
        self
    }

    /// Whether a tag can never be given to another image; false if not given, so that `latest` works.
    pub fn immutable_tags(mut self, immutable: bool) -> Self {
        self.immutable = immutable;
        self
    }

    /// How many images are kept; 30 if not given. Those without a tag go after 14 days.
    pub fn keep_last(mut self, images: u32) -> Self {
        self.keep_last = images;
        self
    }

    /// Whether the repository and its images outlive the stack, whose next `up` takes them back; true if not given.
    /// Without it a delete takes the images along.
    pub fn keep_data(mut self, keep: bool) -> Self {
        self.keep_data = keep;
        self
    }

    /// Declares the repository.
    #[track_caller]
    pub fn add(self, cx: &Context) -> Repository {
        let component = self.component.add(cx);
        let cx = &component.scope(cx);
        let name = self.name.as_str();
        let mutability = if self.immutable { ImageTagMutability::Immutable } else { ImageTagMutability::Mutable };
        let repository = EcrRepository::new(name)
            .name(&self.repository_name)
            .image_tag_mutability(mutability)
            .image_scanning_configuration(RepositoryImageScanningConfiguration { scan_on_push: true })
            .force_delete(!self.keep_data)
            .tags(tags::named(cx, name))
            .retain_on_delete(self.keep_data)
            .add(cx);
        LifecyclePolicy::new(name)
            .repository(repository.name())
            .policy(LifecycleRules::new().expire_untagged_after(14).keep_last(self.keep_last))
            .add(cx);
        component.outputs(cx, value!({ "url": repository.repository_url() }));
        Repository { component, repository, name: self.repository_name }
    }
}
