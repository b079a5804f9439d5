//! What the search of all worlds shows.

use std::time::Instant;

use super::Safeguards;
use super::explore::{Explored, Sameness, Size, explore};

const SMALL: Size =
    Size { workers: 1, stored: 1, sent: 0, table_partitions: 1, rows: 1, faults: 1, depth: None };

fn explored(size: Size, safeguards: Safeguards) -> Explored {
    let start = Instant::now();
    let explored = explore(size, safeguards, Sameness::Canonical);
    println!(
        "{size:?}\n{} states, {} transitions, depth {}, {} states with nothing left to do, {:.1} s",
        explored.states,
        explored.transitions,
        explored.depth,
        explored.ends,
        start.elapsed().as_secs_f64(),
    );
    explored
}

fn holds(size: Size) {
    let explored = explored(size, Safeguards::ALL);
    if let Some((violation, trace)) = explored.violation {
        panic!("{violation}\n{}", trace.join("\n"));
    }
    assert!(explored.complete);
}

/// Without a safeguard something goes wrong that does not with it.
fn is_found(size: Size, safeguards: Safeguards, expected: &str) {
    let (violation, trace) = explored(size, safeguards).violation.expect("the search finds it");
    assert!(violation.contains(expected) && !trace.is_empty(), "{violation}");
    holds(size);
}

/// A search in which nothing is left out gives the same worlds, and leads to each with as few faults.
fn leaves_nothing_out(size: Size) {
    let [literal, canonical] =
        [Sameness::Literal, Sameness::Canonical].map(|sameness| explore(size, Safeguards::ALL, sameness));
    println!("{size:?}: {} states, told apart {}", literal.states, canonical.states);
    let more = |these: &Explored, those: &Explored| {
        let known = |(world, faults): &(&u128, &usize)| those.worlds.get(*world) != Some(*faults);
        these.worlds.iter().filter(known).count()
    };
    println!("{} and {} are only there", more(&literal, &canonical), more(&canonical, &literal));
    assert_eq!(more(&literal, &canonical), 0);
    assert_eq!((literal.violation, canonical.violation), (None, None));
}

#[test]
fn two_workers_and_a_fault() {
    holds(Size { workers: 2, table_partitions: 2, ..SMALL });
}

#[test]
fn a_worker_and_three_faults() {
    holds(Size { table_partitions: 2, faults: 3, ..SMALL });
}

#[test]
fn two_batches_and_two_faults() {
    holds(Size { stored: 2, faults: 2, ..SMALL });
}

#[test]
fn sending_and_three_faults() {
    holds(Size { workers: 0, stored: 0, sent: 3, faults: 3, ..SMALL });
}

#[test]
fn worlds_that_are_one_go_on_in_the_same_way() {
    leaves_nothing_out(SMALL);
    leaves_nothing_out(Size { table_partitions: 2, faults: 2, ..SMALL });
    leaves_nothing_out(Size { stored: 2, ..SMALL });
    leaves_nothing_out(Size { workers: 2, ..SMALL });
    leaves_nothing_out(Size { workers: 0, stored: 0, sent: 3, faults: 2, ..SMALL });
}

#[test]
fn a_bound_is_said() {
    let explored = explored(Size { depth: Some(5), ..SMALL }, Safeguards::ALL);
    assert!(!explored.complete && explored.depth == 5 && explored.violation.is_none());
}

#[test]
fn finds_what_verification_prevents() {
    is_found(SMALL, Safeguards { verification: false, ..Safeguards::ALL }, "is not in the table");
}

#[test]
fn finds_what_a_single_block_prevents() {
    let size = Size { rows: 2, ..SMALL };
    is_found(size, Safeguards { single_block: false, ..Safeguards::ALL }, "in part");
}

#[test]
fn finds_what_an_idempotent_send_prevents() {
    // Nobody inserts twice what is stored twice unless somebody inserts.
    let size = Size { stored: 0, sent: 1, ..SMALL };
    is_found(size, Safeguards { idempotent_send: false, ..Safeguards::ALL }, "2 times");
}

/// With two faults the search takes tens of seconds where nothing is optimised.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes long where nothing is optimised")]
fn finds_what_the_fence_prevents() {
    let size = Size { workers: 2, faults: 2, ..SMALL };
    is_found(size, Safeguards { fence: false, ..Safeguards::ALL }, "is not in the table");
}

/// `cargo xtask simulate --exhaustive`.
#[test]
#[ignore = "of the size that the environment says"]
fn explore_size() {
    let text = |name: &str| std::env::var(format!("STREAMHOUSE_{name}")).ok();
    let number = |name: &str, otherwise: usize| match text(name) {
        Some(text) => text.parse().unwrap_or_else(|_| panic!("STREAMHOUSE_{name} is {text:?}, not a number")),
        None => otherwise,
    };
    let size = Size {
        workers: number("WORKERS", 2),
        stored: number("BATCHES", 1),
        sent: number("SENT", 0),
        table_partitions: number("TABLE_PARTITIONS", 2),
        rows: number("ROWS", 1),
        faults: number("FAULTS", 2),
        depth: text("DEPTH").map(|_| number("DEPTH", 0)),
    };
    let mut safeguards = Safeguards::ALL;
    match text("WITHOUT").as_deref() {
        None => {}
        Some("verification") => safeguards.verification = false,
        Some("fence") => safeguards.fence = false,
        Some("body-hash") => safeguards.body_hash = false,
        Some("single-block") => safeguards.single_block = false,
        Some("idempotent-send") => safeguards.idempotent_send = false,
        Some("hold") => safeguards.hold = false,
        Some(other) => panic!("there is no safeguard {other:?}"),
    }
    let explored = explored(size, safeguards);
    if let Some((violation, trace)) = explored.violation {
        panic!("{violation}\n{}", trace.join("\n"));
    }
    match explored.complete {
        true => println!("these are all: nothing goes wrong in any of them"),
        false => println!("BOUNDED: nothing goes wrong in {} steps, and there are more", explored.depth),
    }
}
