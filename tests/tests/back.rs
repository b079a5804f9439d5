//! Migrations taken back: the last one first, taken up where it was left, and refused where there is no way.

use streamhouse::migrate::{
    ApplyOptions, DownOptions, MigrateError, Migration, Migrator, Progress, Standing, statements,
};
use streamhouse_tests::Place;

const CREATE: &str = "CREATE TABLE orders (id UInt64, note String) ENGINE = MergeTree ORDER BY id;\n";
const COLUMNS: &str =
    "SELECT groupArray(name) FROM system.columns WHERE table = 'orders' AND database = currentDatabase()";

fn migration(folder: &str, up: &str, down: &str) -> Migration {
    let down = Some(down.to_string()).filter(|down| !down.is_empty());
    Migration::read(folder, up.into(), down, None).expect("a migration")
}

fn all() -> Vec<Migration> {
    vec![
        migration("0001_create", CREATE, "DROP TABLE orders;"),
        migration(
            "0002_amount",
            "ALTER TABLE orders ADD COLUMN amount UInt32;",
            "ALTER TABLE orders DROP COLUMN amount;",
        ),
        migration(
            "0003_codec",
            "ALTER TABLE orders MODIFY COLUMN note CODEC(ZSTD(3));",
            "ALTER TABLE orders MODIFY COLUMN note REMOVE CODEC;",
        ),
    ]
}

fn migrator(place: &Place, migrations: &[Migration]) -> Migrator {
    Migrator::new(&place.config, migrations.to_vec()).expect("a migrator")
}

async fn apply(place: &Place, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    let mut options = ApplyOptions::default();
    options.allow_destructive = true;
    migrator(place, migrations).apply(&options, &mut |_| {}).await
}

async fn down(
    place: &Place,
    migrations: &[Migration],
    to: Option<u32>,
    allow_destructive: bool,
) -> Result<Vec<String>, MigrateError> {
    let mut options = DownOptions::default();
    (options.to, options.allow_destructive) = (to, allow_destructive);
    migrator(place, migrations).down(&options, &mut |_| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_goes_first_and_may_come_again() {
    let place = Place::new();
    let all = all();
    assert!(down(&place, &all, None, false).await.expect("nothing").is_empty());
    apply(&place, &all).await.expect("applied");
    assert_eq!(down(&place, &all, None, false).await.expect("back"), ["0003_codec"]);
    let status = migrator(&place, &all).status().await.expect("a status");
    assert_eq!((status["0002_amount"], status["0003_codec"]), (Standing::Applied, Standing::Pending));
    // A column would go, with its values.
    let error = down(&place, &all, None, false).await.expect_err("destructive");
    assert!(
        matches!(&error, MigrateError::Destructive { steps } if steps[0] == "0002_amount: ALTER TABLE orders DROP COLUMN amount"),
        "{error}"
    );
    assert_eq!(place.text(COLUMNS).await, "['id','note','amount']\n");
    assert_eq!(down(&place, &all, Some(1), true).await.expect("meant"), ["0002_amount"]);
    assert_eq!(place.text(COLUMNS).await, "['id','note']\n");
    assert_eq!(apply(&place, &all).await.expect("again"), ["0002_amount", "0003_codec"]);
    let back = down(&place, &all, Some(0), true).await.expect("all of them");
    assert_eq!(back, ["0003_codec", "0002_amount", "0001_create"]);
    assert_eq!(place.value::<u8>("EXISTS TABLE orders").await, 0);
    assert_eq!(apply(&place, &all).await.expect("from nothing").len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_way_back_stays_and_says_why() {
    let place = Place::new();
    let mut all = all();
    all[1] = migration(
        "0002_amount",
        "ALTER TABLE orders ADD COLUMN amount UInt32;",
        "-- There is no way back:\n-- Its values are gone.\n",
    );
    apply(&place, &all).await.expect("applied");
    let error = down(&place, &all, Some(0), true).await.expect_err("no way").to_string();
    assert!(
        error.starts_with("0002_amount cannot be taken back: There is no way back: Its values are gone.;"),
        "{error}"
    );
    let status = migrator(&place, &all).status().await.expect("a status");
    assert!(status.values().all(|standing| *standing == Standing::Applied), "nothing was begun: {status:?}");
    all[2] = migration("0003_codec", &all[2].up, "");
    let error = down(&place, &all, None, true).await.expect_err("no way").to_string();
    assert!(error.contains("it has no down.sql"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_that_fails_is_taken_up_at_its_statement() {
    let place = Place::new();
    let back = "INSERT INTO orders VALUES (1, 'once'); ALTER TABLE later DROP COLUMN b; SELECT 1;";
    let all = [migration("0001_create", CREATE, ""), migration("0002_more", "SELECT 1;", back)];
    apply(&place, &all).await.expect("applied");
    let error = down(&place, &all, None, true).await.expect_err("no table `later`");
    assert!(matches!(&error, MigrateError::Failed { number: 2, .. }), "{error}");
    let status = migrator(&place, &all).status().await.expect("a status");
    assert_eq!(status["0002_more"], Standing::HalfBack { statements: 1 });
    // Nothing else goes on before.
    let error = apply(&place, &all).await.expect_err("half back").to_string();
    assert!(error.starts_with("0002_more is half taken back, 1 of its statements are done"), "{error}");
    let edited = [all[0].clone(), migration("0002_more", "SELECT 1;", "SELECT 2;")];
    let error = down(&place, &edited, None, true).await.expect_err("edited");
    assert!(matches!(&error, MigrateError::BackEdited { migration } if migration == "0002_more"), "{error}");
    place.run("CREATE TABLE later (a UInt8, b UInt8) ENGINE = MergeTree ORDER BY a").await;
    assert_eq!(down(&place, &all, None, true).await.expect("finished"), ["0002_more"]);
    assert_eq!(place.value::<u64>("SELECT count() FROM orders").await, 1, "what was done is not done again");
    assert_eq!(apply(&place, &all).await.expect("again"), ["0002_more"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_half_applied_is_finished_before_it_is_taken_back() {
    let place = Place::new();
    let all = [migration("0001_create", &format!("{CREATE} SELECT * FROM nowhere;"), "DROP TABLE orders;")];
    apply(&place, &all).await.expect_err("no table");
    let error = down(&place, &all, None, true).await.expect_err("half");
    assert!(
        matches!(&error, MigrateError::HalfApplied { migration } if migration == "0001_create"),
        "{error}"
    );
}

/// A runner that dies when a statement of the way back begins, or after it was done and not noted.
#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_dies_on_the_way_back_is_followed_by_one_that_finishes() {
    const BACK: &str = "
        ALTER TABLE orders RENAME COLUMN IF EXISTS text TO note;
        CREATE TABLE IF NOT EXISTS orders__rebuilt (id UInt64, note String) ENGINE = MergeTree ORDER BY id;
        TRUNCATE TABLE orders__rebuilt;
        INSERT INTO orders__rebuilt (id, note) SELECT id, note FROM orders;
        EXCHANGE TABLES orders AND orders__rebuilt;
        RENAME TABLE orders__rebuilt TO orders__old;";
    let count = statements(BACK).len() as u32;
    for number in 1..=count {
        for was_done in [false, true] {
            let place = Place::new();
            let up = format!(
                "{} INSERT INTO orders SELECT number, toString(number) FROM numbers(1000);",
                CREATE.replace("note", "text").replace("ORDER BY id", "ORDER BY tuple()")
            );
            let all = [migration("0001_create", &up, BACK)];
            apply(&place, &all).await.expect("applied");
            die_at(&place, &all, number, was_done).await;
            let back = down(&place, &all, None, true).await;
            back.unwrap_or_else(|error| {
                panic!("after a death at statement {number}, done: {was_done}: {error}")
            });
            let rows = place.text("SELECT count(), sum(id), countIf(note = toString(id)) FROM orders").await;
            assert_eq!(rows, "1000\t499500\t1000\n", "at {number}, done: {was_done}");
            let key = "SELECT sorting_key FROM system.tables WHERE name = 'orders' AND database = currentDatabase()";
            assert_eq!(place.text(key).await, "id\n", "at {number}, done: {was_done}");
        }
    }
}

async fn die_at(place: &Place, all: &[Migration], number: u32, was_done: bool) {
    let last = if was_done { number + 1 } else { number };
    let (reached, at) = tokio::sync::oneshot::channel();
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = std::sync::Mutex::new(gate);
    let mut reached = Some(reached);
    let migrator = migrator(place, all);
    let dying = tokio::spawn(async move {
        let mut report = |progress: Progress| {
            if matches!(progress, Progress::Statement { number, .. } if number == last)
                && let Some(reached) = reached.take()
            {
                let _ = reached.send(());
                let _ = gate.lock().expect("nobody else").recv();
            }
        };
        let mut options = DownOptions::default();
        options.allow_destructive = true;
        let _ = migrator.down(&options, &mut report).await;
    });
    // The last statement has none behind it: then it comes to its end.
    let _ = at.await;
    dying.abort();
    drop(open);
    let _ = dying.await;
    if was_done {
        place
            .run(&format!(
                "ALTER TABLE streamhouse_migrations DELETE WHERE mark >= 'back_begun' AND (statement > {number} OR statement = {number} AND mark != 'back_begun')"
            ))
            .await;
    }
    place.run("TRUNCATE TABLE streamhouse_migration_locks").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_an_earlier_version_learns_of_ways_back() {
    let place = Place::new();
    let all = all();
    apply(&place, &all).await.expect("applied");
    place.run("ALTER TABLE streamhouse_migrations MODIFY COLUMN mark Enum8('begun' = 1, 'done' = 2, 'failed' = 3, 'finished' = 4)").await;
    assert_eq!(down(&place, &all, None, false).await.expect("back"), ["0003_codec"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_an_earlier_rebuild_has_kept_is_told_of_before_anything_is_done() {
    let place = Place::new();
    let rebuild = "ALTER TABLE orders ADD COLUMN a UInt8; RENAME TABLE orders__rebuilt TO orders__old;";
    let mut all = vec![migration("0001_create", CREATE, ""), migration("0002_rebuild", rebuild, "")];
    apply(&place, &all[..1]).await.expect("applied");
    place.run("CREATE TABLE orders__old (a UInt8) ENGINE = MergeTree ORDER BY a").await;
    let error = apply(&place, &all).await.expect_err("kept").to_string();
    assert!(
        error.starts_with(
            "0002_rebuild rebuilds a table and keeps the old one as `orders__old`, which is there already"
        ),
        "{error}"
    );
    assert_eq!(place.text(COLUMNS).await, "['id','note']\n", "nothing was done");
    place.run("DROP TABLE orders__old").await;
    all[1] = migration("0002_rebuild", "ALTER TABLE orders ADD COLUMN a UInt8;", "");
    apply(&place, &all).await.expect("applied");
}
