//! What was deleted while an insert was in doubt stays away.

use streamhouse_tests::Place;

use super::views::{BESIDE, VIEW, VIEWED};
use super::{COUNT, ROWS, Unfinished, delete, lose, whole};

/// What [`COUNT`] finds where some numbers are gone.
pub(super) fn whole_without(gone: impl Fn(u64) -> bool) -> String {
    let left: Vec<u64> = (0..ROWS).filter(|number| !gone(*number)).collect();
    format!("{0}\t{0}\t{1}\t0\n", left.len(), left.iter().sum::<u64>())
}

/// Whatever else there is of the insert in their partitions.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_deleted_on_purpose_stay_away() {
    let third = ROWS / 3;
    for (statement, gone) in [
        (
            "ALTER TABLE verify_numbered DELETE WHERE number IN (3, 4, 5)",
            &(|n: u64| (3..6).contains(&n)) as &dyn Fn(u64) -> bool,
        ),
        ("ALTER TABLE verify_numbered DELETE WHERE number % 3 = 1", &|n| n % 3 == 1),
        (
            "ALTER TABLE verify_numbered DELETE WHERE number % 3 = 1 AND number < 2000, DELETE WHERE number >= 1500",
            &|n| n % 3 == 1 || n >= 1500,
        ),
        ("DELETE FROM verify_numbered WHERE kind LIKE 'it\\'s (a)%' AND number % 3 != 1", &|n| n % 3 != 1),
        ("TRUNCATE TABLE verify_numbered_lost", &|_| false),
    ] {
        for views in [&[][..], &[VIEW]] {
            let mut place = Place::new();
            let mut unfinished = Unfinished::with(&mut place, views).await;
            place.run("CREATE TABLE verify_numbered_lost AS verify_numbered").await;
            delete(&place, statement).await;
            unfinished.put_back().await;
            let status = place.worker().drain().await.expect("drained");
            assert!(status.problems.is_empty(), "{status:?}");
            assert_eq!(place.text(COUNT).await, whole_without(gone), "after {statement}");
            if !views.is_empty() {
                assert_eq!(place.text(VIEWED).await, format!("{third}\n{third}\n{third}\n"));
            }
            assert_eq!(place.text(BESIDE).await, "");
        }
    }
}

/// What a kill has taken goes in as it would be there now.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_lost_come_back_without_those_that_were_deleted() {
    for before in [false, true] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::new(&mut place).await;
        if before {
            lose(&place, "verify_numbered", "number % 3 = 1").await;
        }
        delete(&place, "ALTER TABLE verify_numbered DELETE WHERE number IN (3, 4)").await;
        delete(&place, "ALTER TABLE verify_numbered UPDATE tags = [] WHERE number = 7").await;
        if !before {
            lose(&place, "verify_numbered", "number % 3 = 1").await;
        }
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        let found = place.text("SELECT count(), uniqExact(number), sum(number) FROM verify_numbered").await;
        assert_eq!(
            found.trim(),
            whole_without(|number| number == 3 || number == 4).trim_end_matches("\t0\n")
        );
        assert_eq!(place.text("SELECT tags FROM verify_numbered WHERE number = 7").await, "[]\n");
    }
}

/// ClickHouse asks no CHECK about what an UPDATE makes, and asks it about what is inserted.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_lost_come_back_as_they_were_sent_where_they_are_refused_as_they_were_changed() {
    let mut place = Place::new();
    let mut unfinished = Unfinished::new(&mut place).await;
    place.run("ALTER TABLE verify_numbered ADD CONSTRAINT few CHECK length(tags) < 4").await;
    delete(&place, "ALTER TABLE verify_numbered UPDATE tags = ['a', 'b', 'c', 'd'] WHERE number = 7").await;
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    unfinished.put_back().await;
    let status = place.worker().drain().await.expect("drained");
    assert!(status.problems.is_empty(), "{status:?}");
    assert_eq!(place.text(COUNT).await, whole());
    assert_eq!(place.text(BESIDE).await, "");
}

/// What looks at a clock or at other rows may take others when it is done again.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_looks_at_more_than_the_row_takes_nothing_that_was_lost() {
    for statement in [
        // What is lost is in no table, so it is not among those that this keeps.
        "ALTER TABLE verify_numbered DELETE WHERE number NOT IN (SELECT max(number) FROM verify_numbered GROUP BY number)",
        "ALTER TABLE verify_numbered DELETE WHERE number % 3 = 1 AND now() > toDateTime('2020-01-01 00:00:00')",
    ] {
        let mut place = Place::new();
        let mut unfinished = Unfinished::new(&mut place).await;
        lose(&place, "verify_numbered", "number % 3 = 1").await;
        delete(&place, statement).await;
        unfinished.put_back().await;
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole(), "after {statement}");
    }
}

/// A deletion says nothing of events that came after it.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_come_after_a_deletion_are_not_deleted() {
    let mut place = Place::new();
    let deletion = "ALTER TABLE verify_numbered DELETE WHERE number % 3 = 1 SETTINGS mutations_sync = 1";
    // The server remembers the second of it.
    let mut unfinished = Unfinished::behind(&mut place, &[deletion, "SELECT sleep(2)"]).await;
    lose(&place, "verify_numbered", "number % 3 = 1").await;
    unfinished.put_back().await;
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, whole());
}

/// They do not wait for the next merge either.
#[tokio::test(flavor = "multi_thread")]
async fn rows_whose_time_is_over_stay_away() {
    let mut place = Place::new();
    let ttl = "ALTER TABLE verify_numbered MODIFY TTL toDateTime('2000-01-01 00:00:00') + INTERVAL if(number % 3 = 1 OR number = 3, 0, 100) YEAR";
    let mut unfinished = Unfinished::new(&mut place).await;
    place.run("SYSTEM STOP TTL MERGES verify_numbered").await;
    delete(&place, ttl).await;
    let left = whole_without(|number| number % 3 == 1 || number == 3);
    assert_eq!(place.text(COUNT).await, left, "their time is over");
    // A kill takes the others of a partition.
    lose(&place, "verify_numbered", "number % 3 = 0").await;
    unfinished.put_back().await;
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, left);
}
