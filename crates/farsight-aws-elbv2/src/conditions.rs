//! Conditions and transforms of rules, to AWS and back.

use crate::elb::given;
use aws_sdk_elasticloadbalancingv2::types::builders::{QueryStringKeyValuePairBuilder, RuleConditionBuilder};
use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HostHeaderRewriteConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RewriteConfig as SdkRewrite,
    RuleCondition, RuleTransform, SourceIpAddressTypeEnum, SourceIpConditionConfig, TransformTypeEnum,
    UrlRewriteConfig,
};
use farsight_aws::lb::{
    HttpHeaderCondition, HttpRequestMethodCondition, ListenerRuleCondition, ListenerRuleTransform, PatternCondition,
    QueryStringCondition, Rewrite, RewriteConfig, SourceIpCondition, TransformType,
};
use farsight_provider::{Error, Fault, Result};

/// Conditions in the form of the SDK.
pub(crate) fn to_sdk(conditions: &[ListenerRuleCondition]) -> Vec<RuleCondition> {
    conditions.iter().flat_map(one_to_sdk).collect()
}

/// Each block is a condition by itself; AWS refuses a rule with none.
fn one_to_sdk(condition: &ListenerRuleCondition) -> Vec<RuleCondition> {
    let field = |name: &str| RuleCondition::builder().field(name);
    let host = condition.host_header.as_ref().map(|host| {
        let config = HostHeaderConditionConfig::builder();
        let config = config.set_values(given(&host.values)).set_regex_values(given(&host.regex_values));
        field("host-header").host_header_config(config.build())
    });
    let header = condition.http_header.as_ref().map(|header| {
        let config = HttpHeaderConditionConfig::builder().http_header_name(&header.http_header_name);
        let config = config.set_values(given(&header.values)).set_regex_values(given(&header.regex_values));
        field("http-header").http_header_config(config.build())
    });
    let method = condition.http_request_method.as_ref().map(|method| {
        let config = HttpRequestMethodConditionConfig::builder().set_values(given(&method.values));
        field("http-request-method").http_request_method_config(config.build())
    });
    let path = condition.path_pattern.as_ref().map(|path| {
        let config = PathPatternConditionConfig::builder();
        let config = config.set_values(given(&path.values)).set_regex_values(given(&path.regex_values));
        field("path-pattern").path_pattern_config(config.build())
    });
    let query = (!condition.query_strings.is_empty()).then(|| {
        let pairs = condition.query_strings.iter();
        let pairs = pairs.map(|pair| QueryStringKeyValuePair::builder().set_key(pair.key.clone()).value(&pair.value));
        let config = QueryStringConditionConfig::builder();
        let config = config.set_values(Some(pairs.map(QueryStringKeyValuePairBuilder::build).collect()));
        field("query-string").query_string_config(config.build())
    });
    let source = condition.source_ip.as_ref().map(|source| {
        let kind = source.ip_address_type.as_deref().map(SourceIpAddressTypeEnum::from);
        let config = SourceIpConditionConfig::builder().set_values(given(&source.values)).set_ip_address_type(kind);
        field("source-ip").source_ip_config(config.build())
    });
    [host, header, method, path, query, source].into_iter().flatten().map(RuleConditionBuilder::build).collect()
}

/// Conditions as programs see them.
pub(crate) fn from_sdk(conditions: &[RuleCondition]) -> Vec<ListenerRuleCondition> {
    conditions.iter().map(one_from_sdk).collect()
}

fn one_from_sdk(condition: &RuleCondition) -> ListenerRuleCondition {
    let field = condition.field().unwrap_or_default();
    // The older form of hosts and paths has the values beside the block.
    let pattern = |name: &str, values: Option<&[String]>, regex: Option<&[String]>| {
        (field == name).then(|| PatternCondition {
            regex_values: regex.filter(|list| !list.is_empty()).unwrap_or(condition.regex_values()).to_vec(),
            values: values.filter(|list| !list.is_empty()).unwrap_or(condition.values()).to_vec(),
        })
    };
    let (host, path) = (condition.host_header_config(), condition.path_pattern_config());
    let query = condition.query_string_config().map(QueryStringConditionConfig::values).unwrap_or_default();
    ListenerRuleCondition {
        host_header: pattern(
            "host-header",
            host.map(HostHeaderConditionConfig::values),
            host.map(HostHeaderConditionConfig::regex_values),
        ),
        http_header: condition.http_header_config().map(|header| HttpHeaderCondition {
            http_header_name: header.http_header_name.clone().unwrap_or_default(),
            regex_values: header.regex_values().to_vec(),
            values: header.values().to_vec(),
        }),
        http_request_method: condition
            .http_request_method_config()
            .map(|method| HttpRequestMethodCondition { values: method.values().to_vec() }),
        path_pattern: pattern(
            "path-pattern",
            path.map(PathPatternConditionConfig::values),
            path.map(PathPatternConditionConfig::regex_values),
        ),
        query_strings: query
            .iter()
            .map(|pair| QueryStringCondition {
                key: pair.key.clone().filter(|key| !key.is_empty()),
                value: pair.value.clone().unwrap_or_default(),
            })
            .collect(),
        source_ip: condition.source_ip_config().map(|source| SourceIpCondition {
            ip_address_type: source.ip_address_type().map(|kind| kind.as_str().to_owned()),
            values: source.values().to_vec(),
        }),
    }
}

/// Transforms in the form of the SDK.
pub(crate) fn transforms_to_sdk(transforms: &[ListenerRuleTransform]) -> Vec<RuleTransform> {
    let rewrite = |config: &RewriteConfig| {
        SdkRewrite::builder().regex(&config.rewrite.regex).replace(&config.rewrite.replace).build()
    };
    let one = |transform: &ListenerRuleTransform| {
        let host = transform.host_header_rewrite_config.as_ref();
        let url = transform.url_rewrite_config.as_ref();
        RuleTransform::builder()
            .r#type(TransformTypeEnum::from(transform.kind.as_str()))
            .set_host_header_rewrite_config(
                host.map(|config| HostHeaderRewriteConfig::builder().rewrites(rewrite(config)).build()),
            )
            .set_url_rewrite_config(url.map(|config| UrlRewriteConfig::builder().rewrites(rewrite(config)).build()))
            .build()
    };
    transforms.iter().map(one).collect()
}

/// Transforms as programs see them.
pub(crate) fn transforms_from_sdk(transforms: &[RuleTransform]) -> Result<Vec<ListenerRuleTransform>> {
    let rewrite = |rewrites: &[SdkRewrite]| {
        rewrites.first().map(|first| RewriteConfig {
            rewrite: Rewrite {
                regex: first.regex.clone().unwrap_or_default(),
                replace: first.replace.clone().unwrap_or_default(),
            },
        })
    };
    let one = |transform: &RuleTransform| {
        let kind = transform.r#type().map_or("", TransformTypeEnum::as_str);
        let Some(kind) = TransformType::from_wire(kind) else {
            let message = format!("a transform of the type `{kind}`, which this version does not know");
            return Err(Error::new(Fault::Rejected, message));
        };
        Ok(ListenerRuleTransform {
            kind,
            host_header_rewrite_config: transform.host_header_rewrite_config().and_then(|c| rewrite(c.rewrites())),
            url_rewrite_config: transform.url_rewrite_config().and_then(|c| rewrite(c.rewrites())),
        })
    };
    transforms.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AWS answers hosts and paths in both forms.
    #[test]
    fn the_two_forms_of_a_path_are_one() {
        let config = PathPatternConditionConfig::builder().values("/api/*").build();
        let old = RuleCondition::builder().field("path-pattern").values("/api/*");
        let new = RuleCondition::builder().field("path-pattern").path_pattern_config(config.clone());
        let both = RuleCondition::builder().field("path-pattern").values("/api/*").path_pattern_config(config);
        let [old, new, both] = [old, new, both].map(|condition| from_sdk(&[condition.build()]));
        assert_eq!((&old, &new), (&new, &both));
        assert_eq!(from_sdk(&to_sdk(&old)), old);
    }
}
