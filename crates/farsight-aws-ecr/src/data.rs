//! ECR's data source: an image by tag or digest.

use crate::ecr::Ecr;
use aws_sdk_ecr::types::{ImageDetail, ImageIdentifier};
use farsight_aws_client::{Aws, Function, unless};
use farsight_model::Value;
use farsight_provider::{Error, Fault, Result};

/// What says that there is no such image: it was not pushed yet, or its repository is not there.
const NOT_THERE: &[&str] = &["ImageNotFoundException", "RepositoryNotFoundException"];

/// The data sources of this crate, on one connection.
pub fn functions(aws: &Aws) -> Vec<Function> {
    let ecr = Ecr::new(aws);
    vec![Function::new("aws:ecr/getImage:getImage", move |args| {
        let ecr = ecr.clone();
        async move { image(&ecr, &args).await }
    })]
}

async fn image(ecr: &Ecr, args: &Value) -> Result<Value> {
    let text = |name: &str| args.get(name).and_then(Value::as_str).map(str::to_owned);
    let repository = text("repositoryName").ok_or_else(|| rejected("`repositoryName` is required"))?;
    let (tag, digest) = (text("imageTag"), text("imageDigest"));
    let newest = args.get("mostRecent").and_then(Value::as_bool).unwrap_or_default();
    let wanted = match (&tag, &digest, newest) {
        (None, None, true) => None,
        (None, None, false) => return Err(rejected("one of `imageTag`, `imageDigest` and `mostRecent` is required")),
        (_, _, true) => return Err(rejected("`mostRecent` goes with neither `imageTag` nor `imageDigest`")),
        _ => Some(vec![ImageIdentifier::builder().set_image_tag(tag.clone()).set_image_digest(digest).build()]),
    };
    let call = ecr.client.describe_images().repository_name(&repository).set_image_ids(wanted);
    let call = call.set_registry_id(text("registryId"));
    let may_be_absent = args.get("mayBeAbsent").and_then(Value::as_bool).unwrap_or_default();
    let (mut images, mut token) = (Vec::new(), None);
    loop {
        let page = ecr.read("DescribeImages", || call.clone().set_next_token(token.clone()).send()).await;
        let page = if may_be_absent { unless(NOT_THERE, page)? } else { Some(page?) };
        let Some(page) = page else { return Ok(Value::map::<String>([])) };
        images.extend(page.image_details.unwrap_or_default());
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    let pushed = |image: &ImageDetail| image.image_pushed_at.map_or(i64::MIN, |at| at.secs());
    let image = match images.into_iter().max_by_key(pushed) {
        Some(image) => image,
        // The newest one of an empty repository, for example.
        None if may_be_absent => return Ok(Value::map::<String>([])),
        None => return Err(rejected("the repository has no such image")),
    };
    let repositories =
        || ecr.client.describe_repositories().repository_names(&repository).set_registry_id(text("registryId")).send();
    let found = ecr.read("DescribeRepositories", repositories).await?.repositories.unwrap_or_default();
    let url = found.first().and_then(|found| found.repository_uri.clone()).unwrap_or_default();
    let digest = image.image_digest.unwrap_or_default();
    let mut tags = image.image_tags.unwrap_or_default();
    // The service promises no order.
    tags.sort();
    Ok(Value::map([
        ("id", Value::from(digest.as_str())),
        ("imageDigest", Value::from(digest.as_str())),
        ("imagePushedAt", image.image_pushed_at.map_or(Value::Null, |at| Value::from(at.secs()))),
        ("imageSizeInBytes", image.image_size_in_bytes.map_or(Value::Null, Value::from)),
        ("imageTag", tag.map_or(Value::Null, Value::String)),
        ("imageTags", Value::List(tags.into_iter().map(Value::String).collect())),
        ("imageUri", Value::String(format!("{url}@{digest}"))),
        ("mostRecent", Value::Bool(newest)),
        ("registryId", image.registry_id.map_or(Value::Null, Value::String)),
        ("repositoryName", Value::String(repository)),
    ]))
}

fn rejected(message: &str) -> Error {
    Error::new(Fault::Rejected, message)
}
