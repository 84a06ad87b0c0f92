//! Policies: the program's own checks of a plan, asked before it runs.

use crate::{Code, Diagnostic, Diagnostics, Plan, StepOp, plan::stable_order};
use farsight_model::{FromValue, Mismatch, Urn, Value};
use farsight_protocol::{PolicyDeclaration, PolicyLevel};

/// Resources in one call of a policy that looks at each by itself: calls stay small, whatever the plan.
const AT_ONCE: usize = 256;

/// Asks every policy about the plan. What mandatory ones find becomes its violations, the rest its warnings; all of it
/// together. A policy that fails is an error.
pub(crate) async fn check(plan: &mut Plan) -> Result<(), Diagnostics> {
    if plan.goals.policies.is_empty() {
        return Ok(());
    }
    let resources = resources(plan);
    let mut problems = Vec::new();
    let (mut violations, mut warnings) = (Vec::new(), Vec::new());
    for policy in &plan.goals.policies {
        match ask(plan, policy, &resources).await {
            Ok(found) => {
                let found = found.into_iter().map(|one| diagnostic(plan, policy, one, &resources));
                match policy.level {
                    PolicyLevel::Mandatory => violations.extend(found),
                    PolicyLevel::Advisory => warnings.extend(found),
                }
            }
            Err(why) => problems.push(
                Diagnostic::error(Code::ClosureFailed, format!("policy `{}`: {why}", policy.name))
                    .at(Some(&policy.location))
                    .note("nothing was changed"),
            ),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    plan.violations.append(&mut violations);
    plan.warnings.append(&mut warnings);
    Ok(())
}

/// What a policy answered.
struct Violation {
    urn: Option<Urn>,
    message: String,
}

impl FromValue for Violation {
    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let message = value.get("message").and_then(Value::as_str).ok_or(Mismatch::new("a violation"))?;
        let urn = value.get("urn").and_then(Value::as_str).map(Urn::parse).transpose();
        Ok(Self { urn: urn.map_err(|_| Mismatch::new("a URN"))?, message: message.to_owned() })
    }
}

async fn ask(plan: &Plan, policy: &PolicyDeclaration, resources: &[Value]) -> Result<Vec<Violation>, String> {
    let Some(callbacks) = &plan.goals.callbacks else {
        return Err("the program that has this policy is gone".into());
    };
    let size = if policy.whole { resources.len().max(1) } else { AT_ONCE };
    // A policy about the whole plan is asked about an empty one, too.
    let nothing: &[Value] = &[];
    let parts = resources.chunks(size).chain((policy.whole && resources.is_empty()).then_some(nothing));
    let mut found = Vec::new();
    for part in parts {
        let answer = callbacks.call(policy.callback, &Value::List(part.to_vec())).await?;
        let violations: Vec<Violation> = Vec::from_value(&answer).map_err(|mismatch| mismatch.to_string())?;
        found.extend(violations);
    }
    Ok(found)
}

/// The plan's resources as policies see them, in an order in which they could run.
fn resources(plan: &Plan) -> Vec<Value> {
    let steps = stable_order(&plan.graph).into_iter().map(|node| &plan.graph[node]);
    steps
        .filter_map(|step| {
            let op = match step.op {
                // Both halves of a replacement are one resource; what is not targeted is nobody's business.
                StepOp::DeleteReplaced | StepOp::Forget if step.goal.is_some() => return None,
                StepOp::Refresh => return None,
                StepOp::Same if step.goal.is_none() => return None,
                StepOp::CreateReplacement => "replace",
                StepOp::DeleteReplaced | StepOp::Gone => "delete",
                other => other.word(),
            };
            let changed = step.changes.iter().map(|change| Value::String(change.path.to_string()));
            Some(Value::map([
                ("urn", Value::from(step.urn.as_str())),
                ("op", Value::from(op)),
                ("inputs", step.inputs.clone()),
                ("changed", Value::List(changed.collect())),
            ]))
        })
        .collect()
}

fn diagnostic(plan: &Plan, policy: &PolicyDeclaration, found: Violation, resources: &[Value]) -> Diagnostic {
    let message = format!("policy `{}`: {}", policy.name, without_secrets(found.message, resources));
    let diagnostic = match policy.level {
        PolicyLevel::Mandatory => Diagnostic::error(Code::PolicyViolated, message).note("nothing was changed"),
        PolicyLevel::Advisory => Diagnostic::warning(Code::PolicyViolated, message),
    };
    let diagnostic = diagnostic.note(format!("the policy is declared at {}", policy.location));
    let Some(urn) = found.urn else { return diagnostic.at(Some(&policy.location)) };
    let declared = plan.goals.get(&urn).map(|goal| &goal.declaration.location);
    let before = || plan.world.row(&urn).and_then(|row| row.location.as_ref());
    diagnostic.about(&urn).at(declared.or_else(before))
}

/// A closure can read secrets; its words must not tell them.
fn without_secrets(mut message: String, resources: &[Value]) -> String {
    fn hide(value: &Value, secret: bool, message: &mut String) {
        match value {
            Value::Secret(inner) => hide(inner, true, message),
            Value::List(items) => items.iter().for_each(|item| hide(item, secret, message)),
            Value::Map(entries) => {
                for part in entries.values() {
                    hide(part, secret, message);
                }
            }
            Value::String(text) if secret && !text.is_empty() => *message = message.replace(text, "[secret]"),
            _ => {}
        }
    }
    for resource in resources {
        hide(resource, false, &mut message);
    }
    message
}
