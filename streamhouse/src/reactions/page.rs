//! `docs/reactions.md`, made of the table.

use std::fmt::{Display, Write as _};

use super::{CLICKHOUSE, ENTRIES, HTTP, REDIS, Reaction, Row};

const HEAD: &str = "# What is done after which error

Made by `cargo xtask codegen` from `streamhouse/src/reactions`.

| reaction | what a worker does |
| --- | --- |
| *retry* | it tries again, more and more slowly; after several failures in turn the [circuit breaker](#the-circuit-breaker) is open |
| *wait* | the same: something is away, events wait in Redis, and nothing more is read than two batches |
| *split* | the insert is halved until single rows are found that are refused; they are set aside as dead letters, the others are inserted |
| *park* | the entry is set aside as a dead letter |
| *stop* | the event waits until a person has mended something, which is said at the level of errors; other events go on, and this one does by itself once it is mended |

Nothing is dropped, whatever the reaction.

An insert is divided only where none of its rows is in the table. Where they are, a view over the table has refused them (ClickHouse writes
the table before it serves views), and the event stops. Where a hundred inserts in turn are refused and none is accepted
(`worker.refused_inserts`), or more than a thousand rows of one batch (`worker.refused_rows`), it stops too.

## The circuit breaker

A worker has one for its ClickHouse, shared by its partitions. It is *closed* while ClickHouse answers. Five failures in turn with *retry* or *wait*
open it: nobody inserts for a quarter of a second at first and twice as long after each failure. Then it is *half open*.

- Where it was not reached at all, it is asked for a sign of life, for a lease at the longest, and again after half a second at the latest. Where it gives one, all go on;
  the first failure opens it again.
- Otherwise one insert of one partition is let through, and where that fails it is open again.

It is closed once something was done, or refused for another reason. Each failure before that doubles the wait: up to 2 seconds (*wait*), and 30 where ClickHouse has too much to
do (*retry*). `WorkerStatus::breaker` shows it.

";

/// The page.
pub fn page() -> String {
    let mut page = HEAD.to_string();
    table(&mut page, "ClickHouse", "Codes of `system.errors`. Any other code: *stop*.", CLICKHOUSE);
    table(
        &mut page,
        "HTTP",
        "Answers without a code of ClickHouse, by what stands in them. No connection, or no answer in time: *wait*. Any other: *stop*.",
        HTTP,
    );
    table(
        &mut page,
        "Redis",
        "The first word of an error. Any other: *retry*, for a script that failed has changed nothing.",
        REDIS,
    );
    table(&mut page, "Entries", "What is wrong with an entry of a stream.", ENTRIES);
    page
}

fn table<C: Display>(page: &mut String, title: &str, about: &str, rows: &[Row<C>]) {
    // Writing into a String cannot fail.
    let _ = writeln!(
        page,
        "## {title}\n\n{about}\n\n| code | name | reaction | why |\n| --- | --- | --- | --- |"
    );
    for row in rows {
        let _ = writeln!(page, "| {} | {} | {} | {} |", row.code, row.name, row.reaction, row.why);
    }
    page.push('\n');
    if title == "Entries" {
        page.truncate(page.trim_end().len());
        page.push('\n');
    }
}

impl Display for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reaction::Retry => "retry",
            Reaction::Wait => "wait",
            Reaction::Split => "split",
            Reaction::Park => "park",
            Reaction::Stop => "stop",
        })
    }
}
