//! What of an exported stack is adopted here, and what is kept aside.

use super::ids;
use super::pulumi::{Export, Limits, Resource};
use crate::failure::{Result, file};
use crate::home::write_whole;
use farsight_engine::{Adoption, Session, masked};
use farsight_model::{PropertyPath, ResourceOptions, Timeouts, TypeToken, Urn, Value};
use farsight_render::count;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The stack that takes over.
pub struct Place {
    pub stack: String,
    pub project: String,
    pub region: Option<String>,
}

/// An exported resource that is not adopted.
#[derive(Debug, Clone, Serialize)]
pub struct Aside {
    /// Its URN in Pulumi.
    pub urn: String,
    /// Its type there.
    #[serde(rename = "type")]
    pub token: String,
    /// Its id there.
    pub id: Option<String>,
    /// Why.
    pub reason: String,
    /// Its inputs, secrets masked.
    pub inputs: Json,
}

/// An export, sorted.
#[derive(Debug, Default)]
pub struct Sorted {
    pub adoptions: Vec<Adoption>,
    pub aside: Vec<Aside>,
    /// What people should know.
    pub notes: Vec<String>,
}

impl Place {
    /// The place of a session that has looked where it is.
    pub fn of(session: &Session) -> Self {
        let stack = session.stack();
        let region = stack.cloud.as_ref().map(|cloud| cloud.region.clone());
        Self { stack: stack.name.clone(), project: stack.project.clone(), region }
    }
}

/// Sorts an export. `knows` says for which types there is a provider.
pub fn sort(export: Export, place: &Place, knows: &dyn Fn(&TypeToken) -> bool) -> Sorted {
    let mut sorted = Sorted::default();
    let providers: HashMap<String, Resource> = export
        .resources
        .iter()
        .filter(|one| one.token.starts_with("pulumi:providers:"))
        .map(|one| (one.urn.clone(), one.clone()))
        .collect();
    let mut taken = Vec::new();
    for resource in export.resources {
        if resource.token == "pulumi:pulumi:Stack" {
            let outputs: Vec<String> = resource.outputs.keys().map(|name| format!("`{name}`")).collect();
            if !outputs.is_empty() {
                sorted.notes.push(format!("declare the stack's outputs yourself: {}", outputs.join(", ")));
            }
        } else if !resource.token.starts_with("pulumi:providers:") {
            match import_id(&resource, place, &providers, knows) {
                Ok(id) => taken.push((resource, id)),
                Err(reason) => sorted.aside.push(aside(&resource, reason)),
            }
        }
    }
    for (kind, resource) in &export.pending {
        let reason = format!("Pulumi does not know whether it ended {kind} it; look in the cloud");
        sorted.aside.push(aside(resource, reason));
    }
    let urns = urns(&taken, place);
    let moved = |urn: &String| urns.get(urn.as_str()).cloned();
    let mut unreadable = 0;
    for (resource, id) in &taken {
        let Some(urn) = moved(&resource.urn) else {
            sorted.aside.push(aside(resource, "it is among its own parents".into()));
            continue;
        };
        let declared = resource.custom.then(|| resource.declared());
        unreadable += usize::from(declared.as_ref().is_some_and(|inputs| inputs.any(&is_ciphertext)));
        let mut options = options(resource, id.as_ref());
        options.depends_on = resource.dependencies.iter().filter_map(moved).collect();
        options.deleted_with = resource.deleted_with.as_ref().and_then(moved);
        let parent = resource.parent.as_ref().and_then(moved);
        sorted.adoptions.push(Adoption { urn, id: id.clone(), parent, options, declared });
    }
    if unreadable > 0 {
        sorted.notes.push(format!(
            "the secrets of {} are encrypted in the export; `pulumi stack export --show-secrets` writes them in clear",
            count(unreadable, "resource")
        ));
    }
    sorted
}

fn is_ciphertext(value: &Value) -> bool {
    matches!(value, Value::Secret(inner) if inner.has_unknown())
}

/// The import id of what can be adopted, none of a component; an error says why it cannot.
fn import_id(
    resource: &Resource,
    place: &Place,
    providers: &HashMap<String, Resource>,
    knows: &dyn Fn(&TypeToken) -> bool,
) -> std::result::Result<Option<String>, String> {
    if resource.delete {
        return Err("it was replaced and waits for its deletion; delete it with Pulumi first, or by hand".into());
    }
    if resource.pending_replacement {
        return Err("it was deleted to be replaced and does not exist; the next `up` makes it if it is declared".into());
    }
    if resource.external {
        return Err("it was only read there; read it with a data source".into());
    }
    if !resource.custom {
        return Ok(None);
    }
    let token = ids::token(&resource.token);
    if !knows(&token) {
        return Err(format!("no provider knows the type `{}`", resource.token));
    }
    let provider = resource.provider.as_deref().and_then(|text| text.rsplit_once("::")).map(|(urn, _)| urn);
    let of_provider = provider.and_then(|urn| providers.get(urn)).and_then(|one| one.text("region"));
    let region = resource.inputs.get("region").and_then(Json::as_str).map(str::to_owned).or(of_provider);
    match (region, &place.region) {
        (Some(there), Some(here)) if there != *here => {
            return Err(format!("it is in {there}, and this stack is in {here}"));
        }
        _ => {}
    }
    ids::import_id(&token, resource).map(Some)
}

/// The URNs that resources get here, by those that they had. Those that are among their own parents get none.
fn urns<'a>(taken: &'a [(Resource, Option<String>)], place: &Place) -> HashMap<&'a str, Urn> {
    let by_urn: HashMap<&str, &Resource> = taken.iter().map(|(one, _)| (one.urn.as_str(), one)).collect();
    let mut urns: HashMap<&str, Urn> = HashMap::new();
    for (resource, _) in taken {
        let (mut chain, mut seen) = (vec![resource], HashSet::from([resource.urn.as_str()]));
        while let Some(parent) = chain.last().and_then(|one| one.parent.as_deref()).and_then(|urn| by_urn.get(urn)) {
            chain.push(parent);
            if urns.contains_key(parent.urn.as_str()) || !seen.insert(&parent.urn) {
                break;
            }
        }
        let top = chain.last().map_or("", |one| one.urn.as_str());
        let circle =
            chain.len() > 1 && !urns.contains_key(top) && chain.iter().filter(|one| one.urn == top).count() > 1;
        if circle {
            continue;
        }
        let mut parent: Option<Urn> = None;
        for one in chain.iter().rev() {
            let urn = urns.get(one.urn.as_str()).cloned().unwrap_or_else(|| {
                Urn::new(&place.stack, &place.project, parent.as_ref(), &ids::token(&one.token), one.name())
            });
            urns.insert(&one.urn, urn.clone());
            parent = Some(urn);
        }
    }
    urns
}

fn options(resource: &Resource, id: Option<&String>) -> ResourceOptions {
    let paths = |texts: &[String]| texts.iter().filter_map(|text| PropertyPath::parse(text).ok()).collect();
    ResourceOptions {
        protect: resource.protect,
        retain_on_delete: resource.retain_on_delete,
        ignore_changes: paths(&resource.ignore_changes),
        replace_on_changes: paths(&resource.replace_on_changes),
        timeouts: resource.custom_timeouts.map(timeouts).unwrap_or_default(),
        secret_outputs: resource.additional_secret_outputs.clone(),
        import: id.cloned(),
        ..ResourceOptions::default()
    }
}

fn timeouts(limits: Limits) -> Timeouts {
    let seconds = |limit: f64| (limit >= 1.0).then_some(limit as u64);
    Timeouts { create: seconds(limits.create), update: seconds(limits.update), delete: seconds(limits.delete) }
}

fn aside(resource: &Resource, reason: String) -> Aside {
    Aside {
        urn: resource.urn.clone(),
        token: resource.token.clone(),
        id: resource.id.clone(),
        reason,
        inputs: masked(&super::pulumi::value(&Json::Object(resource.inputs.clone()))),
    }
}

/// Writes what is kept aside to a file beside the export, and says which.
pub fn keep_aside(export: &Path, aside: &[Aside]) -> Result<PathBuf> {
    let stem = export.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let stem = if stem == "-" { "export".to_owned() } else { stem };
    let path = export.with_file_name(format!("{stem}.aside.json"));
    let text = format!("{:#}\n", json!({ "resources": aside }));
    write_whole(&path, &text).map_err(|error| file("write", &path, &error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::import::pulumi::{parse, parts};
    use proptest::prelude::*;

    fn sorted(resources: &str) -> Sorted {
        let text = format!(r#"{{"version":3,"deployment":{{"resources":[{resources}]}}}}"#);
        let place = Place { stack: "dev".into(), project: "shop".into(), region: Some("eu-central-1".into()) };
        let known = ["aws:ec2/vpc:Vpc", "aws:lb/listener:Listener", "aws:ec2/route:Route"];
        sort(parse(Path::new("x"), &text).unwrap(), &place, &|token| known.contains(&token.as_str()))
    }

    fn resource(chain: &str, name: &str, more: &str) -> String {
        let token = chain.rsplit('$').next().unwrap();
        format!(r#"{{"urn":"urn:pulumi:p::old::{chain}::{name}","type":"{token}"{more}}}"#)
    }

    /// Protects identities: names, types and parents are what they were, with our own prefix.
    #[test]
    fn resources_keep_their_names_and_parents() {
        let root = resource("pulumi:pulumi:Stack", "p", r#","outputs":{"vpcId":"v"}"#);
        let stack = "urn:pulumi:p::old::pulumi:pulumi:Stack::p";
        let net = resource("app:index:Net", "net", &format!(r#","parent":"{stack}""#));
        let vpc = resource(
            "app:index:Net$aws:ec2/vpc:Vpc",
            "main",
            r#","custom":true,"id":"vpc-1","parent":"urn:pulumi:p::old::app:index:Net::net","protect":true,
               "customTimeouts":{"create":600},"ignoreChanges":["tags"]"#,
        );
        let alb = resource(
            "aws:alb/listener:Listener",
            "web",
            r#","custom":true,"id":"arn:x","dependencies":["urn:pulumi:p::old::app:index:Net$aws:ec2/vpc:Vpc::main"]"#,
        );
        let all = sorted(&[root, net, vpc, alb].join(","));
        let shown: Vec<String> = all.adoptions.iter().map(|one| one.urn.to_string()).collect();
        assert_eq!(
            shown,
            [
                "urn:farsight:dev::shop::app:index:Net::net",
                "urn:farsight:dev::shop::app:index:Net$aws:ec2/vpc:Vpc::main",
                "urn:farsight:dev::shop::aws:lb/listener:Listener::web",
            ]
        );
        let vpc = &all.adoptions[1];
        assert_eq!(vpc.parent.as_ref(), Some(&all.adoptions[0].urn));
        assert!(vpc.options.protect);
        assert_eq!(vpc.options.timeouts, Timeouts { create: Some(600), ..Timeouts::default() });
        assert_eq!(all.adoptions[2].options.depends_on, std::slice::from_ref(&vpc.urn));
        assert!(all.aside.is_empty() && all.notes[0].contains("vpcId"), "{all:?}");
    }

    /// Protects against adopting what is not there or not ours: it is listed with the reason.
    #[test]
    fn what_cannot_be_adopted_is_kept_aside() {
        let vpc = |name: &str, more: &str| {
            resource("aws:ec2/vpc:Vpc", name, &format!(r#","custom":true,"id":"vpc-1"{more}"#))
        };
        let provider = resource("pulumi:providers:aws", "us", r#","custom":true,"inputs":{"region":"us-east-1"}"#);
        let all = sorted(
            &[
                provider,
                vpc("old", r#","delete":true"#),
                vpc("gone", r#","pendingReplacement":true"#),
                vpc("read", r#","external":true"#),
                vpc("far", r#","provider":"urn:pulumi:p::old::pulumi:providers:aws::us::uuid""#),
                resource("random:index/randomId:RandomId", "r", r#","custom":true,"id":"x""#),
                resource("aws:ec2/vpc:Vpc", "bare", r#","custom":true"#),
            ]
            .join(","),
        );
        assert!(all.adoptions.is_empty());
        let names: Vec<&str> = all.aside.iter().map(|one| one.urn.rsplit("::").next().unwrap()).collect();
        assert_eq!(names, ["old", "gone", "read", "far", "r", "bare"]);
        assert!(all.aside[3].reason.contains("us-east-1"), "{:?}", all.aside[3]);
    }

    #[test]
    fn ids_are_built_from_properties_where_pulumis_mean_nothing() {
        let route = resource(
            "aws:ec2/route:Route",
            "r",
            r#","custom":true,"id":"r-rtb-11080289494","inputs":{"routeTableId":"rtb-1","destinationCidrBlock":"0.0.0.0/0"}"#,
        );
        assert_eq!(sorted(&route).adoptions[0].id.as_deref(), Some("rtb-1_0.0.0.0/0"));
    }

    /// Protects secrets: plaintext is a secret, ciphertext an unknown one, and neither is kept aside in clear.
    #[test]
    fn secrets_stay_secret() {
        let secret =
            |how: &str| format!(r#"{{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270",{how}}}"#);
        let inputs = format!(
            r#","custom":true,"id":"i","inputs":{{"a":{},"b":{},"c":1,"__defaults":["c"]}}"#,
            secret(r#""plaintext":"\"hunter2\"""#),
            secret(r#""ciphertext":"v1:abc""#)
        );
        let all = sorted(&[resource("aws:ec2/vpc:Vpc", "m", &inputs), resource("x:y:Z", "n", &inputs)].join(","));
        let declared = all.adoptions[0].declared.as_ref().unwrap();
        assert_eq!(declared.get("a"), Some(&Value::secret("hunter2".into())));
        assert_eq!(declared.get("b"), Some(&Value::secret(Value::Unknown)));
        assert_eq!(declared.get("c"), None);
        assert!(all.notes[0].contains("--show-secrets"));
        let kept = serde_json::to_string(&all.aside).unwrap();
        assert!(!kept.contains("hunter2") && kept.contains("[secret]"), "{kept}");
    }

    fn json() -> impl Strategy<Value = Json> {
        let key = prop_oneof![
            Just("urn".to_owned()),
            Just("parent".to_owned()),
            Just("type".to_owned()),
            Just("id".to_owned()),
            Just("inputs".to_owned()),
            Just("4dabf18193072939515e22adb298388d".to_owned()),
            Just("plaintext".to_owned()),
            "[a-z]{0,3}"
        ];
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            Just(Json::from("urn:pulumi:a::b::c:d:E::f")),
            Just(Json::from("urn:pulumi:a::b::c:d:F::f")),
            Just(Json::from("1b47061264138c4ac30d75fd1eb44270")),
            ".{0,8}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
                proptest::collection::btree_map(key.clone(), inner, 0..6)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Protects against hostile files: any text either is an export that can be sorted, or an error that says so.
        #[test]
        fn any_export_is_sorted_or_refused(resources in proptest::collection::vec(json(), 0..5), cut in 0_usize..400) {
            let text = json!({ "version": 3, "deployment": { "resources": resources } }).to_string();
            let place = Place { stack: "dev".into(), project: "shop".into(), region: None };
            for text in [text.as_str(), text.get(..cut).unwrap_or(&text)] {
                match parse(Path::new("x"), text) {
                    Ok(export) => {
                        sort(export, &place, &|_| true);
                    }
                    Err(problem) => prop_assert!(problem.message.contains("no export of a Pulumi stack")),
                }
            }
        }

        /// As above, for resources that look like real ones: parents in circles and chains, in any order.
        #[test]
        fn parents_in_any_order_end(parents in proptest::collection::vec(proptest::option::of(0_usize..8), 8)) {
            let name = |index: usize| format!("urn:pulumi:p::old::a:b:C::n{index}");
            let all: Vec<String> = parents.iter().enumerate().map(|(index, parent)| {
                let parent = parent.map_or_else(String::new, |parent| format!(r#","parent":"{}""#, name(parent)));
                format!(r#"{{"urn":"{}","type":"a:b:C"{parent}}}"#, name(index))
            }).collect();
            let all = sorted(&all.join(","));
            prop_assert_eq!(all.adoptions.len() + all.aside.len(), 8);
            for one in &all.adoptions {
                prop_assert!(one.parent.is_none() || all.adoptions.iter().any(|other| Some(&other.urn) == one.parent.as_ref()));
            }
        }
    }

    #[test]
    fn other_files_are_refused() {
        for (text, part) in [
            ("", "EOF"),
            ("[]", "invalid"),
            (r#"{"version":2,"deployment":{}}"#, "version is 2"),
            (r#"{"version":3}"#, "never deployed"),
            (r#"{"version":3,"deployment":{"resources":[{"urn":"x","type":"y"}]}}"#, "no URN"),
        ] {
            let problem = parse(Path::new("x"), text).unwrap_err();
            assert!(problem.message.contains(part), "{}", problem.message);
        }
        let deep = format!(r#"{{"version":3,"deployment":{{"resources":[{{"inputs":{}"#, "[".repeat(100_000));
        assert!(parse(Path::new("x"), &deep).is_err());
    }
    #[test]
    fn parts_of_urns() {
        assert_eq!(parts("urn:pulumi:s::p::a$b::x::y"), Some(("a$b", "x::y")));
        assert_eq!(parts("urn:farsight:s::p::a::x"), None);
    }
}
