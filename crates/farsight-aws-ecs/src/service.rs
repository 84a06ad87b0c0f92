//! `aws:ecs/service:Service`.

use crate::ecs::{Ecs, all_tags, meaning, must, tag_list, unless};
use crate::service_form;
use crate::wire::{call, count, list, set, text};
use farsight_aws::ecs::{SchedulingStrategy, Service, ServiceArgs, ServiceOutputs};
use farsight_aws_client::tags;
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen, Settle, mins, secs};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

pub(crate) struct ServiceHandler {
    pub(crate) ecs: Ecs,
}

/// The most services that one call describes, all in one cluster.
const BATCH: usize = 10;

/// Says on the service that nobody waits for it: reads know nothing of the program. Programs do not see the tag.
const UNWATCHED: &str = "farsight:unwatched";

impl Handler for ServiceHandler {
    type Of = Service;

    const POLICY: Policy = Policy {
        identity: Identity::ClientToken,
        unique_key: &["cluster", "name"],
        serialize_by: None,
        read_batch: BATCH,
        // Deletes wait until the load balancer has let go of the tasks.
        settle: Settle { every: secs(5), within: mins(30) },
        faults: &[
            ("ClusterNotFoundException", Fault::Lag),
            ("ServiceNotActiveException", Fault::Gone),
            ("ServiceNotFoundException", Fault::Gone),
            ("UpdateInProgressException", Fault::Busy),
        ],
        permissions: &[
            "ecs:CreateService",
            "ecs:DeleteService",
            "ecs:DescribeServices",
            "ecs:DescribeTasks",
            "ecs:ListTasks",
            "ecs:TagResource",
            "ecs:UntagResource",
            "ecs:UpdateService",
            "iam:PassRole",
        ],
    };

    async fn create(&self, owner: &Owner, args: &ServiceArgs) -> Result<Id> {
        let mut body = service_form::create(args)?;
        let mut all = tags::for_create(owner, &args.tags)?;
        if !args.wait_for_steady_state {
            all.insert(UNWATCHED.into(), "true".into());
        }
        set(&mut body, "tags", tag_list(&all));
        set(&mut body, "clientToken", json!(owner.op));
        let answer = call!(self.ecs, Write, create_service, "CreateService", body);
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(self.refused(error, args).await?),
        };
        let arn = must(&answer["service"], "serviceArn", "CreateService")?;
        Ok(id_of(args, arn))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<Service>>> {
        let mut names: BTreeMap<Place, Vec<&Id>> = BTreeMap::new();
        for id in ids {
            names.entry(Place::of(id)?.cluster_only()).or_default().push(id);
        }
        let mut found = BTreeMap::new();
        for (place, ids) in names {
            for some in ids.chunks(BATCH) {
                let services = some.iter().map(|id| Ok(Place::of(id)?.name)).collect::<Result<Vec<String>>>()?;
                for service in self.describe(&place.cluster, &services).await? {
                    if let Some(id) = some.iter().find(|id| id.rsplit('/').next() == service["serviceName"].as_str()) {
                        found.insert((*id).clone(), service);
                    }
                }
            }
        }
        let mut all = Vec::new();
        for id in ids {
            all.push(match found.get(id) {
                Some(service) => self.seen(&Place::of(id)?, service).await?,
                None => Seen::Absent,
            });
        }
        Ok(all)
    }

    async fn update(&self, id: &Id, change: Change<'_, ServiceArgs>) -> Result<Option<Id>> {
        let (wanted, place) = (change.wanted, Place::of(id)?);
        let mut body = service_form::update(wanted, |property| change.touches(property))?;
        let other = change.differences.iter().any(|difference| difference.path.head() != Some("tags"));
        // A deployment that was given up is only tried again when it is asked for.
        let given_up = change.differences.is_empty();
        if given_up || change.touches("triggers") || (wanted.force_new_deployment && other) {
            set(&mut body, "forceNewDeployment", json!(true));
        }
        if body != json!({}) {
            if change.touches("taskDefinition") {
                self.not_given_up(&place, wanted).await?;
            }
            set(&mut body, "cluster", json!(place.cluster));
            set(&mut body, "service", json!(place.name));
            call!(self.ecs, Write, update_service, "UpdateService", body)?;
        }
        let mut tags = tags::changed(&change, &wanted.tags, &change.observed.tags)?;
        if change.touches("waitForSteadyState") {
            if wanted.wait_for_steady_state {
                tags.unset.push(UNWATCHED.into());
            } else {
                tags.set.insert(UNWATCHED.into(), "true".into());
            }
        }
        if !tags.is_empty() {
            let service = self.one(&place).await?.ok_or_else(|| Error::gone(id))?;
            self.ecs.retag(text(&service, "serviceArn"), &tags).await?;
        }
        Ok(None)
    }

    async fn delete(&self, id: &Id, args: &ServiceArgs) -> Result<()> {
        let place = Place::of(id)?;
        if self.one(&place).await?.is_none() {
            return Err(Error::gone(id));
        }
        // Scales a service of replicas down by itself.
        let force = args.force_delete || args.scheduling_strategy == SchedulingStrategy::Replica;
        let body = json!({ "cluster": place.cluster, "service": place.name, "force": force });
        let done = call!(self.ecs, Write, delete_service, "DeleteService", body);
        meaning("ClusterNotFoundException", Fault::Gone, done).map(|_| ())
    }

    async fn find(&self, owner: &Owner, args: &ServiceArgs) -> Result<Vec<Id>> {
        let cluster = args.cluster.clone().unwrap_or_else(|| "default".into());
        let place = Place { cluster, name: args.name.clone() };
        let service = self.one(&place).await?.filter(|service| text(service, "status") == "ACTIVE");
        let ours = service.filter(|service| tags::is_ours(&all_tags(service), owner));
        Ok(ours.map(|service| id_of(args, text(&service, "serviceArn").to_owned())).into_iter().collect())
    }
}

impl ServiceHandler {
    /// Services that are there, on their way out too.
    pub(crate) async fn describe(&self, cluster: &str, services: &[String]) -> Result<Vec<Json>> {
        let body = json!({ "cluster": cluster, "services": services, "include": ["TAGS"] });
        let answer = call!(self.ecs, Read, describe_services, "DescribeServices", body);
        let answer = unless("ClusterNotFoundException", answer)?.unwrap_or_default();
        let there = list(&answer, "services").iter().filter(|service| text(service, "status") != "INACTIVE");
        Ok(there.cloned().collect())
    }

    async fn one(&self, place: &Place) -> Result<Option<Json>> {
        Ok(self.describe(&place.cluster, std::slice::from_ref(&place.name)).await?.pop())
    }

    /// Whether a create was refused for a service that has the name: ECS has no code of its own for that. Also while the
    /// name is not free yet, after a delete.
    async fn refused(&self, mut error: Error, args: &ServiceArgs) -> Result<Error> {
        if error.code.as_deref() == Some("InvalidParameterException") {
            let cluster = args.cluster.clone().unwrap_or_else(|| "default".into());
            match self.one(&Place { cluster, name: args.name.clone() }).await? {
                Some(service) if text(&service, "status") == "DRAINING" => error.fault = Fault::Busy,
                Some(_) => error.fault = Fault::Exists,
                // A role or a target group may not be visible or attached yet.
                None if args.iam_role.is_some() || !args.load_balancers.is_empty() => error.fault = Fault::Lag,
                None => {}
            }
        }
        Ok(error)
    }

    /// Refuses a deployment that ECS has just given up and is rolling back: it would fail again, and the reason be lost.
    async fn not_given_up(&self, place: &Place, wanted: &ServiceArgs) -> Result<()> {
        let Some(service) = self.one(place).await? else { return Ok(()) };
        let failed = list(&service, "deployments").iter().find(|deployment| {
            text(deployment, "rolloutState") == "FAILED"
                && deployment["taskDefinition"].as_str() == wanted.task_definition.as_deref()
        });
        let Some(failed) = failed else { return Ok(()) };
        let why = self.why(place, failed).await?;
        Err(Error::new(Fault::Rejected, format!("ECS gave the deployment up and returns to the one before: {why}")))
    }

    async fn seen(&self, place: &Place, service: &Json) -> Result<Seen<Service>> {
        if text(service, "status") == "DRAINING" {
            return Ok(Seen::Settling(format!("draining, {} tasks are still running", count(service, "runningCount"))));
        }
        let watched = !all_tags(service).contains_key(UNWATCHED);
        let args = service_form::args(service, &place.cluster)?;
        let outputs = ServiceOutputs { arn: text(service, "serviceArn").to_owned() };
        if let Some(primary) = primary(service)
            && watched
        {
            if text(primary, "rolloutState") == "FAILED" {
                return Ok(Seen::Stuck { args, outputs, why: self.why(place, primary).await? });
            }
            if let Some(state) = unsteady(service, primary) {
                let why = if count(primary, "failedTasks") > 0 {
                    format!(": {}", self.why(place, primary).await?)
                } else {
                    complaint(service).map_or_else(String::new, |event| format!(": {event}"))
                };
                return Ok(Seen::Settling(state + &why));
            }
        }
        Ok(Seen::Ready { args, outputs })
    }

    /// Why tasks of a deployment stop, in ECS's words.
    pub(crate) async fn why(&self, place: &Place, deployment: &Json) -> Result<String> {
        let mut why = match text(deployment, "rolloutStateReason") {
            "" => "tasks failed to start".to_owned(),
            reason => reason.to_owned(),
        };
        let body = json!({ "cluster": place.cluster, "serviceName": place.name, "desiredStatus": "STOPPED", "maxResults": 10 });
        let tasks = call!(self.ecs, Read, list_tasks, "ListTasks", body)?["taskArns"].take();
        if tasks.as_array().is_none_or(Vec::is_empty) {
            return Ok(why);
        }
        let body = json!({ "cluster": place.cluster, "tasks": tasks });
        let answer = call!(self.ecs, Read, describe_tasks, "DescribeTasks", body)?;
        let failed = list(&answer, "tasks").iter().find(|task| {
            task["taskDefinitionArn"] == deployment["taskDefinition"] && !text(task, "stoppedReason").is_empty()
        });
        if let Some(task) = failed {
            why = format!("{why} Last task: {}", text(task, "stoppedReason"));
            for container in list(task, "containers") {
                let reason = text(container, "reason");
                let code = container["exitCode"].as_i64();
                if !reason.is_empty() || code.is_some_and(|code| code != 0) {
                    let code = code.map_or_else(String::new, |code| format!(" exit code {code}"));
                    why = format!("{why}; container `{}`:{code} {reason}", text(container, "name"));
                }
            }
        }
        Ok(why.trim_end().to_owned())
    }
}

/// What the service last said, if that was a complaint: tasks that find no place are no failed tasks. Only shown, so the
/// words may decide.
fn complaint(service: &Json) -> Option<&str> {
    let last = list(service, "events").first().map(|event| text(event, "message"));
    last.filter(|message| message.contains("unable") || message.contains("unhealthy"))
}

pub(crate) fn primary(service: &Json) -> Option<&Json> {
    list(service, "deployments").iter().find(|deployment| text(deployment, "status") == "PRIMARY")
}

/// What the service is still on its way to; nothing if it is steady, or rolls back, which is not waited for.
pub(crate) fn unsteady(service: &Json, primary: &Json) -> Option<String> {
    let deployments = list(service, "deployments");
    if deployments.iter().any(|deployment| text(deployment, "rolloutState") == "FAILED") {
        return None;
    }
    let (running, desired) = (count(primary, "runningCount"), count(service, "desiredCount"));
    let all = count(service, "runningCount");
    let complete = matches!(text(primary, "rolloutState"), "COMPLETED" | "");
    if complete && deployments.len() == 1 && all == desired {
        return None;
    }
    let old = if all > running { format!(", {} old ones to go", all - running) } else { String::new() };
    Some(format!("rolling out, {running} of {desired} tasks running{old}"))
}

/// A service in its cluster, which is named as the program names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) cluster: String,
    pub(crate) name: String,
}

impl Place {
    /// From `cluster/name`, or from a service's ARN, where the cluster is an ARN too.
    fn of(id: &str) -> Result<Self> {
        let bad = || Error::bad_id(id, Service::SCHEMA.import_id);
        let (place, arn) = match id.split_once(":service/") {
            Some((before, place)) => (place, Some(before)),
            None => (id, None),
        };
        let (cluster, name) = place.split_once('/').ok_or_else(bad)?;
        if cluster.is_empty() || name.is_empty() || name.contains('/') {
            return Err(bad());
        }
        let cluster = arn.map_or_else(|| cluster.to_owned(), |before| format!("{before}:cluster/{cluster}"));
        Ok(Self { cluster, name: name.to_owned() })
    }

    fn cluster_only(self) -> Self {
        Self { name: String::new(), ..self }
    }
}

/// The id, which names the cluster as the program does: so what is read is what was declared.
fn id_of(args: &ServiceArgs, arn: String) -> Id {
    match args.cluster.as_deref() {
        Some(cluster) if cluster.starts_with("arn:") => arn,
        cluster => format!("{}/{}", cluster.unwrap_or("default"), args.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_the_cluster_as_the_program_does() {
        let place = |id: &str| Place::of(id).map(|place| (place.cluster, place.name)).ok();
        assert_eq!(place("main/api"), Some(("main".into(), "api".into())));
        let arn = "arn:aws:ecs:r:1:service/main/api";
        assert_eq!(place(arn), Some(("arn:aws:ecs:r:1:cluster/main".into(), "api".into())));
        assert_eq!(place("api"), None);
        assert_eq!(place("arn:aws:ecs:r:1:service/api"), None);
    }

    /// Protects people who wait: a service that cannot place its tasks says so, and what is usual is not repeated.
    #[test]
    fn only_complaints_of_a_service_are_shown() {
        let said = |message: &str| json!({ "events": [{ "message": message }, { "message": "unable to be old" }] });
        assert_eq!(
            complaint(&said("(service api) was unable to place a task")),
            Some("(service api) was unable to place a task")
        );
        assert_eq!(complaint(&said("(service api) has started 1 tasks")), None);
        assert_eq!(complaint(&json!({})), None);
    }

    /// Protects `up`: it is done when the new tasks run and the old ones are gone, not before.
    #[test]
    fn a_service_is_steady_when_one_complete_deployment_runs_all_tasks() {
        let service = |running: i64, deployments: Json| json!({ "desiredCount": 2, "runningCount": running, "deployments": deployments });
        let primary =
            |running: i64, state: &str| json!({ "status": "PRIMARY", "runningCount": running, "rolloutState": state });
        let old =
            |running: i64, state: &str| json!({ "status": "ACTIVE", "runningCount": running, "rolloutState": state });
        let told = |service: &Json| super::primary(service).and_then(|primary| unsteady(service, primary));
        assert_eq!(told(&service(2, json!([primary(2, "COMPLETED")]))), None);
        let starting = service(0, json!([primary(0, "IN_PROGRESS")]));
        assert_eq!(told(&starting).as_deref(), Some("rolling out, 0 of 2 tasks running"));
        let changing = service(3, json!([primary(1, "IN_PROGRESS"), old(2, "COMPLETED")]));
        assert_eq!(told(&changing).as_deref(), Some("rolling out, 1 of 2 tasks running, 2 old ones to go"));
        assert_eq!(told(&service(3, json!([primary(2, "IN_PROGRESS"), old(1, "FAILED")]))), None);
    }
}
