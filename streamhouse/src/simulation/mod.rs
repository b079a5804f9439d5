//! The protocol under a scheduler that is as unkind as it likes, and the same every time.
//!
//! The state machines are the real ones ([`Lane`](crate::producer::lane), [`Partition`](crate::worker::partition),
//! [`Attempts`](crate::worker::attempts)), and so are frames, blocks, batch ids and records. What does I/O has a counterpart here that
//! does the same steps: [`producer`] of `producer/sender.rs`, [`task`] of `worker/task`, [`insertion`] of `worker/insert.rs`. The servers
//! are models: [`redis`] and [`clickhouse`].
//!
//! A [`World`](world::World) is a value. What may happen next are [`Action`](world::Action)s; [`run`] lets chance decide which one does,
//! with faults, [`explore`] tries them all at small size, where [`canonical`] says which worlds are the same, and [`check`] says what must hold.

mod agreement;
mod canonical;
mod check;
mod clickhouse;
mod content;
mod explore;
mod explored;
mod insertion;
mod producer;
mod random;
mod redis;
mod run;
mod setup;
mod task;
mod tests;
mod world;

/// What keeps the promise; the tests show that each is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Safeguards {
    /// An insert whose fate is unknown has its rows counted.
    verification: bool,
    /// Scripts compare the epoch.
    fence: bool,
    /// Tokens and records carry the hash of the block.
    body_hash: bool,
    /// An insert is one block.
    single_block: bool,
    /// The script that sends compares the sequence.
    idempotent_send: bool,
    /// A worker inserts while its lease holds by its own clock.
    hold: bool,
}

impl Safeguards {
    const ALL: Self = Self {
        verification: true,
        fence: true,
        body_hash: true,
        single_block: true,
        idempotent_send: true,
        hold: true,
    };
}
