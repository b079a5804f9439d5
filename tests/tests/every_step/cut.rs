//! Connections cut at every request and response of one batch's life.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use streamhouse::{StreamHouse, Worker};
use streamhouse_stack::{Direction, Proxy};
use streamhouse_tests::Place;

use crate::numbered::{COUNT, Running, SEEN, VIEWED, WHOLE, send, tables};

/// The connections of one batch's life.
#[derive(Clone, Copy, Debug)]
enum Line {
    Sending,
    Leasing,
    Inserting,
}

/// Cuts a connection in place of a request or of a response of this number, and gives whether there was one.
async fn cut_at(
    stack_urls: Arc<(String, String)>,
    line: Line,
    way: Direction,
    number: u64,
) -> Result<bool, String> {
    let mut place = Place::on(&stack_urls.0, &stack_urls.1);
    place.config.producer.partitions = 1;
    place.config.worker.lease = Duration::from_millis(500);
    place.config.worker.batch_interval = Duration::from_millis(1);
    tables(&place).await;
    let proxies: Vec<Proxy> = [&stack_urls.0, &stack_urls.0, &stack_urls.1]
        .into_iter()
        .map(|url| Proxy::before(url).expect("a proxy"))
        .collect();
    let proxy = &proxies[line as usize];
    let through = |redis: &Proxy| {
        let config = streamhouse::Config::new(redis.url(), proxies[2].url()).expect("the proxies' URLs");
        let mut changed = place.config.clone();
        changed.redis = config.redis;
        changed.redis.prefix.clone_from(&place.name);
        changed.clickhouse = config.clickhouse;
        changed.clickhouse.database.clone_from(&place.name);
        changed
    };
    proxy.cut_at(way, number);
    let house = loop {
        match StreamHouse::connect(through(&proxies[0])).await {
            Ok(house) => break house,
            Err(error) if error.is_retryable() => {}
            Err(error) => return Err(error.to_string()),
        }
    };
    send(&house).await;
    let running = Running::new(Worker::new(&through(&proxies[1])).expect("a worker"));
    let direct = place.worker();
    let start = Instant::now();
    while direct.backlog().await.expect("a number") > 0 {
        if start.elapsed() > Duration::from_secs(60) {
            return Err(format!("{line:?} {way:?} {number}: {:?}", running.worker.status()));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let found = (place.text(COUNT).await, place.text(SEEN).await);
    if found != (WHOLE.to_string(), VIEWED.to_string()) {
        return Err(format!("{line:?} {way:?} {number}: {found:?}"));
    }
    Ok(proxy.counts().cut > 0)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_at_every_request_and_response_of_a_batch_lose_and_double_nothing() {
    let stack = streamhouse_stack::shared().expect("a stack");
    let urls = Arc::new((stack.redis_url(), stack.clickhouse_url()));
    let mut trials = Vec::new();
    for line in [Line::Sending, Line::Leasing, Line::Inserting] {
        for way in [Direction::ToServer, Direction::ToClient] {
            let (next, end) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(u64::MAX)));
            for _ in 0..3 {
                let (urls, next, end) = (Arc::clone(&urls), Arc::clone(&next), Arc::clone(&end));
                trials.push(tokio::spawn(async move {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= end.load(Ordering::Relaxed) {
                            return Ok::<_, String>((line, way, end.load(Ordering::Relaxed)));
                        }
                        if !cut_at(Arc::clone(&urls), line, way, number).await? {
                            // The batch is done before it comes so far.
                            end.fetch_min(number, Ordering::Relaxed);
                        }
                    }
                }));
            }
        }
    }
    let mut steps = Vec::new();
    for trial in trials {
        let (line, way, count) = trial.await.expect("a trial").unwrap_or_else(|wrong| panic!("{wrong}"));
        steps.push(format!("{line:?} {way:?}: {count}"));
        assert!(count >= 3, "{line:?} {way:?}: {count} steps only");
    }
    steps.dedup();
    println!("{}", steps.join("\n"));
}
