//! What the services' error codes mean: data, from the aws catalogue, section 3 ("engine classes of all error codes").
//!
//! A type's own [`farsight_provider::Policy::faults`] come before this table: `InvalidVpcID.NotFound` means gone to a
//! VPC, and not visible yet to a subnet that names it. The meaning here is the one for a dependency.

use farsight_provider::Fault::{self, Busy, Credentials, Denied, Exists, Lag, Quota, Rejected, Throttled, Unknown};

/// Codes that mean the same in every service.
const SHARED: &[(&str, Fault)] = &[
    ("AccessDenied", Denied),
    ("AccessDeniedException", Denied),
    ("AuthFailure", Credentials),
    ("BandwidthLimitExceeded", Throttled),
    ("EC2ThrottledException", Throttled),
    ("ExpiredToken", Credentials),
    ("ExpiredTokenException", Credentials),
    ("IncompleteSignature", Credentials),
    ("InternalError", Unknown),
    ("InternalFailure", Unknown),
    ("InternalServerError", Unknown),
    ("InternalServiceError", Unknown),
    ("InternalServiceException", Unknown),
    ("InvalidClientTokenId", Credentials),
    // The SDK takes both for throttling and would repeat for ever; all services here mean a quota.
    ("LimitExceeded", Quota),
    ("LimitExceededException", Quota),
    ("LimitsExceeded", Quota),
    ("MissingAuthenticationToken", Credentials),
    ("NotAuthorized", Denied),
    ("OptInRequired", Denied),
    ("PriorRequestNotComplete", Throttled),
    ("RequestExpired", Credentials),
    ("RequestLimitExceeded", Throttled),
    ("RequestThrottled", Throttled),
    ("RequestThrottledException", Throttled),
    ("RequestTimeTooSkewed", Credentials),
    ("RequestTimeout", Unknown),
    ("RequestTimeoutException", Unknown),
    ("ServerException", Unknown),
    ("ServiceFailure", Unknown),
    ("ServiceQuotaExceededException", Quota),
    ("ServiceUnavailable", Unknown),
    ("ServiceUnavailableException", Unknown),
    ("SignatureDoesNotMatch", Credentials),
    ("SlowDown", Throttled),
    ("ThrottledException", Throttled),
    ("Throttling", Throttled),
    ("ThrottlingException", Throttled),
    ("TooManyRequestsException", Throttled),
    ("TransactionInProgressException", Throttled),
    ("Unavailable", Unknown),
    ("UnauthorizedOperation", Denied),
    ("UnrecognizedClientException", Credentials),
];

/// Codes of one service.
const BY_SERVICE: &[(&str, &str, Fault)] = &[
    ("ec2", "ConcurrentMutationLimitExceeded", Busy),
    ("ec2", "DependencyViolation", Busy),
    ("ec2", "FilterLimitExceeded", Rejected),
    ("ec2", "FlowLogAlreadyExists", Exists),
    ("ec2", "Gateway.NotAttached", Lag),
    ("ec2", "IncorrectInstanceState", Busy),
    ("ec2", "IncorrectState", Busy),
    ("ec2", "InvalidGroup.Duplicate", Exists),
    ("ec2", "InvalidGroup.InUse", Busy),
    ("ec2", "InvalidIPAddress.InUse", Busy),
    ("ec2", "InvalidPermission.Duplicate", Exists),
    ("ec2", "InvalidSubnet.Conflict", Exists),
    ("ec2", "NatGatewayNotFound", Lag),
    ("ec2", "Resource.AlreadyAssociated", Exists),
    ("ec2", "RouteAlreadyExists", Exists),
    ("iam", "ConcurrentModification", Busy),
    ("iam", "DeleteConflict", Busy),
    ("iam", "EntityAlreadyExists", Exists),
    ("iam", "EntityTemporarilyUnmodifiable", Busy),
    ("iam", "NoSuchEntity", Lag),
    ("logs", "OperationAbortedException", Busy),
    ("logs", "ResourceAlreadyExistsException", Exists),
    ("logs", "ResourceNotFoundException", Lag),
];

/// What a code means to somebody who knows only the service; `None` for a code that no table has.
pub(crate) fn fault_of(service: &str, code: &str) -> Option<Fault> {
    let by_service = BY_SERVICE.iter().find(|(s, c, _)| *s == service && *c == code).map(|(.., fault)| *fault);
    let shared = || SHARED.iter().find(|(c, _)| *c == code).map(|(_, fault)| *fault);
    by_service.or_else(shared).or_else(|| by_form(service, code))
}

/// Families of codes: `VpcLimitExceeded`, `InvalidSubnetID.NotFound`, `SnapshotQuotaExceeded`.
fn by_form(service: &str, code: &str) -> Option<Fault> {
    if code.ends_with("LimitExceeded") || code.contains("QuotaExceeded") {
        return Some(Quota);
    }
    if service == "ec2" && code.starts_with("Invalid") && code.ends_with(".NotFound") {
        return Some(Lag);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects retries: a quota is never taken for throttling, nor the other way round.
    #[test]
    fn quotas_and_throttles_are_told_apart() {
        assert_eq!(fault_of("ec2", "VpcLimitExceeded"), Some(Quota));
        assert_eq!(fault_of("ec2", "RequestLimitExceeded"), Some(Throttled));
        assert_eq!(fault_of("ec2", "ConcurrentMutationLimitExceeded"), Some(Busy));
        assert_eq!(fault_of("ec2", "FilterLimitExceeded"), Some(Rejected));
        assert_eq!(fault_of("logs", "LimitExceededException"), Some(Quota));
        assert_eq!(fault_of("iam", "LimitExceeded"), Some(Quota));
        assert_eq!(fault_of("rds", "SnapshotQuotaExceeded"), Some(Quota));
    }

    #[test]
    fn a_missing_dependency_is_lag_until_a_type_says_otherwise() {
        assert_eq!(fault_of("ec2", "InvalidVpcID.NotFound"), Some(Lag));
        assert_eq!(fault_of("rds", "InvalidVpcID.NotFound"), None);
        assert_eq!(fault_of("ec2", "InvalidParameterValue"), None);
    }
}
