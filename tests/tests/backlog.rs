//! Workers are behind: a stream takes so many entries, or so many bytes, and what sends waits.

use std::time::Duration;

use redis::AsyncCommands;
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

/// What another event of the same house waits for is the next attempt of the one whose stream is full, and not its room.
#[tokio::test(flavor = "multi_thread")]
async fn other_events_of_the_house_go_on() {
    let mut place = Place::new();
    let house = house(&mut place, 1, 0).await;
    house.create_table::<Other>().await.expect("a table");
    house.send(&line(0, 1)).await.expect("room");
    house.send(&line(1, 1)).await.expect_err("the stream is full");
    let receipt = match house.send(&Other { number: 0 }).await {
        Err(Error::Unconfirmed { pending: Some(pending), .. }) => {
            pending.confirmed(Duration::from_secs(10)).await
        }
        sent => sent,
    };
    assert!(matches!(receipt, Ok(Receipt::Stored { .. })), "{receipt:?}");
    assert_eq!(house.pending(), 1, "the other one waits");
}
