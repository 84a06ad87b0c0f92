//! `aws:ecr/repository:Repository`.

use crate::ecr::{Ecr, SETTLE, wrong};
use aws_sdk_ecr::types;
use farsight_aws::ecr::{
    EncryptionType, ImageTagMutability, Repository, RepositoryArgs, RepositoryEncryptionConfiguration,
    RepositoryImageScanningConfiguration, RepositoryImageTagMutabilityExclusionFilter, RepositoryOutputs,
};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::unless;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

pub(crate) struct RepositoryHandler {
    pub(crate) ecr: Ecr,
}

const NOT_FOUND: &[&str] = &["RepositoryNotFoundException"];

impl Handler for RepositoryHandler {
    type Of = Repository;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        // The most that DescribeRepositories takes (aws catalogue, ecr.Repository).
        read_batch: 100,
        settle: SETTLE,
        faults: &[
            ("RepositoryAlreadyExistsException", Fault::Exists),
            ("RepositoryNotFoundException", Fault::Gone),
            // Waiting does not empty a repository.
            ("RepositoryNotEmptyException", Fault::Rejected),
        ],
        permissions: &[
            "ecr:CreateRepository",
            "ecr:DeleteRepository",
            "ecr:DescribeRepositories",
            "ecr:ListTagsForResource",
            "ecr:PutImageScanningConfiguration",
            "ecr:PutImageTagMutability",
            "ecr:TagResource",
            "ecr:UntagResource",
        ],
    };

    async fn create(&self, owner: &Owner, args: &RepositoryArgs) -> Result<Id> {
        let tags = tag_list(tags::for_create(owner, &args.tags)?)?;
        let encryption = match args.encryption_configurations.as_deref() {
            None | Some([]) => None,
            Some([one]) => Some(encryption_to(one)?),
            Some(_) => return Err(wrong("`encryptionConfigurations`: one block at most")),
        };
        let scanning = args.image_scanning_configuration.as_ref().map(|scanning| scan(scanning.scan_on_push));
        let filters = filters_to(args)?;
        let create = || {
            self.ecr
                .client
                .create_repository()
                .repository_name(&args.name)
                .set_encryption_configuration(encryption.clone())
                .set_image_scanning_configuration(scanning.clone())
                .image_tag_mutability(args.image_tag_mutability.as_str().into())
                .set_image_tag_mutability_exclusion_filters(filters.clone())
                .set_tags(Some(tags.clone()))
                .send()
        };
        self.ecr.write("CreateRepository", create).await?;
        Ok(args.name.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Repository>>> {
        let found = self.repositories(ids).await?;
        let tags = try_join_all(ids.iter().map(async |id| match found.get(id) {
            Some(repository) => self.tags(repository).await,
            None => Ok(None),
        }));
        let tags = tags.await?;
        ids.iter()
            .zip(tags)
            .map(|(id, tags)| match (found.get(id), tags) {
                (Some(repository), Some(tags)) => seen(repository, tags),
                _ => Ok(Seen::Absent),
            })
            .collect()
    }

    async fn update(&self, id: &Id, change: Change<'_, RepositoryArgs>) -> Result<Option<Id>> {
        let (wanted, client) = (change.wanted, &self.ecr.client);
        if change.touches_any(&["imageTagMutability", "imageTagMutabilityExclusionFilters"]) {
            let filters = filters_to(wanted)?;
            let put = || {
                client
                    .put_image_tag_mutability()
                    .repository_name(id)
                    .image_tag_mutability(wanted.image_tag_mutability.as_str().into())
                    .set_image_tag_mutability_exclusion_filters(filters.clone())
                    .send()
            };
            self.ecr.write("PutImageTagMutability", put).await?;
        }
        if change.touches("imageScanningConfiguration") {
            let on_push = wanted.image_scanning_configuration.as_ref().is_some_and(|scanning| scanning.scan_on_push);
            let put = || {
                let call = client.put_image_scanning_configuration().repository_name(id);
                call.image_scanning_configuration(scan(on_push)).send()
            };
            self.ecr.write("PutImageScanningConfiguration", put).await?;
        }
        let tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        if !tags.is_empty() {
            let found = self.repositories(std::slice::from_ref(id)).await?;
            let arn = found.get(id).and_then(|found| found.repository_arn.clone()).ok_or_else(|| Error::gone(id))?;
            self.retag(&arn, tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &RepositoryArgs) -> Result<()> {
        let delete = || self.ecr.client.delete_repository().repository_name(id).force(args.force_delete).send();
        self.ecr.write("DeleteRepository", delete).await.map(|_| ()).map_err(|mut error| {
            if error.code.as_deref() == Some("RepositoryNotEmptyException") {
                error.message = format!("{}; `forceDelete` takes the images with it", error.message);
            }
            error
        })
    }

    fn delete_command(&self, id: &Id) -> Option<String> {
        Some(format!("aws ecr delete-repository --force --repository-name {id}"))
    }

    async fn find(&self, owner: &Owner, args: &RepositoryArgs) -> Result<Vec<Id>> {
        let found = self.repositories(std::slice::from_ref(&args.name)).await?;
        let Some(repository) = found.get(&args.name) else { return Ok(Vec::new()) };
        let tags = self.tags(repository).await?.unwrap_or_default();
        Ok(tags::is_ours(&tags, owner).then(|| args.name.clone()).into_iter().collect())
    }
}

impl RepositoryHandler {
    /// The repositories of these names that are there. One that is not fails the whole call, so they are asked for one by
    /// one then.
    async fn repositories(&self, names: &[Id]) -> Result<BTreeMap<Id, types::Repository>> {
        let mut found = BTreeMap::new();
        let batches = if let Some(all) = self.describe(names).await? {
            vec![Some(all)]
        } else if names.len() > 1 {
            try_join_all(names.iter().map(|name| self.describe(std::slice::from_ref(name)))).await?
        } else {
            Vec::new()
        };
        for repository in batches.into_iter().flatten().flatten() {
            if let Some(name) = repository.repository_name.clone() {
                found.insert(name, repository);
            }
        }
        Ok(found)
    }

    async fn describe(&self, names: &[Id]) -> Result<Option<Vec<types::Repository>>> {
        let describe = || self.ecr.client.describe_repositories().set_repository_names(Some(names.to_vec())).send();
        let answer = unless(NOT_FOUND, self.ecr.read("DescribeRepositories", describe).await)?;
        Ok(answer.map(|answer| answer.repositories.unwrap_or_default()))
    }

    /// All tags; nothing if the repository went in the meantime.
    async fn tags(&self, repository: &types::Repository) -> Result<Option<Tags>> {
        let arn = repository.repository_arn.as_deref().unwrap_or_default();
        let list = || self.ecr.client.list_tags_for_resource().resource_arn(arn).send();
        let answer = unless(NOT_FOUND, self.ecr.read("ListTagsForResource", list).await)?;
        let pairs = |tags: Vec<types::Tag>| tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        Ok(answer.map(|answer| pairs(answer.tags.unwrap_or_default())))
    }

    async fn retag(&self, arn: &str, change: tags::TagChange) -> Result<()> {
        let client = &self.ecr.client;
        if !change.set.is_empty() {
            let set = tag_list(change.set)?;
            let tag = || client.tag_resource().resource_arn(arn).set_tags(Some(set.clone())).send();
            self.ecr.write("TagResource", tag).await?;
        }
        if !change.unset.is_empty() {
            let keys = Some(change.unset);
            let untag = || client.untag_resource().resource_arn(arn).set_tag_keys(keys.clone()).send();
            self.ecr.write("UntagResource", untag).await?;
        }
        Ok(())
    }
}

fn seen(repository: &types::Repository, tags: Tags) -> Result<Seen<Repository>> {
    let encryption = repository.encryption_configuration.as_ref().map(encryption_from).transpose()?;
    let mutability = repository.image_tag_mutability.as_ref().map_or("MUTABLE", types::ImageTagMutability::as_str);
    let args = RepositoryArgs {
        encryption_configurations: encryption.map(|one| vec![one]),
        force_delete: false,
        image_scanning_configuration: repository
            .image_scanning_configuration
            .as_ref()
            .map(|scanning| RepositoryImageScanningConfiguration { scan_on_push: scanning.scan_on_push }),
        image_tag_mutability: ImageTagMutability::from_wire(mutability).ok_or_else(|| unknown(mutability))?,
        image_tag_mutability_exclusion_filters: repository
            .image_tag_mutability_exclusion_filters()
            .iter()
            .map(|filter| RepositoryImageTagMutabilityExclusionFilter {
                filter: filter.filter.clone(),
                filter_type: filter.filter_type.as_str().to_owned(),
            })
            .collect(),
        name: repository.repository_name.clone().unwrap_or_default(),
        tags: tags::observed(tags),
    };
    let outputs = RepositoryOutputs {
        arn: repository.repository_arn.clone().unwrap_or_default(),
        registry_id: repository.registry_id.clone().unwrap_or_default(),
        repository_url: repository.repository_uri.clone().unwrap_or_default(),
    };
    Ok(Seen::Ready { args, outputs })
}

fn unknown(word: &str) -> Error {
    wrong(format!("ECR answers `{word}`, which this version does not know"))
}

fn scan(on_push: bool) -> types::ImageScanningConfiguration {
    types::ImageScanningConfiguration::builder().scan_on_push(on_push).build()
}

fn tag_list(tags: Tags) -> Result<Vec<types::Tag>> {
    let built = tags.into_iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build());
    built.collect::<std::result::Result<_, _>>().map_err(wrong)
}

fn encryption_to(one: &RepositoryEncryptionConfiguration) -> Result<types::EncryptionConfiguration> {
    let built = types::EncryptionConfiguration::builder().encryption_type(one.encryption_type.as_str().into());
    built.set_kms_key(one.kms_key.clone()).build().map_err(wrong)
}

fn encryption_from(one: &types::EncryptionConfiguration) -> Result<RepositoryEncryptionConfiguration> {
    let word = one.encryption_type.as_str();
    let encryption_type = EncryptionType::from_wire(word).ok_or_else(|| unknown(word))?;
    Ok(RepositoryEncryptionConfiguration { encryption_type, kms_key: one.kms_key.clone() })
}

fn filters_to(args: &RepositoryArgs) -> Result<Option<Vec<types::ImageTagMutabilityExclusionFilter>>> {
    let filters = &args.image_tag_mutability_exclusion_filters;
    let built = filters.iter().map(|filter| {
        types::ImageTagMutabilityExclusionFilter::builder()
            .filter_type(filter.filter_type.as_str().into())
            .filter(&filter.filter)
            .build()
    });
    let built = built.collect::<std::result::Result<Vec<_>, _>>().map_err(wrong)?;
    Ok((!built.is_empty()).then_some(built))
}
