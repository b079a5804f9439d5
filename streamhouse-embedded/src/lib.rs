//! A ClickHouse server in one process: the HTTP interface over libchdb, the ClickHouse engine as a library.
//!
//! For development, tests and small sites, where no server is installed. Clients need not know that it is not a whole
//! server.
//!
//! | room | what is there |
//! | --- | --- |
//! | [`library`] | finds the engine's library, or fetches it once |
//! | [`ffi`] | the library's C interface, made safe; the only `unsafe` code |
//! | [`server`] | the HTTP interface |
//! | `main` | the program: arguments, the data folder's lock, signals |

#[allow(unsafe_code, reason = "a C interface cannot be called without it")]
pub mod ffi;
pub mod library;
pub mod server;
