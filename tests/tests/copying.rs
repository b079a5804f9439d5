//! A table that is rebuilt is copied partition by partition: whoever is killed meanwhile, what is copied stays copied, and nothing is
//! lost or double.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use streamhouse::migrate::{ApplyOptions, CopyProgress, MigrateError, Migration, Migrator, Progress};
use streamhouse_schema::compile::compile;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_stack::{Stack, StackOptions};
use streamhouse_tests::{Folder, Place, command};

const PARTITIONS: u64 = 5;
const ROWS: u64 = 5_000;

fn schema(text: &str) -> Schema {
    let input = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    compile(&input).unwrap_or_else(|error| panic!("{text}\n{:?}", error.diagnostics)).schema
}

/// The statements that make a table with rows, and those that rebuild it, with partitions that cut through the old ones. Every
/// partition takes half a second to be read.
fn ups(partition_by: &str) -> (String, String) {
    let before = schema(&format!(
        "#[stream(name = \"a\", order_by = id, partition_by = id % {PARTITIONS})] struct E {{ id: u64, place: String }}"
    ));
    let after = schema(&format!(
        "#[stream(name = \"a\", order_by = (place, id), partition_by = {partition_by}, version = 2)] struct E {{ id: u64, place: String }}"
    ));
    let fill = format!("INSERT INTO a (id, place) SELECT number, 'x' FROM numbers({ROWS})");
    let create = sql::create(&before).into_iter().chain([fill]).collect::<Vec<_>>().join(";\n");
    let plan = Plan::between(&Table::of(&before), &Table::of(&after), &after.origins());
    let slow = plan.up().replace(
        " /* for each of its partitions */",
        " AND NOT ignore(sleepEachRow(0.0005)) /* for each of its partitions */",
    );
    assert_ne!(slow, plan.up(), "nothing is copied by partition");
    (create, slow)
}

fn migrations(ups: &(String, String)) -> Vec<Migration> {
    let one = |folder: &str, up: &str| Migration::read(folder, up.into(), None, None).expect("a migration");
    vec![one("0001_create", &ups.0), one("0002_rebuild", &ups.1)]
}

async fn apply(
    place: &Place,
    all: &[Migration],
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<String>, MigrateError> {
    let mut options = ApplyOptions::default();
    options.allow_destructive = true;
    Migrator::new(&place.config, all.to_vec()).expect("a migrator").apply(&options, report).await
}

/// As if the lock of a dead runner had run out already.
async fn let_go(place: &Place) {
    place.run("TRUNCATE TABLE IF EXISTS streamhouse_migration_locks").await;
}

/// Everything is there once, nothing is left over, and no partition was copied twice.
async fn is_right(place: &Place, what: &str) {
    let rows = "SELECT count(), uniqExact(id), sum(id), (SELECT sorting_key FROM system.tables \
        WHERE database = currentDatabase() AND name = 'a') FROM a";
    let expected = format!("{ROWS}\t{ROWS}\t{}\tplace, id\n", ROWS * (ROWS - 1) / 2);
    assert_eq!(place.text(rows).await, expected, "{what}");
    let left = "SELECT groupArray(name) FROM (SELECT name FROM system.tables WHERE database = currentDatabase() \
        AND NOT startsWith(name, 'streamhouse_') ORDER BY name)";
    assert_eq!(place.text(left).await, "['a','a__old']\n", "{what}");
    let copied = "SELECT count(), uniqExact(splitByChar(' ', note)[2]), sum(toUInt64(splitByChar(' ', note)[3])) \
        FROM streamhouse_migrations WHERE mark = 'copied'";
    assert_eq!(place.text(copied).await, format!("{PARTITIONS}\t{PARTITIONS}\t{ROWS}\n"), "{what}");
}

/// The runner is a process, which is killed once it has copied so many partitions and is in the middle of the next.
#[tokio::test(flavor = "multi_thread")]
async fn a_runner_killed_in_any_partition_is_followed_by_one_that_copies_the_rest() {
    let folder = Folder::new();
    let (create, rebuild) = ups("id % 3");
    folder.write("migrations/0001_create/up.sql", &create);
    folder.write("migrations/0002_rebuild/up.sql", &rebuild);
    let place = &folder.place;
    for killed_after in 0..PARTITIONS {
        let mut command = command(place);
        command.args(["migrate", "apply", "--json", "--allow-destructive"]).current_dir(folder.path());
        let mut runner = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let said = BufReader::new(runner.stderr.take().expect("piped"));
        let reached = format!("\"partitions\":{killed_after},");
        let mut lines = said.lines().map(|line| line.expect("text"));
        let line = lines.find(|line| line.starts_with("{\"copying\":") && line.contains(&reached));
        assert!(line.is_some(), "the runner ended before it had copied {killed_after} partitions");
        tokio::time::sleep(Duration::from_millis(100)).await;
        runner.kill().expect("killed");
        runner.wait().expect("ended");
        let copied = "SELECT count() FROM streamhouse_migrations WHERE mark = 'copied'";
        assert_eq!(place.value::<u64>(copied).await, killed_after);
        let_go(place).await;
    }
    let (code, stdout, stderr) = folder.run("migrate apply --json --allow-destructive");
    assert_eq!(code, Some(0), "{stderr}");
    let answer: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let copied = &answer["copied"][0];
    assert_eq!((&copied["partitions"], &copied["rows"]), (&PARTITIONS.into(), &ROWS.into()), "{stdout}");
    is_right(place, "after all kills").await;
    // Each attempt began with the partition in which the one before it was killed.
    let begun = "SELECT count() FROM streamhouse_migrations WHERE mark = 'copying'";
    assert!(place.value::<u64>(begun).await <= PARTITIONS + PARTITIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn clickhouse_killed_in_any_partition_and_while_parts_are_taken_loses_and_doubles_nothing() {
    let mut stack = Stack::start("copying", StackOptions::default()).expect("a stack");
    // A partition becomes more than an insert may write into by itself.
    let all = migrations(&ups("id % 150"));
    let place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    apply(&place, &all[..1], &mut |_| {}).await.expect("applied");
    for killed_after in 0..=PARTITIONS {
        // In the middle of a partition; of the last, when the new table takes the parts.
        let died = {
            let (reached, at) = tokio::sync::oneshot::channel();
            let mut reached = Some(reached);
            let mut report = |progress: Progress| {
                if matches!(&progress, Progress::Copy(CopyProgress { partitions, .. }) if *partitions == killed_after)
                    && let Some(reached) = reached.take()
                {
                    let _ = reached.send(());
                }
            };
            let kill = async {
                at.await.expect("it came so far");
                let pause = if killed_after == PARTITIONS { 5 } else { 120 };
                tokio::time::sleep(Duration::from_millis(pause)).await;
                stack.clickhouse().expect("its own").kill();
            };
            tokio::join!(apply(&place, &all, &mut report), kill).0
        };
        assert!(died.is_err(), "{died:?}");
        stack.clickhouse().expect("its own").restart().expect("back");
        let_go(&place).await;
    }
    apply(&place, &all, &mut |_| {}).await.expect("applied");
    is_right(&place, "after all kills").await;
    // And after one more, what is in its place stays there.
    let server = stack.clickhouse().expect("its own");
    server.kill();
    server.restart().expect("back");
    is_right(&place, "after the last kill").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_whose_statement_has_changed_since_begins_anew() {
    let place = Place::new();
    let mut ups = ups("id % 3");
    // A value that nobody can read, in the fourth partition.
    let right = ups.1.clone();
    ups.1 = right.replace(" /* for each", " AND NOT ignore(throwIf(id = 3)) /* for each");
    let error = apply(&place, &migrations(&ups), &mut |_| {}).await.expect_err("refused");
    assert!(matches!(&error, MigrateError::Failed { code: 395, .. }), "{error}");
    let copied = "SELECT count() FROM streamhouse_migrations WHERE mark = 'copied'";
    assert_eq!(place.value::<u64>(copied).await, 3);
    ups.1 = right;
    apply(&place, &migrations(&ups), &mut |_| {}).await.expect("applied");
    let rows = "SELECT count(), uniqExact(id) FROM a";
    assert_eq!(place.text(rows).await, format!("{ROWS}\t{ROWS}\n"));
    assert_eq!(place.value::<u64>(copied).await, 3 + PARTITIONS);
}

/// As plans before this version have it: one statement copies all. The server goes on with it when its runner is gone.
#[tokio::test(flavor = "multi_thread")]
async fn an_insert_that_outlives_its_runner_is_not_made_beside_another_one() {
    let place = Place::new();
    let up = "CREATE TABLE a__rebuilt (id UInt64) ENGINE = MergeTree ORDER BY id;
        TRUNCATE TABLE a__rebuilt;
        INSERT INTO a__rebuilt SELECT number FROM numbers(3000) WHERE NOT ignore(sleepEachRow(0.001)) SETTINGS max_block_size = 100, min_insert_block_size_rows = 1;";
    let all = [Migration::read("0001_copy", up.into(), None, None).expect("a migration")];
    let mut report = |_| {};
    let dying = tokio::time::timeout(Duration::from_millis(1_500), apply(&place, &all, &mut report));
    assert!(dying.await.is_err(), "it is too fast");
    let_go(&place).await;
    apply(&place, &all, &mut |_| {}).await.expect("applied");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(place.text("SELECT count(), uniqExact(id) FROM a__rebuilt").await, "3000\t3000\n");
}
