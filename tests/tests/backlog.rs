//! Workers are behind: a stream takes so many entries, or so many bytes, and what sends waits.

use std::time::{Duration, Instant};

use redis::AsyncCommands;
use redis::streams::StreamMaxlen;
use streamhouse::config::WhenFull;
use streamhouse::{Error, ErrorKind, Receipt, StreamHouse, StreamSchema};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "backlog.line", order_by = number)]
struct Line {
    #[stream(id)]
    number: u64,
    text: String,
}

fn line(number: u64, bytes: usize) -> Line {
    Line { number, text: "x".repeat(bytes) }
}

async fn house(place: &mut Place, entries: u64, bytes: u64) -> StreamHouse {
    let producer = &mut place.config.producer;
    producer.partitions = 1;
    (producer.backlog_entries, producer.backlog_bytes) = (entries, bytes);
    producer.send_timeout = Duration::from_millis(400);
    producer.when_full = WhenFull::Error;
    place.house_with::<Line>().await
}

fn stream(place: &Place) -> String {
    format!("{}:{{backlog.line:0}}:stream", place.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_takes_so_many_entries_and_the_error_waits_on_for_the_event() {
    let mut place = Place::new();
    let house = house(&mut place, 3, 0).await;
    for number in 0..3 {
        house.send(&line(number, 1)).await.expect("room");
    }
    let error = house.send(&line(3, 1)).await.expect_err("the stream is full");
    assert_eq!(error.kind(), ErrorKind::Connection);
    let said =
        "event `backlog.line`: partition 0 of its stream has 3 or more, as `producer.backlog_entries` allows";
    assert!(error.to_string().contains(said), "{error}");
    let Error::Unconfirmed { pending: Some(pending), .. } = error else { panic!("{error}") };
    let again = pending.confirmed(Duration::from_millis(100)).await.expect_err("it is full still");
    assert!(matches!(again, Error::Unconfirmed { pending: Some(_), .. }), "{again}");
    assert_eq!(place.redis().await.xlen::<_, u64>(stream(&place)).await, Ok(3));

    place.worker().drain().await.expect("drained");
    let receipt = pending.confirmed(Duration::from_secs(10)).await.expect("room");
    assert!(matches!(receipt, Receipt::Stored { partition: 0, entry: Some(_) }), "{receipt:?}");
    assert_eq!(pending.confirmed(Duration::ZERO).await.expect("it is known"), receipt);
    place.worker().drain().await.expect("drained");
    let rows = place.text("SELECT count(), uniqExact(number) FROM backlog_line").await;
    assert_eq!(rows, "4\t4\n");
}

/// Whatever is sent: Redis, and the buffer of the process, hold so much and no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_takes_so_many_bytes_and_then_the_buffer_does() {
    const LIMIT: u64 = 300 << 10;
    let mut place = Place::new();
    place.config.producer.buffer_bytes = 128 << 10;
    let house = house(&mut place, 0, LIMIT).await;
    let mut accepted = 0;
    let error = loop {
        match house.enqueue(&line(accepted, 2000)) {
            Ok(()) => accepted += 1,
            // The buffer is emptied while the stream has room.
            Err(Error::Full { cause: None, .. }) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Full { .. }) && error.is_retryable(), "{error}");
    assert!(error.to_string().contains("`producer.backlog_bytes` allows"), "{error}");
    let mut redis = place.redis().await;
    let used = redis::cmd("MEMORY").arg("USAGE").arg(stream(&place)).query_async::<u64>(&mut redis).await;
    let used = used.expect("a number");
    // A frame more than it may, rounded up by the allocator.
    assert!((LIMIT / 2..LIMIT + (160 << 10)).contains(&used), "{used}");

    let worker = place.worker();
    for _ in 0..100 {
        worker.drain().await.expect("drained");
        if house.flush().await.is_ok() {
            break;
        }
    }
    worker.drain().await.expect("drained");
    let rows = place.text("SELECT count(), uniqExact(number) FROM backlog_line").await;
    assert_eq!(rows, format!("{accepted}\t{accepted}\n"));
}

#[derive(StreamSchema)]
#[stream(name = "backlog.other", order_by = number)]
struct Other {
    #[stream(id)]
    number: u64,
}

/// A full stream holds up its own events, and no others.
#[tokio::test(flavor = "multi_thread")]
async fn other_events_of_the_house_go_on() {
    let mut place = Place::new();
    let house = house(&mut place, 30, 0).await;
    house.create_table::<Other>().await.expect("a table");
    for number in 0..30 {
        house.send(&line(number, 1)).await.expect("room");
    }
    house.send(&line(30, 1)).await.expect_err("the stream is full");
    // By now it is asked seldom.
    house.send(&line(31, 1)).await.expect_err("the stream is full");
    for number in 0..30 {
        house.send(&Other { number }).await.expect("it has a stream of its own");
    }
    assert_eq!(house.pending(), 2, "the others wait");
    let error = house.close().await.expect_err("they wait");
    assert!(error.to_string().contains("producer.backlog_entries"), "{error}");
}

/// Nobody waits for what has no room; the rest is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_is_dropped_sends_what_has_room() {
    let mut place = Place::new();
    let house = house(&mut place, 1, 0).await;
    house.create_table::<Other>().await.expect("a table");
    house.send(&line(0, 1)).await.expect("room");
    house.send(&line(1, 1)).await.expect_err("the stream is full");
    house.enqueue(&Other { number: 0 }).expect("room");
    drop(house);
    let mut redis = place.redis().await;
    let other = stream(&place).replace("backlog.line", "backlog.other");
    let began = Instant::now();
    while redis.xlen::<_, u64>(&other).await != Ok(1) {
        assert!(began.elapsed() < Duration::from_secs(5), "it was not sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// What would go to a partition that is full goes to those that are not, and what waits shares frames.
#[tokio::test(flavor = "multi_thread")]
async fn other_partitions_take_what_a_full_one_does_not() {
    let mut place = Place::new();
    let producer = &mut place.config.producer;
    (producer.partitions, producer.backlog_entries) = (2, 20);
    producer.send_timeout = Duration::from_secs(2);
    let house = place.house_with::<Line>().await;
    let mut redis = place.redis().await;
    for number in 0..19 {
        let _: String =
            redis.xadd(stream(&place), format!("{}-1", number + 1), &[("f", "")]).await.expect("added");
    }
    let mut partitions = [0_u64; 2];
    let mut waiting = Vec::new();
    for number in 0..22 {
        match house.send(&line(number, 1)).await {
            Ok(Receipt::Stored { partition, .. }) => partitions[usize::from(partition)] += 1,
            Err(Error::Unconfirmed { pending: Some(pending), .. }) => waiting.push(pending),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((partitions, waiting.len()), ([1, 20], 1), "one found the stream full, and waits there");
    for number in 22..122 {
        house.enqueue(&line(number, 1)).expect("room");
    }
    house.flush().await.expect_err("both are full");
    let both = [stream(&place), stream(&place).replace(":0}", ":1}")];
    for stream in &both {
        let _: u64 = redis.xtrim(stream, StreamMaxlen::Equals(10)).await.expect("trimmed");
    }
    // It is asked again within 2 seconds, and what the odds of its waits add.
    let mut flushed = house.flush().await;
    for _ in 0..20 {
        if flushed.is_ok() {
            break;
        }
        flushed = house.flush().await;
    }
    flushed.expect("there is room");
    waiting.pop().expect("it").confirmed(Duration::ZERO).await.expect("it was the first of them");
    let mut entries: u64 = 0;
    for stream in &both {
        entries += redis.xlen::<_, u64>(stream).await.expect("a length");
    }
    assert!((22..26).contains(&entries), "a frame for one, and a few for a hundred: {entries}");
}
