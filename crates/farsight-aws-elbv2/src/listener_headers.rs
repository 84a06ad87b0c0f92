//! The headers that a listener adds or renames: one attribute each.

use crate::attributes::{Attributes, Row, row};
use farsight_aws::lb::ListenerArgs;

/// Makes the two directions from one table: property, key, AWS's default.
macro_rules! headers {
    ($($field:ident: $property:literal, $key:literal, $default:literal;)*) => {
        /// Every header with its key, as the service's documentation lists them.
        pub(crate) fn rows(args: &ListenerArgs) -> Vec<Row> {
            vec![$(row($property, $key, args.$field.as_ref(), $default)),*]
        }

        /// Reads the headers of a listener that has none yet.
        pub(crate) fn read(attributes: &Attributes, args: ListenerArgs) -> ListenerArgs {
            ListenerArgs { $($field: attributes.text($key),)* ..args }
        }

        /// A listener without anything but its load balancer.
        pub(crate) fn bare(load_balancer_arn: String) -> ListenerArgs {
            ListenerArgs {
                alpn_policy: None,
                certificate_arn: None,
                default_actions: Vec::new(),
                load_balancer_arn,
                mutual_authentication: None,
                port: None,
                protocol: None,
                $($field: None,)*
                routing_http_response_server_enabled: None,
                ssl_policy: None,
                tags: std::collections::BTreeMap::new(),
                tcp_idle_timeout_seconds: None,
            }
        }
    };
}

headers! {
    routing_http_request_x_amzn_mtls_clientcert_header_name: "routingHttpRequestXAmznMtlsClientcertHeaderName", "routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert";
    routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: "routingHttpRequestXAmznMtlsClientcertIssuerHeaderName", "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "X-Amzn-Mtls-Clientcert-Issuer";
    routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: "routingHttpRequestXAmznMtlsClientcertLeafHeaderName", "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Amzn-Mtls-Clientcert-Leaf";
    routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: "routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName", "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name", "X-Amzn-Mtls-Clientcert-Serial-Number";
    routing_http_request_x_amzn_mtls_clientcert_subject_header_name: "routingHttpRequestXAmznMtlsClientcertSubjectHeaderName", "routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "X-Amzn-Mtls-Clientcert-Subject";
    routing_http_request_x_amzn_mtls_clientcert_validity_header_name: "routingHttpRequestXAmznMtlsClientcertValidityHeaderName", "routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "X-Amzn-Mtls-Clientcert-Validity";
    routing_http_request_x_amzn_tls_cipher_suite_header_name: "routingHttpRequestXAmznTlsCipherSuiteHeaderName", "routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite";
    routing_http_request_x_amzn_tls_version_header_name: "routingHttpRequestXAmznTlsVersionHeaderName", "routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version";
    routing_http_response_access_control_allow_credentials_header_value: "routingHttpResponseAccessControlAllowCredentialsHeaderValue", "routing.http.response.access_control_allow_credentials.header_value", "";
    routing_http_response_access_control_allow_headers_header_value: "routingHttpResponseAccessControlAllowHeadersHeaderValue", "routing.http.response.access_control_allow_headers.header_value", "";
    routing_http_response_access_control_allow_methods_header_value: "routingHttpResponseAccessControlAllowMethodsHeaderValue", "routing.http.response.access_control_allow_methods.header_value", "";
    routing_http_response_access_control_allow_origin_header_value: "routingHttpResponseAccessControlAllowOriginHeaderValue", "routing.http.response.access_control_allow_origin.header_value", "";
    routing_http_response_access_control_expose_headers_header_value: "routingHttpResponseAccessControlExposeHeadersHeaderValue", "routing.http.response.access_control_expose_headers.header_value", "";
    routing_http_response_access_control_max_age_header_value: "routingHttpResponseAccessControlMaxAgeHeaderValue", "routing.http.response.access_control_max_age.header_value", "";
    routing_http_response_content_security_policy_header_value: "routingHttpResponseContentSecurityPolicyHeaderValue", "routing.http.response.content_security_policy.header_value", "";
    routing_http_response_strict_transport_security_header_value: "routingHttpResponseStrictTransportSecurityHeaderValue", "routing.http.response.strict_transport_security.header_value", "";
    routing_http_response_x_content_type_options_header_value: "routingHttpResponseXContentTypeOptionsHeaderValue", "routing.http.response.x_content_type_options.header_value", "";
    routing_http_response_x_frame_options_header_value: "routingHttpResponseXFrameOptionsHeaderValue", "routing.http.response.x_frame_options.header_value", "";
}
