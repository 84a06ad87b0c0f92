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
#[track_caller]
pub fn image(cx: &Context, repository: &str, tag: &str) -> farsight::Result<Image> {
    let args = Value::map([("repositoryName", Value::from(repository)), ("imageTag", tag.into())]);
    let answer = cx.invoke("aws:ecr/getImage:getImage", args)?;
    Ok(Image {
        digest: read(&answer, "imageDigest")?,
        uri: read(&answer, "imageUri")?,
        tags: read(&answer, "imageTags")?,
        pushed_at: read(&answer, "imagePushedAt")?,
        size_in_bytes: read(&answer, "imageSizeInBytes")?,
    })
}
