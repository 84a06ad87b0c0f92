//! Policy documents, typed: what is written as JSON in roles, policies, keys and buckets.

use farsight::prelude::*;

/// A policy document for any property that takes one; its parts may be outputs.
///
/// ```
/// use farsight_aws::iam::{PolicyDocument, Principal, Statement};
///
/// let trust = PolicyDocument::trust(Principal::service("ecs-tasks.amazonaws.com"));
/// let read = PolicyDocument::new()
///     .statement(Statement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::logs/*"]));
/// # let _ = (trust, read);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a policy document does nothing until it is given to a resource"]
pub struct PolicyDocument {
    id: Option<String>,
    statements: Vec<Statement>,
}

impl PolicyDocument {
    /// A document without statements, of the version `2012-10-17`.
    pub fn new() -> Self {
        Self::default()
    }

    /// A trust policy: the principal may take the role on.
    pub fn trust(principal: Principal) -> Self {
        Self::new().statement(Statement::allow().actions(["sts:AssumeRole"]).principal(principal))
    }

    /// Names the document.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Adds a statement.
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// The document as JSON text.
    #[track_caller]
    pub fn json(self) -> Output<String> {
        let mut document = Value::map([("Version", Value::from("2012-10-17"))]);
        document.set("Id", self.id.map_or(Value::Null, Value::String));
        document.set("Statement", Value::List(self.statements.into_iter().map(Statement::into_value).collect()));
        farsight::json(document)
    }
}

impl From<PolicyDocument> for Input<String> {
    #[track_caller]
    fn from(document: PolicyDocument) -> Self {
        document.json().into()
    }
}

/// One rule of a policy document.
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until it is part of a document"]
pub struct Statement {
    parts: Value,
}

impl Statement {
    /// A statement that allows.
    pub fn allow() -> Self {
        Self::of("Allow")
    }

    /// A statement that denies, whatever others allow.
    pub fn deny() -> Self {
        Self::of("Deny")
    }

    fn of(effect: &str) -> Self {
        Self { parts: Value::map([("Effect", Value::from(effect))]) }
    }

    /// Names the statement.
    pub fn sid(mut self, sid: impl Into<String>) -> Self {
        self.parts.set("Sid", Value::String(sid.into()));
        self
    }

    /// Adds actions that it is about, such as `s3:GetObject`.
    pub fn actions<D: Data>(self, actions: impl IntoIterator<Item = D>) -> Self {
        self.more("Action", actions)
    }

    /// Adds actions that it is not about; all others it is.
    pub fn not_actions<D: Data>(self, actions: impl IntoIterator<Item = D>) -> Self {
        self.more("NotAction", actions)
    }

    /// Adds ARNs that it is about.
    pub fn resources<D: Data>(self, resources: impl IntoIterator<Item = D>) -> Self {
        self.more("Resource", resources)
    }

    /// Adds ARNs that it is not about; all others it is.
    pub fn not_resources<D: Data>(self, resources: impl IntoIterator<Item = D>) -> Self {
        self.more("NotResource", resources)
    }

    /// Adds somebody whom it is about, in policies of resources and roles.
    pub fn principal(self, principal: Principal) -> Self {
        self.whom("Principal", principal)
    }

    /// Adds somebody whom it is not about; all others it is.
    pub fn not_principal(self, principal: Principal) -> Self {
        self.whom("NotPrincipal", principal)
    }

    /// Adds a condition, such as `("StringEquals", "aws:SourceAccount", account)`. All must hold; of several values one.
    pub fn condition(mut self, operator: &str, key: &str, value: impl Data) -> Self {
        let mut conditions = self.parts.get("Condition").cloned().unwrap_or_default();
        let mut keys = conditions.get(operator).cloned().unwrap_or_default();
        keys.set(key, value.into_data());
        conditions.set(operator, keys);
        self.parts.set("Condition", conditions);
        self
    }

    fn more<D: Data>(mut self, name: &str, items: impl IntoIterator<Item = D>) -> Self {
        let mut all = self.parts.get(name).and_then(Value::as_list).map(<[Value]>::to_vec).unwrap_or_default();
        all.extend(items.into_iter().map(Data::into_data));
        self.parts.set(name, Value::List(all));
        self
    }

    fn whom(mut self, name: &str, principal: Principal) -> Self {
        let all = match (self.parts.get(name).cloned(), principal) {
            (_, Principal::Any) => Value::from("*"),
            // Everybody is everybody, whoever else is named.
            (Some(everybody @ Value::String(_)), _) => everybody,
            (known, Principal::Of(kind, who)) => {
                let mut kinds = known.unwrap_or_default();
                let mut of_kind = kinds.get(kind).and_then(Value::as_list).map(<[Value]>::to_vec).unwrap_or_default();
                of_kind.push(who);
                kinds.set(kind, Value::List(of_kind));
                kinds
            }
        };
        self.parts.set(name, all);
        self
    }

    fn into_value(self) -> Value {
        self.parts
    }
}

/// Whom a statement is about.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Everybody, with and without credentials.
    Any,
    /// One of a kind, as policies name it (`Service`, `AWS`, `Federated`, `CanonicalUser`).
    Of(&'static str, Value),
}

impl Principal {
    /// A service of AWS, such as `ecs-tasks.amazonaws.com`.
    pub fn service(name: impl Data) -> Self {
        Self::Of("Service", name.into_data())
    }

    /// An account, role or user: an account number or an ARN.
    pub fn aws(arn: impl Data) -> Self {
        Self::Of("AWS", arn.into_data())
    }

    /// An identity provider: its ARN or domain.
    pub fn federated(provider: impl Data) -> Self {
        Self::Of("Federated", provider.into_data())
    }

    /// Everybody, with and without credentials.
    pub fn any() -> Self {
        Self::Any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(document: PolicyDocument) -> serde_json::Value {
        let Value::String(text) = document.json().to_value() else { panic!("the document is known") };
        serde_json::from_str(&text).unwrap()
    }

    /// Protects programs: what they write is what AWS reads.
    #[test]
    fn a_document_is_what_aws_expects() {
        let document = PolicyDocument::new().id("logs").statement(
            Statement::allow()
                .sid("Write")
                .actions(["logs:PutLogEvents", "logs:CreateLogStream"])
                .actions(["logs:DescribeLogStreams"])
                .resources(["*"])
                .condition("StringEquals", "aws:SourceAccount", "123456789012")
                .condition("StringEquals", "aws:RequestedRegion", ["eu-central-1"])
                .condition("Bool", "aws:SecureTransport", true),
        );
        let expected = serde_json::json!({
            "Version": "2012-10-17",
            "Id": "logs",
            "Statement": [{
                "Sid": "Write",
                "Effect": "Allow",
                "Action": ["logs:PutLogEvents", "logs:CreateLogStream", "logs:DescribeLogStreams"],
                "Resource": ["*"],
                "Condition": {
                    "StringEquals": { "aws:SourceAccount": "123456789012", "aws:RequestedRegion": ["eu-central-1"] },
                    "Bool": { "aws:SecureTransport": true },
                },
            }],
        });
        assert_eq!(json(document), expected);
    }

    #[test]
    fn principals_gather_by_kind_and_everybody_stays_everybody() {
        let statement = Statement::deny()
            .not_actions(["iam:*"])
            .not_resources(["a"])
            .principal(Principal::service("ecs.amazonaws.com"))
            .principal(Principal::service("ecs-tasks.amazonaws.com"))
            .principal(Principal::aws("123456789012"))
            .not_principal(Principal::any())
            .not_principal(Principal::federated("accounts.google.com"));
        let expected = serde_json::json!({
            "Effect": "Deny",
            "NotAction": ["iam:*"],
            "NotResource": ["a"],
            "Principal": { "Service": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"], "AWS": ["123456789012"] },
            "NotPrincipal": "*",
        });
        assert_eq!(json(PolicyDocument::new().statement(statement))["Statement"][0], expected);
    }

    #[test]
    fn a_trust_policy_is_one_line() {
        let document = json(PolicyDocument::trust(Principal::service("ecs-tasks.amazonaws.com")));
        assert_eq!(document["Statement"][0]["Action"], serde_json::json!(["sts:AssumeRole"]));
        assert_eq!(document["Statement"][0]["Principal"]["Service"], serde_json::json!(["ecs-tasks.amazonaws.com"]));
    }
}
