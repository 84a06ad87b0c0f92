//! What roles leave behind, and what stands in their way.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

mod common;

use common::{READ, READ_ONLY, TRUST, fresh, handler, make, role};
use farsight_model::Value;
use farsight_provider::{Fault, Reading, Scope};

const ROLE: &str = "aws:iam/role:Role";
const ROLE_POLICY: &str = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT: &str = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const PROFILE: &str = "aws:iam/instanceProfile:InstanceProfile";

/// Protects what others put on a role: only a role that says so takes it along.
#[tokio::test]
async fn a_role_in_use_stays_until_it_may_shed_everything() {
    let role = role().await;
    let of_role = |name: &str, value: &str| Value::map([("role", Value::from(role.as_str())), (name, value.into())]);
    make(ATTACHMENT, of_role("policyArn", READ_ONLY)).await;
    let mut inline = of_role("policy", READ);
    inline.set("name", "inline".into());
    make(ROLE_POLICY, inline).await;
    let name = fresh("profile");
    let profile = make(PROFILE, Value::map([("name", Value::from(name))])).await;
    let profiles = handler(PROFILE).await;
    let wanted = Value::map([("name", Value::from(profile.as_str())), ("role", role.as_str().into())]);
    let Reading::Ready(observed) = profiles.read(std::slice::from_ref(&profile)).await.unwrap().remove(0) else {
        panic!("the profile is there")
    };
    let changes = farsight_model::diff(profiles.schema(), None, &wanted, &observed);
    profiles.update(&profile, &wanted, &observed, &changes).await.unwrap();

    let roles = handler(ROLE).await;
    let mut inputs = Value::map([("name", Value::from(role.as_str())), ("assumeRolePolicy", TRUST.into())]);
    assert_eq!(roles.delete(&role, &inputs).await.unwrap_err().fault, Fault::Busy);
    inputs.set("forceDetachPolicies", true.into());
    roles.delete(&role, &inputs).await.unwrap();
    assert_eq!(roles.read(std::slice::from_ref(&role)).await.unwrap(), [Reading::Absent]);
    profiles.delete(&profile, &wanted).await.unwrap();
}

/// Protects drift reports: what is on a role of the stack without being in its state is shown, except where the role
/// manages it.
#[tokio::test]
async fn what_others_put_on_a_role_is_a_stray() {
    let role = role().await;
    let of_role = |name: &str, value: &str| Value::map([("role", Value::from(role.as_str())), (name, value.into())]);
    let attachment = make(ATTACHMENT, of_role("policyArn", READ_ONLY)).await;
    let mut inline = of_role("policy", READ);
    inline.set("name", "inline".into());
    let inline = make(ROLE_POLICY, inline).await;

    let bare = Value::map([("name", Value::from(role.as_str()))]);
    let mut scope = Scope { stack: "p/dev".into(), known: vec![(ROLE.into(), role.clone(), bare)] };
    let strays = async |token: &str, scope: &Scope| -> Vec<String> {
        handler(token).await.strays(scope).await.unwrap().into_iter().map(|stray| stray.id).collect()
    };
    assert_eq!(strays(ROLE_POLICY, &scope).await, [inline.as_str()]);
    assert_eq!(strays(ATTACHMENT, &scope).await, [attachment.as_str()]);

    scope.known.push((ROLE_POLICY.into(), inline.clone(), Value::Null));
    assert!(strays(ROLE_POLICY, &scope).await.is_empty());
    let managed = Value::map([("managedPolicyArns", Value::List(vec![READ_ONLY.into()]))]);
    scope.known[0].2 = managed;
    assert!(strays(ATTACHMENT, &scope).await.is_empty());
}

/// Protects users of `farsight import`: an id of another form is refused with the right one.
#[tokio::test]
async fn an_id_of_another_form_is_refused() {
    for (token, id) in [(ROLE_POLICY, "role"), (ATTACHMENT, "role/policy"), ("aws:iam/policy:Policy", "policy")] {
        let error = handler(token).await.read(&[id.to_owned()]).await.unwrap_err();
        assert_eq!(error.fault, Fault::Rejected);
        assert!(error.message.contains("such as"), "{error}");
    }
}
