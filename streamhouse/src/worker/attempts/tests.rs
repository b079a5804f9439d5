use super::*;

fn insert(number: u32, except: &[&str]) -> Next {
    Next::Insert { number, except: except.iter().map(ToString::to_string).collect() }
}

/// Records where that is asked for, and gives what comes then.
fn recorded(attempts: &mut Attempts, number: u32) -> Next {
    assert_eq!(attempts.next(), Next::Record { number });
    attempts.on_recorded();
    attempts.next()
}

fn attempts(rows: u64, countable: bool, recorded: u32, begun: bool) -> Attempts {
    Attempts::new(rows, countable, recorded, begun, Instant::now())
}

fn found(partitions: &[(&str, u64)]) -> Vec<(String, u64)> {
    partitions.iter().map(|(partition, rows)| (partition.to_string(), *rows)).collect()
}

/// Views are looked after, and then it is done.
fn ends(attempts: &mut Attempts) {
    assert_eq!(attempts.next(), Next::Serve);
    attempts.on_served();
    assert_eq!(attempts.next(), Next::Done);
}

#[test]
fn after_a_migration_what_may_be_there_is_counted_anew() {
    let mut attempts = attempts(10, true, 0, false);
    assert!(!attempts.on_route("0"));
    assert!(attempts.on_route("1"));
    assert_eq!(attempts.next(), insert(0, &[]), "nothing was sent yet");
    attempts.on_unknown();
    attempts.on_accepted();
    attempts.on_counted(found(&[("1", 4)]));
    attempts.on_recorded();
    assert_eq!(attempts.next(), insert(1, &["1"]));
    // The partitions are others now.
    assert!(!attempts.on_route("1"));
    assert!(attempts.on_route("2"));
    assert_eq!(attempts.next(), Next::Count);
    attempts.on_counted(found(&[("a", 4)]));
    assert_eq!(attempts.next(), insert(1, &["a"]));
}

#[test]
fn views_get_what_they_may_lack_while_the_table_remembers_it() {
    for present in [&[("a", 4)][..], &[("a", 4), ("b", 6)]] {
        let mut attempts = attempts(10, true, 0, true);
        assert!(attempts.asks_for_views());
        attempts.on_remembered();
        attempts.on_counted(found(present));
        assert_eq!(attempts.next(), insert(0, &[]), "whole, whatever is there");
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count);
        assert!(!attempts.asks_for_views());
        attempts.on_counted(found(&[("a", 4), ("b", 6)]));
        ends(&mut attempts);
    }
}

#[test]
fn what_is_accepted_at_once_is_done() {
    let mut attempts = attempts(10, true, 0, false);
    assert_eq!(attempts.next(), insert(0, &[]));
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Done);
}

#[test]
fn what_was_in_doubt_is_counted() {
    for begun in [false, true] {
        let mut attempts = attempts(10, true, 0, begun);
        if begun {
            assert_eq!(attempts.next(), Next::Count, "its token may be forgotten");
            attempts.on_counted(Vec::new());
        } else {
            attempts.on_unknown();
        }
        assert_eq!(attempts.next(), insert(0, &[]), "first under the same token");
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count);
        assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
        ends(&mut attempts);
    }
}

#[test]
fn only_partitions_that_are_not_there_go_in_again() {
    let mut attempts = attempts(10, true, 0, false);
    attempts.on_unknown();
    attempts.on_accepted();
    assert_eq!(attempts.on_counted(found(&[("b", 6)])), 4);
    assert_eq!(recorded(&mut attempts, 1), insert(1, &["b"]));
    attempts.on_unknown();
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Count, "the second token may have been lost as well");
    assert_eq!(attempts.on_counted(found(&[("b", 6)])), 4);
    assert_eq!(recorded(&mut attempts, 2), insert(2, &["b"]));
    attempts.on_accepted();
    ends(&mut attempts);
}

#[test]
fn tokens_that_another_worker_may_have_used_are_in_doubt() {
    let mut attempts = attempts(10, true, 1, true);
    attempts.on_counted(Vec::new());
    attempts.on_accepted();
    attempts.on_counted(Vec::new());
    // The dead worker had recorded this token, and may have lost its rows like those of the first.
    assert_eq!(attempts.next(), insert(1, &[]));
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Count);
    attempts.on_counted(Vec::new());
    // It may have recorded the next one too, and Redis have lost that.
    assert_eq!(recorded(&mut attempts, 2), insert(2, &[]));
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Count);
    attempts.on_counted(Vec::new());
    assert_eq!(recorded(&mut attempts, 3), insert(3, &[]));
    attempts.on_accepted();
    ends(&mut attempts);
}

#[test]
fn what_a_ttl_has_taken_is_not_waited_for() {
    let mut attempts = attempts(10, true, 0, false);
    attempts.on_unknown();
    attempts.on_accepted();
    assert_eq!(attempts.on_counted(found(&[("a", 3), ("b", 6)])), 1);
    // Nothing is left to insert, and that is accepted.
    assert_eq!(recorded(&mut attempts, 1), insert(1, &["a", "b"]));
    attempts.on_accepted();
    ends(&mut attempts);
}

#[test]
fn what_cannot_be_counted_rests_on_its_token() {
    let mut attempts = attempts(10, false, 0, true);
    attempts.on_unknown();
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Done);
}

#[test]
fn what_was_refused_is_divided_only_where_nothing_of_it_is_there() {
    let mut first = attempts(10, true, 0, false);
    first.on_refused();
    assert_eq!(first.next(), Next::Verify);
    assert!(first.on_verified(0));
    assert_eq!(first.next(), Next::Refused);
    // At least once is all that is asked for, and its rows cannot be told from others.
    let mut unmarked = attempts(10, false, 0, false);
    unmarked.on_refused();
    assert_eq!(unmarked.next(), Next::Refused);
}

#[test]
fn what_is_there_and_was_refused_is_repeated_until_it_is_accepted() {
    let mut first = attempts(10, true, 0, false);
    first.on_refused();
    assert!(!first.on_verified(10));
    assert_eq!(first.next(), insert(0, &[]), "under the same token, so that only views see it again");
    first.on_failed(Instant::now() + 2 * STALE);
    assert_eq!(first.next(), insert(0, &[]), "its rows say nothing of the views");
    first.on_accepted();
    assert_eq!(first.next(), Next::Count);
    first.on_counted(found(&[("a", 10)]));
    ends(&mut first);
    // Whoever takes it over is told.
    let mut taken_over = attempts(10, true, 0, true);
    taken_over.on_unserved();
    assert_eq!(taken_over.next(), insert(0, &[]));
}

#[test]
fn what_somebody_else_has_finished_is_not_sent_again() {
    let mut attempts = attempts(10, true, 0, true);
    assert_eq!(attempts.next(), Next::Count);
    assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
    ends(&mut attempts);
}

#[test]
fn what_somebody_else_is_writing_is_left_out_under_the_same_token() {
    let mut attempts = attempts(10, true, 0, true);
    assert_eq!(attempts.on_counted(found(&[("a", 4)])), 0);
    assert_eq!(attempts.next(), insert(0, &["a"]));
    attempts.on_accepted();
    assert_eq!(attempts.next(), Next::Count);
    assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
    ends(&mut attempts);
}

#[test]
fn after_a_long_time_the_rows_are_counted_before_the_next_attempt() {
    let mut attempts = attempts(10, true, 0, false);
    let later = |minutes: u64| Instant::now() + Duration::from_secs(61 * minutes);
    attempts.on_failed(later(1));
    assert_eq!(attempts.next(), insert(0, &[]), "nothing was sent");
    attempts.on_unknown();
    attempts.on_failed(later(1));
    assert_eq!(attempts.next(), insert(0, &[]), "its token is known");
    attempts.on_failed(later(2));
    assert_eq!(attempts.next(), Next::Count);
    attempts.on_counted(Vec::new());
    assert_eq!(attempts.next(), insert(0, &[]));
}
