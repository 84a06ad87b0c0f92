//! The lifecycle of ACM's resource types: certificates.
