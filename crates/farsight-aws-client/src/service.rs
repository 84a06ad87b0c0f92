//! One service on a connection: its SDK client, and the two ways to call it.

use crate::{Aws, Effect};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_provider::Result;
use std::error::Error as StdError;

/// A service's SDK client on a connection. Clones share everything.
#[derive(Clone)]
pub struct Service<C> {
    /// The connection.
    pub aws: Aws,
    /// The SDK's client.
    pub client: C,
    name: &'static str,
}

impl<C> Service<C> {
    /// A service under its IAM prefix, such as `ec2`; `client` is the constructor of its SDK client.
    pub fn new(aws: &Aws, name: &'static str, client: impl FnOnce(&SdkConfig) -> C) -> Self {
        Self { aws: aws.clone(), client: client(aws.config()), name }
    }

    /// [`Aws::call`] for what changes nothing.
    pub async fn read<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + StdError + 'static,
    {
        self.aws.call(self.name, operation, Effect::Read, send).await
    }

    /// [`Aws::call`] for what changes something, or may.
    pub async fn write<T, E, Sent>(&self, operation: &'static str, send: impl Fn() -> Sent) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + StdError + 'static,
    {
        self.aws.call(self.name, operation, Effect::Write, send).await
    }
}

/// Declares the handle of a service: a doc comment, its name, the SDK's client, the service's IAM prefix. It is made with
/// `new(&Aws)`, is cloned for nothing, and has all that a [`Service`] has.
#[macro_export]
macro_rules! service {
    ($(#[$doc:meta])* $name:ident, $client:ty, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub(crate) struct $name($crate::Service<$client>);

        impl $name {
            pub(crate) fn new(aws: &$crate::Aws) -> Self {
                Self($crate::Service::new(aws, $prefix, <$client>::new))
            }
        }

        impl ::std::ops::Deref for $name {
            type Target = $crate::Service<$client>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
}

/// Nothing instead of a failure with one of these codes: what was asked for is not there.
pub fn unless<T>(codes: &[&str], result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code.as_deref().is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}
