//! `aws:ecr/lifecyclePolicy:LifecyclePolicy`.

use farsight::prelude::*;

/// Which images of a repository are deleted by themselves.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "LifecyclePolicy",
    token = "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    import_id = "repository name",
    outputs = LifecyclePolicyOutputs,
)]
pub struct LifecyclePolicyArgs {
    /// The rules, as JSON; [`LifecycleRules`] writes them.
    #[prop(json)]
    pub policy: String,
    /// Name of the repository.
    #[prop(replace)]
    pub repository: String,
}

/// What a lifecycle policy answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct LifecyclePolicyOutputs {
    /// The account.
    #[prop(stable)]
    pub registry_id: String,
}

/// The rules of a lifecycle policy, first rule first.
///
/// ```
/// use farsight_aws::ecr::LifecycleRules;
///
/// let rules = LifecycleRules::new().expire_untagged_after(14).keep_last(30);
/// # let _ = rules;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "rules do nothing until they are given to a lifecycle policy"]
pub struct LifecycleRules {
    rules: Vec<Value>,
}

impl LifecycleRules {
    /// No rules yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Deletes images without a tag, some days after they were pushed.
    pub fn expire_untagged_after(self, days: u32) -> Self {
        let selection = Value::map([
            ("tagStatus", Value::from("untagged")),
            ("countType", "sinceImagePushed".into()),
            ("countUnit", "days".into()),
            ("countNumber", Value::from(i64::from(days))),
        ]);
        self.rule(format!("untagged images after {days} days"), selection)
    }

    /// Deletes all but the newest images. ECR wants this rule to be the last.
    pub fn keep_last(self, count: u32) -> Self {
        let selection = Value::map([
            ("tagStatus", Value::from("any")),
            ("countType", "imageCountMoreThan".into()),
            ("countNumber", Value::from(i64::from(count))),
        ]);
        self.rule(format!("all but the newest {count} images"), selection)
    }

    /// Adds a rule that deletes what a selection of ECR's own form selects.
    pub fn rule(mut self, description: impl Into<String>, selection: Value) -> Self {
        let rule = Value::map([
            ("rulePriority", Value::Number((self.rules.len() + 1) as f64)),
            ("description", Value::String(description.into())),
            ("selection", selection),
            ("action", Value::map([("type", Value::from("expire"))])),
        ]);
        self.rules.push(rule);
        self
    }

    /// The rules as JSON text.
    #[track_caller]
    pub fn json(self) -> Output<String> {
        farsight::json(Value::map([("rules", Value::List(self.rules))]))
    }
}

impl From<LifecycleRules> for Input<String> {
    #[track_caller]
    fn from(rules: LifecycleRules) -> Self {
        rules.json().into()
    }
}
