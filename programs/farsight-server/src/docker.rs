//! The commands that bring an image into the repository, ready to be copied.

use crate::settings::Settings;
use farsight::prelude::*;
use farsight_components::Repository;

pub fn export(cx: &Context, settings: &Settings, repository: &Repository) -> farsight::Result<()> {
    let region = farsight_aws::region(cx)?;
    let account = farsight_aws::caller_identity(cx)?.account_id;
    let domain = if farsight_aws::partition(cx)? == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let (name, tag, url) = (&settings.ecr_repo_name, &settings.image_tag, repository.repository.repository_url());
    cx.export(
        "dockerLogin",
        format!(
            "aws ecr get-login-password --region {region} | \
             docker login --username AWS --password-stdin {account}.dkr.ecr.{region}.{domain}"
        ),
    );
    cx.export("dockerBuild", format!("docker build -t {name}:{tag} ."));
    cx.export("dockerTag", output!("docker tag {name}:{tag} {url}:{tag}"));
    cx.export("dockerPush", output!("docker push {url}:{tag}"));
    Ok(())
}
