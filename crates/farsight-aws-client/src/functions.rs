//! Data sources that need no service of their own.

use crate::Aws;
use farsight_model::Value;
use farsight_provider::{BoxFuture, Result};

/// A data source: what programs ask while they declare.
pub struct Function {
    /// The token, such as `aws:index/getRegion:getRegion`.
    pub token: &'static str,
    run: Box<dyn Fn(Value) -> BoxFuture<'static, Result<Value>> + Send + Sync>,
}

impl Function {
    /// A data source that answers with what `run` gives for its arguments.
    pub fn new<Run, Answer>(token: &'static str, run: Run) -> Self
    where
        Run: Fn(Value) -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<Value>> + Send + 'static,
    {
        Self { token, run: Box::new(move |args| Box::pin(run(args))) }
    }

    /// Asks it.
    pub fn call(&self, args: Value) -> BoxFuture<'static, Result<Value>> {
        (self.run)(args)
    }
}

/// Who, where and in which partition.
pub(crate) fn built_in(aws: &Aws) -> Vec<Function> {
    let (who, place, partition) = (aws.clone(), aws.clone(), aws.clone());
    vec![
        Function::new("aws:index/getCallerIdentity:getCallerIdentity", move |_| {
            let aws = who.clone();
            async move {
                let identity = aws.identity().await?;
                Ok(Value::map([
                    ("accountId", Value::from(identity.account.as_str())),
                    ("arn", Value::from(identity.arn.as_str())),
                    ("id", Value::from(identity.account.as_str())),
                    ("userId", Value::from(identity.user_id.as_str())),
                ]))
            }
        }),
        Function::new("aws:index/getRegion:getRegion", move |_| {
            let region = place.region().to_owned();
            async move {
                let region = Value::from(region);
                Ok(Value::map([("id", region.clone()), ("name", region.clone()), ("region", region)]))
            }
        }),
        Function::new("aws:index/getPartition:getPartition", move |_| {
            let partition = partition.partition();
            let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
            let reverse: Vec<&str> = suffix.rsplit('.').collect();
            let answer = Value::map([
                ("dnsSuffix", Value::from(suffix)),
                ("id", Value::from(partition)),
                ("partition", Value::from(partition)),
                ("reverseDnsPrefix", Value::from(reverse.join("."))),
            ]);
            async move { Ok(answer) }
        }),
    ]
}
