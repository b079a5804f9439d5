//! The same of views that hang on the table.

use std::time::{Duration, Instant};

use streamhouse::Worker;
use streamhouse_schema::sql;
use streamhouse_stack::Direction;
use streamhouse_tests::Place;

use super::{COUNT, Numbered, ROWS, Unfinished, lose, numbered, whole};

pub(super) const VIEW: &str = "CREATE MATERIALIZED VIEW verify_rests ENGINE = SummingMergeTree ORDER BY rest \
                    SETTINGS non_replicated_deduplication_window = 1000 \
                    AS SELECT number % 3 AS rest, count() AS events FROM verify_numbered GROUP BY rest";
pub(super) const VIEWED: &str = "SELECT sum(events) FROM verify_rests GROUP BY rest ORDER BY rest";
pub(super) const BESIDE: &str = "SHOW TABLES LIKE '%__missing_%'";
/// Of the tables beside others, those that have rows.
pub(super) const FILLED: &str = "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '%__missing_%' AND total_rows > 0";

#[tokio::test(flavor = "multi_thread")]
async fn they_go_in_past_the_views_that_have_them() {
    // A type that a table keeps, and that no other table gets without being asked for.
    let odd = "ALTER TABLE verify_numbered ADD COLUMN odd LowCardinality(UInt8) DEFAULT 1 \
               SETTINGS allow_suspicious_low_cardinality_types = 1";
    let third = ROWS / 3;
    for (statements, lost, viewed) in [
        (&[VIEW][..], "number % 3 = 1", [third, third, third]),
        (&[VIEW], "1", [third, third, third]),
        // Where no table like it can be made, the rows are there all the same.
        (&[odd, VIEW], "number % 3 = 1", [third, 2 * third, third]),
    ] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::with(&mut place, statements).await;
        lose(&place, "verify_numbered", lost).await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole(), "after the loss of the rows with {lost}");
        let found = place.text(VIEWED).await;
        let expected: String = viewed.iter().map(|events| format!("{events}\n")).collect();
        assert_eq!(found, expected, "after the loss of the rows with {lost} and {statements:?}");
        assert_eq!(place.text(BESIDE).await, "");
    }
}

pub(super) const SUMS: &str = "CREATE TABLE verify_sums (rest UInt8, events UInt64, _fed SimpleAggregateFunction(maxMap, Map(String, String))) \
     ENGINE = SummingMergeTree PARTITION BY rest ORDER BY rest SETTINGS non_replicated_deduplication_window = 1000";
pub(super) const SUMMED: &str = "SELECT rest, sum(events) FROM verify_sums GROUP BY rest ORDER BY rest";

/// A view that writes down what its target was fed.
pub(super) fn fed() -> String {
    fed_by("number % 3")
}

fn fed_by(rest: &str) -> String {
    let select = format!("SELECT {rest} AS rest, count() AS events FROM verify_numbered GROUP BY rest");
    let select = sql::fed("verify_fed", &select, "rest", &["rest".into()]);
    format!("CREATE MATERIALIZED VIEW verify_fed TO verify_sums AS {select}")
}

/// As after a kill between ClickHouse's record of an insert into the target and the rename of its part.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_target_says_it_was_not_fed_goes_in() {
    let third = ROWS / 3;
    for (lost, rows) in
        [("rest = 1", "0"), ("rest != 1", "0"), ("1", "0"), ("rest = 2", "number % 3 = 1"), ("0", "1")]
    {
        let mut place = Place::new();
        let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
        lose(&place, "verify_sums", lost).await;
        lose(&place, "verify_numbered", rows).await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole(), "after the loss of {lost} and of {rows}");
        let expected = format!("0\t{third}\n1\t{third}\n2\t{third}\n");
        assert_eq!(place.text(SUMMED).await, expected, "after the loss of {lost} and of {rows}");
        assert_eq!(place.text(BESIDE).await, "");
    }
}

/// NULL is a partition's key like others.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_with_a_partition_of_null_is_completed_too() {
    let sums = SUMS.replace("rest UInt8", "rest Nullable(UInt8)") + ", allow_nullable_key = 1";
    for lost in ["rest = 1", "rest IS NULL"] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::behind(&mut place, &[&sums, &fed_by("nullIf(number % 3, 0)")]).await;
        lose(&place, "verify_sums", lost).await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        let third = ROWS / 3;
        assert_eq!(place.text(SUMMED).await, format!("1\t{third}\n2\t{third}\n\\N\t{third}\n"), "{lost}");
    }
}

/// A selection that yields a row of nothing, too, takes nothing of what completes an insert.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_without_keys_is_left_alone_and_completed() {
    let sums =
        SUMS.replace("rest UInt8, ", "").replace("PARTITION BY rest ORDER BY rest", "ORDER BY tuple()");
    let select = "SELECT count() AS events FROM verify_numbered";
    let select = sql::fed("verify_fed", select, "", &[]);
    let view = format!("CREATE MATERIALIZED VIEW verify_fed TO verify_sums AS {select}");
    for (rows, sum) in [("number % 3 = 1", "0"), ("1", "0"), ("0", "1"), ("number % 3 = 1", "1")] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::behind(&mut place, &[&sums, &view]).await;
        lose(&place, "verify_numbered", rows).await;
        lose(&place, "verify_sums", sum).await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        let lost = format!("after the loss of {rows} and of {sum}");
        assert_eq!(place.text(COUNT).await, whole(), "{lost}");
        let found = place.text("SELECT sum(events), countIf(events = 0) FROM verify_sums").await;
        assert_eq!(found, format!("{ROWS}\t0\n"), "{lost}");
    }
}

/// What a view makes is stored once, whatever kinds of columns its target has.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_with_columns_that_are_computed_is_completed_too() {
    let computed = "events UInt64, hint String EPHEMERAL 'x', said String DEFAULT concat('s', hint), doubled UInt64 MATERIALIZED events * 2, twice UInt64 ALIAS events * 2,";
    let sums = SUMS.replace("events UInt64,", computed);
    let select =
        "SELECT number % 3 AS rest, count() AS events, 'y' AS hint FROM verify_numbered GROUP BY rest";
    let select = sql::fed("verify_fed", select, "rest", &["rest".into()]);
    let view = format!("CREATE MATERIALIZED VIEW verify_fed TO verify_sums AS {select}");
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[&sums, &view]).await;
    lose(&place, "verify_sums", "rest != 1").await;
    unfinished.put_back().await;
    place.worker().drain().await.expect("drained");
    let stored = "SELECT rest, events, said, doubled, twice FROM verify_sums FINAL ORDER BY rest";
    let each = |rest| format!("{rest}\t{0}\tsy\t{1}\t{1}\n", ROWS / 3, 2 * ROWS / 3);
    assert_eq!(place.text(stored).await, each(0) + &each(1) + &each(2));
}

/// Where table and views have all of an insert it is not sent again: the table would refuse it now.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_and_in_views_that_say_so_is_not_sent_again() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
    place.run("ALTER TABLE verify_numbered ADD CONSTRAINT none CHECK number > 1000000").await;
    unfinished.put_back().await;
    let status = place.worker().drain().await.expect("drained");
    assert!(status.problems.is_empty() && status.retries == 0, "{status:?}");
    assert_eq!(place.text(COUNT).await, whole());
    let third = ROWS / 3;
    assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n2\t{third}\n"));
}

/// Inserts go in one after the other, so a target that has a later one has those before it: two versions of an event are two inserts of a
/// batch.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_before_a_later_insert_is_not_sent_again() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
    place.house().await.send(&numbered(ROWS)).await.expect("sent");
    place.worker().drain().await.expect("drained");
    place.run("ALTER TABLE verify_numbered ADD CONSTRAINT none CHECK number > 1000000").await;
    unfinished.put_back().await;
    let status = place.worker().drain().await.expect("drained");
    assert!(status.problems.is_empty() && status.retries == 0, "{status:?}");
    let third = ROWS / 3;
    assert_eq!(place.text(SUMMED).await, format!("0\t{}\n1\t{third}\n2\t{third}\n", third + 1));
}

/// A view that does not say what it has, beside one that does or behind it, is served by sending the insert again.
#[tokio::test(flavor = "multi_thread")]
async fn views_that_say_nothing_are_served_beside_and_behind_those_that_do() {
    let totals = "CREATE TABLE verify_totals (events UInt64) ENGINE = SummingMergeTree ORDER BY () \
                  SETTINGS non_replicated_deduplication_window = 1000";
    for (view, from) in [("count() AS events", "verify_numbered"), ("sum(events) AS events", "verify_sums")] {
        let mut place = Place::new();
        let view =
            format!("CREATE MATERIALIZED VIEW verify_total TO verify_totals AS SELECT {view} FROM {from}");
        let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed(), totals, &view]).await;
        // It forgets what it had, and that it had it: as if it had been killed before.
        place.run("TRUNCATE TABLE verify_totals").await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        let totals = place.text("SELECT sum(events) FROM verify_totals").await;
        assert_eq!(totals, format!("{ROWS}\n"), "of a view of {from}");
        let third = ROWS / 3;
        assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n2\t{third}\n"));
    }
}

/// The worker says which targets remember no inserts, and the statement that mends it.
#[tokio::test(flavor = "multi_thread")]
async fn views_whose_targets_remember_no_inserts_are_said() {
    let place = Place::new();
    let own = VIEW.replace("SETTINGS non_replicated_deduplication_window = 1000", "");
    let house = place.house_with::<Numbered>().await;
    for statement in [SUMS, &fed(), &own] {
        place.run(statement).await;
    }
    house.send(&numbered(0)).await.expect("sent");
    let status = place.worker().drain().await.expect("drained");
    let [warning] = &status.warnings["verify_numbered"][..] else { panic!("{status:?}") };
    assert!(warning.starts_with("the view `verify_rests` gets some inserts twice"), "{warning}");
    let (_, statement) = warning.split_once(": ").expect("a statement");
    place.run(statement).await;
    house.send(&numbered(1)).await.expect("sent");
    let status = place.worker().drain().await.expect("drained");
    assert!(status.warnings.is_empty(), "{status:?}");
}

/// An insert that the table may have forgotten is not repeated, and views that say what they lack get it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_gets_what_it_lacks_of_an_insert_that_the_table_has_forgotten() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
    let forgetful = "ALTER TABLE verify_numbered MODIFY SETTING non_replicated_deduplication_window = 1";
    place.clickhouse().query(forgetful).execute().await.expect("altered");
    // By hand, for no worker sends another insert before this one is done.
    place.run("INSERT INTO verify_numbered SELECT * REPLACE (3000 AS number) FROM (SELECT * FROM verify_numbered WHERE number = 0)").await;
    lose(&place, "verify_sums", "rest = 1").await;
    lose(&place, "verify_numbered", "number % 3 = 2").await;
    unfinished.put_back().await;
    place.worker().drain().await.expect("drained");
    let rows = place.text("SELECT count(), uniqExact(number) FROM verify_numbered").await;
    assert_eq!(rows, format!("{0}\t{0}\n", ROWS + 1));
    let third = ROWS / 3;
    assert_eq!(place.text(SUMMED).await, format!("0\t{}\n1\t{third}\n2\t{third}\n", third + 1));
    assert_eq!(place.text(BESIDE).await, "");
}

/// The rows of which a view's part is made again are in the server's memory: where it forgets them, they are sent again.
#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_not_made_again_of_rows_that_the_server_has_forgotten() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::behind(&mut place, &[SUMS, &fed()]).await;
    lose(&place, "verify_sums", "rest = 1").await;
    unfinished.put_back().await;
    let (_redis, clickhouse, config) = place.through_proxies();
    // Slow enough to be caught in between.
    clickhouse.delay(Direction::ToClient, Duration::from_millis(150));
    let worker = Worker::new(&config).expect("a worker");
    let running = tokio::spawn(async move { worker.drain().await });
    let filled = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'Memory' AND total_rows > 0";
    let mut forgotten = String::new();
    while !running.is_finished() {
        let found = place.text(filled).await;
        if !found.is_empty() && forgotten.is_empty() {
            forgotten = found.trim().to_string();
            let forget = format!("TRUNCATE TABLE {forgotten}");
            place.clickhouse().query(&forget).execute().await.expect("forgotten");
        }
    }
    running.await.expect("ended").expect("drained");
    assert!(!forgotten.is_empty(), "the rows were there");
    let third = ROWS / 3;
    assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n2\t{third}\n"));
    assert_eq!(place.text(BESIDE).await, "");
}

/// A worker is cut off before what it has put beside the table goes into it, and another one completes. What the first one would have sent
/// then finds no table.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_that_lost_its_lease_still_sends_completes_nothing_twice() {
    let says_so = fed();
    for views in [&[VIEW][..], &[SUMS, &says_so]] {
        comes_late(views).await;
    }
}

async fn comes_late(views: &[&str]) {
    let mut place = Place::new();
    place.config.worker.lease = Duration::from_millis(500);
    let mut unfinished = Unfinished::behind(&mut place, views).await;
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    unfinished.put_back().await;
    let (redis, clickhouse, config) = place.through_proxies();
    // Slow enough to be caught in between.
    clickhouse.delay(Direction::ToClient, Duration::from_millis(150));
    let late = Worker::new(&config).expect("a worker");
    let running = tokio::spawn(async move { late.run_until(std::future::pending()).await });
    let began = Instant::now();
    let beside = loop {
        let found = place.text(FILLED).await;
        if !found.is_empty() {
            break found.trim().to_string();
        }
        assert!(began.elapsed() < Duration::from_secs(20));
    };
    redis.hold(Direction::ToServer);
    clickhouse.hold(Direction::ToServer);
    assert_ne!(place.text(COUNT).await, whole(), "nothing is in the table yet");
    let partition = place.text(&format!("SELECT DISTINCT _partition_id FROM {beside}")).await;

    place.worker().drain().await.expect("drained");
    let attaches =
        format!("ALTER TABLE verify_numbered ATTACH PARTITION ID '{}' FROM {beside}", partition.trim());
    let inserts = format!("INSERT INTO verify_numbered SELECT * FROM {beside}");
    let late = if views.len() == 1 { attaches } else { inserts };
    let late = place.clickhouse().query(&late).execute().await;
    assert!(late.is_err_and(|error| error.to_string().contains("UNKNOWN_TABLE")), "it comes too late");
    redis.heal().expect("healed");
    clickhouse.heal().expect("healed");
    // By then all that was held back has arrived.
    tokio::time::sleep(Duration::from_secs(1)).await;
    running.abort();
    let third = ROWS / 3;
    assert_eq!(place.text(COUNT).await, whole());
    match views.len() {
        1 => assert_eq!(place.text(VIEWED).await, format!("{third}\n{third}\n{third}\n")),
        _ => assert_eq!(place.text(SUMMED).await, format!("0\t{third}\n1\t{third}\n2\t{third}\n")),
    }
}
