//! Every type of the crate keeps its promises, on moto.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy does not see")]

use farsight_aws_client::{Aws, Settings, StaticCredentials};
use farsight_model::{Urn, Value};
use farsight_provider::conformance::Sample;
use farsight_provider::{Clock, ErasedHandler, Error, Fault, Owner, Reading, SystemClock, conformance};
use std::sync::Arc;

const ACL: &str = "aws:wafv2/webAcl:WebAcl";
const ASSOCIATION: &str = "aws:wafv2/webAclAssociation:WebAclAssociation";
const SETS: &str = "arn:aws:wafv2:eu-central-1:123456789012:regional";

async fn handler_in(token: &str, region: &str) -> Arc<dyn ErasedHandler> {
    let sandbox = farsight_sandbox::shared().unwrap();
    let settings = Settings {
        region: Some(region.into()),
        endpoint: Some(sandbox.endpoint().to_owned()),
        credentials: Some(StaticCredentials { access_key_id: "test".into(), secret_access_key: "test".into() }),
        ..Settings::default()
    };
    let aws = Aws::connect(&settings, Arc::new(SystemClock)).await.unwrap();
    farsight_aws_wafv2::handlers(&aws).into_iter().find(|handler| handler.schema().token == token).unwrap()
}

async fn handler(token: &str) -> Arc<dyn ErasedHandler> {
    handler_in(token, "eu-central-1").await
}

/// Inputs in the JSON that they travel in.
fn v(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

async fn create(token: &str, inputs: Value) -> Result<String, Error> {
    let handler = handler(token).await;
    let (inputs, problems) = handler.schema().check(&inputs);
    assert!(problems.is_empty(), "{problems:?}");
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    handler.create(&Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) }, &inputs).await
}

const SEEN: &str = r#"{"cloudwatchMetricsEnabled":true,"metricName":"acl","sampledRequestsEnabled":true}"#;

fn acl(scope: &str) -> Value {
    let mut inputs = v(&format!(r#"{{"defaultAction":{{"allow":{{}}}},"visibilityConfig":{SEEN}}}"#));
    inputs.set("scope", scope.into());
    inputs
}

fn rule(name: &str, priority: i64, more: &str) -> String {
    format!(r#"{{"name":"{name}","priority":{priority},"visibilityConfig":{SEEN},{more}}}"#)
}

/// Rules of every kind of statement, each with the most that it takes.
fn every_rule() -> Value {
    let text = r#""textTransformations":[{"priority":0,"type":"NONE"},{"priority":1,"type":"LOWERCASE"}]"#;
    let field = |field: &str| format!(r#""fieldToMatch":{{{field}}},{text}"#);
    let proxy = r#""forwardedIpConfig":{"fallbackBehavior":"MATCH","headerName":"X-Forwarded-For"}"#;
    let geo = format!(r#"{{"geoMatchStatement":{{"countryCodes":["DE","FR"],{proxy}}}}}"#);
    let uri = field(r#""uriPath":{}"#);
    let path =
        format!(r#"{{"byteMatchStatement":{{"positionalConstraint":"STARTS_WITH","searchString":"/äöü",{uri}}}}}"#);
    let three_deep = format!(r#"{{"orStatement":{{"statements":[{path},{{"notStatement":{{"statement":{geo}}}}}]}}}}"#);
    let rate = format!(
        r#"{{"limit":100,"aggregateKeyType":"CUSTOM_KEYS","evaluationWindowSec":60,"scopeDownStatement":{three_deep},
        "customKeys":[{{"ip":{{}}}},{{"header":{{"name":"X-Key",{text}}}}},{{"httpMethod":{{}}}},{{"uriPath":{{{text}}}}},
        {{"labelNamespace":{{"namespace":"a:b:"}}}},{{"ja4Fingerprint":{{"fallbackBehavior":"MATCH"}}}}]}}"#
    );
    let managed = r#"{"name":"AWSManagedRulesATPRuleSet","vendorName":"AWS","version":"Version_1.0",
        "ruleActionOverrides":[{"name":"Rule","actionToUse":{"captcha":{"customRequestHandling":
            {"insertHeaders":[{"name":"a","value":"b"}]}}}}],
        "managedRuleGroupConfigs":[
            {"awsManagedRulesAtpRuleSet":{"loginPath":"/login",
                "requestInspection":{"payloadType":"JSON","usernameField":{"identifier":"/u"},"passwordField":{"identifier":"/p"}},
                "responseInspection":{"statusCode":{"successCodes":[200],"failureCodes":[403]}}}},
            {"awsManagedRulesAcfpRuleSet":{"creationPath":"/new","registrationPagePath":"/form",
                "requestInspection":{"payloadType":"JSON","emailField":{"identifier":"/m"},
                    "phoneNumberFields":{"identifiers":["/a","/b"]},"addressFields":{"identifiers":["/c"]}}}},
            {"awsManagedRulesBotControlRuleSet":{"inspectionLevel":"TARGETED","enableMachineLearning":false}},
            {"awsManagedRulesAntiDdosRuleSet":{"clientSideActionConfig":{"challenge":{"usageOfAction":"ENABLED",
                "exemptUriRegularExpressions":[{"regexString":"^/api"}]}}}}]}"#;
    let cookies = field(
        r#""cookies":{"matchScope":"ALL","oversizeHandling":"MATCH","matchPatterns":[{"includedCookies":["b","a"]}]}"#,
    );
    let headers = field(
        r#""headers":[{"matchScope":"KEY","oversizeHandling":"MATCH","matchPattern":{"excludedHeaders":["b","a"]}}]"#,
    );
    let json = field(r#""jsonBody":{"matchScope":"VALUE","matchPattern":{"includedPaths":["/a"]}}"#);
    let order = field(r#""headerOrders":[{"oversizeHandling":"MATCH"}]"#);
    let body = field(r#""body":{}"#);
    let statements = [
        format!(r#"{{"asnMatchStatement":{{"asnLists":[64512,64513],{proxy}}}}}"#),
        geo,
        format!(
            r#"{{"ipSetReferenceStatement":{{"arn":"{SETS}/ipset/a/b","ipSetForwardedIpConfig":
                {{"fallbackBehavior":"MATCH","headerName":"X-Forwarded-For","position":"ANY"}}}}}}"#
        ),
        r#"{"labelMatchStatement":{"key":"a:b","scope":"LABEL"}}"#.to_owned(),
        format!(r#"{{"regexMatchStatement":{{"regexString":"^/a",{cookies}}}}}"#),
        format!(r#"{{"regexPatternSetReferenceStatement":{{"arn":"{SETS}/regexpatternset/a/b",{headers}}}}}"#),
        format!(r#"{{"sizeConstraintStatement":{{"comparisonOperator":"GT","size":8192,{body}}}}}"#),
        format!(r#"{{"sqliMatchStatement":{{{json},"sensitivityLevel":"HIGH"}}}}"#),
        format!(r#"{{"xssMatchStatement":{{{order}}}}}"#),
        format!(r#"{{"andStatement":{{"statements":[{path},{three_deep}]}}}}"#),
        format!(r#"{{"rateBasedStatement":{rate}}}"#),
    ];
    let actions = [
        r#"{"block":{"customResponse":{"responseCode":429,"customResponseBodyKey":"sorry",
            "responseHeaders":[{"name":"Retry-After","value":"60"}]}}}"#,
        r#"{"allow":{}}"#,
        r#"{"count":{"customRequestHandling":{"insertHeaders":[{"name":"a","value":"b"}]}}}"#,
        r#"{"captcha":{}}"#,
        r#"{"challenge":{}}"#,
    ];
    let own = statements.iter().zip(actions.iter().cycle()).zip(10..).map(|((statement, action), priority)| {
        let more = r#""ruleLabels":[{"name":"mine"}],"captchaConfig":{"immunityTimeProperty":{"immunityTime":60}}"#;
        let more = format!(r#""statement":{statement},"action":{action},{more}"#);
        rule(&format!("rule-{priority}"), priority, &more)
    });
    let group = format!(r#""statement":{{"managedRuleGroupStatement":{managed}}},"overrideAction":{{"none":{{}}}}"#);
    let reference = format!(r#"{{"arn":"{SETS}/rulegroup/a/b","excludedRules":[{{"name":"Rule"}}]}}"#);
    let mine = format!(
        r#""statement":{{"ruleGroupReferenceStatement":{reference}}},"overrideAction":{{"count":{{}}}},
        "challengeConfig":{{"immunityTimeProperty":{{}}}}"#
    );
    let rules: Vec<String> = own.chain([rule("managed", 2, &group), rule("own", 1, &mine)]).collect();
    v(&format!("[{}]", rules.join(",")))
}

conformance!(a_web_acl, {
    let mut inputs = acl("REGIONAL");
    let geo = r#""statement":{"geoMatchStatement":{"countryCodes":["DE"]}},"action":{"block":{}}"#;
    inputs.set("rules", v(&format!("[{}]", rule("geo", 0, geo))));
    inputs.set("tags", v(r#"{"Name":"a"}"#));
    let protection =
        r#"{"dataProtections":[{"action":"HASH","field":{"fieldType":"SINGLE_HEADER","fieldKeys":["a"]}}]}"#;
    let money = r#"{"currencyMode":"TEST","cryptoConfig":{"paymentNetworks":[{"chain":"BASE_SEPOLIA","walletAddress":"0x1",
        "prices":{"amount":"0.01","currency":"USDC"}}]}}"#;
    let bodies = r#"[{"key":"sorry","content":"Sorry","contentType":"TEXT_PLAIN"}]"#;
    let blocks = r#"{"block":{"customResponse":{"responseCode":503}}}"#;
    let sample = Sample::new("acl", inputs)
        .missing("01234567-0123-0123-0123-0123456789ab/no-such-acl/REGIONAL")
        .sibling(acl("REGIONAL"))
        .vary("associationConfig", v(r#"{"requestBodies":[{"apiGateway":{"defaultSizeInspectionLimit":"KB_32"}}]}"#))
        .vary("captchaConfig", v(r#"{"immunityTimeProperty":{"immunityTime":600}}"#))
        .vary("challengeConfig", v(r#"{"immunityTimeProperty":{"immunityTime":600}}"#))
        .vary("customResponseBodies", v(bodies))
        .vary("dataProtectionConfig", v(protection))
        .vary("defaultAction", v(blocks))
        .vary("description", "what it is for")
        .vary("monetizationConfig", v(money))
        .vary("name", "another")
        .vary("rules", every_rule())
        .vary("rules", Value::Null)
        .vary("scope", "CLOUDFRONT")
        .vary("tags", v(r#"{"Name":"b","more":"c"}"#))
        .vary("tags", Value::Null)
        .vary("tokenDomains", v(r#"["b.example.com","a.example.com"]"#))
        .vary("visibilityConfig.sampledRequestsEnabled", false);
    (handler(ACL).await, sample)
});

conformance!(an_association, {
    let acl = async || create(ACL, named()).await.unwrap();
    let resource =
        || format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/{}", SystemClock.hex(8));
    let (first, second) = (arn(&acl().await).await, arn(&acl().await).await);
    let inputs = |acl: &str| Value::map([("resourceArn", resource().into()), ("webAclArn", acl.into())]);
    let sample = Sample::new("association", inputs(&first))
        .missing(resource())
        .sibling(inputs(&first))
        .vary("resourceArn", resource())
        .vary("webAclArn", second);
    (handler(ASSOCIATION).await, sample)
});

fn named() -> Value {
    let mut inputs = acl("REGIONAL");
    inputs.set("name", format!("acl-{}", SystemClock.hex(8)).into());
    inputs
}

async fn arn(id: &str) -> String {
    let Reading::Ready(seen) = handler(ACL).await.read(&[id.to_owned()]).await.unwrap().remove(0) else {
        panic!("not ready")
    };
    seen.get("arn").unwrap().as_str().unwrap().to_owned()
}

/// Protects what others put before a resource: the service would silently replace it, and a delete would take it away.
#[tokio::test]
async fn the_web_acl_of_others_is_left_where_it_is() {
    let (theirs, ours) =
        (arn(&create(ACL, named()).await.unwrap()).await, arn(&create(ACL, named()).await.unwrap()).await);
    let resource =
        format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/b/{}", SystemClock.hex(8));
    let inputs = |acl: &str| Value::map([("resourceArn", resource.as_str().into()), ("webAclArn", acl.into())]);
    let id = create(ASSOCIATION, inputs(&theirs)).await.unwrap();
    assert_eq!(create(ASSOCIATION, inputs(&ours)).await.map_err(|error| error.fault), Err(Fault::Exists));
    let associations = handler(ASSOCIATION).await;
    assert_eq!(associations.delete(&id, &inputs(&ours)).await.map_err(|error| error.fault), Err(Fault::Gone));
    assert!(matches!(associations.read(&[id]).await.unwrap()[0], Reading::Ready(_)));
}

/// Protects from a web ACL in the wrong place, and one for CloudFront works in the right one.
#[tokio::test]
async fn a_web_acl_for_cloudfront_is_made_in_its_region_alone() {
    let mut inputs = acl("CLOUDFRONT");
    inputs.set("name", format!("acl-{}", SystemClock.hex(8)).into());
    assert_eq!(create(ACL, inputs.clone()).await.map_err(|error| error.fault), Err(Fault::Rejected));
    let there = handler_in(ACL, "us-east-1").await;
    let urn = Urn::parse("urn:farsight:dev::p::t::n").unwrap();
    let owner = Owner { stack: "p/dev".into(), urn, op: SystemClock.hex(32) };
    let inputs = there.schema().check(&inputs).0;
    let id = there.create(&owner, &inputs).await.unwrap();
    assert_eq!(there.find(&owner, &inputs).await, Ok(vec![id.clone()]));
    let Reading::Ready(seen) = there.read(&[id]).await.unwrap().remove(0) else { panic!("not ready") };
    assert_eq!(seen.get("scope"), Some(&"CLOUDFRONT".into()));
}
