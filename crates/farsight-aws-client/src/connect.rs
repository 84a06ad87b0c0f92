//! Connecting: where credentials and the region come from, and how long things may take.

use crate::settings::{Settings, is_loopback};
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use farsight_provider::{Error, Fault, Result};
use std::time::Duration;

/// The longest wait for a connection: what the newest SDK behaviour takes too.
const CONNECT: Duration = Duration::from_millis(3_100);
/// The longest wait for one answer.
const ATTEMPT: Duration = Duration::from_mins(1);

/// The SDK's configuration, shared by all services: one connection pool, no retries.
pub(crate) async fn sdk_config(settings: &Settings) -> Result<SdkConfig> {
    let endpoint = settings.endpoint.clone().or_else(|| std::env::var("AWS_ENDPOINT_URL").ok());
    let local = endpoint.as_deref().is_some_and(is_loopback);
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    // Chains that may ask a service (instance metadata, sign-in, role) need the client too.
    let chain = ProviderConfig::without_region().with_http_client(http.clone());
    let region = region(settings, local, &chain).await.ok_or_else(|| {
        Error::new(Fault::Rejected, "no region: set `aws:region` in the stack's configuration, or AWS_REGION")
    })?;
    let chain = chain.with_region(Some(region.clone()));
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .read_timeout(ATTEMPT)
        .operation_attempt_timeout(ATTEMPT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts);
    if let Ok(name) = AppName::new("farsight") {
        loader = loader.app_name(name);
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(key) = &settings.credentials {
        loader = loader.credentials_provider(Credentials::new(
            &key.access_key_id,
            &key.secret_access_key,
            None,
            None,
            "farsight settings",
        ));
    } else if local {
        // The full chain ends at the instance metadata service, which an emulator's user would wait for in vain.
        let environment = EnvironmentVariableCredentialsProvider::new();
        let mut files = ProfileFileCredentialsProvider::builder().configure(&chain);
        if let Some(profile) = &settings.profile {
            files = files.profile_name(profile);
        }
        let credentials =
            CredentialsProviderChain::first_try("environment", environment).or_else("profile", files.build());
        loader = loader.credentials_provider(credentials);
    } else {
        let mut credentials = DefaultCredentialsChain::builder().configure(chain).region(region);
        if let Some(profile) = &settings.profile {
            credentials = credentials.profile_name(profile);
        }
        loader = loader.credentials_provider(credentials.build().await);
    }
    Ok(loader.load().await)
}

async fn region(settings: &Settings, local: bool, config: &ProviderConfig) -> Option<Region> {
    if let Some(region) = &settings.region {
        return Some(Region::new(region.clone()));
    }
    let mut files = ProfileFileRegionProvider::builder().configure(config);
    if let Some(profile) = &settings.profile {
        files = files.profile_name(profile);
    }
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new()).or_else(files.build());
    if local {
        return chain.region().await;
    }
    chain.or_else(ImdsRegionProvider::builder().configure(config).build()).region().await
}
