//! The connection, and the one way to call.

use crate::classify::classify;
use crate::connect::sdk_config;
use crate::limiter::Limiter;
use crate::retry;
use crate::settings::{Settings, is_loopback};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_provider::{Clock, Fault, Result};
use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OnceCell;

/// Whether a call changes anything: what may be repeated when its answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// It changes something, or may.
    Write,
}

/// Whose credentials these are, as `sts:GetCallerIdentity` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account number.
    pub account: String,
    /// The ARN of the caller.
    pub arn: String,
    /// The caller's unique id.
    pub user_id: String,
}

/// What was called of one operation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallStats {
    /// Requests, retries included.
    pub calls: u64,
    /// Those that repeated one that failed.
    pub retries: u64,
    /// Those that were refused because there were too many.
    pub throttles: u64,
    /// The time from sending to answer, of all requests together, in milliseconds.
    pub took: u64,
}

impl CallStats {
    fn add(&mut self, more: Self) {
        self.calls += more.calls;
        self.retries += more.retries;
        self.throttles += more.throttles;
        self.took += more.took;
    }
}

/// A connection to one account and region. Clones share everything.
#[derive(Clone)]
pub struct Aws {
    inner: Arc<Inner>,
}

struct Inner {
    config: SdkConfig,
    region: String,
    endpoint: Option<String>,
    default_tags: BTreeMap<String, String>,
    clock: Arc<dyn Clock>,
    limiter: Limiter,
    calls: Mutex<BTreeMap<String, CallStats>>,
    identity: OnceCell<Identity>,
}

impl Aws {
    /// Connects with the standard credential chain; `AWS_ENDPOINT_URL` counts unless the settings name an endpoint.
    ///
    /// No call is made yet, so wrong credentials show at the first one. Fails when no region is known.
    pub async fn connect(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self> {
        let config = sdk_config(settings).await?;
        let endpoint = config.endpoint_url().map(str::to_owned);
        let limiter = Limiter::new(clock.clone(), endpoint.as_deref().is_some_and(is_loopback));
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let default_tags = settings.default_tags.clone();
        let (calls, identity) = (Mutex::default(), OnceCell::new());
        let inner = Inner { config, region, endpoint, default_tags, clock, limiter, calls, identity };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What service crates make their SDK clients of.
    pub fn config(&self) -> &SdkConfig {
        &self.inner.config
    }

    /// The region, such as `eu-central-1`.
    pub fn region(&self) -> &str {
        &self.inner.region
    }

    /// The endpoint, if it is not AWS's own.
    pub fn endpoint(&self) -> Option<&str> {
        self.inner.endpoint.as_deref()
    }

    /// The tags that every taggable resource gets.
    pub fn default_tags(&self) -> &BTreeMap<String, String> {
        &self.inner.default_tags
    }

    /// The partition of the region: `aws`, `aws-cn` or `aws-us-gov`.
    pub fn partition(&self) -> &'static str {
        match self.region() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The ARN of a regional resource, such as `arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-1`.
    pub fn arn(&self, service: &str, account: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{account}:{resource}", self.partition(), self.region())
    }

    /// How long a fresh object may stay invisible: a minute on AWS (aws catalogue, section 2); a second on an emulator on
    /// this machine, which answers from memory but may still have requests of a killed run in its queue.
    pub fn propagation(&self) -> Duration {
        if self.endpoint().is_some_and(is_loopback) { Duration::from_secs(1) } else { Duration::from_mins(1) }
    }

    /// Where time and randomness come from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// What was called so far, by operation, such as `ec2:CreateVpc`.
    pub fn stats(&self) -> BTreeMap<String, CallStats> {
        self.inner.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whose credentials these are; asked once.
    pub async fn identity(&self) -> Result<&Identity> {
        self.inner.identity.get_or_try_init(|| self.ask_identity()).await
    }

    async fn ask_identity(&self) -> Result<Identity> {
        let client = aws_sdk_sts::Client::new(self.config());
        let answer =
            self.call("sts", "GetCallerIdentity", Effect::Read, || client.get_caller_identity().send()).await?;
        Ok(Identity {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
            user_id: answer.user_id.unwrap_or_default(),
        })
    }

    /// Calls a service: waits for its turn under the rate limit, repeats what is safe to repeat, explains failures.
    ///
    /// Throttled and unreachable calls are repeated whatever their effect, since they were surely not done; calls whose
    /// outcome is unknown only when they are reads. `service` is the IAM prefix, such as `ec2`.
    pub async fn call<T, E, Sent>(
        &self,
        service: &'static str,
        operation: &'static str,
        effect: Effect,
        send: impl Fn() -> Sent,
    ) -> Result<T>
    where
        Sent: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let mut attempts = 0;
        loop {
            self.inner.limiter.acquire(service, operation).await;
            let started = self.inner.clock.now();
            // The SDK's futures are large; boxed, they do not add up in those that join many calls.
            let answer = Box::pin(send()).await;
            let answer = answer.map_err(|failure| classify(service, operation, &failure));
            let took = self.inner.clock.now().abs_diff(started);
            let throttled = answer.as_ref().is_err_and(|failure| failure.fault == Fault::Throttled);
            self.count(
                service,
                operation,
                CallStats { calls: 1, retries: u64::from(attempts > 0), throttles: u64::from(throttled), took },
            );
            let failure = match answer {
                Ok(answer) => {
                    self.inner.limiter.succeeded(service, operation);
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if throttled {
                self.inner.limiter.throttled(service, operation);
            }
            attempts += 1;
            match retry::pause(failure.fault, effect, attempts, self.inner.clock.random()) {
                Some(pause) => self.inner.clock.sleep(pause).await,
                None => return Err(failure),
            }
        }
    }

    fn count(&self, service: &str, operation: &str, more: CallStats) {
        let mut calls = self.inner.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(format!("{service}:{operation}")).or_default().add(more);
    }
}
