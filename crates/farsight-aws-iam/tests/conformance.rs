//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::{READ, READ_ONLY, TRUST, handler, role};
use farsight_model::Value;
use farsight_provider::conformance;
use farsight_provider::conformance::Sample;

const OTHER_TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const WRITE: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}]}"#;
const OTHER: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:DeleteObject","Resource":["*"]}]}"#;
const EXECUTION: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn tags(name: &str) -> Value {
    Value::map([("Name", Value::from(name))])
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

fn inline(name: &str, policy: &str) -> Value {
    Value::map([("name", Value::from(name)), ("policy", policy.into())])
}

conformance!(
    role_alone,
    handler("aws:iam/role:Role").await,
    Sample::new(
        "role",
        Value::map([
            ("assumeRolePolicy", Value::from(TRUST)),
            ("description", "a role".into()),
            ("permissionsBoundary", READ_ONLY.into()),
            ("tags", tags("a")),
        ])
    )
    .missing("no-such-role")
    .sibling(Value::map([("assumeRolePolicy", Value::from(TRUST))]))
    .vary("name", "another")
    .vary("path", "/another/")
    .vary("assumeRolePolicy", OTHER_TRUST)
    .vary("description", "another")
    .vary("description", Value::Null)
    .vary("maxSessionDuration", 7200)
    .vary("permissionsBoundary", Value::Null)
    .vary("permissionsBoundary", EXECUTION)
    .vary("forceDetachPolicies", true)
    .vary("tags", Value::map([("Name", Value::from("b")), ("more", "c".into())]))
    .vary("tags", Value::Null)
    .exempt("inlinePolicies", "in `role_with_its_own`, which manages them")
    .exempt("managedPolicyArns", "in `role_with_its_own`, which manages them")
);

conformance!(
    role_with_its_own,
    handler("aws:iam/role:Role").await,
    Sample::new(
        "role",
        Value::map([
            ("assumeRolePolicy", Value::from(TRUST)),
            ("inlinePolicies", list([inline("a", READ), inline("b", WRITE)])),
            ("managedPolicyArns", list([READ_ONLY.into()])),
        ])
    )
    .missing("no-such-role")
    .vary("inlinePolicies", list([inline("b", READ), inline("c", WRITE)]))
    .vary("inlinePolicies", list([]))
    .vary("managedPolicyArns", list([EXECUTION.into()]))
    .vary("managedPolicyArns", list([]))
    .exempt("name", "in `role_alone`")
    .exempt("path", "in `role_alone`")
    .exempt("assumeRolePolicy", "in `role_alone`")
    .exempt("description", "in `role_alone`")
    .exempt("maxSessionDuration", "in `role_alone`")
    .exempt("permissionsBoundary", "in `role_alone`")
    .exempt("forceDetachPolicies", "in `role_alone`")
    .exempt("tags", "in `role_alone`")
);

conformance!(role_policy, {
    let role = role().await;
    let sample = Sample::new("policy", Value::map([("role", Value::from(role.as_str())), ("policy", READ.into())]))
        .missing("no-such-role:policy")
        .sibling(Value::map([("role", Value::from(role)), ("policy", WRITE.into())]))
        .vary("role", "another")
        .vary("name", "another")
        .vary("policy", WRITE);
    (handler("aws:iam/rolePolicy:RolePolicy").await, sample)
});

conformance!(role_policy_attachment, {
    let role = role().await;
    let inputs = |arn: &str| Value::map([("role", Value::from(role.as_str())), ("policyArn", arn.into())]);
    let sample = Sample::new("attachment", inputs(READ_ONLY))
        .missing(format!("{role}/arn:aws:iam::aws:policy/NoSuchPolicy"))
        .sibling(inputs(EXECUTION))
        .vary("role", "another")
        .vary("policyArn", EXECUTION);
    (handler("aws:iam/rolePolicyAttachment:RolePolicyAttachment").await, sample)
});

conformance!(
    policy,
    handler("aws:iam/policy:Policy").await,
    Sample::new("policy", Value::map([("policy", Value::from(READ)), ("tags", tags("a"))]))
        .missing("arn:aws:iam::123456789012:policy/no-such-policy")
        .sibling(Value::map([("policy", Value::from(WRITE)), ("path", "/other/".into()), ("description", "b".into())]))
        .vary("name", "another")
        .vary("path", "/another/")
        .vary("description", "another")
        .vary("policy", WRITE)
        .vary("policy", OTHER)
        .vary("policy", WRITE)
        .vary("tags", tags("b"))
);

conformance!(instance_profile, {
    let (one, other) = (role().await, role().await);
    let sample = Sample::new("profile", Value::map([("role", Value::from(one)), ("tags", tags("a"))]))
        .missing("no-such-profile")
        .sibling(Value::map([("path", Value::from("/other/"))]))
        .vary("name", "another")
        .vary("path", "/another/")
        .vary("role", other)
        .vary("role", Value::Null)
        .vary("tags", tags("b"));
    (handler("aws:iam/instanceProfile:InstanceProfile").await, sample)
});
