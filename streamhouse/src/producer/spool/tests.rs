use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use streamhouse_schema::frame_schema::{Delivery, FrameColumn};

use super::*;
use crate::event::{EventInfo, FieldError, StreamSchema};
use crate::frame::{FrameBuilder, Layout};
use crate::value::{Encode, SegmentBuffer, column};

const ID: ProducerId = [7; 16];

struct Row(u64, String);

impl StreamSchema for Row {
    const INFO: EventInfo = EventInfo {
        event: "spooled",
        version: 1,
        table: "spooled",
        fingerprint: Fingerprint([0; 16]),
        frame_schema: "",
        create: &[],
        needs: None,
        segments: 2,
    };

    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError> {
        let named = |error| FieldError::new("row", error);
        Encode::<column::UInt64>::encode(&self.0, &mut segments[..1]).map_err(named)?;
        Encode::<column::String>::encode(&self.1, &mut segments[1..]).map_err(named)
    }

    fn event_time(&self) -> Option<i64> {
        None
    }
}

fn schema() -> FrameSchema {
    let column = |name: &str, ty: &str| FrameColumn { name: name.into(), ty: ty.parse().expect("a type") };
    FrameSchema {
        event: "spooled".into(),
        version: 1,
        table: "spooled".into(),
        delivery: Delivery::ExactlyOnce,
        columns: vec![column("row", "UInt64"), column("filling", "String")],
        id: None,
        timestamp: None,
    }
}

/// The frame of this number, with so many bytes beside it.
fn frame(sequence: u64, filling: usize) -> Vec<u8> {
    let mut builder = FrameBuilder::new(schema().fingerprint(), Layout::of(&schema()));
    builder.push(&Row(sequence, "x".repeat(filling))).expect("a row");
    builder.seal(&ID, sequence, false)
}

fn config(folder: &Path) -> SpoolConfig {
    SpoolConfig::new(folder)
}

fn open(folder: &Path) -> Spool {
    Spool::open(&config(folder), "sh").expect("a spool")
}

fn append(spool: &mut Spool, sequence: u64, filling: usize) -> Result<(), Error> {
    let (fingerprint, document, frame) =
        (schema().fingerprint(), schema().to_json(), frame(sequence, filling));
    spool.append(&Kept {
        fingerprint,
        document: &document,
        partition: 3,
        tried: false,
        rows: 1,
        frame: &frame,
    })
}

fn fill(spool: &mut Spool, sequences: impl IntoIterator<Item = u64>, filling: usize) {
    for sequence in sequences {
        append(spool, sequence, filling).expect("room");
    }
    spool.sync().expect("a disk");
}

/// Takes all that is there.
fn take_all(spool: &mut Spool) -> Vec<(u64, Logged)> {
    let mut taken = Vec::new();
    while spool.peek().expect("a disk").is_some() {
        taken.extend(spool.take());
    }
    taken
}

fn sequences(taken: &[(u64, Logged)]) -> Vec<u64> {
    taken.iter().map(|(_, logged)| logged.sequence).collect()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|is| is == ending)).collect();
    files.sort();
    files
}

#[test]
fn frames_come_back_in_order_as_they_were_and_space_is_given_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = open(folder.path());
    fill(&mut spool, 1..=10, 100);
    assert_eq!(spool.rows(), 10);
    drop(spool);
    let mut spool = open(folder.path());
    assert_eq!(spool.rows(), 10);
    fill(&mut spool, 11..=12, 100);
    let taken = take_all(&mut spool);
    assert_eq!(sequences(&taken), (1..=12).collect::<Vec<_>>());
    assert!(taken.iter().all(|(_, logged)| logged.partition == 3 && logged.producer == ID));
    assert!(taken.iter().all(|(_, logged)| logged.frame == frame(logged.sequence, 100)));
    for (number, _) in taken.iter().rev() {
        spool.confirm(*number);
    }
    spool.release().expect("a disk");
    assert!(spool.is_empty().expect("a disk"));
    assert_eq!((spool.rows(), spool.size()), (0, (0, 0)));
    assert!(files(folder.path(), "spool").is_empty());
    fill(&mut spool, 13..=13, 100);
    assert_eq!(sequences(&take_all(&mut spool)), [13]);
}

#[test]
fn what_was_confirmed_does_not_come_back_and_what_may_have_been_sent_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = open(folder.path());
    fill(&mut spool, 1..=6, 100);
    let mut taken = Vec::new();
    for _ in 0..4 {
        spool.peek().expect("a disk");
        taken.extend(spool.take());
    }
    spool.going_out().expect("a disk");
    spool.confirm(taken[0].0);
    spool.confirm(taken[2].0);
    spool.release().expect("a disk");
    drop(spool);
    let mut spool = open(folder.path());
    assert_eq!(spool.rows(), 5);
    let again = take_all(&mut spool);
    assert_eq!(sequences(&again), [2, 3, 4, 5, 6]);
    let tried: Vec<bool> = again.iter().map(|(_, logged)| logged.tried.is_some()).collect();
    assert_eq!(tried, [true, true, true, false, false]);
}

#[test]
fn what_was_never_sent_is_known_to_whoever_takes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = open(folder.path());
    fill(&mut spool, 1..=3, 100);
    drop(spool);
    let mut spool = open(folder.path());
    assert!(take_all(&mut spool).iter().all(|(_, logged)| logged.tried.is_none()));
    drop(spool);
    // Where nobody knows, all of it may have been, and as long ago as can be.
    fs::remove_file(folder.path().join(POSITION)).expect("removed");
    let mut spool = open(folder.path());
    assert!(take_all(&mut spool).iter().all(|(_, logged)| logged.tried == Some(0)));
}

#[test]
fn a_renewal_holds_for_whoever_takes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = open(folder.path());
    fill(&mut spool, 5..=8, 100);
    spool.peek().expect("a disk");
    spool.take();
    spool.renew(Renewal { old: ID, first: 5, new: [8; 16] }).expect("a disk");
    spool.renew(Renewal { old: [8; 16], first: 2, new: [9; 16] }).expect("a disk");
    drop(spool);
    let taken = take_all(&mut open(folder.path()));
    let names: Vec<_> = taken.iter().map(|(_, logged)| (logged.producer[0], logged.sequence)).collect();
    assert_eq!(names, [(8, 1), (9, 1), (9, 2), (9, 3)]);
    let frame = Frame::parse(&taken[3].1.frame).expect("a frame");
    assert_eq!((frame.producer(), frame.sequence()), ([9; 16], 3));
}

#[test]
fn it_is_bounded_in_files_that_go_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut limits = config(folder.path());
    limits.bytes = 1 << 20;
    let mut spool = Spool::open(&limits, "sh").expect("a spool");
    let mut last = 0;
    let error = loop {
        match append(&mut spool, last + 1, 10_000) {
            Ok(()) => last += 1,
            Err(error) => break error,
        }
    };
    spool.sync().expect("a disk");
    assert!(error.is_retryable() && error.to_string().contains("is full"), "{error}");
    let on_disk: u64 =
        files(folder.path(), "spool").iter().map(|path| fs::metadata(path).expect("a file").len()).sum();
    assert_eq!(spool.size().0, on_disk);
    assert!((900 << 10..=1 << 20).contains(&on_disk), "{on_disk}");
    let before = files(folder.path(), "spool").len();
    assert!(before >= 7, "{before}");
    for _ in 0..last / 2 {
        spool.peek().expect("a disk");
        let (number, _) = spool.take().expect("a frame");
        spool.confirm(number);
    }
    spool.release().expect("a disk");
    assert!(files(folder.path(), "spool").len() <= before / 2 + 1);
    append(&mut spool, last + 1, 10_000).expect("room again");
}

#[test]
fn a_folder_has_one_owner_and_one_house() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut spool = open(folder.path());
    fill(&mut spool, 1..=1, 10);
    let error = Spool::open(&config(folder.path()), "sh").expect_err("in use").to_string();
    assert!(error.contains("in use by another process"), "{error}");
    drop(spool);
    let error = Spool::open(&config(folder.path()), "other").expect_err("of another house").to_string();
    assert!(error.contains("holds events of the prefix \"sh\""), "{error}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("spool");
    fill(&mut open(&inner), 1..=1, 10);
    assert_eq!(fs::metadata(&inner).expect("a folder").permissions().mode() & 0o777, 0o700);
    for file in files(&inner, "spool") {
        assert_eq!(fs::metadata(file).expect("a file").permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_record_costs_itself_and_the_file_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    fill(&mut open(folder.path()), 1..=5, 100);
    let path = files(folder.path(), "spool").remove(0);
    let whole = fs::read(&path).expect("a file");
    let runs = whole.windows(100).enumerate().filter(|(_, window)| **window == [b'x'; 100]);
    let at = runs.map(|(at, _)| at).nth(2).expect("the third");
    let mut damaged = whole.clone();
    damaged[at] ^= 1;
    fs::write(&path, &damaged).expect("written");
    let mut spool = open(folder.path());
    let taken = take_all(&mut spool);
    assert_eq!(sequences(&taken), [1, 2, 4, 5]);
    taken.iter().for_each(|(number, _)| spool.confirm(*number));
    spool.release().expect("a disk");
    let kept = files(folder.path(), "damaged");
    assert_eq!(fs::read(&kept[0]).expect("kept"), damaged);
    assert_eq!(spool.size(), (damaged.len() as u64, 1));
    // And what is no file of a spool at all.
    drop(spool);
    fs::write(folder.path().join("00000000000000000077.spool"), b"something else altogether")
        .expect("written");
    fs::write(folder.path().join("position"), [7; 5000]).expect("written");
    let mut spool = open(folder.path());
    fill(&mut spool, 6..=6, 10);
    assert_eq!(sequences(&take_all(&mut spool)), [6]);
    assert_eq!(spool.size().1, 2);
}

/// What a producer does with its spool.
#[derive(Debug, Clone)]
enum Step {
    /// So many frames are added and brought to the disk.
    Fill(u8),
    /// So many are taken, and the first of them confirmed.
    Send(u8, u8),
    /// The process is killed while it adds a frame: so many thousandths of it are written.
    Crash(u16),
}

fn steps() -> impl Strategy<Value = Vec<(Step, u16)>> {
    let step = prop_oneof![
        (1..20_u8).prop_map(Step::Fill),
        (1..20_u8, 0..20_u8).prop_map(|(taken, confirmed)| Step::Send(taken, confirmed)),
        (0..=1000_u16).prop_map(Step::Crash),
    ];
    prop::collection::vec((step, 1..20_000_u16), 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever the file ends after a crash, all that was confirmed to the caller comes back in order, and nothing else but
    /// the frame that was being written, whole.
    #[test]
    fn no_crash_loses_or_moves_a_frame(steps in steps()) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut limits = config(folder.path());
        // So that there are many files.
        limits.bytes = 64 << 20;
        let mut spool = Spool::open(&limits, "sh").expect("a spool");
        spool.files.shorten(64 << 10);
        // Frames that are in the spool, and those of them that are on their way.
        let (mut there, mut taken) = (VecDeque::new(), VecDeque::new());
        let mut last = 0;
        for (step, filling) in steps {
            match step {
                Step::Fill(count) => {
                    let more: Vec<u64> = (last + 1..=last + u64::from(count)).collect();
                    last += u64::from(count);
                    fill(&mut spool, more.iter().copied(), filling.into());
                    there.extend(more);
                }
                Step::Send(take, confirm) => {
                    for _ in 0..take {
                        let Some(next) = spool.peek().expect("a disk").map(|next| next.sequence) else { break };
                        prop_assert_eq!(Some(next), there.pop_front());
                        taken.extend(spool.take().map(|(number, _)| (number, next)));
                    }
                    spool.going_out().expect("a disk");
                    for _ in 0..confirm {
                        let Some((number, _)) = taken.pop_front() else { break };
                        spool.confirm(number);
                    }
                    spool.release().expect("a disk");
                }
                Step::Crash(thousandths) => {
                    last += 1;
                    let before = spool.writer.as_ref().map(|writer| (writer.segment, writer.end));
                    append(&mut spool, last, filling.into()).expect("room");
                    let (segment, end) = spool.writer.as_ref().map(|writer| (writer.segment, writer.end)).expect("a file");
                    let path = spool.files.path(segment);
                    drop(spool);
                    // A new file is on the disk before anything is added to it.
                    let from = before.filter(|before| before.0 == segment).map_or(0, |before| before.1);
                    let cut = from + (end - from) * u64::from(thousandths) / 1000;
                    fs::File::options().write(true).open(&path).expect("a file").set_len(cut).expect("cut");
                    // What was on its way comes again, and the last one where it was written whole.
                    let mut expected: VecDeque<u64> = taken.drain(..).map(|(_, sequence)| sequence).collect();
                    expected.append(&mut there);
                    if cut == end {
                        expected.push_back(last);
                    }
                    there = expected;
                    spool = Spool::open(&limits, "sh").expect("a spool");
                    spool.files.shorten(64 << 10);
                    prop_assert_eq!(spool.rows(), there.len() as u64);
                }
            }
        }
        taken.drain(..).for_each(|(number, _)| spool.confirm(number));
        prop_assert_eq!(sequences(&take_all(&mut spool)), Vec::from(there));
        prop_assert_eq!(spool.size().1, 0);
    }

    /// Whatever bytes are changed, what comes out was put in, in its order, and a file of which something is missing is kept.
    #[test]
    fn no_bytes_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let folder = tempfile::tempdir().expect("a folder");
        fill(&mut open(folder.path()), 1..=20, 50);
        let path = files(folder.path(), "spool").remove(0);
        let mut bytes = fs::read(&path).expect("a file");
        let whole = bytes.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        fs::write(&path, &bytes).expect("written");
        let Ok(mut spool) = Spool::open(&config(folder.path()), "sh") else {
            // Only the prefix in it can say that it is another's; it has a checksum.
            return Err(TestCaseError::fail("not opened"));
        };
        let taken = take_all(&mut spool);
        prop_assert!(taken.is_sorted_by(|a, b| a.1.sequence < b.1.sequence));
        for (_, logged) in &taken {
            prop_assert_eq!(&logged.frame, &frame(logged.sequence, 50));
        }
        if taken.len() < 20 {
            prop_assert!(bytes != whole);
            prop_assert_eq!(spool.size().1, 1);
        }
    }
}
