//! Ids of Pulumi's AWS package, which are those of the Terraform provider, as import ids.

use super::pulumi::Resource;
use farsight_model::TypeToken;

/// Modules whose types Pulumi offers under several tokens.
const RENAMED: &[(&str, &str)] = &[
    ("aws:alb/", "aws:lb/"),
    ("aws:elasticloadbalancingv2/", "aws:lb/"),
    ("aws:applicationloadbalancing/", "aws:lb/"),
];

/// Types whose id there is not what finds the object: the parts of the import id are properties, the first that is
/// there of several.
const BUILT: &[(&str, &str)] = &[
    // A hash of the destination.
    ("aws:ec2/route:Route", "{routeTableId}_{destinationCidrBlock|destinationIpv6CidrBlock|destinationPrefixListId}"),
    // The role and a number that means nothing.
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "{role}/{policyArn}"),
    // The ARN.
    ("aws:ecs/cluster:Cluster", "{name}"),
    // The family, which has many revisions.
    ("aws:ecs/taskDefinition:TaskDefinition", "{arn}"),
    // The word "none".
    ("random:index/randomPassword:RandomPassword", "{result}"),
    // The number that RDS gives, since version 5 of the provider.
    ("aws:rds/instance:Instance", "{identifier}"),
    // The moment of the validation.
    ("aws:acm/certificateValidation:CertificateValidation", "{certificateArn}"),
    // The bare id.
    ("aws:wafv2/webAcl:WebAcl", "{id}/{name}/{scope}"),
    ("aws:wafv2/webAclAssociation:WebAclAssociation", "{resourceArn}"),
    ("aws:cloudwatch/logMetricFilter:LogMetricFilter", "{logGroupName}:{name}"),
    ("aws:appautoscaling/target:Target", "{serviceNamespace}/{resourceId}/{scalableDimension}"),
    ("aws:appautoscaling/policy:Policy", "{serviceNamespace}/{resourceId}/{scalableDimension}/{name}"),
];

/// The type under the token that is known here.
pub fn token(text: &str) -> TypeToken {
    let renamed = RENAMED.iter().find_map(|(old, new)| text.strip_prefix(old).map(|rest| format!("{new}{rest}")));
    TypeToken::new(renamed.unwrap_or_else(|| text.to_owned()))
}

/// The import id of an exported resource; an error says which property is missing for it.
pub fn import_id(token: &TypeToken, resource: &Resource) -> Result<String, String> {
    let Some((_, template)) = BUILT.iter().find(|(known, _)| *known == token.as_str()) else {
        return match &resource.id {
            Some(id) if !id.is_empty() => Ok(id.clone()),
            _ => Err("the export has no id of it".into()),
        };
    };
    let mut id = String::new();
    for part in template.split_inclusive('}') {
        let (plain, names) = part.split_once('{').unwrap_or((part, ""));
        id.push_str(plain);
        let names = names.trim_end_matches('}');
        if !names.is_empty() {
            let found = names.split('|').find_map(|name| resource.text(name));
            id.push_str(&found.ok_or_else(|| format!("the export has no `{names}` of it"))?);
        }
    }
    Ok(id)
}
