//! Where the log events of a resource are, as the state knows it.

use crate::commands::state::find;
use crate::failure::Result;
use farsight_aws_logs::LogSource;
use farsight_engine::{Code, Diagnostic};
use farsight_model::Value;
use farsight_state::ResourceRow;
use serde_json::Value as Json;

const GROUP: &str = "aws:cloudwatch/logGroup:LogGroup";
const SERVICE: &str = "aws:ecs/service:Service";
const TASK: &str = "aws:ecs/taskDefinition:TaskDefinition";

/// The resource of a name. Of several that have it, the one whose log is narrowest: a service, then its task definition,
/// then a log group.
pub fn named<'a>(rows: &'a [ResourceRow], text: &str) -> Result<&'a ResourceRow> {
    for kind in [SERVICE, TASK, GROUP] {
        let of_kind = |row: &&ResourceRow| !row.pending_delete && row.urn.token().as_str() == kind;
        let mut matching = rows.iter().filter(of_kind).filter(|row| find::names(row, text));
        match (matching.next(), matching.next()) {
            (Some(row), None) => return Ok(row),
            (Some(_), Some(_)) => break,
            (None, _) => {}
        }
    }
    find::resource(rows, text)
}

/// The log groups of a resource, and the streams in them that are its own.
pub fn of(rows: &[ResourceRow], row: &ResourceRow, region: &str) -> Result<Vec<LogSource>> {
    let sources = match row.urn.token().as_str() {
        GROUP => vec![LogSource { group: text(row, "name").unwrap_or_default(), prefix: String::new() }],
        TASK => of_task(row, region)?,
        SERVICE => of_task(task_of(rows, row)?, region)?,
        _ => {
            let problem = format!("a {} has no log of its own", row.urn.token().short());
            return Err(Diagnostic::error(Code::BadArgument, problem)
                .about(&row.urn)
                .help("name a log group, an ECS service or a task definition; `farsight state ls` lists them")
                .into());
        }
    };
    if sources.is_empty() {
        return Err(Diagnostic::error(Code::BadArgument, "none of its containers writes to CloudWatch Logs")
            .about(&row.urn)
            .note("farsight reads what the log driver `awslogs` writes")
            .into());
    }
    Ok(sources)
}

/// A property as the cloud has it, else as the program gave it.
fn text(row: &ResourceRow, name: &str) -> Option<String> {
    let of = |values: &Value| values.get(name).and_then(|value| value.reveal().as_str().map(str::to_owned));
    of(&row.outputs).or_else(|| of(&row.inputs))
}

/// The task definition that a service runs: by ARN, by `family:revision`, or by family alone.
fn task_of<'a>(rows: &'a [ResourceRow], service: &ResourceRow) -> Result<&'a ResourceRow> {
    let runs = text(service, "taskDefinition").unwrap_or_default();
    let is = |row: &&ResourceRow| {
        let names = [text(row, "arn"), text(row, "family"), row.id.clone()].into_iter().flatten();
        row.urn.token().as_str() == TASK
            && names.into_iter().any(|name| name == runs || name.ends_with(&format!("/{runs}")))
    };
    rows.iter().find(is).ok_or_else(|| {
        Diagnostic::error(Code::NoSuchResource, format!("its task definition `{runs}` is none of this stack"))
            .about(&service.urn)
            .help("name the log group instead")
            .into()
    })
}

fn of_task(row: &ResourceRow, region: &str) -> Result<Vec<LogSource>> {
    let containers: Json = text(row, "containerDefinitions")
        .and_then(|json| serde_json::from_str(&json).ok())
        .ok_or_else(|| Diagnostic::error(Code::BadArgument, "its containers are not known yet").about(&row.urn))?;
    let mut sources = Vec::new();
    for container in containers.as_array().into_iter().flatten() {
        let log = &container["logConfiguration"];
        let option = |name: &str| log["options"][name].as_str().unwrap_or_default();
        if log["logDriver"] != "awslogs" {
            continue;
        }
        let there = option("awslogs-region");
        if !there.is_empty() && there != region {
            let problem = format!("its log group `{}` is in {there}, the stack in {region}", option("awslogs-group"));
            return Err(Diagnostic::error(Code::BadArgument, problem).about(&row.urn).into());
        }
        // The driver names a stream `PREFIX/CONTAINER/TASK`.
        let prefix = match option("awslogs-stream-prefix") {
            "" => String::new(),
            prefix => format!("{prefix}/{}/", container["name"].as_str().unwrap_or_default()),
        };
        sources.push(LogSource { group: option("awslogs-group").to_owned(), prefix });
    }
    sources.sort();
    sources.dedup();
    Ok(sources)
}
