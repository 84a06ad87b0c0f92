//! Names are Pulumi's: what people know, and one day their programs, carry over.
//!
//! `pulumi_names.json` holds the names of PyPI's pulumi-aws 7.51.1 (Apache-2.0) for the types that are here: each input
//! with the names inside its block, and the outputs. `internetGatewayAttachment` is not in that package's Python classes;
//! its names are those of the Pulumi registry.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use farsight::model::{Kind, Schema};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
struct Names {
    inputs: BTreeMap<String, BTreeSet<String>>,
    outputs: BTreeSet<String>,
}

fn pulumi() -> BTreeMap<String, Names> {
    let json: serde_json::Value = serde_json::from_str(include_str!("pulumi_names.json")).unwrap();
    let set = |json: &serde_json::Value| -> BTreeSet<String> {
        json.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let names = |json: &serde_json::Value| Names {
        inputs: json["inputs"].as_object().unwrap().iter().map(|(name, block)| (name.clone(), set(block))).collect(),
        outputs: set(&json["outputs"]),
    };
    json.as_object().unwrap().iter().map(|(token, json)| (token.clone(), names(json))).collect()
}

/// Names that are ours and not Pulumi's, with the reason.
const OURS: &[(&str, &str)] = &[(
    "aws:ec2/securityGroup:SecurityGroup.allowAllEgress",
    "AWS puts an allow-all rule on new groups; this says whether it stands, also where rules are resources of their own",
)];

/// Pulumi's inputs that are left out, with the reason. A token `*` is every type.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("*", "region", "a resource is in its provider's region"),
    ("*", "namePrefix", "auto-names are made from the resource's name"),
    (
        "aws:ec2/natGateway:NatGateway",
        "availabilityZoneAddresses.availabilityZoneId",
        "a zone is given by name: two ways to say the same would differ for ever from what AWS answers",
    ),
    (
        "aws:iam/policy:Policy",
        "delayAfterPolicyCreationInMs",
        "the engine waits for propagation by itself, as long as it takes",
    ),
    ("aws:rds/instance:Instance", "blueGreenUpdate", "a second instance and several calls, not a property of this one"),
    ("aws:rds/instance:Instance", "identifierPrefix", "auto-names are made from the resource's name"),
    ("aws:rds/instance:Instance", "passwordWo", "`password` is write-only already"),
    ("aws:rds/instance:Instance", "passwordWoVersion", "`password` is write-only already"),
    ("aws:rds/instance:Instance", "s3Import", "a one-time import of a foreign backup"),
    ("aws:rds/instance:Instance", "upgradeStorageConfig", "a one-time action on replicas without a state"),
    ("aws:rds/instance:Instance", "warningEventCategories", "no call of the SDK sets it"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "authTokenWo", "`authToken` is write-only already"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "authTokenWoVersion", "`authToken` is write-only already"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "securityGroupNames", "only on EC2-Classic, which is gone"),
    ("aws:ecs/taskDefinition:TaskDefinition", "trackLatest", "the id is one revision"),
    ("aws:ecs/service:Service", "sigintRollback", "what a cancelled run does is the engine's matter"),
    ("aws:secretsmanager/secretVersion:SecretVersion", "secretStringWo", "`secretString` is write-only already"),
    ("aws:secretsmanager/secretVersion:SecretVersion", "secretStringWoVersion", "`secretString` is write-only already"),
    (
        "aws:appautoscaling/policy:Policy",
        "predictiveScalingPolicyConfiguration",
        "not for ECS services, which this is for",
    ),
    (
        "aws:sns/topicSubscription:TopicSubscription",
        "confirmationTimeoutInMinutes",
        "a subscription that waits for its confirmation is done",
    ),
    (
        "aws:sns/topicSubscription:TopicSubscription",
        "endpointAutoConfirms",
        "a subscription that waits for its confirmation is done",
    ),
    ("aws:ecs/taskDefinition:TaskDefinition", "volumes.s3filesVolumeConfiguration", "not there yet"),
    ("aws:secretsmanager/secret:Secret", "replicas.lastAccessedDate", "an output inside the block"),
    ("aws:secretsmanager/secret:Secret", "replicas.status", "an output inside the block"),
    ("aws:secretsmanager/secret:Secret", "replicas.statusMessage", "an output inside the block"),
    ("aws:lb/loadBalancer:LoadBalancer", "subnetMappings.outpostId", "an output inside the block"),
    (
        "aws:lb/listener:Listener",
        "defaultActions.authenticateOidc",
        "its client secret needs a write-only mark inside a block",
    ),
    ("aws:lb/listener:Listener", "defaultActions.order", "the order is that of the list"),
    ("aws:lb/listener:Listener", "defaultActions.targetGroupArn", "`forward` says the same"),
    (
        "aws:lb/listenerRule:ListenerRule",
        "actions.authenticateOidc",
        "its client secret needs a write-only mark inside a block",
    ),
    ("aws:lb/listenerRule:ListenerRule", "actions.order", "the order is that of the list"),
    ("aws:lb/listenerRule:ListenerRule", "actions.targetGroupArn", "`forward` says the same"),
    ("aws:wafv2/webAcl:WebAcl", "ruleJson", "rules are typed; what the types lack is refused when it is read"),
    (
        "aws:acm/certificate:Certificate",
        "options.certificateTransparencyLoggingPreference",
        "ACM puts every certificate into the public logs and no longer lets anybody opt out",
    ),
    ("aws:acm/certificate:Certificate", "earlyRenewalDuration", "ACM renews by itself; this starts a second renewal"),
    ("aws:acm/certificate:Certificate", "privateKeyWo", "`privateKey` is write-only already"),
    ("aws:acm/certificate:Certificate", "privateKeyWoVersion", "`privateKey` is write-only already"),
];

fn block(kind: &Kind) -> Option<&'static [farsight::model::Field]> {
    match kind {
        Kind::Struct(fields) => Some(fields),
        Kind::List(inner) | Kind::Map(inner) => block(inner),
        _ => None,
    }
}

/// Every name of a schema: `cidrBlock`, `routes.cidrBlock`.
fn inputs(schema: &Schema) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for field in schema.fields {
        names.insert(field.name.to_owned());
        for inner in block(&field.kind).unwrap_or_default() {
            names.insert(format!("{}.{}", field.name, inner.name));
        }
    }
    names
}

fn inputs_of_pulumi(names: &Names) -> BTreeSet<String> {
    let inner = names.inputs.iter().flat_map(|(name, block)| block.iter().map(move |inner| format!("{name}.{inner}")));
    names.inputs.keys().cloned().chain(inner).collect()
}

fn is_ours(token: &str, name: &str) -> bool {
    OURS.iter().any(|(ours, _)| *ours == format!("{token}.{name}"))
}

fn is_left_out(token: &str, name: &str) -> bool {
    LEFT_OUT.iter().any(|(of, left, _)| (*of == "*" || *of == token) && *left == name)
}

#[test]
fn every_token_and_name_is_pulumis() {
    let pulumi = pulumi();
    let mut strange = Vec::new();
    for schema in farsight_aws::schemas() {
        let Some(names) = pulumi.get(schema.token) else {
            strange.push(schema.token.to_owned());
            continue;
        };
        let (theirs, ours) = (inputs_of_pulumi(names), inputs(schema));
        let outputs = schema.outputs.iter().map(|output| output.name.to_owned());
        let known =
            |name: &String| theirs.contains(name) || names.outputs.contains(name) || is_ours(schema.token, name);
        strange.extend(
            ours.into_iter().chain(outputs).filter(|name| !known(name)).map(|name| format!("{}.{name}", schema.token)),
        );
    }
    assert_eq!(strange, Vec::<String>::new(), "names that Pulumi does not have; if meant, list them in OURS");
}

/// Protects users from properties that are silently missing: each is left out for a reason.
#[test]
fn every_input_of_pulumi_is_here_or_left_out_for_a_reason() {
    let (pulumi, mut missing) = (pulumi(), Vec::new());
    for schema in farsight_aws::schemas() {
        let ours = inputs(schema);
        for name in inputs_of_pulumi(&pulumi[schema.token]) {
            let outer = name.split('.').next().unwrap_or(&name).to_owned();
            if !ours.contains(&name) && !is_left_out(schema.token, &name) && !is_left_out(schema.token, &outer) {
                missing.push(format!("{}.{name}", schema.token));
            }
        }
    }
    assert_eq!(
        missing,
        Vec::<String>::new(),
        "inputs of Pulumi that are missing here; if meant, list them in LEFT_OUT"
    );
}

#[test]
fn the_lists_of_exceptions_name_only_exceptions() {
    let (pulumi, schemas) = (pulumi(), farsight_aws::schemas());
    for (token, name, _) in LEFT_OUT.iter().filter(|(token, ..)| *token != "*") {
        let schema = schemas.iter().find(|schema| schema.token == *token);
        let schema = schema.unwrap_or_else(|| panic!("no type {token}"));
        assert!(inputs_of_pulumi(&pulumi[*token]).contains(*name), "Pulumi's {token} has no input {name}");
        assert!(!inputs(schema).contains(*name), "{token}.{name} is here after all");
    }
    assert_eq!(schemas.len(), pulumi.len());
}

/// Protects plans: a default that its own property refuses would fail every program.
#[test]
fn every_default_is_a_value_of_its_property() {
    for schema in farsight_aws::schemas() {
        let (_, problems) = schema.check(&schema.check(&farsight::Value::map::<&str>([])).0);
        let wrong: Vec<_> = problems.iter().filter(|problem| problem.message.starts_with("expected")).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", schema.token);
        assert!(!schema.doc.is_empty() && !schema.import_id.is_empty(), "{}", schema.token);
        assert!(schema.fields.iter().all(|field| !field.doc.is_empty()), "{}", schema.token);
    }
}

/// Protects generated programs: whatever a property holds has a name that programs can write.
#[test]
fn every_block_and_enum_has_a_rust_name() {
    fn innermost(kind: &Kind) -> &Kind {
        match kind {
            Kind::List(inner) | Kind::Map(inner) => innermost(inner),
            other => other,
        }
    }
    fn walk(path: &str, fields: &[farsight::model::Field], problems: &mut Vec<String>) {
        for field in fields {
            let path = format!("{path}.{}", field.name);
            let named =
                field.rust.is_some_and(|rust| rust.package() == "farsight_aws" && rust.public_module().is_some());
            match innermost(&field.kind) {
                Kind::Enum(texts) if !named || field.rust.is_some_and(|rust| rust.variants.len() != texts.len()) => {
                    problems.push(path);
                }
                Kind::Struct(_) if !named => problems.push(path),
                Kind::Struct(inner) => walk(&path, inner, problems),
                _ => {}
            }
        }
    }
    let mut problems = Vec::new();
    for schema in farsight_aws::schemas() {
        walk(schema.token, schema.fields, &mut problems);
        assert_eq!(schema.rust.package(), "farsight_aws", "{}", schema.token);
    }
    assert_eq!(problems, Vec::<String>::new());
}
