//! What a confirmation promises.

use std::str::FromStr;

use crate::error::Error;

/// When Redis counts as having something: what producers send, and what workers record of batches. Producers and workers of a
/// house have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it answers. What a crash of the server takes, its own settings say: nothing with `appendfsync always`.
    #[default]
    Reply,
    /// When so many replicas have it as well (`WAIT`, <https://redis.io/docs/latest/commands/wait/>). A failover to a replica that
    /// has it loses nothing; which one is chosen, Redis does not promise.
    Replicas(u16),
    /// When it is on the server's disk (`WAITAOF`, <https://redis.io/docs/latest/commands/waitaof/>): Redis 7.2 or later, or
    /// Valkey, with `appendonly yes`. Also a power failure loses nothing.
    Fsync,
}

/// `reply`, `fsync` or `replicas(2)`, as `STREAMHOUSE_DURABILITY` says it.
impl FromStr for Durability {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let replicas =
            || text.strip_prefix("replicas(")?.strip_suffix(')')?.parse().ok().filter(|count| *count > 0);
        match text {
            "reply" => Ok(Durability::Reply),
            "fsync" => Ok(Durability::Fsync),
            _ => replicas().map(Durability::Replicas).ok_or_else(|| Error::Configuration {
                setting: "STREAMHOUSE_DURABILITY",
                message: format!("is {text:?}, not `reply`, `fsync` or `replicas(2)`"),
            }),
        }
    }
}
