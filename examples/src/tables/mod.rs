//! Tables that others have designed, as declarations. How ClickHouse shows the originals lies in `examples/tables/`; a test
//! makes both on a ClickHouse and compares what it says of them.
//!
//! None of them has the column `_batch`, so they are delivered to at least once, and their structs have no doc comments,
//! which would be comments of the table.

pub mod clickbench;
pub mod otel_logs;
pub mod otel_metrics;
pub mod otel_traces;
