//! What the simulation shows.

use std::num::NonZero;
use std::time::Instant;

use super::Safeguards;
use super::run::{Run, run, shrink};

/// Lines at the end of a trace that a failure shows.
const LINES: usize = 60;

/// The seeds whose runs fail, in their order.
fn failures(seeds: std::ops::Range<u64>, safeguards: Safeguards) -> (Vec<u64>, usize) {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let of = |thread: usize| {
        let own = seeds.clone().skip(thread).step_by(threads);
        own.fold((Vec::new(), 0), |(mut failed, steps), seed| {
            let run = run(seed, safeguards, &[], false);
            failed.extend(run.violation.map(|_| seed));
            (failed, steps + run.steps)
        })
    };
    let (mut failed, mut steps) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|thread| scope.spawn(move || of(thread))).collect();
        for thread in all {
            let (own, done) = thread.join().expect("a run that does not panic");
            failed.extend(own);
            steps += done;
        }
    });
    failed.sort_unstable();
    (failed, steps)
}

/// The first seed whose run fails.
fn first_failure(seeds: u64, safeguards: Safeguards) -> Option<(u64, String)> {
    const SLICE: u64 = 500;
    let slices = (0..seeds).step_by(SLICE as usize);
    let seed = slices.flat_map(|from| failures(from..from + SLICE, safeguards).0).next()?;
    run(seed, safeguards, &[], false).violation.map(|violation| (seed, violation))
}

/// A run that fails with no more faults than it needs.
fn report(seed: u64, lines: usize) -> String {
    let without = shrink(seed, Safeguards::ALL);
    let Run { violation, trace, faults, steps } = run(seed, Safeguards::ALL, &without, true);
    let setup = trace.first().cloned().unwrap_or_default();
    let end = trace.len().saturating_sub(lines).max(1);
    format!(
        "seed {seed}: {}\n{setup}\n{}\n{steps} steps, {} of {faults} faults are needed\nagain: cargo xtask simulate --seed {seed} --seeds 1 --trace",
        violation.unwrap_or_default(),
        trace[end.min(trace.len())..].join("\n"),
        faults - without.len().min(faults),
    )
}

#[test]
fn what_is_confirmed_is_in_the_table_once_whatever_goes_wrong() {
    let (failed, _) = failures(0..10_000, Safeguards::ALL);
    if let Some(seed) = failed.first() {
        panic!("{} of 10,000 runs fail: {failed:?}\n{}", failed.len(), report(*seed, LINES));
    }
}

/// Without a safeguard runs fail that do not fail with it.
fn is_needed(safeguards: Safeguards) {
    let (seed, violation) =
        first_failure(20_000, safeguards).expect("the runs show what the safeguard is for");
    assert_eq!(
        run(seed, Safeguards::ALL, &[], false).violation,
        None,
        "seed {seed}, which gave: {violation}"
    );
}

#[test]
fn verification_is_needed() {
    is_needed(Safeguards { verification: false, ..Safeguards::ALL });
}

#[test]
fn the_fence_is_needed() {
    is_needed(Safeguards { fence: false, ..Safeguards::ALL });
}

#[test]
fn the_hash_of_the_body_is_needed() {
    is_needed(Safeguards { body_hash: false, ..Safeguards::ALL });
}

#[test]
fn a_single_block_is_needed() {
    is_needed(Safeguards { single_block: false, ..Safeguards::ALL });
}

#[test]
fn an_idempotent_send_is_needed() {
    is_needed(Safeguards { idempotent_send: false, ..Safeguards::ALL });
}

#[test]
fn the_look_at_the_lease_is_needed() {
    is_needed(Safeguards { hold: false, ..Safeguards::ALL });
}

#[test]
fn the_same_seed_gives_the_same_run() {
    for seed in 0..20 {
        let [first, second] = [(), ()].map(|()| run(seed, Safeguards::ALL, &[], true).trace);
        assert!(first == second && first.len() > 10, "seed {seed}");
    }
}

/// `cargo xtask simulate`.
#[test]
#[ignore = "of as many seeds as the environment says"]
fn simulate() {
    let number = |name: &str, otherwise: u64| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, not a number")),
        Err(_) => otherwise,
    };
    let (from, seeds) = (number("STREAMHOUSE_SEED", 0), number("STREAMHOUSE_SEEDS", 10_000));
    let trace = number("STREAMHOUSE_TRACE", 0) > 0;
    let start = Instant::now();
    let (failed, steps) = failures(from..from + seeds, Safeguards::ALL);
    if let (true, Some(seed)) = (trace, failed.first()) {
        println!("{}", report(*seed, usize::MAX));
    } else if trace {
        run(from, Safeguards::ALL, &[], true).trace.iter().for_each(|line| println!("{line}"));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{seeds} seeds from {from} on, {steps} steps, {seconds:.1} s, {} failed: {failed:?}",
        failed.len()
    );
    if let (false, Some(seed)) = (trace, failed.first()) {
        println!("{}", report(*seed, LINES));
    }
    assert!(failed.is_empty());
}
