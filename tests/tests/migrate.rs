//! Migrations: each applied once, taken up where it was left, and refused where it is not what the server knows.

use std::sync::Arc;
use std::time::Duration;

use streamhouse::migrate::{ApplyOptions, MigrateError, Migration, Migrator, Progress, Standing, statements};
use streamhouse_tests::Place;

fn migration(folder: &str, up: &str) -> Migration {
    Migration::read(folder, up.into(), None, None).expect("a migration")
}

fn migrator(place: &Place, migrations: &[Migration]) -> Migrator {
    Migrator::new(&place.config, migrations.to_vec()).expect("a migrator")
}

async fn apply(place: &Place, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    migrator(place, migrations).apply(&ApplyOptions::default(), &mut |_| {}).await
}

const CREATE: &str =
    "-- A table.\nCREATE TABLE orders (id UInt64, note String) ENGINE = MergeTree ORDER BY id;\n";

#[tokio::test(flavor = "multi_thread")]
async fn each_is_applied_once_and_in_order() {
    let place = Place::new();
    let all = [
        migration("0002_amount", "ALTER TABLE orders ADD COLUMN amount UInt32;"),
        migration("0001_create", CREATE),
    ];
    assert_eq!(migrator(&place, &all).status().await.expect("a status")["0001_create"], Standing::Pending);
    assert_eq!(apply(&place, &all).await.expect("applied"), ["0001_create", "0002_amount"]);
    assert!(apply(&place, &all).await.expect("nothing to do").is_empty());
    let status = migrator(&place, &all).status().await.expect("a status");
    assert!(status.values().all(|standing| *standing == Standing::Applied), "{status:?}");
    let more =
        [all[0].clone(), all[1].clone(), migration("0003_more", "ALTER TABLE orders ADD COLUMN more String")];
    assert_eq!(apply(&place, &more).await.expect("applied"), ["0003_more"]);
    let columns = place.text("SELECT groupArray(name) FROM system.columns WHERE table = 'orders' AND database = currentDatabase()").await;
    assert_eq!(columns, "['id','note','amount','more']\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_taken_up_at_its_statement() {
    let place = Place::new();
    let up =
        format!("{CREATE}; INSERT INTO orders VALUES (1, 'once'); ALTER TABLE later ADD COLUMN b UInt8;");
    let all = [migration("0001_create", &up)];
    let error = apply(&place, &all).await.expect_err("no table `later`");
    let MigrateError::Failed { migration, number, .. } = &error else { panic!("{error}") };
    assert_eq!((migration.as_str(), *number), ("0001_create", 3));
    assert!(error.to_string().contains("Code: 60"), "{error}");
    let status = migrator(&place, &all).status().await.expect("a status");
    assert_eq!(status["0001_create"], Standing::Begun { statements: 2 });
    let create = "CREATE TABLE later (a UInt8) ENGINE = MergeTree ORDER BY a";
    place.clickhouse().query(create).execute().await.expect("created");
    assert_eq!(apply(&place, &all).await.expect("applied"), ["0001_create"]);
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_that_is_not_that_of_the_migrations_is_refused() {
    let place = Place::new();
    let (first, third) =
        (migration("0001_create", CREATE), migration("0003_more", "ALTER TABLE orders ADD COLUMN a Int8"));
    apply(&place, &[first.clone(), third.clone()]).await.expect("applied");

    let edited = migration("0001_create", &format!("{CREATE} SELECT 1;"));
    let error = apply(&place, &[edited, third.clone()]).await.expect_err("edited");
    assert!(error.to_string().starts_with("0001_create is not what was applied as 0001_create"), "{error}");

    let error = apply(&place, std::slice::from_ref(&first)).await.expect_err("ahead");
    assert!(matches!(&error, MigrateError::Ahead { migration } if migration == "0003_more"), "{error}");

    let late = migration("0002_late", "ALTER TABLE orders ADD COLUMN b Int8");
    let all = [first, late, third];
    let error = apply(&place, &all).await.expect_err("late");
    assert!(matches!(&error, MigrateError::OutOfOrder { newest: 3, .. }), "{error}");
    let mut options = ApplyOptions::default();
    options.out_of_order = true;
    let applied = migrator(&place, &all).apply(&options, &mut |_| {}).await.expect("allowed");
    assert_eq!(applied, ["0002_late"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_rows_away_has_to_be_meant() {
    let place = Place::new();
    let all =
        [migration("0001_create", CREATE), migration("0002_drop", "ALTER TABLE orders DROP COLUMN note")];
    let error = apply(&place, &all).await.expect_err("destructive");
    assert!(error.to_string().contains("0002_drop: ALTER TABLE orders DROP COLUMN note"), "{error}");
    assert_eq!(place.value::<u64>("EXISTS TABLE orders").await, 0, "nothing was begun");
    let mut options = ApplyOptions::default();
    options.allow_destructive = true;
    migrator(&place, &all).apply(&options, &mut |_| {}).await.expect("meant");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_runner_works_at_a_time() {
    // Longer than the lock holds by itself.
    let place = Arc::new(Place::new());
    let up = format!(
        "{CREATE}; INSERT INTO orders VALUES (1, 'once'); SELECT sleepEachRow(3) FROM numbers(7) SETTINGS max_block_size = 1 FORMAT Null;"
    );
    let all = Arc::new(vec![migration("0001_create", &up)]);
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let (place, all) = (Arc::clone(&place), Arc::clone(&all));
            tokio::spawn(async move { apply(&place, &all).await })
        })
        .collect();
    let mut applied = 0;
    for run in runs {
        applied += run.await.expect("no panic").expect("applied by one of them").len();
    }
    assert_eq!(applied, 1);
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_dead_runner_ends_by_itself() {
    let place = Place::new();
    let all = [migration("0001_create", CREATE)];
    apply(&place, &all).await.expect("applied");
    let claim = |seconds: u32| {
        format!(
            "INSERT INTO streamhouse_migration_locks (claim, owner, until) SELECT 'dead', 'somebody', now64(3) + {seconds}"
        )
    };
    place.clickhouse().query(&claim(600)).execute().await.expect("a claim");
    let mut options = ApplyOptions::default();
    options.wait = Duration::from_secs(1);
    let error = migrator(&place, &all).apply(&options, &mut |_| {}).await.expect_err("locked");
    assert!(matches!(&error, MigrateError::Locked { owner, .. } if owner == "somebody"), "{error}");
    place.clickhouse().query(&claim(2)).execute().await.expect("a claim");
    apply(&place, &all).await.expect("it ran out");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_that_exist_are_taken_for_made() {
    let place = Place::new();
    let all = [
        migration("0001_create", CREATE),
        migration("0002_amount", "ALTER TABLE orders ADD COLUMN amount UInt32"),
    ];
    let place_ready = migrator(&place, &[]);
    place_ready.apply(&ApplyOptions::default(), &mut |_| {}).await.expect("a database");
    place.clickhouse().query(statements(CREATE)[0].as_str()).execute().await.expect("by hand");
    assert_eq!(migrator(&place, &all).baseline(1).await.expect("noted"), ["0001_create"]);
    assert_eq!(apply(&place, &all).await.expect("applied"), ["0002_amount"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewrite_that_cannot_end_is_cancelled_and_the_table_can_still_be_read() {
    let place = Place::new();
    let fill = format!("{CREATE} INSERT INTO orders VALUES (1, 'not a number');");
    let all = [
        migration("0001_create", &fill),
        migration("0002_type", "ALTER TABLE orders MODIFY COLUMN note UInt8"),
    ];
    let error = apply(&place, &all).await.expect_err("no number").to_string();
    assert!(error.contains("which is cancelled") && error.contains("Cannot parse"), "{error}");
    assert_eq!(place.text("SELECT note FROM orders").await, "not a number\n");
    let left = "SELECT count() FROM system.mutations WHERE database = currentDatabase() AND NOT is_done";
    assert_eq!(place.value::<u64>(left).await, 0);
    // Once the value is mended, the next attempt goes on.
    let mend = "ALTER TABLE orders UPDATE note = '7' WHERE 1";
    place.clickhouse().query(mend).with_setting("mutations_sync", "2").execute().await.expect("mended");
    assert_eq!(apply(&place, &all).await.expect("applied"), ["0002_type"]);
    assert_eq!(place.text("SELECT note + 1 FROM orders").await, "8\n");
}

/// Makes a table again under another key and renames a column: every kind of statement that a plan has.
const REBUILD: &str = "
    ALTER TABLE orders MODIFY COLUMN note CODEC(ZSTD(3));
    ALTER TABLE orders RENAME COLUMN IF EXISTS note TO text;
    CREATE TABLE IF NOT EXISTS orders__rebuilt (id UInt64, text String CODEC(ZSTD(3))) ENGINE = MergeTree ORDER BY (text, id);
    TRUNCATE TABLE orders__rebuilt;
    INSERT INTO orders__rebuilt (id, text) SELECT id, text FROM orders;
    EXCHANGE TABLES orders AND orders__rebuilt;
    RENAME TABLE orders__rebuilt TO orders__old;
    ALTER TABLE orders MODIFY COLUMN text REMOVE CODEC;
    ALTER TABLE orders ADD INDEX IF NOT EXISTS by_text text TYPE bloom_filter FIRST;
    ALTER TABLE orders MATERIALIZE INDEX by_text;";

/// A runner that dies when a statement begins: before it reaches the server, or after it was done and not noted.
#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_dies_at_any_statement_is_followed_by_one_that_finishes() {
    let count = statements(REBUILD).len() as u32;
    assert_eq!(count, 10);
    for number in 1..=count {
        for was_done in [false, true] {
            let place = Place::new();
            let fill =
                format!("{CREATE} INSERT INTO orders SELECT number, toString(number) FROM numbers(1000);");
            let all = [migration("0001_create", &fill), migration("0002_rebuild", REBUILD)];
            let mut options = ApplyOptions::default();
            options.allow_destructive = true;
            migrator(&place, &all[..1]).apply(&options, &mut |_| {}).await.expect("applied");
            die_at(&place, &all, &options, number, was_done).await;
            migrator(&place, &all).apply(&options, &mut |_| {}).await.unwrap_or_else(|error| {
                panic!("after a death at statement {number}, done: {was_done}: {error}")
            });
            let rows = place
                .text("SELECT count(), uniqExact(id), sum(id), countIf(text = toString(id)) FROM orders")
                .await;
            assert_eq!(rows, "1000\t1000\t499500\t1000\n", "at {number}, done: {was_done}");
            let key = "SELECT sorting_key FROM system.tables WHERE name = 'orders' AND database = currentDatabase()";
            assert_eq!(place.text(key).await, "text, id\n", "at {number}, done: {was_done}");
            assert_eq!(place.value::<u64>("SELECT count() FROM orders__old").await, 1000);
        }
    }
}

/// Runs until a statement begins, or until it was done, and leaves what a process that is killed leaves: its notes up to
/// there, and a lock that runs out.
async fn die_at(place: &Place, all: &[Migration], options: &ApplyOptions, number: u32, was_done: bool) {
    let last = if was_done { number + 1 } else { number };
    let (reached, at) = tokio::sync::oneshot::channel();
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let mut reached = Some(reached);
    let (migrator, options) = (migrator(place, all), options.clone());
    let dying = tokio::spawn(async move {
        let mut report = |progress: Progress| {
            if matches!(progress, Progress::Statement { number, .. } if number == last)
                && let Some(reached) = reached.take()
            {
                let _ = reached.send(());
                let _ = gate.lock().expect("nobody else").recv();
            }
        };
        let _ = migrator.apply(&options, &mut report).await;
    });
    // The last statement has none behind it: then it comes to its end.
    let _ = at.await;
    dying.abort();
    drop(open);
    let _ = dying.await;
    if was_done {
        let forget = format!(
            "ALTER TABLE streamhouse_migrations DELETE WHERE number = 2 AND (statement > {number} OR statement = {number} AND mark != 'begun')"
        );
        place
            .clickhouse()
            .query(&forget)
            .with_setting("mutations_sync", "2")
            .execute()
            .await
            .expect("forgotten");
    }
    place.clickhouse().query("TRUNCATE TABLE streamhouse_migration_locks").execute().await.expect("run out");
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_within_the_program_are_those_of_the_project() {
    let place = Place::new();
    let migrations = streamhouse::migrations!("../migrations").expect("they were read while this was built");
    let names: Vec<String> = migrations.iter().map(Migration::name).collect();
    assert!(
        names.len() > 5 && names.iter().any(|name| name.ends_with("_create_flight_departed")),
        "{names:?}"
    );
    let mut options = ApplyOptions::default();
    options.allow_destructive = true;
    let applied = migrator(&place, &migrations).apply(&options, &mut |_| {}).await.expect("applied");
    assert_eq!(applied, names);
    assert_eq!(place.value::<u64>("SELECT count() FROM flight_departed").await, 0);
}
