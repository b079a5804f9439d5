//! ClickHouse killed before every system call of one insert, and connections cut at every request and response of one batch's life.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use streamhouse::{StreamHouse, StreamSchema, Worker};
use streamhouse_stack::{Direction, Proxy, Stack, StackOptions};
use streamhouse_tests::Place;

/// What the view adds up.
#[derive(StreamSchema)]
#[stream(
    name = "step.sum",
    table = "step_sums",
    order_by = parity,
    engine = SummingMergeTree,
    delivery = at_least_once,
    settings(non_replicated_deduplication_window = 10000, fsync_after_insert = true),
)]
#[allow(dead_code, reason = "only a view writes it")]
struct Sums {
    parity: u8,
    events: u64,
    total: u64,
}

/// Over two partitions of its table, with every write brought to the disk.
#[derive(StreamSchema)]
#[stream(
    name = "step.numbered",
    order_by = number,
    partition_by = parity,
    settings(fsync_after_insert = true, fsync_part_directory = true),
    view(
        step_sums_feed: to = step_sums,
        struct = Sums,
        select = "SELECT parity, count() AS events, sum(number) AS total FROM step_numbered GROUP BY parity"
    ),
)]
struct Numbered {
    #[stream(id)]
    number: u64,
    parity: u8,
}

const ROWS: u64 = 40;
const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM step_numbered";
const SEEN: &str = "SELECT parity, sum(events), sum(total) FROM step_sums GROUP BY parity ORDER BY parity";
const WHOLE: &str = "40\t40\t780\n";
const VIEWED: &str = "0\t20\t380\n1\t20\t400\n";

async fn send(house: &StreamHouse) {
    for number in 0..ROWS {
        house.enqueue(&Numbered { number, parity: (number % 2) as u8 }).expect("room");
    }
    house.flush().await.expect("flushed");
}

async fn tables(place: &Place) {
    let house = place.house().await;
    house.create_table::<Sums>().await.expect("a table");
    house.create_table::<Numbered>().await.expect("a table");
}

/// A worker that runs, until it is dropped without a word.
struct Running {
    worker: Worker,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn new(worker: Worker) -> Self {
        let running = worker.clone();
        let task = tokio::spawn(async move {
            loop {
                if running.run_until(std::future::pending()).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        });
        Self { worker, task }
    }

    async fn has_drained(&self) -> bool {
        self.worker.backlog().await.is_ok_and(|backlog| backlog == 0)
    }

    async fn drained(&self) {
        let start = Instant::now();
        while !self.has_drained().await {
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}", self.worker.status());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_killed_at_every_write_fsync_and_rename_of_an_insert_loses_and_doubles_nothing() {
    use std::collections::BTreeMap;

    use streamhouse_tests::inject::Injector;

    let mut stack = Stack::start("every-step", StackOptions::default()).expect("a stack");
    let mut calls: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut wrong, mut recorded_only, mut unseen, mut half_done) = (Vec::new(), 0, 0, 0_u64);
    for number in 0.. {
        // Whether the worker goes with the server, and another one takes over: more often once a part of the table is in its place, for
        // then views may lack what the table has, and who takes over knows of nothing that went wrong.
        let takes_over = if recorded_only == 0 { number % 2 == 1 } else { number % 4 != 0 };
        // Each in a database of its own: nothing is merged, and nothing is left of the last one.
        let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
        place.config.producer.partitions = 1;
        place.config.worker.lease = Duration::from_millis(500);
        place.config.worker.batch_interval = Duration::from_millis(1);
        tables(&place).await;
        let house = place.house().await;
        send(&house).await;
        let data = stack.folder().join("clickhouse/data");
        let process = stack.clickhouse().expect("its own").process().expect("it runs").id();
        let injector = Injector::kill_at(process, &data, number).expect("traced");
        let first = Running::new(place.worker());
        while !injector.has_ended() && !first.has_drained().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let mut running = Some(first);
        let takes_over = takes_over && injector.has_ended();
        if takes_over {
            drop(running.take());
        }
        let server = stack.clickhouse().expect("its own");
        server.kill();
        server.restart().expect("back");
        if takes_over {
            let unserved = place.text(COUNT).await == WHOLE && place.text(SEEN).await.is_empty();
            half_done += u64::from(unserved);
        }
        running.get_or_insert_with(|| Running::new(place.worker())).drained().await;
        let call = injector.join().expect("traced");
        let found = (place.text(COUNT).await, place.text(SEEN).await);
        let beside = place.text("SHOW TABLES LIKE '%__missing_%'").await;
        assert!(beside.is_empty(), "{beside}");
        let right = match &call {
            // ClickHouse takes an insert for known from before its part is in place (docs/reliability.md). In the table that is seen
            // and mended, past the views, which have been served by then. A view's own part is missing for good.
            Some(call) if call.name == "rename" => {
                recorded_only += 1;
                unseen += u64::from(found.1 != VIEWED);
                found.0 == WHOLE && (found.1 == VIEWED || found.1.is_empty())
            }
            _ => found == (WHOLE.to_string(), VIEWED.to_string()),
        };
        if !right {
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
    assert_eq!((recorded_only, unseen), (3, 1), "two partitions and a view");
    assert!(half_done >= 10, "{half_done}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
