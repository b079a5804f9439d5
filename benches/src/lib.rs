//! Benchmarks against the raw servers.
