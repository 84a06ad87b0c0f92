//! Questions to ECR that programs ask while they declare.

use crate::data::read;
use farsight::prelude::*;

/// An image in a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its digest, such as `sha256:0a1b...`. Another content has another digest, whatever the tag.
    pub digest: String,
    /// Repository and digest, as task definitions take it.
    pub uri: String,
    /// All its tags, in order.
    pub tags: Vec<String>,
    /// When it was pushed, in seconds since 1970.
    pub pushed_at: Option<i64>,
    /// Its size in bytes, compressed.
    pub size_in_bytes: Option<i64>,
}

/// The image that has a tag now: with its digest in a task definition, a new image behind the same tag is a change.
/// An image that is not there is an error.
#[track_caller]
pub fn image(cx: &Context, repository: &str, tag: &str) -> farsight::Result<Image> {
    Image::of(&cx.invoke("aws:ecr/getImage:getImage", asked(repository, tag, false))?)
}

/// The image that has a tag now; none if it was not pushed yet, or if the repository itself is not there.
///
/// For the first `up` of a stack that makes the repository: services are registered with
/// `wait_for_steady_state(image.is_some())`, so that nobody waits for tasks whose image nobody pushed.
#[track_caller]
pub fn find_image(cx: &Context, repository: &str, tag: &str) -> farsight::Result<Option<Image>> {
    let answer = cx.invoke("aws:ecr/getImage:getImage", asked(repository, tag, true))?;
    if answer.get("imageDigest").is_none() { Ok(None) } else { Image::of(&answer).map(Some) }
}

fn asked(repository: &str, tag: &str, may_be_absent: bool) -> Value {
    Value::map([
        ("repositoryName", Value::from(repository)),
        ("imageTag", tag.into()),
        ("mayBeAbsent", may_be_absent.into()),
    ])
}

impl Image {
    fn of(answer: &Value) -> farsight::Result<Self> {
        Ok(Self {
            digest: read(answer, "imageDigest")?,
            uri: read(answer, "imageUri")?,
            tags: read(answer, "imageTags")?,
            pushed_at: read(answer, "imagePushedAt")?,
            size_in_bytes: read(answer, "imageSizeInBytes")?,
        })
    }
}
