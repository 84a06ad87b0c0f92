//! `aws:lb/listener:Listener`.

use super::{ListenerAction, Protocol, Switch};
use farsight::prelude::*;

/// A port of a load balancer, and what happens to requests that no rule takes.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(
    resource = "Listener",
    token = "aws:lb/listener:Listener",
    import_id = "ARN of the listener",
    outputs = ListenerOutputs,
)]
pub struct ListenerArgs {
    /// Which HTTP versions TLS offers to clients, such as `HTTP2Preferred`; none if not given. Only for network load balancers.
    pub alpn_policy: Option<String>,
    /// The default certificate, for HTTPS and TLS.
    pub certificate_arn: Option<String>,
    /// What happens to requests that no rule takes; at least one action.
    #[prop(holds = firmly)]
    pub default_actions: Vec<ListenerAction>,
    /// The load balancer.
    #[prop(replace)]
    pub load_balancer_arn: String,
    /// Whether clients show certificates, for HTTPS.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// The port; not for gateway load balancers.
    pub port: Option<i64>,
    /// The protocol; not for gateway load balancers.
    pub protocol: Option<Protocol>,
    /// The header in which targets get the client's certificate; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_header_name: Option<String>,
    /// The header in which targets get the issuer of the client's certificate; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: Option<String>,
    /// The header in which targets get the client's own certificate, without its chain; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: Option<String>,
    /// The header in which targets get the serial number of the client's certificate; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: Option<String>,
    /// The header in which targets get the subject of the client's certificate; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_subject_header_name: Option<String>,
    /// The header in which targets get the validity of the client's certificate; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_mtls_clientcert_validity_header_name: Option<String>,
    /// The header in which targets get the cipher suite; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_tls_cipher_suite_header_name: Option<String>,
    /// The header in which targets get the version of TLS; AWS's own name for it if not given.
    pub routing_http_request_x_amzn_tls_version_header_name: Option<String>,
    /// The `Access-Control-Allow-Credentials` header of answers.
    pub routing_http_response_access_control_allow_credentials_header_value: Option<String>,
    /// The `Access-Control-Allow-Headers` header of answers.
    pub routing_http_response_access_control_allow_headers_header_value: Option<String>,
    /// The `Access-Control-Allow-Methods` header of answers.
    pub routing_http_response_access_control_allow_methods_header_value: Option<String>,
    /// The `Access-Control-Allow-Origin` header of answers.
    pub routing_http_response_access_control_allow_origin_header_value: Option<String>,
    /// The `Access-Control-Expose-Headers` header of answers.
    pub routing_http_response_access_control_expose_headers_header_value: Option<String>,
    /// The `Access-Control-Max-Age` header of answers.
    pub routing_http_response_access_control_max_age_header_value: Option<String>,
    /// The `Content-Security-Policy` header of answers.
    pub routing_http_response_content_security_policy_header_value: Option<String>,
    /// Whether answers have a `Server` header; true if not given.
    pub routing_http_response_server_enabled: Option<bool>,
    /// The `Strict-Transport-Security` header of answers.
    pub routing_http_response_strict_transport_security_header_value: Option<String>,
    /// The `X-Content-Type-Options` header of answers.
    pub routing_http_response_x_content_type_options_header_value: Option<String>,
    /// The `X-Frame-Options` header of answers.
    pub routing_http_response_x_frame_options_header_value: Option<String>,
    /// Which versions and ciphers of TLS are offered, such as `ELBSecurityPolicy-TLS13-1-2-2021-06`.
    pub ssl_policy: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Seconds after which a silent TCP connection is closed, from 60 to 6000; 350 if not given. Not for application load
    /// balancers.
    pub tcp_idle_timeout_seconds: Option<i64>,
}

/// Whether clients show certificates.
#[derive(Inputs, Debug, Clone, PartialEq)]
#[inputs(block)]
pub struct MutualAuthentication {
    /// What is done with a client's certificate.
    pub mode: MutualAuthenticationMode,
    /// Whether clients are told which authorities are trusted; off if not given.
    pub advertise_trust_store_ca_names: Option<Switch>,
    /// Whether expired certificates are taken, for `verify`.
    pub ignore_client_certificate_expiry: Option<bool>,
    /// The trust store, for `verify`.
    pub trust_store_arn: Option<String>,
}

/// What is done with a client's certificate.
#[derive(PropEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum MutualAuthenticationMode {
    /// Nobody asks for it.
    Off,
    /// Targets get it unchecked.
    Passthrough,
    /// It must come from an authority of the trust store.
    Verify,
}

/// What a listener answers.
#[derive(Outputs, Debug, Clone, PartialEq)]
pub struct ListenerOutputs {
    /// Its ARN.
    #[prop(stable)]
    pub arn: String,
}
