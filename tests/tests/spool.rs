//! Events while Redis is away: they go to the disk, and from there to their table exactly once, whoever is killed.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use redis::AsyncCommands;
use streamhouse::config::SpoolConfig;
use streamhouse::frame::{Frame, Layout};
use streamhouse::{Error, Receipt, StreamHouse, StreamSchema};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_stack::{Direction, Persistence, Process, Proxy, Stack, StackOptions};
use streamhouse_tests::Place;

#[derive(StreamSchema)]
#[stream(name = "spool.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    filling: String,
}

fn numbered(number: u64) -> Numbered {
    Numbered { number, filling: "x".repeat(100) }
}

const COUNT: &str = "SELECT count(), uniqExact(number), min(number), max(number) FROM spool_numbered";

/// Servers of its own, and a house that spools after a short time.
fn place(name: &str) -> (Stack, Place, tempfile::TempDir) {
    let mut options = StackOptions::default();
    options.redis.persistence = Persistence::Always;
    let stack = Stack::start(name, options).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = SpoolConfig::new(folder.path());
    spool.after = Duration::from_millis(200);
    place.config.producer.spool = Some(spool);
    place.config.producer.partitions = 2;
    place.config.producer.frame_bytes = 8 << 10;
    (stack, place, folder)
}

async fn emptied(house: &StreamHouse) {
    let start = Instant::now();
    while house.spool().expect("a spool").events > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", house.spool());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The numbers in the order in which they stand in each partition of the stream.
async fn in_stream(place: &Place) -> Vec<Vec<u64>> {
    let layout = Layout::of(&FrameSchema::from_json(Numbered::FRAME_SCHEMA).expect("a schema"));
    let mut redis = place.redis().await;
    let mut found = Vec::new();
    for partition in 0..place.config.producer.partitions {
        let key = format!("{}:{{spool.numbered:{partition}}}:stream", place.name);
        let entries: redis::streams::StreamRangeReply = redis.xrange_all(&key).await.expect("entries");
        let mut numbers = Vec::new();
        for entry in entries.ids {
            let frame: Vec<u8> = entry.get("f").expect("a frame");
            let frame = Frame::parse(&frame).expect("a frame");
            let column = frame.check(&layout).expect("columns")[0].as_chunks::<8>().0;
            numbers.extend(column.iter().map(|number| u64::from_le_bytes(*number)));
        }
        found.push(numbers);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_on_the_disk_while_redis_is_away_and_arrive_once_in_order() {
    const EVENTS: u64 = 60_000;
    let (mut stack, place, folder) = place("spool-away");
    let house = place.house_with::<Numbered>().await;
    assert!(matches!(house.send(&numbered(0)).await, Ok(Receipt::Stored { .. })));
    assert_eq!(house.spool().expect("a spool").bytes, 0);
    for number in 1..EVENTS {
        house.enqueue(&numbered(number)).expect("room");
        if number == EVENTS / 6 {
            // Frames are on their way.
            stack.redis().expect("its own").kill();
        }
        if number == EVENTS / 3 {
            house.flush().await.expect("in the spool");
            assert_eq!(house.pending(), 0);
            let status = house.spool().expect("a spool");
            assert!(status.events >= EVENTS / 6 && status.bytes > 0, "{status:?}");
            let start = Instant::now();
            // Nobody waits for Redis any more.
            let late = Numbered { number: EVENTS, filling: String::new() };
            assert_eq!(house.send(&late).await.expect("sent"), Receipt::Spooled);
            assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        }
        if number == EVENTS / 2 {
            stack.redis().expect("its own").restart().expect("back");
        }
    }
    house.flush().await.expect("flushed");
    emptied(&house).await;
    // Nobody spools any more.
    let last = house.send(&numbered(EVENTS + 1)).await;
    assert!(matches!(last, Ok(Receipt::Stored { .. })), "{last:?}");
    for (partition, numbers) in in_stream(&place).await.iter().enumerate() {
        let strays: Vec<_> = numbers.iter().filter(|number| **number != EVENTS).collect();
        assert!(strays.is_sorted_by(|a, b| a < b), "partition {partition}");
    }
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 2, "the lock and the position");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, format!("{0}\t{0}\t0\t{1}\n", EVENTS + 2, EVENTS + 1));
    house.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_can_begin_and_end_without_redis() {
    let (mut stack, place, _folder) = place("spool-alone");
    place.house_with::<Numbered>().await.close().await.expect("closed");
    stack.redis().expect("its own").kill();
    let house = place.house().await;
    assert_eq!(house.send(&numbered(1)).await.expect("sent"), Receipt::Spooled);
    let other = StreamHouse::connect(place.config.clone()).await.expect_err("in use");
    assert!(matches!(&other, Error::Spool { retryable: true, .. }), "{other}");
    house.close().await.expect("it is in the spool");
    let mut without = place.config.clone();
    without.producer.spool = None;
    assert!(StreamHouse::connect(without).await.is_err());
    // Another one, in another number of partitions, which Redis does not know yet.
    let mut config = place.config.clone();
    config.producer.partitions = 7;
    let house = StreamHouse::connect(config.clone()).await.expect("a house");
    assert_eq!(house.spool().expect("a spool").events, 1);
    assert_eq!(house.send_all(&[2, 3, 4, 5].map(numbered)).await.expect("sent"), 4);
    house.close().await.expect("it is in the spool");
    stack.redis().expect("its own").restart().expect("back");
    // Closing waits for what Redis takes.
    let house = StreamHouse::connect(config).await.expect("a house");
    house.close().await.expect("closed");
    assert_eq!(house.spool().expect("a spool").events, 0);
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "5\t5\t1\t5\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_spool_is_an_error_and_loses_nothing() {
    let (mut stack, mut place, folder) = place("spool-full");
    let spool = place.config.producer.spool.as_mut().expect("a spool");
    spool.bytes = 1 << 20;
    place.config.producer.buffer_bytes = 256 << 10;
    place.config.producer.when_full = streamhouse::config::WhenFull::Error;
    place.config.producer.send_timeout = Duration::from_secs(2);
    let house = place.house_with::<Numbered>().await;
    house.send(&numbered(0)).await.expect("sent");
    stack.redis().expect("its own").kill();
    let (mut accepted, start) = (1, Instant::now());
    let error = loop {
        match house.enqueue(&numbered(accepted)) {
            Ok(()) => accepted += 1,
            // At first Redis may yet come back.
            Err(error @ Error::Full { .. }) if error.to_string().contains("is full with") => break error,
            Err(error) => {
                assert!(start.elapsed() < Duration::from_secs(20), "{error}");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("producer.spool.bytes"), "{error}");
    let unconfirmed = house.flush().await.expect_err("it waits in memory").to_string();
    assert!(unconfirmed.contains("is full with"), "{unconfirmed}");
    let on_disk: u64 = std::fs::read_dir(folder.path())
        .expect("a folder")
        .map(|entry| entry.and_then(|entry| entry.metadata()).map_or(0, |file| file.len()))
        .sum();
    assert!(on_disk <= (1 << 20) + 8192, "{on_disk}");
    stack.redis().expect("its own").restart().expect("back");
    while let Err(error) = house.flush().await {
        assert!(matches!(error, Error::Unconfirmed { .. }), "{error}");
        assert!(start.elapsed() < Duration::from_secs(60), "{error}");
    }
    emptied(&house).await;
    house.close().await.expect("closed");
    for numbers in in_stream(&place).await {
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, format!("{accepted}\t{accepted}\t0\t{}\n", accepted - 1));
}

/// What the process below is told, and says.
const FOLDER: &str = "STREAMHOUSE_TEST_FOLDER";

/// No test: a producer that others start, and kill. It writes down how far it was told that its events are safe.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a process of the tests below"]
async fn a_producer_process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let read = |name: &str| {
        std::fs::read_to_string(folder.join(name)).ok().and_then(|text| text.trim().parse::<u64>().ok())
    };
    let mut config = streamhouse::Config::from_env().expect("settings");
    config.producer.spool.as_mut().expect("a spool").after = Duration::from_millis(50);
    config.producer.partitions = 2;
    config.producer.frame_bytes = 4 << 10;
    let house = StreamHouse::connect(config).await.expect("a house");
    let mut next = read("begun").unwrap_or(0);
    let journal = |name: &str, number: u64| {
        // Whole or not at all.
        std::fs::write(folder.join(format!("{name}.new")), number.to_string()).expect("written");
        std::fs::rename(folder.join(format!("{name}.new")), folder.join(name)).expect("in its place");
    };
    while next < read("goal").unwrap_or(0) {
        journal("begun", next + 200);
        house.send_all(&(next..next + 200).map(numbered).collect::<Vec<_>>()).await.expect("safe");
        next += 200;
        let told = std::fs::OpenOptions::new().append(true).create(true).open(folder.join("told"));
        let mut told = told.expect("a file");
        std::io::Write::write_all(&mut told, format!("{next}\n").as_bytes()).expect("written");
    }
    while house.spool().expect("a spool").events > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.close().await.expect("closed");
    std::fs::write(folder.join("done"), "").expect("written");
}

struct Producer {
    folder: tempfile::TempDir,
    command: Command,
    lives: u32,
}

impl Producer {
    fn new(place: &Place, redis_url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command
            .args(["--exact", "a_producer_process", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .env("REDIS_URL", redis_url)
            .env("STREAMHOUSE_PREFIX", &place.name)
            .env("STREAMHOUSE_SPOOL", folder.path().join("spool"));
        Self { folder, command, lives: 0 }
    }

    fn start(&mut self, goal: u64) -> Process {
        std::fs::write(self.folder.path().join("goal"), goal.to_string()).expect("written");
        self.lives += 1;
        Process::start(&format!("producer-{}", self.lives), &self.command, self.folder.path())
            .expect("a process")
    }

    fn is_done(&self) -> bool {
        self.folder.path().join("done").exists()
    }

    /// Events of which a life was told that they are safe: each life begins behind what the one before had begun.
    fn told(&self) -> Vec<std::ops::Range<u64>> {
        let told = std::fs::read_to_string(self.folder.path().join("told")).unwrap_or_default();
        let ends = told.lines().filter_map(|line| line.parse::<u64>().ok());
        ends.map(|end| end - 200..end).collect()
    }
}

/// Everything that a life was told is there, and nothing twice.
async fn check(place: &Place, producer: &Producer) {
    place.worker().drain().await.expect("drained");
    let twice =
        place.text("SELECT number, count() FROM spool_numbered GROUP BY number HAVING count() > 1").await;
    assert_eq!(twice, "");
    let rows = place.text("SELECT number FROM spool_numbered ORDER BY number").await;
    let rows: std::collections::HashSet<u64> =
        rows.lines().map(|row| row.parse().expect("a number")).collect();
    let lost: Vec<u64> =
        producer.told().into_iter().flatten().filter(|number| !rows.contains(number)).collect();
    assert_eq!(lost, [0; 0], "{} rows", rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_killed_while_it_spools_and_while_it_sends_loses_and_doubles_nothing() {
    let (mut stack, place, _folder) = place("spool-kills");
    place.house_with::<Numbered>().await.close().await.expect("closed");
    let proxy = Proxy::before(&stack.redis_url()).expect("a proxy");
    let mut producer = Producer::new(&place, proxy.url());
    // Frames are on their way when Redis goes away.
    let mut running = producer.start(1 << 40);
    let told = producer.told().len();
    let more = async |producer: &Producer, told: usize| {
        let start = Instant::now();
        while producer.told().len() <= told {
            assert!(start.elapsed() < Duration::from_secs(60), "it does not go on");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    more(&producer, told + 5).await;
    proxy.black_hole(Direction::ToClient);
    for kill in 0..8 {
        more(&producer, producer.told().len() + 3).await;
        // In the middle of writing, of whatever.
        tokio::time::sleep(Duration::from_millis(7 * kill)).await;
        running.kill();
        if kill == 0 {
            stack.redis().expect("its own").kill();
            proxy.heal().expect("healed");
        }
        running = producer.start(1 << 40);
    }
    more(&producer, producer.told().len()).await;
    running.kill();
    // Enough that sending takes a while, and each life is killed in it.
    let safe = producer.told().len() as u64 * 200;
    assert!(safe > 5000, "{safe}");
    proxy.delay(Direction::ToServer, Duration::from_millis(20));
    stack.redis().expect("its own").restart().expect("back");
    let mut sending = 0;
    for kill in 0..10 {
        running = producer.start(0);
        let before: usize = in_stream(&place).await.iter().map(Vec::len).sum();
        let start = Instant::now();
        while !producer.is_done() && start.elapsed() < Duration::from_secs(30) {
            let now: usize = in_stream(&place).await.iter().map(Vec::len).sum();
            if now > before {
                sending += 1;
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(3 * kill)).await;
        running.kill();
    }
    println!("{safe} events safe, killed {sending} times while sending");
    proxy.heal().expect("healed");
    running = producer.start(0);
    let start = Instant::now();
    while !producer.is_done() {
        assert!(start.elapsed() < Duration::from_secs(60), "{}", running.log_tail());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(running);
    check(&place, &producer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_redis_has_forgotten_goes_on_under_another_id_also_when_it_is_killed() {
    let (mut stack, place, _folder) = place("spool-forgotten");
    let house = place.house_with::<Numbered>().await;
    house.close().await.expect("closed");
    let mut producer = Producer::new(&place, &stack.redis_url());
    let mut running = producer.start(1 << 40);
    while producer.told().len() < 10 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stack.redis().expect("its own").kill();
    let before = producer.told().len();
    while producer.told().len() < before + 150 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.kill();
    // Longer away than Redis remembers producers: what it had is inserted, and who sent it is forgotten.
    stack.redis().expect("its own").restart().expect("back");
    place.worker().drain().await.expect("drained");
    let mut redis = place.redis().await;
    let keys: Vec<String> = redis.keys(format!("{}:*producers*", place.name)).await.expect("keys");
    let _: u64 = redis.del(&keys).await.expect("deleted");
    for kill in 0..5 {
        running = producer.start(0);
        let start = Instant::now();
        while redis
            .keys::<_, Vec<String>>(format!("{}:*producers*", place.name))
            .await
            .expect("keys")
            .is_empty()
            && start.elapsed() < Duration::from_secs(20)
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(2 * kill)).await;
        running.kill();
    }
    running = producer.start(0);
    let start = Instant::now();
    while !producer.is_done() {
        assert!(start.elapsed() < Duration::from_secs(60), "{}", running.log_tail());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(running);
    // Only frames whose answer was on its way when Redis went away could be there twice; there is no answer to wait for where the
    // events of a call are safe before the next begins.
    place.worker().drain().await.expect("drained");
    let rows = place.text("SELECT number FROM spool_numbered ORDER BY number").await;
    let rows: std::collections::HashSet<u64> =
        rows.lines().map(|row| row.parse().expect("a number")).collect();
    assert!(producer.told().into_iter().flatten().all(|number| rows.contains(&number)));
    let twice: u64 = place
        .value("SELECT count() FROM (SELECT number FROM spool_numbered GROUP BY number HAVING count() > 1)")
        .await;
    assert!(twice <= 200, "{twice}");
}
