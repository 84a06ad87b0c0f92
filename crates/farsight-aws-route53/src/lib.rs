//! The lifecycle of Route 53's resource types: zones and records.
