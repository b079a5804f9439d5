//! Workers that die, workers that come and go, entries that nobody can read.

use std::time::Duration;

use redis::AsyncCommands;
use streamhouse::{Config, StreamSchema};
use streamhouse_stack::{Persistence, Process, Stack, StackOptions};
use streamhouse_tests::{Place, Users, command_of_worker};

/// Numbered, so that what is missing or double can be named.
#[derive(StreamSchema)]
#[stream(name = "fault.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    filling: String,
}

fn numbered(number: u64) -> Numbered {
    Numbered { number, filling: "x".repeat(100) }
}

const COUNT: &str = "SELECT count(), uniqExact(number), min(number), max(number) FROM fault_numbered";

fn worker_process(place: &Place, name: &str) -> Process {
    let mut command = command_of_worker(place);
    command.args(["worker", "--batch-rows", "5000", "--batch-interval-ms", "50", "--lease-ms", "1000"]);
    let stack = streamhouse_stack::shared().expect("a stack");
    Process::start(&format!("{name}-{}", place.name), &command, stack.folder()).expect("a worker")
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_killed_in_the_middle_lose_and_double_nothing() {
    const EVENTS: u64 = 200_000;
    const KILLS: u64 = 8;
    let place = Place::restricted();
    let house = place.house_with::<Numbered>().await;
    let mut victim = worker_process(&place, "victim");
    let survivor = worker_process(&place, "survivor");
    for number in 0..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
        if number % (EVENTS / KILLS) == EVENTS / KILLS - 1 {
            house.flush().await.expect("flushed");
            // At another point of a batch's life each time.
            tokio::time::sleep(Duration::from_millis(37 * (number / (EVENTS / KILLS)))).await;
            victim.kill();
            victim = worker_process(&place, "victim");
        }
    }
    house.flush().await.expect("flushed");
    let watcher = place.worker();
    for _ in 0..600 {
        if watcher.backlog().await.expect("a number") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop((victim, survivor));
    assert_eq!(place.text(COUNT).await, format!("{EVENTS}\t{EVENTS}\t0\t{}\n", EVENTS - 1));
    // Nothing is left behind.
    let mut redis = place.redis().await;
    for partition in 0..place.config.producer.partitions {
        let key = |kind: &str| format!("{}:{{fault.numbered:{partition}}}:{kind}", place.name);
        assert_eq!(redis.hlen::<_, u64>(key("batches")).await.expect("a number"), 0);
        assert_eq!(redis.exists::<_, bool>(key("dead")).await, Ok(false));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stood_still_and_comes_back_loses_and_doubles_nothing() {
    const EVENTS: u64 = 60_000;
    let place = Place::restricted();
    let house = place.house_with::<Numbered>().await;
    let mut frozen = worker_process(&place, "frozen");
    let survivor = worker_process(&place, "awake");
    for number in 0..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
        if number % (EVENTS / 3) == EVENTS / 6 {
            house.flush().await.expect("flushed");
            frozen.stop();
            // Longer than its lease: the other one takes over.
            tokio::time::sleep(Duration::from_millis(2500)).await;
            frozen.resume();
        }
    }
    house.flush().await.expect("flushed");
    let watcher = place.worker();
    for _ in 0..600 {
        if watcher.backlog().await.expect("a number") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop((frozen, survivor));
    assert_eq!(place.text(COUNT).await, format!("{EVENTS}\t{EVENTS}\t0\t{}\n", EVENTS - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_killed_in_the_middle_loses_and_doubles_nothing() {
    const EVENTS: u64 = 120_000;
    const KILLS: u64 = 8;
    let mut options = StackOptions::default();
    options.redis.persistence = Persistence::Always;
    // Users that are there again when Redis is.
    let mut anywhere = Config::new("redis://:x@nowhere", "http://nowhere").expect("URLs");
    anywhere.redis.prefix = "redis-kills".into();
    let mut users = Users::of(&anywhere, "redis://:x@nowhere", "redis-kills");
    options.redis.users = users.lines();
    let mut stack = Stack::start("redis-kills", options).expect("a stack");
    users.move_to(&stack.redis_url());
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.redis.prefix = anywhere.redis.prefix;
    place.users = Some(users);
    place.config.worker.lease = Duration::from_secs(1);
    place.config.worker.batch_rows = 2000;
    place.config.producer.frame_bytes = 8 << 10;
    let house = place.house_with::<Numbered>().await;
    let worker = place.worker();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run_until(async { drop(stopped.await) }).await }
    });
    for number in 0..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
        if number % (EVENTS / KILLS) == EVENTS / KILLS - 1 {
            // At another point of the frames' way each time.
            tokio::time::sleep(Duration::from_millis(5 * (number / (EVENTS / KILLS)))).await;
            stack.redis().expect("its own").kill();
            stack.redis().expect("its own").restart().expect("back");
        }
    }
    house.flush().await.expect("flushed");
    for _ in 0..3000 {
        if worker.backlog().await.is_ok_and(|backlog| backlog == 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(stop);
    let status = running.await.expect("a task").expect("a clean end");
    let client = streamhouse_tests::client(&stack.clickhouse_url()).with_database(&place.name);
    let found: (u64, u64, u64) = client
        .query("SELECT count(), uniqExact(number), sum(number) FROM fault_numbered")
        .fetch_one()
        .await
        .expect("numbers");
    assert_eq!(found, (EVENTS, EVENTS, EVENTS * (EVENTS - 1) / 2), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_left_half_way_keeps_its_boundaries_and_its_token() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_secs(1);
    let house = place.house().await;
    for number in 0..1000 {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.flush().await.expect("flushed");

    // Without a table the batch is cut and cannot be inserted; its worker is dropped without a word, as if killed.
    let key = format!("{}:{{fault.numbered:0}}:batches", place.name);
    let mut redis = place.redis().await;
    let dying = place.worker();
    let running = tokio::spawn(async move { dying.run_until(std::future::pending()).await });
    let batches = loop {
        let batches: Vec<(String, String)> = redis.hgetall(&key).await.expect("batches");
        if !batches.is_empty() {
            break batches;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    running.abort();
    // More events come; they belong to other batches.
    for number in 1000..1500 {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.create_table::<Numbered>().await.expect("a table");
    house.flush().await.expect("flushed");
    place.worker().drain().await.expect("drained");

    assert_eq!(place.text(COUNT).await, "1500\t1500\t0\t1499\n");
    let batch: u64 = batches[0].0.parse().expect("a number");
    let rows = format!("SELECT count() FROM fault_numbered WHERE _batch = {batch}");
    let record = &batches[0].1;
    let recorded: u64 = record
        .split("\"rows\":")
        .nth(1)
        .and_then(|rest| rest.split(',').next())
        .and_then(|n| n.parse().ok())
        .expect(record);
    assert_eq!(place.value::<u64>(&rows).await, recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_batches_left_half_way_do_not_hide_what_lies_behind_them() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    place.config.producer.frame_rows = 100;
    place.config.worker.batch_rows = 400;
    place.config.worker.lease = Duration::from_secs(1);
    let house = place.house().await;
    for number in 0..2000 {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.flush().await.expect("flushed");
    // Without a table two batches are cut and the rest waits.
    let key = format!("{}:{{fault.numbered:0}}:batches", place.name);
    let mut redis = place.redis().await;
    let dying = place.worker();
    let running = tokio::spawn(async move { dying.run_until(std::future::pending()).await });
    while redis.hlen::<_, u64>(&key).await.expect("a number") < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.abort();
    house.create_table::<Numbered>().await.expect("a table");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "2000\t2000\t0\t1999\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_insert_that_is_repeated_is_recognised() {
    // The state after a worker has inserted and died before it could finish: the record is put back.
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house().await;
    for number in 0..1000 {
        house.enqueue(&numbered(number)).expect("room");
    }
    house.flush().await.expect("flushed");
    let base = format!("{}:{{fault.numbered:0}}", place.name);
    let mut redis = place.redis().await;
    let dying = place.worker();
    let running = tokio::spawn(async move { dying.run_until(std::future::pending()).await });
    let batches = loop {
        let batches: Vec<(String, String)> = redis.hgetall(format!("{base}:batches")).await.expect("batches");
        if !batches.is_empty() {
            break batches;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    running.abort();
    let entries: redis::Value =
        redis::cmd("DUMP").arg(format!("{base}:stream")).query_async(&mut redis).await.expect("a dump");
    let redis::Value::BulkString(entries) = entries else { panic!("a dump") };
    house.create_table::<Numbered>().await.expect("a table");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "1000\t1000\t0\t999\n");

    let _: () = redis::cmd("RESTORE")
        .arg(format!("{base}:stream"))
        .arg(0)
        .arg(entries)
        .arg("REPLACE")
        .query_async(&mut redis)
        .await
        .expect("restored");
    let _: () = redis.hset_multiple(format!("{base}:batches"), &batches).await.expect("put back");
    let status = place.worker().drain().await.expect("drained");
    assert!(status.batches >= 1);
    assert_eq!(place.text(COUNT).await, "1000\t1000\t0\t999\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_share_the_partitions_and_take_over() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 6;
    let house = place.house_with::<Numbered>().await;
    house.send(&numbered(0)).await.expect("sent");
    let (first, second) = (place.worker(), place.worker());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run_first = tokio::spawn({
        let worker = first.clone();
        async move { worker.run_until(async { drop(stopped.await) }).await }
    });
    let run_second = tokio::spawn({
        let worker = second.clone();
        async move { worker.run_until(std::future::pending()).await }
    });
    let shares = |expected: (usize, usize)| {
        let (first, second) = (first.clone(), second.clone());
        async move {
            for _ in 0..200 {
                if (first.status().partitions, second.status().partitions) == expected {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("{} and {} partitions", first.status().partitions, second.status().partitions);
        }
    };
    shares((3, 3)).await;
    stop.send(()).expect("it runs");
    run_first.await.expect("a task").expect("a clean end");
    shares((0, 6)).await;
    for number in 1..100 {
        house.send(&numbered(number)).await.expect("sent");
    }
    house.flush().await.expect("flushed");
    while second.backlog().await.expect("a number") > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run_second.abort();
    assert_eq!(place.text(COUNT).await, "100\t100\t0\t99\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_set_aside_untouched_and_the_rest_goes_on() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    let base = format!("{}:{{fault.numbered:0}}", place.name);
    let stream = format!("{base}:stream");
    let mut redis = place.redis().await;
    house.send(&numbered(0)).await.expect("sent");
    let entry: redis::Value =
        redis::cmd("XRANGE").arg(&stream).arg("-").arg("+").query_async(&mut redis).await.expect("entries");
    let frame = first_frame(entry);
    // Damaged, of an unknown schema under a right checksum, no frame at all, not ours at all.
    let mut damaged = frame.clone();
    *damaged.last_mut().expect("bytes") ^= 1;
    let noise = b"\x00\xff noise".to_vec();
    for bytes in [&damaged, &noise] {
        let _: String = redis.xadd(&stream, "*", &[("f", &bytes[..])]).await.expect("added");
    }
    let _: String = redis.xadd(&stream, "*", &[("else", "x"), ("more", "y")]).await.expect("added");
    let _: () = redis.del(format!("{}:schema:{}", place.name, "0".repeat(32))).await.expect("nothing");
    house.send(&numbered(1)).await.expect("sent");
    let status = place.worker().drain().await.expect("drained");
    assert_eq!((status.rows, status.parked), (2, 3));
    assert_eq!(place.text(COUNT).await, "2\t2\t0\t1\n");
    let dead: Vec<(String, std::collections::HashMap<String, Vec<u8>>)> = redis::cmd("XRANGE")
        .arg(format!("{base}:dead"))
        .arg("-")
        .arg("+")
        .query_async(&mut redis)
        .await
        .expect("entries");
    let found: Vec<_> = dead
        .iter()
        .map(|(_, fields)| {
            let body = fields.iter().filter(|(name, _)| name.starts_with('f'));
            let mut body: Vec<_> = body.map(|(name, value)| (name.clone(), value.clone())).collect();
            body.sort();
            (String::from_utf8_lossy(&fields["code"]).into_owned(), body)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("checksum".into(), vec![("f".into(), damaged)]),
            ("magic".into(), vec![("f".into(), noise)]),
            ("foreign".into(), vec![("f.else".into(), b"x".to_vec()), ("f.more".into(), b"y".to_vec())])
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_of_a_schema_that_is_gone_are_set_aside() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    house.send(&numbered(0)).await.expect("sent");
    let mut redis = place.redis().await;
    let _: () = redis.del(format!("{}:schema:{}", place.name, Numbered::FINGERPRINT)).await.expect("gone");
    let status = place.worker().drain().await.expect("drained");
    assert_eq!((status.rows, status.parked), (0, 1));
    let dead: Vec<(String, std::collections::HashMap<String, String>)> = redis::cmd("XRANGE")
        .arg(format!("{}:{{fault.numbered:0}}:dead", place.name))
        .arg("-")
        .arg("+")
        .query_async::<Vec<(String, std::collections::HashMap<String, redis::Value>)>>(&mut redis)
        .await
        .expect("entries")
        .into_iter()
        .map(|(id, fields)| {
            let text = |value: redis::Value| match value {
                redis::Value::BulkString(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                other => format!("{other:?}"),
            };
            (id, fields.into_iter().map(|(name, value)| (name, text(value))).collect())
        })
        .collect();
    assert_eq!(dead[0].1["code"], "schema");
    assert!(dead[0].1["reason"].contains(&Numbered::FINGERPRINT.to_string()), "{dead:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_comes_back_soon_is_waited_for() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    house.send(&numbered(0)).await.expect("sent");
    let mut redis = place.redis().await;
    let key = format!("{}:schema:{}", place.name, Numbered::FINGERPRINT);
    let schema: String = redis.get(&key).await.expect("a schema");
    let _: () = redis.del(&key).await.expect("gone");
    let worker = place.worker();
    let draining = tokio::spawn(async move { worker.drain().await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let _: () = redis.set(&key, schema).await.expect("back");
    let status = draining.await.expect("no panic").expect("drained");
    assert_eq!((status.rows, status.parked), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_shows_the_lag() {
    let mut place = Place::restricted();
    place.config.producer.partitions = 1;
    let house = place.house_with::<Numbered>().await;
    for number in 0..5 {
        house.send(&numbered(number)).await.expect("sent");
    }
    let stream = format!("{}:{{fault.numbered:0}}:stream", place.name);
    let mut redis = place.redis().await;
    let lag = async |redis: &mut redis::aio::MultiplexedConnection| {
        let groups: Vec<std::collections::HashMap<String, redis::Value>> =
            redis::cmd("XINFO").arg("GROUPS").arg(&stream).query_async(redis).await.expect("groups");
        redis::from_redis_value::<u64>(groups[0]["lag"].clone()).expect("a number")
    };
    assert_eq!(lag(&mut redis).await, 5);
    place.worker().drain().await.expect("drained");
    assert_eq!(lag(&mut redis).await, 0);
    house.send(&numbered(5)).await.expect("sent");
    assert_eq!(lag(&mut redis).await, 1);
}

fn first_frame(entries: redis::Value) -> Vec<u8> {
    let entries: Vec<(String, Vec<Vec<u8>>)> = redis::from_redis_value(entries).expect("entries");
    entries[0].1[1].clone()
}
