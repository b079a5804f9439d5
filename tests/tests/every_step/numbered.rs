//! An event whose table feeds a view.

use std::time::{Duration, Instant};

use streamhouse::{StreamHouse, StreamSchema, Worker};
use streamhouse_tests::Place;

/// What the view adds up.
#[derive(StreamSchema)]
#[stream(
    name = "step.sum",
    table = "step_sums",
    order_by = parity,
    engine = SummingMergeTree,
    delivery = at_least_once,
    column(_fed: SimpleAggregateFunction(maxMap, Map(String, String)), filled),
    settings(non_replicated_deduplication_window = 10000, fsync_after_insert = true),
)]
#[allow(dead_code, reason = "only a view writes it")]
pub(crate) struct Sums {
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
        partition_by = (),
        select = "SELECT parity, count() AS events, sum(number) AS total FROM step_numbered GROUP BY parity"
    ),
)]
pub(crate) struct Numbered {
    #[stream(id)]
    number: u64,
    parity: u8,
}

/// The same over partitions of a table of the view's own.
#[derive(StreamSchema)]
#[stream(
    name = "step.divided",
    order_by = number,
    partition_by = parity,
    settings(fsync_after_insert = true, fsync_part_directory = true),
    view(
        step_divided_sums: engine = "SummingMergeTree PARTITION BY (parity, third) ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 10000",
        partition_by = (parity, third),
        select = "SELECT parity, number % 3 AS third, count() AS events, sum(number) AS total FROM step_divided GROUP BY parity, third"
    ),
)]
pub(crate) struct Divided {
    #[stream(id)]
    number: u64,
    parity: u8,
}

impl Divided {
    pub(crate) const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM step_divided";
    pub(crate) const SEEN: &str = "SELECT parity, third, sum(events), sum(total) FROM step_divided_sums GROUP BY parity, third ORDER BY parity, third";
    pub(crate) const VIEWED: &str =
        "0\t0\t7\t126\n0\t1\t6\t114\n0\t2\t7\t140\n1\t0\t7\t147\n1\t1\t7\t133\n1\t2\t6\t120\n";

    pub(crate) async fn send(house: &StreamHouse) {
        for number in 0..ROWS {
            house.enqueue(&Divided { number, parity: (number % 2) as u8 }).expect("room");
        }
        house.flush().await.expect("flushed");
    }
}

pub(crate) const ROWS: u64 = 40;
pub(crate) const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM step_numbered";
pub(crate) const SEEN: &str =
    "SELECT parity, sum(events), sum(total) FROM step_sums GROUP BY parity ORDER BY parity";
pub(crate) const WHOLE: &str = "40\t40\t780\n";
pub(crate) const VIEWED: &str = "0\t20\t380\n1\t20\t400\n";

pub(crate) async fn send(house: &StreamHouse) {
    for number in 0..ROWS {
        house.enqueue(&Numbered { number, parity: (number % 2) as u8 }).expect("room");
    }
    house.flush().await.expect("flushed");
}

pub(crate) async fn tables(place: &Place) {
    let house = place.house().await;
    house.create_table::<Sums>().await.expect("a table");
    house.create_table::<Numbered>().await.expect("a table");
}

/// A worker that runs, until it is dropped without a word.
pub(crate) struct Running {
    pub(crate) worker: Worker,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    pub(crate) fn new(worker: Worker) -> Self {
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

    pub(crate) async fn has_drained(&self) -> bool {
        self.worker.backlog().await.is_ok_and(|backlog| backlog == 0)
    }

    pub(crate) async fn drained(&self) {
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
