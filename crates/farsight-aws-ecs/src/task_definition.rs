//! `aws:ecs/taskDefinition:TaskDefinition`.

use crate::ecs::{Ecs, all_tags, create_tags, must, unless};
use crate::task_form::{request, seen};
use crate::wire::{call, list, set};
use farsight_aws::ecs::{TaskDefinition, TaskDefinitionArgs};
use farsight_aws_client::tags;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use futures_util::future::try_join_all;
use serde_json::{Value as Json, json};

pub(crate) struct TaskDefinitionHandler {
    pub(crate) ecs: Ecs,
}

/// ECS says this for everything that it refuses about a task definition, a missing one too.
const CLIENT: &str = "ClientException";

/// How many of the newest revisions may be the one that an interrupted create made.
const NEWEST: usize = 10;

impl Handler for TaskDefinitionHandler {
    type Of = TaskDefinition;

    const POLICY: Policy = Policy {
        identity: Identity::OwnerTag,
        // Revisions stand side by side.
        unique_key: &[],
        // Revisions of one family cannot be registered at once (aws catalogue, ecs.TaskDefinition).
        serialize_by: Some("family"),
        read_batch: 10,
        settle: Settle { every: secs(1), within: mins(5) },
        faults: &[],
        permissions: &[
            "ecs:DeregisterTaskDefinition",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTaskDefinitions",
            "ecs:RegisterTaskDefinition",
            "ecs:TagResource",
            "ecs:UntagResource",
            "iam:PassRole",
        ],
    };

    async fn create(&self, owner: &Owner, args: &TaskDefinitionArgs) -> Result<Id> {
        let mut body = request(args)?;
        set(&mut body, "tags", create_tags(owner, &args.tags)?);
        let answer = call!(self.ecs, Write, register_task_definition, "RegisterTaskDefinition", body)
            .map_err(|error| fresh_role(error, args))?;
        must(&answer["taskDefinition"], "taskDefinitionArn", "RegisterTaskDefinition")
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<TaskDefinition>>> {
        let answers = try_join_all(ids.iter().map(|id| self.describe(id))).await?;
        answers.iter().map(|answer| answer.as_ref().map_or(Ok(Seen::Absent), seen)).collect()
    }

    /// Only tags change.
    async fn update(&self, id: &Id, change: Change<'_, TaskDefinitionArgs>) -> Result<Option<Id>> {
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        if !tags.is_empty() {
            let answer = self.describe(id).await?.ok_or_else(|| Error::gone(id))?;
            let arn = must(&answer["taskDefinition"], "taskDefinitionArn", "DescribeTaskDefinition")?;
            self.ecs.retag(&arn, &tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &TaskDefinitionArgs) -> Result<()> {
        if args.skip_destroy {
            // Done for the engine, which would otherwise wait until the revision is not there.
            return Err(Error::new(Fault::Gone, format!("the revision `{id}` is left, as `skipDestroy` says")));
        }
        let body = json!({ "taskDefinition": id });
        let done = call!(self.ecs, Write, deregister_task_definition, "DeregisterTaskDefinition", body);
        if let Err(error) = done {
            let there = error.code.as_deref() != Some(CLIENT) || self.describe(id).await?.is_some();
            return Err(if there { error } else { Error::gone(id) });
        }
        Ok(())
    }

    /// Every register makes a revision, so only the very operation's tag tells which is its own.
    async fn find(&self, owner: &Owner, args: &TaskDefinitionArgs) -> Result<Vec<Id>> {
        let body = json!({ "familyPrefix": args.family, "sort": "DESC", "status": "ACTIVE" });
        let answer = call!(self.ecs, Read, list_task_definitions, "ListTaskDefinitions", body)?;
        let mut revisions: Vec<&str> = list(&answer, "taskDefinitionArns").iter().filter_map(Json::as_str).collect();
        revisions.sort_by_key(|arn| std::cmp::Reverse(revision(arn)));
        let newest = revisions.into_iter().take(NEWEST);
        let answers = try_join_all(newest.map(async |arn| Ok((arn, self.describe(arn).await?)))).await?;
        let ours = |answer: &Json| all_tags(answer).get(tags::OP) == Some(&owner.op);
        let found = answers.into_iter().filter(|(_, answer)| answer.as_ref().is_some_and(ours));
        Ok(found.map(|(arn, _)| arn.to_owned()).collect())
    }
}

impl TaskDefinitionHandler {
    /// A revision, active or not; nothing if there never was one.
    async fn describe(&self, id: &str) -> Result<Option<Json>> {
        let body = json!({ "taskDefinition": id, "include": ["TAGS"] });
        unless(CLIENT, call!(self.ecs, Read, describe_task_definition, "DescribeTaskDefinition", body))
    }
}

fn revision(arn: &str) -> u64 {
    arn.rsplit(':').next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// ECS refuses a role that is not visible everywhere yet, in the same words as anything else.
fn fresh_role(mut error: Error, args: &TaskDefinitionArgs) -> Error {
    let names_roles = args.execution_role_arn.is_some() || args.task_role_arn.is_some();
    if error.code.as_deref() == Some(CLIENT) && names_roles {
        error.fault = Fault::Lag;
    }
    error
}
