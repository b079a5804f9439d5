//! What is right to do after an error: one table for everything that can answer, from which `docs/reactions.md` is made.

mod clickhouse;

pub use clickhouse::CLICKHOUSE;
pub(crate) use clickhouse::{DENIALS, to_code};

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
