//! How a ClickHouse is set up, as plain data.

use std::path::PathBuf;

/// How a ClickHouse is set up. The defaults: a server from the PATH, else the embedded one, on a free port, with a
/// random password.
#[derive(Debug, Clone, Default)]
pub struct ClickHouseOptions {
    /// Which program; without it the one that the environment names, else the first that can be had.
    pub kind: Option<ClickHouseKind>,
    /// The port of the HTTP interface; without it a free one.
    pub port: Option<u16>,
    /// The password of the user `default`; without it the one that lies in the server's folder, else a random one.
    pub password: Option<String>,
    /// A file in ClickHouse's own form, with clusters and macros.
    pub config: Option<PathBuf>,
}

/// A program that is a ClickHouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClickHouseKind {
    /// `streamhouse-embedded`, over the engine's library.
    Embedded,
    /// A `clickhouse` by its path.
    Server(PathBuf),
}
