//! What a person wants to see, and what a program does.

use crate::run::Outcome;

const AIRLINES: &str = include_str!("../../../data/airlines.csv");

pub(crate) fn print(outcome: &Outcome, json: bool) {
    let seconds = outcome.elapsed.as_secs_f64();
    let rate = outcome.events as f64 / seconds;
    let (disk, raw, parts) = outcome.table;
    println!(
        "{} flights went through Redis into ClickHouse in {seconds:.2} s: {rate:.0} events/s",
        outcome.events
    );
    println!(
        "  Redis had confirmed the last one after {:.2} s, its row was there {:.2} s later",
        outcome.sending.as_secs_f64(),
        outcome.lag.as_secs_f64()
    );
    if outcome.killed {
        println!("  one of two workers was killed half-way; the other took its partitions over");
    }
    println!(
        "  {} rows, {} distinct: {} lost, {} duplicated",
        outcome.rows,
        outcome.distinct,
        outcome.lost(),
        outcome.duplicated()
    );
    for ((table, file), what) in
        outcome.sums.iter().zip(["flight numbers", "miles", "minutes of delay on arrival"])
    {
        println!("  sum of {what}: {table} in the table, {file} in the file");
    }
    println!(
        "  also: {} flights an hour late ({} expected), {} cancelled ({} expected)",
        outcome.delayed.0, outcome.delayed.1, outcome.cancelled.0, outcome.cancelled.1
    );
    println!(
        "  the table has {parts} parts and {:.1} MB on disk, {:.1} MB uncompressed",
        disk as f64 / 1e6,
        raw as f64 / 1e6
    );
    chart(outcome);
    if json {
        let line = serde_json::json!({
            "events": outcome.events,
            "rows": outcome.rows,
            "distinct": outcome.distinct,
            "lost": outcome.lost(),
            "duplicated": outcome.duplicated(),
            "seconds": seconds,
            "events_per_second": rate,
        });
        println!("{line}");
    }
}

/// The median delay by carrier; the bars begin at zero, to the left when early.
fn chart(outcome: &Outcome) {
    println!("\nMedian delay on departure, in minutes:");
    for (carrier, delay, flights) in &outcome.carriers {
        let length = (delay.abs() * 2.0).round() as usize;
        let (early, late) = match *delay < 0.0 {
            true => ("▇".repeat(length), String::new()),
            false => (String::new(), "▇".repeat(length)),
        };
        println!("  {:<28} {delay:>5.1}  {early:>20}│{late:<8} {flights:>6} flights", name_of(carrier));
    }
}

fn name_of(carrier: &str) -> &str {
    let line = AIRLINES.lines().find_map(|line| line.split_once(',').filter(|(code, _)| *code == carrier));
    line.map_or(carrier, |(_, name)| name.trim_matches('"'))
}
