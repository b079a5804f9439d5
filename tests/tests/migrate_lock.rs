//! One runner of migrations at a time: locked in Redis and in ClickHouse, and what becomes of runners that are killed or held up.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::AsyncCommands;
use streamhouse::Config;
use streamhouse::config::RedisConfig;
use streamhouse::migrate::{ApplyOptions, MigrateError, Migration, Migrator};
use streamhouse_stack::Process;
use streamhouse_tests::{Folder, Place, command};

fn migration(up: &str) -> Migration {
    Migration::read("0001_create", up.into(), None, None).expect("a migration")
}

fn up(sleep: u32) -> String {
    format!(
        "CREATE TABLE orders (id UInt64) ENGINE = MergeTree ORDER BY id;
        SELECT sleepEachRow(1) FROM numbers({sleep}) SETTINGS max_block_size = 1 FORMAT Null;
        INSERT INTO orders VALUES (1);"
    )
}

async fn apply(
    config: &Config,
    up: &str,
    in_redis: bool,
    wait: Duration,
) -> Result<Vec<String>, MigrateError> {
    let migrator = Migrator::new(config, vec![migration(up)]).expect("a migrator");
    let migrator = if in_redis { migrator.locked_in(&config.redis) } else { migrator };
    let mut options = ApplyOptions::default();
    options.wait = wait;
    migrator.apply(&options, &mut |_| {}).await
}

fn key(place: &Place) -> String {
    format!("{}:migrations:{}", place.name, place.name)
}

async fn field(place: &Place, field: &str) -> String {
    place
        .redis()
        .await
        .hget::<_, _, Option<String>>(key(place), field)
        .await
        .expect("a hash")
        .unwrap_or_default()
}

/// A runner as a process, once the lock in Redis is its.
async fn runner(folder: &Folder, name: &str) -> Process {
    let mut command = command(&folder.place);
    command.args(["migrate", "apply", "--json"]).current_dir(folder.path()).stdin(Stdio::null());
    let logs = streamhouse_stack::shared().expect("a stack").folder();
    let process = Process::start(&format!("{name}-{}", folder.place.name), &command, logs).expect("it runs");
    let begun = Instant::now();
    let begun_statement =
        "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'orders'";
    while field(&folder.place, "owner").await != format!("process {}", process.id())
        || folder.place.value::<u64>(begun_statement).await == 0
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", process.log_tail());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn runners_with_redis_and_without_keep_each_other_out() {
    let place = Arc::new(Place::new());
    // Longer than either lock holds by itself.
    let up = Arc::new(up(17));
    let runs: Vec<_> = [true, false, true, false]
        .into_iter()
        .map(|in_redis| {
            let (place, up) = (Arc::clone(&place), Arc::clone(&up));
            tokio::spawn(async move { apply(&place.config, &up, in_redis, Duration::from_secs(90)).await })
        })
        .collect();
    let mut applied = 0;
    for run in runs {
        applied += run.await.expect("no panic").expect("applied by one of them").len();
    }
    assert_eq!(applied, 1);
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1);
    assert_eq!(field(&place, "claim").await, "", "it was given back");
    // Every claim that was believed has a number of its own.
    let fences = "SELECT uniqExactIf(fence, fence > 0) = uniqExactIf(claim, fence > 0), uniqExact(claim) FROM streamhouse_migration_locks";
    assert_eq!(place.text(fences).await, "1\t4\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_killed_runner_is_said_and_ends_by_itself() {
    let folder = Folder::new();
    folder.write("migrations/0001_create/up.sql", &up(4));
    let place = &folder.place;
    let mut killed = runner(&folder, "killed").await;
    let owner = format!("process {}", killed.id());
    let fence: u64 = field(place, "fence").await.parse().expect("a number");
    killed.kill();
    let impatient = apply(&place.config, &up(4), true, Duration::from_secs(1)).await.expect_err("locked");
    assert!(
        matches!(&impatient, MigrateError::Locked { owner: found, .. } if *found == owner),
        "{impatient}"
    );
    assert!(impatient.to_string().contains("its lock ends by itself within a minute"), "{impatient}");
    // Without Redis it is the table that says so.
    let impatient = apply(&place.config, &up(4), false, Duration::from_secs(1)).await.expect_err("locked");
    assert!(
        matches!(&impatient, MigrateError::Locked { owner: found, .. } if *found == owner),
        "{impatient}"
    );
    let applied = apply(&place.config, &up(4), true, Duration::from_secs(60)).await.expect("it ran out");
    assert_eq!(applied, ["0001_create"]);
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1);
    assert!(field(place, "fence").await.parse::<u64>().expect("a number") > fence);
}

/// It sleeps for longer than its lock holds, and goes on when another runner has done all there was to do.
#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_was_held_up_comes_no_further() {
    let folder = Folder::new();
    folder.write("migrations/0001_create/up.sql", &up(4));
    let place = &folder.place;
    let mut held_up = runner(&folder, "held-up").await;
    held_up.stop();
    let applied = apply(&place.config, &up(4), true, Duration::from_secs(60)).await.expect("it ran out");
    assert_eq!(applied, ["0001_create"]);
    let notes = "SELECT count() FROM streamhouse_migrations";
    let noted: u64 = place.value(notes).await;
    held_up.resume();
    let status = held_up.wait(Duration::from_secs(60)).expect("it ended");
    assert!(!status.success());
    assert!(
        held_up.log_tail().contains("the lock was lost in the middle of 0001_create"),
        "{}",
        held_up.log_tail()
    );
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1, "or it was done twice");
    assert_eq!(place.value::<u64>(notes).await, noted, "it has noted nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgets_the_lock_learns_it_again_and_one_that_is_gone_is_said() {
    let place = Arc::new(Place::new());
    let running = tokio::spawn({
        let place = Arc::clone(&place);
        async move { apply(&place.config, &up(10), true, Duration::from_secs(60)).await }
    });
    let begun = Instant::now();
    while field(&place, "claim").await.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let claim = field(&place, "claim").await;
    let () = place.redis().await.del(key(&place)).await.expect("deleted");
    let begun = Instant::now();
    while field(&place, "claim").await != claim {
        assert!(begun.elapsed() < Duration::from_secs(12), "it is not there again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.await.expect("no panic").expect("applied");

    let mut config = place.config.clone();
    config.redis = RedisConfig::new("redis://127.0.0.1:1").expect("a URL");
    let error = apply(&config, &up(0), true, Duration::from_secs(1)).await.expect_err("nobody listens");
    assert!(error.to_string().contains("leave REDIS_URL unset"), "{error}");
}
