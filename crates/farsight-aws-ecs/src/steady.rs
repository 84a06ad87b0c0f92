//! The check that a service is steady.

use crate::ecs::Ecs;
use crate::service::{Place, ServiceHandler, primary, unsteady};
use crate::wire::{count, list, text};
use farsight_model::Value;
use farsight_provider::{Result, Sight, text_of};
use serde_json::Value as Json;

/// One complete deployment runs all the tasks that the service wants.
pub(crate) async fn steady(ecs: Ecs, args: Value) -> Result<Sight> {
    let place = Place { cluster: text_of(&args, "cluster")?, name: text_of(&args, "service")? };
    let services = ServiceHandler { ecs };
    let Some(service) = services.describe(&place.cluster, std::slice::from_ref(&place.name)).await?.pop() else {
        return Ok(Sight::NotYet("there is no such service".into()));
    };
    let sight = judge(&service);
    let failed = |deployment: &&Json| count(deployment, "failedTasks") > 0 || is_failed(deployment);
    match (sight, list(&service, "deployments").iter().find(failed)) {
        (Sight::NotYet(seen), Some(deployment)) => {
            let why = services.why(&place, deployment).await?;
            Ok(Sight::NotYet(format!("{seen}: {why}")))
        }
        (sight, _) => Ok(sight),
    }
}

fn is_failed(deployment: &Json) -> bool {
    text(deployment, "rolloutState") == "FAILED"
}

fn judge(service: &Json) -> Sight {
    if text(service, "status") == "DRAINING" {
        return Sight::Never("the service is being deleted".into());
    }
    if list(service, "deployments").iter().any(is_failed) {
        return Sight::NotYet("ECS gave a deployment up".into());
    }
    let (running, desired) = (count(service, "runningCount"), count(service, "desiredCount"));
    match primary(service).and_then(|primary| unsteady(service, primary)) {
        Some(state) => Sight::NotYet(state),
        // A service without deployments is of an external controller, which has its own word for them.
        None if running != desired => Sight::NotYet(format!("{running} of {desired} tasks running")),
        None => Sight::Holds(format!("{running} of {desired} tasks running")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[allow(clippy::needless_pass_by_value, reason = "values are made in place")]
    fn service(running: i64, deployments: Json) -> Json {
        json!({ "status": "ACTIVE", "desiredCount": 2, "runningCount": running, "deployments": deployments })
    }

    #[test]
    fn steady_is_one_complete_deployment_with_all_tasks() {
        let primary =
            |running: i64, state: &str| json!({ "status": "PRIMARY", "runningCount": running, "rolloutState": state });
        let steady = service(2, json!([primary(2, "COMPLETED")]));
        assert_eq!(judge(&steady), Sight::Holds("2 of 2 tasks running".into()));
        let starting = service(1, json!([primary(1, "IN_PROGRESS")]));
        assert_eq!(judge(&starting), Sight::NotYet("rolling out, 1 of 2 tasks running".into()));
        let back = service(2, json!([primary(2, "IN_PROGRESS"), { "status": "ACTIVE", "rolloutState": "FAILED" }]));
        assert_eq!(judge(&back), Sight::NotYet("ECS gave a deployment up".into()));
        assert_eq!(judge(&service(1, json!([]))), Sight::NotYet("1 of 2 tasks running".into()));
        let leaving = json!({ "status": "DRAINING", "desiredCount": 0, "runningCount": 1 });
        assert_eq!(judge(&leaving), Sight::Never("the service is being deleted".into()));
    }
}
