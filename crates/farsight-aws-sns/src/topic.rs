//! `aws:sns/topic:Topic`.

use crate::sns::{FAULTS, SETTLE, Sns, found};
use crate::topic_attributes::{read, rows};
use aws_sdk_sns::types::Tag;
use farsight_aws::sns::{Topic, TopicArgs, TopicOutputs};
use farsight_aws_client::tags::{self, TagChange, Tags};
use farsight_aws_client::the_one;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use std::collections::HashMap;

pub(crate) struct TopicHandler {
    pub(crate) sns: Sns,
}

impl Handler for TopicHandler {
    type Of = Topic;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name"],
        serialize_by: None,
        // There is no call for several; this many are asked side by side.
        read_batch: 20,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "sns:CreateTopic",
            "sns:DeleteTopic",
            "sns:GetTopicAttributes",
            "sns:ListTagsForResource",
            "sns:SetTopicAttributes",
            "sns:TagResource",
            "sns:UntagResource",
        ],
    };

    /// The service answers with the topic of the same name, whoever made it; so names are looked at first.
    async fn create(&self, owner: &Owner, args: &TopicArgs) -> Result<Id> {
        let tags = sdk_tags(&tags::for_create(owner, &args.tags)?);
        if self.attributes(&self.arn_of(&args.name).await?).await?.is_some() {
            return Err(Error::new(Fault::Exists, format!("there is a topic of the name `{}` already", args.name)));
        }
        let call = self.sns.client.create_topic().name(&args.name).set_tags(Some(tags));
        // Only a new topic can be told to keep the order.
        let call = if args.fifo_topic { call.attributes("FifoTopic", "true") } else { call };
        let answer = self.sns.write("CreateTopic", || call.clone().send()).await?;
        the_one(answer.topic_arn, "CreateTopic")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Topic>>> {
        try_join_all(ids.iter().map(async |arn| {
            let Some(attributes) = self.attributes(arn).await? else { return Ok(Seen::Absent) };
            Ok(self.tags(arn).await?.map_or(Seen::Absent, |tags| seen(arn, &attributes, tags)))
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, TopicArgs>) -> Result<Option<Id>> {
        let mut rows = rows(change.wanted);
        let policy = change.wanted.policy.clone().unwrap_or_else(|| default_policy(id));
        rows.push(("policy", "Policy", policy));
        for (_, attribute, value) in rows.into_iter().filter(|(property, ..)| change.touches(property)) {
            let set = || {
                let call = self.sns.client.set_topic_attributes().topic_arn(id);
                call.attribute_name(attribute).attribute_value(&value).send()
            };
            self.sns.write("SetTopicAttributes", set).await?;
        }
        self.retag(id, tags::changed(&change, &change.wanted.tags, &change.observed.tags)?).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &TopicArgs) -> Result<()> {
        self.sns.write("DeleteTopic", || self.sns.client.delete_topic().topic_arn(id).send()).await.map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &TopicArgs) -> Result<Vec<Id>> {
        let arn = self.arn_of(&args.name).await?;
        let tags = self.tags(&arn).await?.unwrap_or_default();
        Ok(tags::is_ours(&tags, owner).then_some(arn).into_iter().collect())
    }
}

impl TopicHandler {
    /// The ARN that a topic of this name has.
    async fn arn_of(&self, name: &str) -> Result<String> {
        let account = &self.sns.aws.identity().await?.account;
        Ok(self.sns.aws.arn("sns", account, name))
    }

    async fn attributes(&self, arn: &str) -> Result<Option<HashMap<String, String>>> {
        let get = || self.sns.client.get_topic_attributes().topic_arn(arn).send();
        let answer = found(self.sns.read("GetTopicAttributes", get).await)?;
        Ok(answer.map(|answer| answer.attributes.unwrap_or_default()))
    }

    /// All tags; nothing if there is no such topic.
    async fn tags(&self, arn: &str) -> Result<Option<Tags>> {
        let list = || self.sns.client.list_tags_for_resource().resource_arn(arn).send();
        let answer = found(self.sns.read("ListTagsForResource", list).await)?;
        let pairs = |answer: Vec<Tag>| answer.into_iter().map(|tag| (tag.key, tag.value)).collect();
        Ok(answer.map(|answer| pairs(answer.tags.unwrap_or_default())))
    }

    async fn retag(&self, arn: &str, change: TagChange) -> Result<()> {
        if !change.set.is_empty() {
            let set = sdk_tags(&change.set);
            let tag = || self.sns.client.tag_resource().resource_arn(arn).set_tags(Some(set.clone())).send();
            self.sns.write("TagResource", tag).await?;
        }
        if !change.unset.is_empty() {
            let keys = Some(change.unset);
            let untag = || self.sns.client.untag_resource().resource_arn(arn).set_tag_keys(keys.clone()).send();
            self.sns.write("UntagResource", untag).await?;
        }
        Ok(())
    }
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    // Both parts are given, which is all that a tag needs.
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

/// The policy that AWS gives to a new topic: its account may do everything.
fn default_policy(arn: &str) -> String {
    let account = arn.split(':').nth(4).unwrap_or_default();
    let actions: Vec<String> = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ]
    .iter()
    .map(|action| format!("\"SNS:{action}\""))
    .collect();
    format!(
        r#"{{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Effect":"Allow","Sid":"__default_statement_ID","Principal":{{"AWS":"*"}},"Action":[{}],"Resource":"{arn}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{account}"}}}}}}]}}"#,
        actions.join(",")
    )
}

fn seen(arn: &str, attributes: &HashMap<String, String>, tags: Tags) -> Seen<Topic> {
    let text = |name: &str| attributes.get(name).filter(|text| !text.is_empty()).cloned();
    let args = TopicArgs {
        fifo_topic: text("FifoTopic").is_some_and(|text| text == "true"),
        name: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        policy: text("Policy"),
        tags: tags::observed(tags),
        ..read(attributes)
    };
    let outputs = TopicOutputs {
        arn: arn.to_owned(),
        beginning_archive_time: text("BeginningArchiveTime"),
        owner: text("Owner").unwrap_or_default(),
    };
    Seen::Ready { args, outputs }
}
