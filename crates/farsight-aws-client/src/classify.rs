//! From the SDK's errors to faults: what is known about the call's effect.

use crate::codes::fault_of;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use farsight_provider::{Error, Fault};
use std::error::Error as StdError;

/// The failure of a call, as the engine understands it. Only codes, statuses and error types decide; messages are for
/// people.
pub fn classify<E>(service: &str, operation: &str, failure: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let mut error = match failure {
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            let code = answer.err().code();
            let fault = code.and_then(|code| fault_of(service, code)).unwrap_or_else(|| by_status(status));
            let words = match answer.err().message() {
                Some(message) if !message.is_empty() => message.to_owned(),
                _ if code.is_some() => "the service gave no reason".to_owned(),
                _ => format!("HTTP status {status} without an error code"),
            };
            let error = Error::new(fault, words);
            code.map_or(error.clone(), |code| error.with_code(code))
        }
        SdkError::ResponseError(answer) => {
            let status = answer.raw().status().as_u16();
            // Even a good status says nothing when the body is cut off: the call may have been done.
            let fault = if status < 400 { Fault::Unknown } else { by_status(status) };
            Error::new(fault, format!("HTTP status {status}, and an answer that cannot be read: {}", chain(failure)))
        }
        SdkError::TimeoutError(_) => Error::new(Fault::Unknown, format!("no answer in time: {}", chain(failure))),
        _ if is_about_credentials(failure) => {
            Error::new(Fault::Credentials, format!("no working credentials: {}", chain(failure)))
        }
        SdkError::ConstructionFailure(_) => Error::new(Fault::Rejected, chain(failure)),
        SdkError::DispatchFailure(dispatch) if never_connected(failure) => {
            let what = if dispatch.is_timeout() { "cannot connect in time" } else { "cannot connect" };
            Error::new(Fault::Unreachable, format!("{what}: {}", chain(failure)))
        }
        SdkError::DispatchFailure(dispatch) if dispatch.is_user() => Error::new(Fault::Rejected, chain(failure)),
        _ => Error::new(Fault::Unknown, format!("the answer was lost: {}", chain(failure))),
    };
    error.operation = Some(format!("{service}:{operation}"));
    error
}

/// The failure of a part of a call whose answer as a whole was good, by the code that the answer holds.
pub fn refusal(service: &str, operation: &str, code: &str, message: &str) -> Error {
    let mut error = Error::new(fault_of(service, code).unwrap_or(Fault::Rejected), message).with_code(code);
    error.operation = Some(format!("{service}:{operation}"));
    error
}

fn by_status(status: u16) -> Fault {
    match status {
        429 => Fault::Throttled,
        401 | 403 => Fault::Denied,
        400..=499 => Fault::Rejected,
        _ => Fault::Unknown,
    }
}

fn is_about_credentials(failure: &(dyn StdError + 'static)) -> bool {
    causes(failure).any(<dyn StdError>::is::<CredentialsError>)
}

/// Whether the failure came before the request could be sent: name resolution, connecting, TLS.
fn never_connected(failure: &(dyn StdError + 'static)) -> bool {
    causes(failure)
        .filter_map(|cause| cause.downcast_ref::<hyper_util::client::legacy::Error>())
        .any(hyper_util::client::legacy::Error::is_connect)
}

fn causes<'a>(failure: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(failure);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The causes in words, outermost first, each once.
fn chain(failure: &(dyn StdError + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in causes(failure) {
        let text = cause.to_string();
        if !words.iter().any(|known| known.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::error::ErrorMetadata;
    use std::io;

    fn answer(status: u16) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::empty())
    }

    fn said(status: u16, code: Option<&str>) -> Error {
        let mut meta = ErrorMetadata::builder().message("words");
        if let Some(code) = code {
            meta = meta.code(code);
        }
        classify("ec2", "CreateVpc", &SdkError::service_error(meta.build(), answer(status)))
    }

    /// Protects the difference that recovery lives on: surely not done, or perhaps done.
    #[test]
    fn codes_come_before_statuses() {
        assert_eq!(said(503, Some("RequestLimitExceeded")).fault, Fault::Throttled);
        assert_eq!(said(400, Some("VpcLimitExceeded")).fault, Fault::Quota);
        assert_eq!(said(403, Some("UnauthorizedOperation")).fault, Fault::Denied);
        assert_eq!(said(401, Some("AuthFailure")).fault, Fault::Credentials);
        assert_eq!(said(400, Some("InvalidParameterValue")).fault, Fault::Rejected);
        assert_eq!(said(400, Some("RequestTimeout")).fault, Fault::Unknown);
        assert_eq!(said(500, Some("SomethingNew")).fault, Fault::Unknown);
    }

    #[test]
    fn an_answer_without_a_code_is_judged_by_its_status() {
        assert_eq!(said(500, None).fault, Fault::Unknown);
        assert_eq!(said(429, None).fault, Fault::Throttled);
        assert_eq!(said(404, None).fault, Fault::Rejected);
    }

    #[test]
    fn an_unreadable_answer_may_mean_that_it_was_done() {
        let cut = |status| -> SdkError<ErrorMetadata, HttpResponse> {
            SdkError::response_error(io::Error::other("unexpected end"), answer(status))
        };
        assert_eq!(classify("ec2", "CreateVpc", &cut(200)).fault, Fault::Unknown);
        assert_eq!(classify("ec2", "CreateVpc", &cut(502)).fault, Fault::Unknown);
        assert_eq!(classify("ec2", "CreateVpc", &cut(400)).fault, Fault::Rejected);
    }

    #[test]
    fn a_lost_connection_is_unknown_and_a_timeout_too() {
        let lost: SdkError<ErrorMetadata, HttpResponse> =
            SdkError::dispatch_failure(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()));
        assert_eq!(classify("ec2", "CreateVpc", &lost).fault, Fault::Unknown);
        let late: SdkError<ErrorMetadata, HttpResponse> = SdkError::timeout_error(io::Error::other("60 s"));
        assert_eq!(classify("ec2", "CreateVpc", &late).fault, Fault::Unknown);
    }

    #[test]
    fn missing_credentials_are_named_so() {
        let none: SdkError<ErrorMetadata, HttpResponse> =
            SdkError::dispatch_failure(ConnectorError::other(CredentialsError::not_loaded("no provider").into(), None));
        assert_eq!(classify("ec2", "CreateVpc", &none).fault, Fault::Credentials);
    }

    #[test]
    fn the_operation_is_named() {
        assert_eq!(said(400, Some("X")).to_string(), "ec2:CreateVpc: words (X)");
    }
}
