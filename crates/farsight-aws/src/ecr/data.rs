//! Questions to ECR that programs ask while they declare.

use farsight::model::FromValue;
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

fn read<T: FromValue>(answer: &Value, name: &str) -> farsight::Result<T> {
    let part = answer.get(name).cloned().unwrap_or_default();
    let wrong = |mismatch: farsight::model::Mismatch| format!("the answer has another form: {}", mismatch.at(name));
    T::from_value(&part).map_err(|mismatch| farsight::Error::new(wrong(mismatch)))
}
