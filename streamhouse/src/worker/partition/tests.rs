//! The machine, step by step.

use super::*;

const LIMITS: BatchLimits = BatchLimits { rows: 100, bytes: 10_000, interval: Duration::from_secs(1) };

fn entry(millis: u64) -> EntryId {
    EntryId { millis, number: 0 }
}

fn held(batches: Vec<(BatchId, BatchRecord)>) -> Partition {
    let mut partition = Partition::new(LIMITS);
    let last_batch = batches.last().map(|(id, _)| *id);
    partition.on_acquired(Lease { epoch: 1, cursor: entry(5), last_batch, batches });
    partition
}

fn cut(partition: &mut Partition) -> BatchId {
    let (first, last, entries, _, id) = partition.cut(1_800_000_000_000, 0, 1).expect("something to cut");
    partition.on_cut(id, BatchRecord::new(first, last, entries, Vec::new(), Vec::new()));
    id
}

/// One batch is inserted, and one waits for it.
fn two_unfinished(now: Instant) -> (Partition, BatchId, BatchId) {
    let mut partition = held(Vec::new());
    partition.on_entry(now, entry(6), 100, 1);
    let first = cut(&mut partition);
    partition.on_inserting(first);
    partition.on_entry(now, entry(7), 100, 1);
    let second = cut(&mut partition);
    (partition, first, second)
}

#[test]
fn goes_the_whole_way() {
    let now = Instant::now();
    let mut partition = Partition::new(LIMITS);
    assert_eq!(partition.next(now), Step::Acquire);
    partition.on_acquired(Lease { epoch: 1, cursor: entry(5), last_batch: None, batches: Vec::new() });
    assert_eq!(partition.next(now), Step::Read { after: entry(5), block: Duration::MAX });
    partition.on_reading();
    assert_eq!(partition.next(now), Step::Wait(None));
    partition.on_entry(now, entry(6), 40, 10);
    partition.on_read();
    assert_eq!(partition.next(now), Step::Read { after: entry(6), block: LIMITS.interval });
    assert!(partition.has_room());
    partition.on_entry(now, entry(7), 60, 10);
    assert!(!partition.has_room());
    assert_eq!(partition.next(now), Step::Cut);
    let id = cut(&mut partition);
    assert_eq!(partition.record(id).map(|record| (record.first, record.last)), Some((entry(6), entry(7))));
    assert_eq!(partition.next(now), Step::Insert(id));
    partition.on_inserting(id);
    assert_eq!(partition.next(now), Step::Read { after: entry(7), block: Duration::MAX });
    partition.on_inserted(id);
    assert_eq!(partition.next(now), Step::Finish(id));
    partition.on_finished(id);
    assert!(partition.is_quiet());
}

#[test]
fn a_batch_is_cut_when_its_time_is_up() {
    let now = Instant::now();
    let mut partition = held(Vec::new());
    partition.on_entry(now, entry(6), 1, 1);
    partition.on_reading();
    assert_eq!(partition.next(now), Step::Wait(Some(now + LIMITS.interval)));
    assert_eq!(partition.next(now + LIMITS.interval), Step::Cut);
}

#[test]
fn reading_stops_when_inserting_does_not_keep_up() {
    let now = Instant::now();
    let (mut partition, first, second) = two_unfinished(now);
    assert!(second > first);
    partition.on_entry(now, entry(8), 100, 1);
    // Two batches wait, a third is full: nothing is read, nothing cut.
    assert_eq!(partition.next(now), Step::Wait(None));
    partition.on_inserted(first);
    partition.on_finished(first);
    assert_eq!(partition.next(now), Step::Insert(second));
}

#[test]
fn a_batch_that_waits_for_those_before_it_is_no_reason_to_read_in_haste() {
    let now = Instant::now();
    let (mut partition, first, second) = two_unfinished(now);
    partition.on_entry(now, entry(8), 1, 1);
    let late = now + 2 * LIMITS.interval;
    assert_eq!(partition.next(late), Step::Read { after: entry(8), block: Duration::MAX });
    partition.on_reading();
    assert_eq!(partition.next(late), Step::Wait(None));
    partition.on_inserted(first);
    partition.on_finished(first);
    partition.on_inserting(second);
    assert_eq!(partition.next(late), Step::Cut);
}

#[test]
fn batches_of_a_dead_worker_come_first_and_keep_their_boundaries() {
    let now = Instant::now();
    let record = BatchRecord::new(entry(3), entry(5), 2, Vec::new(), Vec::new());
    let mut partition = held(vec![(BatchId(9), record.clone())]);
    assert_eq!(partition.next(now), Step::Rebuild(BatchId(9)));
    assert_eq!(partition.record(BatchId(9)), Some(&record));
    partition.on_rebuilt(BatchId(9));
    assert_eq!(partition.next(now), Step::Insert(BatchId(9)));
    partition.on_lost();
    assert_eq!(partition.next(now), Step::Acquire);
}

#[test]
fn ending_finishes_what_is_cut_and_leaves_the_rest_in_the_stream() {
    let now = Instant::now();
    let mut partition = held(Vec::new());
    partition.on_entry(now, entry(6), 100, 1);
    let id = cut(&mut partition);
    partition.on_inserting(id);
    partition.on_entry(now, entry(7), 1, 1);
    partition.end();
    assert!(!partition.is_quiet());
    assert_eq!(partition.next(now + LIMITS.interval), Step::Wait(None));
    partition.on_inserted(id);
    partition.on_finished(id);
    assert!(partition.is_quiet());
}

#[test]
fn what_is_refused_is_recorded_before_anything_else_of_the_batch() {
    use super::super::pieces::{InsertRecord, Piece, halves};
    let now = Instant::now();
    let mut partition = held(Vec::new());
    partition.on_entry(now, entry(6), 100, 1);
    let (first, last, entries, _, id) = partition.cut(1_800_000_000_000, 0, 1).expect("something to cut");
    let insert =
        InsertRecord { schema: "s".into(), rows: 2, hash: "h".into(), tokens: 0, pieces: Vec::new() };
    let mut record = BatchRecord::new(first, last, entries, vec![insert], Vec::new());
    partition.on_cut(id, record.clone());
    partition.on_inserting(id);
    // The next batch follows already.
    partition.on_entry(now, entry(7), 100, 1);
    let second = cut(&mut partition);
    partition.on_refused(id, record.clone());
    assert_eq!(partition.next(now), Step::Split(id));
    let ids = partition.piece_ids(1_800_000_000_000, 0, 2).expect("ids");
    assert!(ids > second);
    let (_, open) = record.open(id).remove(0);
    record.replace(id, id, halves(&open, ids, ["a".into(), "b".into()]));
    partition.on_split(id, record.clone(), Some(ids.insert(1)));
    assert_eq!(partition.next(now), Step::Insert(id));
    assert!(partition.piece_ids(0, 0, 1).expect("an id") > ids.insert(1));
    partition.on_inserting(id);
    for (_, open) in record.clone().open(id) {
        record.replace(id, open.id, vec![Piece::Done { rows: 1 }]);
    }
    partition.on_split(id, record, None);
    assert_eq!(partition.next(now), Step::Finish(id));
}
