//! `aws:wafv2/webAcl:WebAcl`.

use crate::form::{from_wire, to_wire, wire_name};
use crate::waf::{FAULTS, SETTLE, Waf, found, tag_list};
use farsight_aws::wafv2::{WebAcl, WebAclArgs, WebAclOutputs, WebAclScope};
use farsight_aws_client::json::{count, from_json, list, only, set, take, text, to_json, value_of};
use farsight_aws_client::tags::{self, Tags};
use farsight_aws_client::{call_json, the_one};
use farsight_model::Resource;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use serde_json::{Map, Value as Json, json};

pub(crate) struct WebAclHandler {
    pub(crate) waf: Waf,
}

/// The properties that create and update take, under the wire's names but for the case.
const BODY: &[&str] = &[
    "associationConfig",
    "captchaConfig",
    "challengeConfig",
    "customResponseBodies",
    "dataProtectionConfig",
    "defaultAction",
    "description",
    "monetizationConfig",
    "rules",
    "tokenDomains",
    "visibilityConfig",
];

/// What an update takes beside the properties. It replaces everything, so what stands there is sent back.
const KEPT: &[&str] = &["ApplicationConfig", "OnSourceDDoSProtectionConfig"];

/// The region of web ACLs for `CloudFront` (aws catalogue, wafv2.WebAcl).
const GLOBAL: &str = "us-east-1";

impl Handler for WebAclHandler {
    type Of = WebAcl;

    const POLICY: Policy = Policy {
        identity: Identity::Name,
        unique_key: &["name", "scope"],
        serialize_by: None,
        // There is no call for several; this many are asked side by side.
        read_batch: 5,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "wafv2:CreateWebACL",
            "wafv2:DeleteWebACL",
            "wafv2:GetWebACL",
            "wafv2:ListTagsForResource",
            "wafv2:ListWebACLs",
            "wafv2:TagResource",
            "wafv2:UntagResource",
            "wafv2:UpdateWebACL",
        ],
    };

    async fn create(&self, owner: &Owner, args: &WebAclArgs) -> Result<Id> {
        self.in_its_region(args.scope)?;
        let properties = to_json(args.clone());
        let mut body = json!({ "Name": args.name, "Scope": args.scope.as_str() });
        for name in BODY {
            put(&mut body, name, &properties[*name])?;
        }
        set(&mut body, "Tags", tag_list(&tags::for_create(owner, &args.tags)?));
        let answer = call_json!(self.waf, "wafv2", Write, create_web_acl, "CreateWebACL", body)?;
        let id = the_one(answer["Summary"]["Id"].as_str().map(str::to_owned), "CreateWebACL")?;
        Ok(format!("{id}/{}/{}", args.name, args.scope))
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<WebAcl>>> {
        try_join_all(ids.iter().map(async |id| {
            let scope = Parts::of(id)?.scope;
            let Some(answer) = self.get(id).await? else { return Ok(Seen::Absent) };
            let tags = self.waf.tags(text(&answer["WebACL"], "ARN")).await?;
            tags.map_or(Ok(Seen::Absent), |tags| seen(&answer, scope, tags))
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, WebAclArgs>) -> Result<Option<Id>> {
        let parts = Parts::of(id)?;
        let answer = self.get(id).await?.ok_or_else(|| Error::gone(id))?;
        if change.touches_any(BODY) {
            let wire: Vec<String> = BODY.iter().map(|name| wire_name(name)).collect();
            let mut body = only(
                &answer["WebACL"],
                &wire.iter().map(String::as_str).chain(KEPT.iter().copied()).collect::<Vec<_>>(),
            );
            let wanted = to_json(change.wanted.clone());
            for name in BODY.iter().filter(|name| change.touches(name)) {
                take(&mut body, &wire_name(name));
                put(&mut body, name, &wanted[*name])?;
            }
            set(&mut body, "Name", json!(parts.name));
            set(&mut body, "Scope", json!(parts.scope.as_str()));
            set(&mut body, "Id", json!(parts.id));
            // Whoever changed it since has given it another token, and this is refused.
            set(&mut body, "LockToken", answer["LockToken"].clone());
            call_json!(self.waf, "wafv2", Write, update_web_acl, "UpdateWebACL", body)?;
        }
        let tags = tags::changed(&change, &change.wanted.tags, &change.observed.tags)?;
        self.waf.retag(text(&answer["WebACL"], "ARN"), &tags).await?;
        Ok(None)
    }

    async fn delete(&self, id: &Id, _: &WebAclArgs) -> Result<()> {
        let parts = Parts::of(id)?;
        let answer = self.get(id).await?.ok_or_else(|| Error::gone(id))?;
        let body = json!({
            "Name": parts.name, "Scope": parts.scope.as_str(), "Id": parts.id, "LockToken": answer["LockToken"],
        });
        let done = found(call_json!(self.waf, "wafv2", Write, delete_web_acl, "DeleteWebACL", body))?;
        done.map(|_| ()).ok_or_else(|| Error::gone(id))
    }

    async fn find(&self, owner: &Owner, args: &WebAclArgs) -> Result<Vec<Id>> {
        self.in_its_region(args.scope)?;
        let mut marker = Json::Null;
        loop {
            let mut body = json!({ "Scope": args.scope.as_str(), "Limit": 100 });
            set(&mut body, "NextMarker", marker);
            let mut page = call_json!(self.waf, "wafv2", Read, list_web_acls, "ListWebACLs", body)?;
            if let Some(same) = list(&page, "WebACLs").iter().find(|acl| text(acl, "Name") == args.name) {
                let tags = self.waf.tags(text(same, "ARN")).await?.unwrap_or_default();
                let id = format!("{}/{}/{}", text(same, "Id"), args.name, args.scope);
                return Ok(tags::is_ours(&tags, owner).then_some(id).into_iter().collect());
            }
            marker = page["NextMarker"].take();
            if marker.as_str().is_none_or(str::is_empty) {
                return Ok(Vec::new());
            }
        }
    }
}

impl WebAclHandler {
    fn in_its_region(&self, scope: WebAclScope) -> Result<()> {
        let here = self.waf.aws.region();
        if scope == WebAclScope::Cloudfront && here != GLOBAL {
            let message = format!("a web ACL of the scope CLOUDFRONT is made in `{GLOBAL}`, and this is `{here}`");
            return Err(Error::new(Fault::Rejected, message));
        }
        Ok(())
    }

    /// A web ACL with its lock token; nothing if there is none.
    async fn get(&self, id: &Id) -> Result<Option<Json>> {
        let parts = Parts::of(id)?;
        self.waf.web_acl(parts.name, parts.id, parts.scope.as_str()).await
    }
}

/// What an id is made of.
struct Parts<'a> {
    id: &'a str,
    name: &'a str,
    scope: WebAclScope,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [id, name, scope] => WebAclScope::from_wire(scope).map(|scope| Self { id, name, scope }),
            _ => None,
        }
        .ok_or_else(|| Error::bad_id(text, "`id/name/scope`"))
    }
}

/// Puts a property into a body, if there is anything in it.
fn put(body: &mut Json, name: &str, part: &Json) -> Result<()> {
    let empty = part.as_array().is_some_and(Vec::is_empty);
    // Of all lists, only that of the rules may be empty, and says so.
    if !empty || name == "rules" {
        set(body, &wire_name(name), to_wire(name, part.clone())?);
    }
    Ok(())
}

fn seen(answer: &Json, scope: WebAclScope, all_tags: Tags) -> Result<Seen<WebAcl>> {
    let acl = &answer["WebACL"];
    let mut properties = Map::new();
    for name in BODY {
        let part = &acl[wire_name(name)];
        // An empty description stands for none.
        if !part.is_null() && part.as_str() != Some("") {
            properties.insert((*name).to_owned(), from_wire(name, part.clone())?);
        }
    }
    let mut properties = Json::Object(properties);
    set(&mut properties, "name", acl["Name"].clone());
    set(&mut properties, "scope", json!(scope.as_str()));
    // What the table does not have would be lost with the next change.
    if let Some(problem) = WebAcl::SCHEMA.check(&value_of(&properties)).1.first() {
        let message = format!("the web ACL has what this version does not know: {}: {}", problem.path, problem.message);
        return Err(Error::new(Fault::Rejected, message));
    }
    let mut args: WebAclArgs = from_json(&properties)?;
    args.tags = tags::observed(all_tags);
    let url = answer["ApplicationIntegrationURL"].as_str();
    let outputs = WebAclOutputs {
        application_integration_url: url.filter(|url| !url.is_empty()).map(str::to_owned),
        arn: text(acl, "ARN").to_owned(),
        capacity: count(acl, "Capacity"),
    };
    Ok(Seen::Ready { args, outputs })
}
