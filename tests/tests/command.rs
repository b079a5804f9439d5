//! The command `streamhouse worker`, as it is used on a terminal and by programs.

use std::process::Output;
use std::time::Duration;

use redis::AsyncCommands;
use streamhouse::StreamSchema;
use streamhouse_stack::Process;
use streamhouse_tests::{Place, command};

#[derive(StreamSchema)]
#[stream(name = "command.done", order_by = number)]
struct Done {
    number: u32,
}

/// Twice the same may be stored, and the table has no column for batches.
#[derive(StreamSchema)]
#[stream(name = "command.repeated", order_by = number, delivery = at_least_once)]
struct Repeated {
    number: u32,
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn drains_the_events_of_an_application_that_it_does_not_know() {
    let place = Place::new();
    let house = place.house_with::<Done>().await;
    house.create_table::<Repeated>().await.expect("a table");
    for number in 0..100 {
        house.enqueue(&Done { number }).expect("room");
        house.enqueue(&Repeated { number }).expect("room");
    }
    house.flush().await.expect("flushed");
    let output = command(&place).args(["worker", "--drain", "--json"]).output().expect("it runs");
    let (stdout, stderr) = said(&output);
    assert!(output.status.success(), "{stderr}");
    assert!(stdout.starts_with("{\"alarms\":{},\"batches\":"), "{stdout}");
    assert!(stdout.ends_with("\"parked\":0,\"retries\":0,\"rows\":200}\n"), "{stdout}{stderr}");
    assert_eq!(place.value::<u64>("SELECT uniqExact(number) FROM command_done").await, 100);
    assert_eq!(
        place.text("SELECT count(), any(_batch) > 0 FROM command_done").await,
        "100\t1\n",
        "each row knows its batch"
    );
    let columns = "SELECT count() FROM system.columns WHERE database = currentDatabase() AND name = '_batch'";
    assert_eq!(place.value::<u64>(columns).await, 1, "only the table that asks for it has the column");
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_only_the_events_that_are_named() {
    let place = Place::new();
    let house = place.house_with::<Done>().await;
    house.create_table::<Repeated>().await.expect("a table");
    house.send(&Done { number: 1 }).await.expect("sent");
    house.send(&Repeated { number: 1 }).await.expect("sent");
    let arguments = ["worker", "--drain", "--event", "command.repeated"];
    let output = command(&place).args(arguments).output().expect("it runs");
    assert_eq!(said(&output).0, "1 rows in 1 batches, 0 attempts failed, 0 entries set aside\n");
    assert_eq!(place.value::<u64>("SELECT count() FROM command_done").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn says_which_event_nobody_has_sent() {
    let place = Place::new();
    let house = place.house_with::<Done>().await;
    house.send(&Done { number: 1 }).await.expect("sent");
    let arguments = ["worker", "--drain", "--event", "command.dune"];
    let output = command(&place).args(arguments).output().expect("it runs");
    let (stdout, stderr) = said(&output);
    assert_eq!(stdout, "0 rows in 0 batches, 0 attempts failed, 0 entries set aside\n");
    let expected =
        "streamhouse: no producer has sent an event `command.dune` yet: did you mean `command.done`?\n";
    assert_eq!(stderr, expected);
    assert!(output.status.success(), "the event may yet come");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_different_events_leave_no_partition_unread() {
    let mut place = Place::new();
    place.config.worker.lease = Duration::from_millis(500);
    let house = place.house_with::<Done>().await;
    house.create_table::<Repeated>().await.expect("a table");
    for number in 0..16 {
        // Each on a partition of its own, in turn.
        house.send(&Done { number }).await.expect("sent");
        house.send(&Repeated { number }).await.expect("sent");
    }
    let worker = |event: &str| {
        let mut config = place.config.clone();
        config.worker.events = vec![event.to_string()];
        streamhouse::Worker::new(&config).expect("a worker")
    };
    let (done, repeated) = (worker("command.done"), worker("command.repeated"));
    let limit = Duration::from_secs(20);
    // Both at once and until both have nothing left: each counts the other among the workers.
    let (done, repeated) =
        tokio::time::timeout(limit, async { tokio::join!(done.drain(), repeated.drain()) })
            .await
            .expect("no partition is left to nobody");
    assert_eq!((done.expect("drained").rows, repeated.expect("drained").rows), (16, 16));
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_cleanly_on_sigterm_also_when_a_table_is_missing() {
    let place = Place::new();
    let house = place.house().await;
    house.send(&Done { number: 1 }).await.expect("sent");
    let stack = streamhouse_stack::shared().expect("a stack");
    let mut worker = command(&place);
    worker.args(["worker", "--json"]);
    let name = format!("worker-{}", place.name);
    let mut worker = Process::start(&name, &worker, stack.folder()).expect("a worker");
    for _ in 0..500 {
        if worker.log_tail().contains("does not exist") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let status = worker.terminate(Duration::from_secs(10)).expect("it ends by itself");
    let log = worker.log_tail();
    assert!(status.success(), "{log}");
    assert!(log.contains("table `") && log.contains("create_table"), "{log}");
    assert!(log.trim_end().ends_with("\"rows\":0}"), "{log}");
    // It said good-bye, so nobody waits for its lease.
    let mut redis = place.redis().await;
    assert_eq!(redis.zcard::<_, u64>(format!("{}:workers", place.name)).await, Ok(0));
    let owner = |partition| format!("{}:{{command.done:{partition}}}:state", place.name);
    for partition in 0..place.config.producer.partitions {
        assert_eq!(
            redis.hget::<_, _, Option<String>>(owner(partition), "owner").await,
            Ok(Some(String::new()))
        );
    }
}

#[test]
fn says_in_one_line_what_is_missing() {
    let place = Place::new();
    for (variable, value, message) in [
        ("REDIS_URL", "redis://127.0.0.1:1", "streamhouse: Redis, connecting: "),
        (
            "REDIS_URL",
            "http://127.0.0.1:1",
            "streamhouse: the setting `redis.url (REDIS_URL)` has the scheme `http`",
        ),
        (
            "CLICKHOUSE_URL",
            "http://127.0.0.1:1",
            "streamhouse: ClickHouse at http://127.0.0.1:1/ cannot be reached: ",
        ),
    ] {
        let output = command(&place).args(["worker"]).env(variable, value).output().expect("it runs");
        let (stdout, stderr) = said(&output);
        assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""), "{stderr}");
        assert_eq!(stderr.lines().filter(|line| line.starts_with(message)).count(), 1, "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_not_understood_stops_its_event_alone() {
    let place = Place::new();
    let house = place.house_with::<Done>().await;
    let mut redis = place.redis().await;
    let events = format!("{}:events", place.name);
    for (event, entry) in
        [("command.broken", "{"), ("command.later", r#"{"format":2,"partitions":1}"#), ("{x}", "{}")]
    {
        let _: () = redis.hset(&events, event, entry).await.expect("set");
    }
    house.send(&Done { number: 1 }).await.expect("sent");
    let worker = place.worker();
    worker.drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM command_done").await, 1);
    let problems = worker.status().problems;
    assert_eq!(problems.keys().collect::<Vec<_>>(), ["command.broken", "command.later", "{x}"]);
    assert!(problems["command.later"].to_string().contains("format 2"), "{problems:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let place = Place::new();
    let mut explain = command(&place);
    explain.arg("explain").stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut explain = explain.spawn().expect("it runs");
    drop(explain.stdout.take());
    let output = explain.wait_with_output().expect("it ends");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", said(&output).1);
}
