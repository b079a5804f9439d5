//! A real Redis and a real ClickHouse on this machine, for tests, demos, benches and development.
//!
//! Everything listens on loopback, on free ports, with passwords of its own, and keeps its data under `target/stack`.
//! Whatever becomes of the program that started it, nothing stays behind: see [`Process`]. All calls block.
//!
//! `REDIS_URL` and `CLICKHOUSE_URL` name servers to use instead.

mod clickhouse;
mod error;
mod folder;
mod process;
mod program;
mod redis;
mod stack;

pub use clickhouse::ClickHouse;
pub use error::StackError;
pub use process::Process;
pub use program::sibling;
pub use redis::Redis;
pub use stack::{Stack, StackOptions, prepare, shared};
