//! What is right to do after an error: one table for everything that can answer, from which `docs/reactions.md` is made.

mod clickhouse;
mod http;
mod page;
mod redis;

pub use self::redis::REDIS;
pub(crate) use self::redis::{code_of, help, is_loud, to_redis};
pub use clickhouse::CLICKHOUSE;
pub(crate) use clickhouse::{DENIALS, to_code};
pub use http::HTTP;
pub(crate) use http::to_http;
pub use page::page;

/// What is right to do after an error. Whatever it is, nothing is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reaction {
    /// Try again, more and more slowly: a server has too much to do.
    Retry,
    /// Wait until something comes back, and ask now and then; events wait in Redis meanwhile.
    Wait,
    /// Divide what was sent until single rows are found that are refused; the others go on.
    Split,
    /// Set the entry aside in the stream of dead letters; the others go on.
    Park,
    /// Stop this event and say so: a person has to mend something. It goes on by itself once that is done.
    Stop,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row<C> {
    /// The code that stands in the answer.
    pub code: C,
    /// Its name.
    pub name: &'static str,
    /// What is done.
    pub reaction: Reaction,
    /// Why, or what it is about.
    pub why: &'static str,
}

/// What is wrong with an entry of a stream. They stand in dead letters, the same for ever.
pub const ENTRIES: &[Row<&str>] = &[
    entry("magic", "the field `f` holds no frame"),
    entry("format", "a frame of a newer format: update the worker, and send the letter again"),
    entry("checksum", "a frame that was damaged on its way"),
    entry("malformed", "a frame whose lengths contradict each other, or its schema"),
    entry(
        "schema",
        "its schema is not published, or not usable; after five seconds in which it may come back",
    ),
    entry("foreign", "an entry with other fields than `f`"),
];

const fn entry(code: &'static str, why: &'static str) -> Row<&'static str> {
    Row { code, name: "", reaction: Reaction::Park, why }
}
