//! What a stack says about its connection to AWS.

use std::collections::BTreeMap;
use std::fmt;

/// How to connect. What is not said comes from where the AWS CLI takes it: environment, profile, instance.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The region, such as `eu-central-1`.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The endpoint of all services; without it `AWS_ENDPOINT_URL` counts, and then AWS itself.
    pub endpoint: Option<String>,
    /// Tags for every object that can have tags; a resource's own tags win.
    pub default_tags: BTreeMap<String, String>,
    /// Fixed credentials instead of the standard chain, for emulators.
    pub credentials: Option<StaticCredentials>,
}

/// A fixed access key.
#[derive(Clone)]
pub struct StaticCredentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret.
    pub secret_access_key: String,
}

impl fmt::Debug for StaticCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaticCredentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// Whether an endpoint is on this machine: an emulator, which has no propagation delay and no rate limits.
pub(crate) fn is_loopback(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None => authority.split(':').next().unwrap_or(authority),
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the pace on AWS: only what is surely on this machine goes without limits and propagation windows.
    #[test]
    fn loopback_is_seen_in_every_spelling() {
        for endpoint in ["http://127.0.0.1:5000", "http://localhost", "http://[::1]:4566/", "http://s3.localhost:1"] {
            assert!(is_loopback(endpoint), "{endpoint}");
        }
        for endpoint in
            ["https://ec2.eu-central-1.amazonaws.com", "http://10.0.0.1:5000", "http://127.example.com.evil.org"]
        {
            assert!(!is_loopback(endpoint), "{endpoint}");
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        let key = StaticCredentials { access_key_id: "AKIA".into(), secret_access_key: "hush".into() };
        assert!(!format!("{key:?}").contains("hush"));
    }
}
