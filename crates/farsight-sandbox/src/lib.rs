//! A local moto server with corrections, standing in for AWS.
