//! A real Redis and a real ClickHouse on this machine, for tests, demos, benches and development.
//!
//! ```no_run
//! use streamhouse_stack::{Stack, StackOptions};
//!
//! # fn main() -> Result<(), streamhouse_stack::StackError> {
//! let mut stack = Stack::start("orders", StackOptions::default())?;
//! println!("{} {}", stack.redis_url(), stack.clickhouse_url());
//! let proxy = stack.redis_proxy()?;
//! println!("{}", proxy.url());
//! proxy.cut();
//! stack.clickhouse()?.kill();
//! stack.clickhouse()?.restart()?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything listens on loopback, on free ports, with passwords of its own, and keeps its data under `target/stack`.
//! Whatever becomes of the program that started it, nothing stays behind: see [`Process`]. All calls block.
//!
//! `REDIS_URL` and `CLICKHOUSE_URL` name servers to use instead; `STREAMHOUSE_REDIS` and `STREAMHOUSE_CLICKHOUSE` say
//! which program is started.
//!
//! | room | what is there |
//! | --- | --- |
//! | [`Stack`], [`shared`], [`Namespace`] | both servers, and places on them for tests |
//! | [`Redis`], [`RedisCluster`], [`Sentinels`] | Redis alone, as a cluster, with replicas that take over |
//! | [`ClickHouse`] | ClickHouse alone |
//! | [`Proxy`] | what goes wrong between client and server |
//! | [`Process`], [`Folder`] | what ends with its owner |

mod clickhouse;
mod error;
mod folder;
mod http;
mod log;
mod port;
mod process;
mod program;
mod proxy;
mod redis;
mod resp;
mod server;
mod shared;
mod stack;
mod userinfo;

pub use clickhouse::{CLICKHOUSE_KIND_VARIABLE, ClickHouse, ClickHouseKind, ClickHouseOptions};
pub use error::StackError;
pub use folder::{Folder, target};
pub use process::Process;
pub use program::sibling;
pub use proxy::{Direction, Proxy, ProxyCounts};
#[cfg(feature = "tls")]
pub use redis::Certificates;
pub use redis::{
    Persistence, REDIS_KIND_VARIABLE, Redis, RedisCluster, RedisKind, RedisOptions, SentinelOptions,
    Sentinels, Tls,
};
pub use resp::Reply;
pub use server::Health;
pub use shared::{Namespace, shared};
pub use stack::{Stack, StackOptions, prepare, prepare_tests};
