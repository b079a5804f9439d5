//! ClickHouse killed before every system call with which an insert, or its completion, changes the files of tables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use streamhouse_stack::{Stack, StackOptions};
use streamhouse_tests::Place;
use streamhouse_tests::inject::Injector;

use crate::numbered::{COUNT, Divided, Running, SEEN, VIEWED, WHOLE, send, tables};

/// Of the calls of a completion ClickHouse is killed at each fifth, some 24 of 119; all of them take minutes.
const STRIDE: usize = 5;

/// Events that wait for a worker, in a place of their own: nothing is merged, and nothing is left of the last one.
async fn waiting(stack: &Stack) -> Place {
    let place = place(stack);
    tables(&place).await;
    let house = place.house().await;
    send(&house).await;
    place
}

fn place(stack: &Stack) -> Place {
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_millis(500);
    place.config.worker.batch_interval = Duration::from_millis(1);
    place
}

/// The process of ClickHouse, and where its files are.
fn server(stack: &mut Stack) -> (u32, PathBuf) {
    let process = stack.clickhouse().expect("its own").process().expect("it runs").id();
    (process, stack.folder().join("clickhouse/data"))
}

fn restart(stack: &mut Stack) {
    let server = stack.clickhouse().expect("its own");
    server.kill();
    server.restart().expect("back");
}

async fn until_killed(injector: &Injector, running: &Running) {
    while !injector.has_ended() && !running.has_drained().await {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Tables that hold what is missing of an insert go with its completion.
async fn nothing_is_left(place: &Place) {
    let beside = place.text("SHOW TABLES LIKE '%__missing_%'").await;
    assert!(beside.is_empty(), "{beside}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_killed_at_every_write_fsync_and_rename_of_an_insert_loses_and_doubles_nothing() {
    let mut stack = Stack::start("every-step", StackOptions::default()).expect("a stack");
    let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut wrong, mut recorded_only, mut half_done) = (Vec::new(), 0, 0_u64);
    for number in 0.. {
        // Whether the worker goes with the server, and another one takes over: more often once a part of the table is in its place, for
        // then views may lack what the table has, and who takes over knows of nothing that went wrong.
        let takes_over = if recorded_only == 0 { number % 2 == 1 } else { number % 4 != 0 };
        let place = waiting(&stack).await;
        let (process, data) = server(&mut stack);
        let injector = Injector::kill_at(process, &data, number).expect("traced");
        let first = Running::new(place.worker());
        until_killed(&injector, &first).await;
        let mut running = Some(first);
        let takes_over = takes_over && injector.has_ended();
        if takes_over {
            drop(running.take());
        }
        restart(&mut stack);
        if takes_over {
            let unserved = place.text(COUNT).await == WHOLE && place.text(SEEN).await.is_empty();
            half_done += u64::from(unserved);
        }
        running.get_or_insert_with(|| Running::new(place.worker())).drained().await;
        let call = injector.join().expect("traced");
        let found = (place.text(COUNT).await, place.text(SEEN).await);
        nothing_is_left(&place).await;
        // ClickHouse takes an insert for known from before its part is in place (docs/reliability.md).
        recorded_only += u64::from(call.as_ref().is_some_and(|call| call.name == "rename"));
        if found != (WHOLE.to_string(), VIEWED.to_string()) {
            wrong.push(format!(
                "killed before call {number}, {call:?}, another worker: {takes_over}: {found:?}"
            ));
        }
        match call {
            Some(call) => *calls.entry(call.name).or_default() += 1,
            None => break,
        }
    }
    println!("{half_done} times the table was whole and the view empty when another worker took over");
    println!("{calls:?}");
    assert!(
        ["write", "fsync", "rename"].iter().all(|name| calls.get(name).is_some_and(|count| *count >= 3)),
        "{calls:?}"
    );
    assert_eq!(recorded_only, 3, "two partitions and a view");
    assert!(half_done >= 10, "{half_done}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_killed_at_every_rename_of_a_view_in_partitions_loses_and_doubles_nothing() {
    let mut stack = Stack::start("divided", StackOptions::default()).expect("a stack");
    for number in 0.. {
        let place = place(&stack);
        let house = place.house().await;
        house.create_table::<Divided>().await.expect("a table");
        Divided::send(&house).await;
        let (process, data) = server(&mut stack);
        let mut left = number;
        let injector = Injector::kill_when(process, &data, move |call| {
            let is_due = call.name == "rename" && left == 0;
            left -= i32::from(call.name == "rename");
            is_due
        });
        let injector = injector.expect("traced");
        let running = Running::new(place.worker());
        until_killed(&injector, &running).await;
        restart(&mut stack);
        running.drained().await;
        let found = (place.text(Divided::COUNT).await, place.text(Divided::SEEN).await);
        assert_eq!(found, (WHOLE.to_string(), Divided::VIEWED.to_string()), "killed at rename {number}");
        nothing_is_left(&place).await;
        if injector.join().expect("traced").is_none() {
            assert_eq!(number, 8, "two partitions of the table and six of the view's");
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_killed_again_while_an_insert_is_completed_loses_and_doubles_nothing() {
    let mut stack = Stack::start("completing", StackOptions::default()).expect("a stack");
    let (mut wrong, mut killed) = (Vec::new(), 0);
    for number in (0..).step_by(STRIDE) {
        let place = waiting(&stack).await;
        let (process, data) = server(&mut stack);
        let first = Injector::kill_when(process, &data, |call| call.name == "rename").expect("traced");
        let running = Running::new(place.worker());
        until_killed(&first, &running).await;
        assert!(first.join().expect("traced").is_some(), "a part that is known and not in its place");
        drop(running);
        restart(&mut stack);

        let (process, data) = server(&mut stack);
        let again = Injector::kill_at(process, &data, number as u64).expect("traced");
        let mut running = Some(Running::new(place.worker()));
        if let Some(running) = &running {
            until_killed(&again, running).await;
        }
        if number % 2 == 1 {
            drop(running.take());
        }
        restart(&mut stack);
        running.get_or_insert_with(|| Running::new(place.worker())).drained().await;
        let call = again.join().expect("traced");
        let found = (place.text(COUNT).await, place.text(SEEN).await);
        nothing_is_left(&place).await;
        if found != (WHOLE.to_string(), VIEWED.to_string()) {
            wrong.push(format!("killed again before call {number}, {call:?}: {found:?}"));
        }
        if call.is_none() {
            break;
        }
        killed += 1;
    }
    println!("killed again {killed} times");
    assert!(killed >= 15, "{killed}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
