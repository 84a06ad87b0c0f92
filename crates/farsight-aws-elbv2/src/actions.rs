//! Actions of listeners and rules, to AWS and back.

use crate::elb::small;
use aws_sdk_elasticloadbalancingv2::types::{
    self, Action, ActionTypeEnum, AuthenticateCognitoActionConditionalBehaviorEnum, AuthenticateCognitoActionConfig,
    FixedResponseActionConfig, ForwardActionConfig, JwtValidationActionAdditionalClaim,
    JwtValidationActionAdditionalClaimFormatEnum, JwtValidationActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupStickinessConfig, TargetGroupTuple,
};
use farsight_aws::lb::{
    AuthenticateCognito, FixedResponse, Forward, ForwardStickiness, ForwardTargetGroup, JwtClaim, JwtClaimFormat,
    JwtValidation, ListenerAction, ListenerActionType, Redirect, RedirectStatus, UnauthenticatedRequest,
};
use farsight_provider::{Error, Fault, Result};
use std::collections::HashMap;

/// Actions in the form of the SDK; the order of the list is their order.
pub(crate) fn to_sdk(actions: &[ListenerAction]) -> Vec<Action> {
    let several = actions.len() > 1;
    let ordered = actions.iter().zip(1..).map(|(action, order)| one_to_sdk(action, several.then_some(order)));
    ordered.collect()
}

fn one_to_sdk(action: &ListenerAction, order: Option<i32>) -> Action {
    let forward = action.forward.as_ref();
    // Network and gateway load balancers want a single target group in this form, all others take it.
    let single = forward.and_then(|forward| match forward.target_groups.as_slice() {
        [group] if forward.stickiness.is_none() && group.weight == 1 => Some(group.arn.clone()),
        _ => None,
    });
    let config = forward.filter(|_| single.is_none()).map(forward_to_sdk);
    Action::builder()
        .r#type(ActionTypeEnum::from(action.kind.as_str()))
        .set_order(order)
        .set_target_group_arn(single)
        .set_forward_config(config)
        .set_redirect_config(action.redirect.as_ref().map(redirect_to_sdk))
        .set_fixed_response_config(action.fixed_response.as_ref().map(fixed_to_sdk))
        .set_authenticate_cognito_config(action.authenticate_cognito.as_ref().map(cognito_to_sdk))
        .set_jwt_validation_config(action.jwt_validation.as_ref().map(jwt_to_sdk))
        .build()
}

fn forward_to_sdk(forward: &Forward) -> ForwardActionConfig {
    let groups = forward.target_groups.iter().map(|group| {
        TargetGroupTuple::builder().target_group_arn(&group.arn).set_weight(small(Some(group.weight))).build()
    });
    let stickiness = forward.stickiness.as_ref().map(|stickiness| {
        let duration = small(Some(stickiness.duration));
        TargetGroupStickinessConfig::builder().enabled(true).set_duration_seconds(duration).build()
    });
    ForwardActionConfig::builder()
        .set_target_groups(Some(groups.collect()))
        .set_target_group_stickiness_config(stickiness)
        .build()
}

fn redirect_to_sdk(redirect: &Redirect) -> RedirectActionConfig {
    RedirectActionConfig::builder()
        .status_code(RedirectActionStatusCodeEnum::from(redirect.status_code.as_str()))
        .host(&redirect.host)
        .path(&redirect.path)
        .port(&redirect.port)
        .protocol(&redirect.protocol)
        .query(&redirect.query)
        .build()
}

fn fixed_to_sdk(fixed: &FixedResponse) -> FixedResponseActionConfig {
    FixedResponseActionConfig::builder()
        .content_type(&fixed.content_type)
        .set_message_body(fixed.message_body.clone())
        .status_code(&fixed.status_code)
        .build()
}

fn cognito_to_sdk(cognito: &AuthenticateCognito) -> AuthenticateCognitoActionConfig {
    let extra: HashMap<String, String> = cognito.authentication_request_extra_params.clone().into_iter().collect();
    let behaviour = cognito.on_unauthenticated_request.as_str();
    AuthenticateCognitoActionConfig::builder()
        .user_pool_arn(&cognito.user_pool_arn)
        .user_pool_client_id(&cognito.user_pool_client_id)
        .user_pool_domain(&cognito.user_pool_domain)
        .set_authentication_request_extra_params((!extra.is_empty()).then_some(extra))
        .on_unauthenticated_request(AuthenticateCognitoActionConditionalBehaviorEnum::from(behaviour))
        .scope(&cognito.scope)
        .session_cookie_name(&cognito.session_cookie_name)
        .session_timeout(cognito.session_timeout)
        .build()
}

fn jwt_to_sdk(jwt: &JwtValidation) -> JwtValidationActionConfig {
    let claims = jwt.additional_claims.iter().map(|claim| {
        JwtValidationActionAdditionalClaim::builder()
            .format(JwtValidationActionAdditionalClaimFormatEnum::from(claim.format.as_str()))
            .name(&claim.name)
            .set_values(Some(claim.values.clone()))
            .build()
    });
    let claims: Vec<_> = claims.collect();
    JwtValidationActionConfig::builder()
        .issuer(&jwt.issuer)
        .jwks_endpoint(&jwt.jwks_endpoint)
        .set_additional_claims((!claims.is_empty()).then_some(claims))
        .build()
}

/// Actions as programs see them.
pub(crate) fn from_sdk(actions: &[Action]) -> Result<Vec<ListenerAction>> {
    let mut actions: Vec<&Action> = actions.iter().collect();
    actions.sort_by_key(|action| action.order.unwrap_or_default());
    actions.into_iter().map(one_from_sdk).collect()
}

fn one_from_sdk(action: &Action) -> Result<ListenerAction> {
    let kind = action.r#type.as_ref().map_or("", ActionTypeEnum::as_str);
    let Some(kind) = ListenerActionType::from_wire(kind) else {
        let message = format!("an action of the type `{kind}`, which this version does not know");
        return Err(Error::new(Fault::Rejected, message));
    };
    // A signed-in forward may come with both forms; the longer one says more.
    let single = || {
        let arn = action.target_group_arn.clone()?;
        Some(Forward { target_groups: vec![ForwardTargetGroup { arn, weight: 1 }], stickiness: None })
    };
    Ok(ListenerAction {
        kind,
        authenticate_cognito: action.authenticate_cognito_config().map(cognito_from_sdk),
        fixed_response: action.fixed_response_config().map(|fixed| FixedResponse {
            content_type: fixed.content_type.clone().unwrap_or_default(),
            message_body: fixed.message_body.clone().filter(|body| !body.is_empty()),
            status_code: fixed.status_code.clone().unwrap_or_default(),
        }),
        forward: action.forward_config().map(forward_from_sdk).or_else(single),
        jwt_validation: action.jwt_validation_config().map(jwt_from_sdk),
        redirect: action.redirect_config().map(redirect_from_sdk),
    })
}

fn forward_from_sdk(forward: &ForwardActionConfig) -> Forward {
    let groups = forward.target_groups().iter().map(|group| ForwardTargetGroup {
        arn: group.target_group_arn.clone().unwrap_or_default(),
        weight: group.weight.map_or(1, i64::from),
    });
    let on = forward.target_group_stickiness_config().filter(|stickiness| stickiness.enabled == Some(true));
    Forward {
        target_groups: groups.collect(),
        stickiness: on.map(|on| ForwardStickiness { duration: on.duration_seconds.map_or(0, i64::from) }),
    }
}

fn redirect_from_sdk(redirect: &RedirectActionConfig) -> Redirect {
    let or = |text: &Option<String>, same: &str| text.clone().unwrap_or_else(|| same.to_owned());
    let status = redirect.status_code.as_ref().and_then(|code| RedirectStatus::from_wire(code.as_str()));
    Redirect {
        status_code: status.unwrap_or(RedirectStatus::Found),
        host: or(&redirect.host, "#{host}"),
        path: or(&redirect.path, "/#{path}"),
        port: or(&redirect.port, "#{port}"),
        protocol: or(&redirect.protocol, "#{protocol}"),
        query: or(&redirect.query, "#{query}"),
    }
}

fn cognito_from_sdk(cognito: &AuthenticateCognitoActionConfig) -> AuthenticateCognito {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let behaviour = cognito.on_unauthenticated_request.as_ref();
    AuthenticateCognito {
        user_pool_arn: text(&cognito.user_pool_arn),
        user_pool_client_id: text(&cognito.user_pool_client_id),
        user_pool_domain: text(&cognito.user_pool_domain),
        authentication_request_extra_params: cognito
            .authentication_request_extra_params
            .clone()
            .unwrap_or_default()
            .into_iter()
            .collect(),
        on_unauthenticated_request: behaviour
            .and_then(|behaviour| UnauthenticatedRequest::from_wire(behaviour.as_str()))
            .unwrap_or(UnauthenticatedRequest::Authenticate),
        scope: cognito.scope.clone().unwrap_or_else(|| "openid".to_owned()),
        session_cookie_name: cognito.session_cookie_name.clone().unwrap_or_else(|| "AWSELBAuthSessionCookie".into()),
        session_timeout: cognito.session_timeout.unwrap_or(604_800),
    }
}

fn jwt_from_sdk(jwt: &JwtValidationActionConfig) -> JwtValidation {
    let claims = jwt.additional_claims().iter().map(|claim| JwtClaim {
        format: claim
            .format
            .as_ref()
            .and_then(|format: &types::JwtValidationActionAdditionalClaimFormatEnum| {
                JwtClaimFormat::from_wire(format.as_str())
            })
            .unwrap_or(JwtClaimFormat::SingleString),
        name: claim.name.clone().unwrap_or_default(),
        values: claim.values.clone().unwrap_or_default(),
    });
    JwtValidation {
        issuer: jwt.issuer.clone().unwrap_or_default(),
        jwks_endpoint: jwt.jwks_endpoint.clone().unwrap_or_default(),
        additional_claims: claims.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forward(weights: &[i64], stickiness: Option<i64>) -> ListenerAction {
        let group =
            |(index, weight): (usize, &i64)| ForwardTargetGroup { arn: format!("arn:{index}"), weight: *weight };
        ListenerAction {
            kind: ListenerActionType::Forward,
            authenticate_cognito: None,
            fixed_response: None,
            forward: Some(Forward {
                target_groups: weights.iter().enumerate().map(group).collect(),
                stickiness: stickiness.map(|duration| ForwardStickiness { duration }),
            }),
            jwt_validation: None,
            redirect: None,
        }
    }

    /// Protects an untouched listener from false drift: whatever goes there comes back the same.
    #[test]
    fn actions_go_there_and_back() {
        let cognito = AuthenticateCognito {
            user_pool_arn: "arn:pool".into(),
            user_pool_client_id: "client".into(),
            user_pool_domain: "domain".into(),
            authentication_request_extra_params: [("prompt".to_owned(), "login".to_owned())].into(),
            on_unauthenticated_request: UnauthenticatedRequest::Deny,
            scope: "openid".into(),
            session_cookie_name: "session".into(),
            session_timeout: 60,
        };
        let jwt = JwtValidation {
            issuer: "https://issuer".into(),
            jwks_endpoint: "https://issuer/keys".into(),
            additional_claims: vec![JwtClaim {
                format: JwtClaimFormat::StringArray,
                name: "scope".into(),
                values: vec!["read".into()],
            }],
        };
        let none = || ListenerAction { forward: None, ..forward(&[], None) };
        let first = ListenerAction {
            kind: ListenerActionType::AuthenticateCognito,
            authenticate_cognito: Some(cognito),
            ..none()
        };
        let second = ListenerAction { kind: ListenerActionType::JwtValidation, jwt_validation: Some(jwt), ..none() };
        for actions in [
            vec![forward(&[1], None)],
            vec![forward(&[7], None)],
            vec![forward(&[1, 2], Some(60))],
            vec![first, second, forward(&[1], None)],
        ] {
            let mut sent = to_sdk(&actions);
            sent.reverse();
            assert_eq!(from_sdk(&sent), Ok(actions));
        }
    }

    /// AWS answers a single target group in both forms, with stickiness that is off.
    #[test]
    fn the_two_forms_of_a_forward_are_one() {
        let off = TargetGroupStickinessConfig::builder().enabled(false).build();
        let config = ForwardActionConfig::builder()
            .target_groups(TargetGroupTuple::builder().target_group_arn("arn:0").weight(1).build())
            .target_group_stickiness_config(off)
            .build();
        let both =
            Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn("arn:0").forward_config(config).build();
        assert_eq!(from_sdk(&[both]), Ok(vec![forward(&[1], None)]));
        let unknown = Action::builder().r#type(ActionTypeEnum::from("dance")).build();
        assert!(from_sdk(&[unknown]).is_err());
    }
}
