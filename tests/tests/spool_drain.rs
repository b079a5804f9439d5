//! A spool whose producer is gone for good: what the command says of it, and that it brings each event into its table once.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use redis::AsyncCommands;
use streamhouse::config::SpoolConfig;
use streamhouse::spool::{drain, look};
use streamhouse::{Error, StreamHouse, StreamSchema};
use streamhouse_stack::{Direction, Persistence, Process, Proxy, Stack, StackOptions};
use streamhouse_tests::{Place, command};

#[derive(StreamSchema)]
#[stream(name = "left.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
    filling: String,
}

const COUNT: &str = "SELECT count(), uniqExact(number), min(number), max(number) FROM left_numbered";

/// Servers of its own, and a house behind a proxy that spools after a short time.
fn place(name: &str, folder: &Path) -> (Stack, Place, Proxy) {
    let mut options = StackOptions::default();
    options.redis.persistence = Persistence::Always;
    let stack = Stack::start(name, options).expect("a stack");
    let proxy = Proxy::before(&stack.redis_url()).expect("a proxy");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    let mut spool = SpoolConfig::new(folder);
    spool.after = Duration::from_millis(200);
    place.config.producer.spool = Some(spool);
    place.config.producer.partitions = 2;
    place.config.producer.frame_bytes = 4 << 10;
    (stack, place, proxy)
}

async fn house_behind(place: &Place, proxy: &Proxy) -> StreamHouse {
    let mut config = place.config.clone();
    config.redis = streamhouse::config::RedisConfig::new(proxy.url()).expect("a URL");
    config.redis.prefix = place.name.clone();
    let house = StreamHouse::connect(config).await.expect("a house");
    house.create_table::<Numbered>().await.expect("a table");
    house
}

/// Sends so many: the first is stored. Where what is lost are answers, others are too, and nobody knows; where it is requests,
/// the others are on the disk alone.
async fn leave(place: &Place, proxy: &Proxy, lost: Direction, events: u64) {
    let house = house_behind(place, proxy).await;
    house.send(&Numbered { number: 0, filling: String::new() }).await.expect("stored");
    proxy.black_hole(lost);
    for number in 1..events {
        house.enqueue(&Numbered { number, filling: "x".repeat(100) }).expect("room");
    }
    house.flush().await.expect("on the disk");
    house.close().await.expect("on the disk");
    proxy.heal().expect("healed");
}

fn spool(place: &Place, proxy: &Proxy, what: &str, folder: &Path) -> Command {
    let mut command = command(place);
    command.args(["spool", what]).arg(folder).arg("--json").env("REDIS_URL", proxy.url());
    command.env_remove("STREAMHOUSE_SPOOL");
    command
}

fn said(output: &Output) -> (serde_json::Value, String) {
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (json, String::from_utf8_lossy(&output.stderr).into_owned())
}

async fn stored(place: &Place) -> u64 {
    let mut redis = place.redis().await;
    let mut entries = 0;
    for partition in 0..place.config.producer.partitions {
        let key = format!("{}:{{left.numbered:{partition}}}:stream", place.name);
        entries += redis.xlen::<_, u64>(key).await.expect("a length");
    }
    entries
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_machine_left_arrives_once_though_whoever_sends_it_is_killed() {
    const EVENTS: u64 = 20_000;
    let folder = tempfile::tempdir().expect("a folder");
    let (_stack, place, proxy) = place("spool-left", folder.path());
    leave(&place, &proxy, Direction::ToClient, EVENTS).await;

    let (status, stderr) = said(&spool(&place, &proxy, "status", folder.path()).output().expect("it runs"));
    let number = |name: &str| status[name].as_u64().unwrap_or_else(|| panic!("{name}: {status} {stderr}"));
    assert!((1..EVENTS).contains(&number("events")) && number("tried") > 0, "{status}");
    assert_eq!((&status["in_use"], number("damaged")), (&false.into(), 0), "{status}");
    assert_eq!(status["by_event"]["left.numbered"]["events"], status["events"], "{status}");
    assert_eq!(status["prefix"], place.name.as_str(), "{status}");

    // Slow enough that each is killed while it sends.
    proxy.delay(Direction::ToServer, Duration::from_millis(30));
    let logs = tempfile::tempdir().expect("a folder");
    let (mut killed, begun) = (0, Instant::now());
    for life in 0..6 {
        let before = stored(&place).await;
        let mut running = Process::start(
            &format!("drain-{life}"),
            &spool(&place, &proxy, "drain", folder.path()),
            logs.path(),
        )
        .expect("a process");
        while stored(&place).await == before && running.is_running() {
            assert!(begun.elapsed() < Duration::from_secs(120), "{}", running.log_tail());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(3 * life)).await;
        killed += u32::from(running.is_running());
        running.kill();
    }
    proxy.heal().expect("healed");
    assert!(killed > 0, "none was killed while it sent");
    let last = spool(&place, &proxy, "drain", folder.path()).output().expect("it runs");
    let (done, stderr) = said(&last);
    assert!(last.status.success(), "{stderr}");
    assert_eq!((&done["damaged"], &done["doubtful"]), (&0.into(), &0.into()), "{done}");

    let left = look(folder.path()).expect("a spool");
    assert_eq!((left.events, left.frames, left.bytes, left.oldest), (0, 0, 0, None), "{left:?}");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, format!("{EVENTS}\t{EVENTS}\t0\t{}\n", EVENTS - 1));
    println!("{killed} killed while they sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn refuses_what_another_has_open_what_is_no_spool_and_a_redis_that_takes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut stack, place, proxy) = place("spool-refused", folder.path());
    let house = house_behind(&place, &proxy).await;
    let output = spool(&place, &proxy, "drain", folder.path()).output().expect("it runs");
    let (_, stderr) = said(&output);
    assert!(!output.status.success() && stderr.contains("in use by another process"), "{stderr}");
    assert!(look(folder.path()).expect("a spool").in_use);
    house.close().await.expect("closed");

    let other = tempfile::tempdir().expect("a folder");
    for what in ["status", "drain"] {
        let output = spool(&place, &proxy, what, other.path()).output().expect("it runs");
        let (_, stderr) = said(&output);
        assert!(!output.status.success() && stderr.contains("is no spool"), "{stderr}");
    }
    assert_eq!(std::fs::read_dir(other.path()).expect("a folder").count(), 0, "it became one");

    leave(&place, &proxy, Direction::ToClient, 100).await;
    let mut foreign = place.config.clone();
    foreign.redis.prefix = "another".into();
    let error = drain(&foreign, folder.path(), &mut |_| {}).await.expect_err("another house's");
    assert!(error.to_string().contains("give each its own folder") && !error.is_retryable(), "{error}");
    stack.redis().expect("its own").kill();
    let mut config = place.config.clone();
    config.producer.send_timeout = Duration::from_secs(1);
    let error = drain(&config, folder.path(), &mut |_| {}).await.expect_err("nobody takes it");
    assert!(matches!(&error, Error::Spool { retryable: true, .. }), "{error}");
    assert!(error.to_string().contains("still holds 99 events"), "{error}");
    stack.redis().expect("its own").restart().expect("back");
    let mut seen = Vec::new();
    let done = drain(&config, folder.path(), &mut |status| seen.push(status.events)).await.expect("sent");
    assert_eq!((done.events, seen.last()), (99, Some(&0)));
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, "100\t100\t0\t99\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_damaged_files_it_sends_what_can_be_read_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_stack, place, proxy) = place("spool-damaged", folder.path());
    leave(&place, &proxy, Direction::ToServer, 2_000).await;
    let whole = look(folder.path()).expect("a spool");
    let file = std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = file.filter(|path| path.extension().is_some_and(|is| is == "spool")).collect();
    files.sort();
    let path = files.last().expect("a file");
    let mut bytes = std::fs::read(path).expect("read");
    // In the body of the last frame.
    let at = bytes.len() - 10;
    bytes[at] ^= 1;
    std::fs::write(path, bytes).expect("written");

    let hurt = look(folder.path()).expect("a spool");
    assert!(hurt.damaged == 1 && hurt.damaged_bytes > 0 && hurt.frames == whole.frames - 1, "{hurt:?}");
    let output = spool(&place, &proxy, "drain", folder.path()).output().expect("it runs");
    let (done, stderr) = said(&output);
    assert!(!output.status.success(), "{done}");
    assert!(stderr.contains("hold something that cannot be read"), "{stderr}");
    assert_eq!((&done["damaged"], &done["events"]), (&1.into(), &hurt.events.into()), "{done}");
    place.worker().drain().await.expect("drained");
    let rows = place.value::<u64>("SELECT uniqExact(number) FROM left_numbered").await;
    assert_eq!(rows, 2_000 - (whole.events - hurt.events));
    assert_eq!(place.value::<u64>("SELECT count() FROM left_numbered").await, rows);
}
