//! A ClickHouse server in one process: the HTTP interface over libchdb, the ClickHouse engine as a library.
//!
//! For development, tests and small sites, where no server is installed. Clients need not know that it is not a whole
//! server.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use streamhouse_embedded::{Options, Server};
//!
//! let server = Server::start(Options::new("target/clickhouse"))?;
//! println!("{} as {} with {:?}", server.url(), server.user(), server.password());
//! server.stop();
//! # Ok(())
//! # }
//! ```
//!
//! | room | what is there |
//! | --- | --- |
//! | `start` | [`Server`]: start, stop, and what it is started with |
//! | `folder`, `config` | the data folder's lock and password; what the engine is allowed |
//! | [`library`] | finds the engine's library, or fetches it once |
//! | [`ffi`] | the library's C interface, made safe; the only `unsafe` code |
//! | [`server`] | the HTTP interface |
//! | `main` | the program: arguments and signals |

mod config;
#[allow(unsafe_code, reason = "a C interface cannot be called without it")]
pub mod ffi;
mod folder;
pub mod library;
pub mod server;
mod start;

pub use folder::stand_nowhere;
pub use server::Limits;
#[doc(hidden)]
pub use server::hostile;
pub use start::{Options, Password, Server, StartError};
