//! The lifecycle of WAF's resource types: web ACLs.
