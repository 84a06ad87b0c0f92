//! `aws:wafv2/webAclAssociation:WebAclAssociation`.

use crate::waf::{FAULTS, SETTLE, Waf, found};
use farsight_aws::wafv2::{WebAclAssociation, WebAclAssociationArgs, WebAclAssociationOutputs};
use farsight_aws_client::call_json;
use farsight_aws_client::json::text;
use farsight_provider::{Change, Error, Fault, Handler, Id, Identity, Owner, Policy, Result, Seen};
use futures_util::future::try_join_all;
use serde_json::json;

pub(crate) struct WebAclAssociationHandler {
    pub(crate) waf: Waf,
}

impl Handler for WebAclAssociationHandler {
    type Of = WebAclAssociation;

    const POLICY: Policy = Policy {
        identity: Identity::NaturalKey,
        unique_key: &["resourceArn"],
        serialize_by: None,
        // There is no call for several resources; this many are asked side by side.
        read_batch: 5,
        settle: SETTLE,
        faults: FAULTS,
        permissions: &[
            "elasticloadbalancing:SetWebACL",
            "wafv2:AssociateWebACL",
            "wafv2:DisassociateWebACL",
            "wafv2:GetWebACL",
            "wafv2:GetWebACLForResource",
        ],
    };

    /// The service silently puts one web ACL into the place of another, so it is looked at first.
    async fn create(&self, _: &Owner, args: &WebAclAssociationArgs) -> Result<Id> {
        if let Some(other) = self.waf.web_acl_of(&args.resource_arn).await? {
            let message = format!("`{}` has the web ACL `{}` already", args.resource_arn, text(&other, "Name"));
            return Err(Error::new(Fault::Exists, message));
        }
        self.associate(&args.resource_arn, &args.web_acl_arn).await?;
        Ok(args.resource_arn.clone())
    }

    async fn read(&self, ids: &[Id]) -> Result<Vec<Seen<WebAclAssociation>>> {
        try_join_all(ids.iter().map(async |id| {
            let Some(acl) = self.waf.web_acl_of(id).await? else { return Ok(Seen::Absent) };
            let web_acl_arn = text(&acl, "ARN").to_owned();
            let args = WebAclAssociationArgs { resource_arn: id.clone(), web_acl_arn };
            Ok(Seen::Ready { args, outputs: WebAclAssociationOutputs {} })
        }))
        .await
    }

    async fn update(&self, id: &Id, change: Change<'_, WebAclAssociationArgs>) -> Result<Option<Id>> {
        self.associate(id, &change.wanted.web_acl_arn).await.map(|()| None)
    }

    /// A web ACL that somebody put there since is not ours to take away.
    async fn delete(&self, id: &Id, args: &WebAclAssociationArgs) -> Result<()> {
        let there = self.waf.web_acl_of(id).await?;
        if there.is_none_or(|acl| text(&acl, "ARN") != args.web_acl_arn) {
            return Err(Error::gone(id));
        }
        let body = json!({ "ResourceArn": id });
        let done = found(call_json!(self.waf, "wafv2", Write, disassociate_web_acl, "DisassociateWebACL", body))?;
        done.map(|_| ()).ok_or_else(|| Error::gone(id))
    }

    async fn find(&self, _: &Owner, args: &WebAclAssociationArgs) -> Result<Vec<Id>> {
        let there = self.waf.web_acl_of(&args.resource_arn).await?;
        Ok(there.map(|_| args.resource_arn.clone()).into_iter().collect())
    }
}

impl WebAclAssociationHandler {
    async fn associate(&self, resource: &str, acl: &str) -> Result<()> {
        let body = json!({ "WebACLArn": acl, "ResourceArn": resource });
        call_json!(self.waf, "wafv2", Write, associate_web_acl, "AssociateWebACL", body).map(|_| ())
    }
}
