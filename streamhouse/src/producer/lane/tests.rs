//! Frames that are sent, answered, lost and sent again.

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameColumn, FrameSchema};

use super::*;
use crate::event::{EventInfo, FieldError, StreamSchema};
use crate::frame::{Frame, Layout};
use crate::value::{Encode, SegmentBuffer};

struct Number(u8);

impl StreamSchema for Number {
    const INFO: EventInfo = EventInfo {
        event: "number",
        version: 1,
        table: "number",
        fingerprint: Fingerprint([7; 16]),
        frame_schema: "",
        create: &[],
        needs: None,
        segments: 1,
    };

    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), FieldError> {
        self.0.encode(segments).map_err(|error| FieldError::new("0", error))
    }

    fn event_time(&self) -> Option<i64> {
        None
    }
}

fn lane_of(frames: u8) -> Lane<u8> {
    let column = FrameColumn { name: "n".into(), ty: "UInt8".parse().expect("a type") };
    let schema = FrameSchema {
        event: "number".into(),
        version: 1,
        table: "number".into(),
        delivery: Delivery::ExactlyOnce,
        columns: vec![column],
        id: None,
        timestamp: None,
    };
    let mut builder = FrameBuilder::new(Number::FINGERPRINT, Layout::of(&schema));
    let mut lane = Lane::new(0, [1; 16]);
    for ticket in 0..frames {
        builder.push(&Number(ticket)).expect("a row");
        lane.push(&mut builder, vec![ticket], false);
    }
    lane
}

fn stored() -> Reply {
    Reply::Stored { entry: None }
}

fn no_id() -> ProducerId {
    panic!("the id is still good")
}

#[test]
fn numbers_have_no_gap_and_replies_settle_in_order() {
    let mut lane = lane_of(3);
    assert_eq!(lane.send(usize::MAX).iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(lane.send(usize::MAX).is_empty());
    for ticket in 0..3 {
        let Outcome::Settled(settled) = lane.on_reply(stored(), no_id) else { panic!("settled") };
        assert_eq!(settled.tickets, [ticket]);
    }
    assert!(lane.is_empty());
}

#[test]
fn a_round_takes_a_part_of_what_waits() {
    let mut lane = lane_of(3);
    let sequences = |frames: Vec<(u64, Bytes)>| frames.into_iter().map(|(n, _)| n).collect::<Vec<_>>();
    assert_eq!(sequences(lane.send(0)), [1], "one always goes");
    let two = 2 * lane.waiting[0].frame.len();
    assert_eq!(sequences(lane.send(two)), [2, 3]);
    lane.on_disconnect();
    assert_eq!(sequences(lane.send(two)), [1, 2]);
}

#[test]
fn after_a_lost_connection_the_same_frames_go_out_again() {
    let mut lane = lane_of(3);
    let before = lane.send(usize::MAX);
    assert!(matches!(lane.on_reply(stored(), no_id), Outcome::Settled(_)));
    lane.on_disconnect();
    assert_eq!(lane.send(usize::MAX), before[1..]);
}

#[test]
fn a_refused_frame_holds_back_those_behind_it() {
    let mut lane = lane_of(2);
    lane.send(usize::MAX);
    assert!(matches!(lane.on_reply(Reply::Refused, no_id), Outcome::Again));
    // The second frame of that round found the first one missing.
    assert!(matches!(lane.on_reply(Reply::Gap { last: 0 }, no_id), Outcome::Again));
    assert_eq!(lane.send(usize::MAX).len(), 2);
}

#[test]
fn frames_can_move_to_another_lane() {
    let mut from = lane_of(2);
    from.send(usize::MAX);
    let mut to = Lane::new(1, [3; 16]);
    from.into_waiting().into_iter().for_each(|waiting| to.adopt(waiting));
    for (expected, (sequence, frame)) in (1..).zip(to.send(usize::MAX)) {
        let frame = Frame::parse(&frame).expect("a whole frame");
        assert_eq!((sequence, frame.sequence(), frame.producer()), (expected, expected, [3; 16]));
    }
    let Outcome::Settled(settled) = to.on_reply(stored(), no_id) else { panic!("settled") };
    assert_eq!((settled.partition, settled.tickets), (1, vec![0]));
}

#[test]
fn a_forgotten_producer_goes_on_under_a_new_id() {
    let mut lane = lane_of(3);
    lane.send(usize::MAX);
    assert!(matches!(lane.on_reply(stored(), no_id), Outcome::Settled(_)));
    let outcome = lane.on_reply(Reply::Gap { last: 0 }, || [2; 16]);
    assert!(matches!(outcome, Outcome::Renewed { forgotten: 1, .. }), "{outcome:?}");
    let again = lane.send(usize::MAX);
    for (expected, (sequence, frame)) in (1..).zip(&again) {
        let frame = Frame::parse(frame).expect("a whole frame");
        assert_eq!((*sequence, frame.sequence(), frame.producer()), (expected, expected, [2; 16]));
    }
    assert_eq!(again.len(), 2);
}

#[test]
fn frames_of_another_producer_go_out_once_those_before_them_are_stored() {
    let (mut lane, mut old) = (Lane::new(0, [3; 16]), lane_of(2));
    for mut waiting in old.take_unlogged() {
        waiting.logged = Some(waiting.sequence);
        lane.put(waiting);
    }
    lane_of(1).into_waiting().into_iter().for_each(|waiting| lane.adopt(waiting));
    let sent = lane.send(usize::MAX);
    assert_eq!((lane.producer(), sent.len()), (&[1; 16], 2));
    assert!(lane.send(usize::MAX).is_empty());
    for number in 1..=2 {
        let Outcome::Settled(settled) = lane.on_reply(stored(), no_id) else { panic!("settled") };
        assert_eq!(settled.logged, Some(number));
    }
    assert_eq!((*lane.producer(), lane.send(usize::MAX).len()), ([3; 16], 1));
    lane.on_disconnect();
    assert_eq!(lane.take_unlogged().len(), 1);
}

#[test]
fn a_forgotten_producer_takes_only_its_own_frames_along() {
    let mut lane = lane_of(3);
    for _ in 0..2 {
        lane.send(usize::MAX);
        lane.on_reply(stored(), no_id);
    }
    let mut other = Lane::new(0, [5; 16]);
    lane_of(1).into_waiting().into_iter().for_each(|waiting| other.adopt(waiting));
    other.into_waiting().into_iter().for_each(|waiting| lane.put(waiting));
    lane.send(usize::MAX);
    let Outcome::Renewed { forgotten, renewal } = lane.on_reply(Reply::Gap { last: 1 }, || [2; 16]) else {
        panic!("renewed")
    };
    assert_eq!((forgotten, renewal), (1, Renewal { old: [1; 16], first: 3, new: [2; 16] }));
    let names: Vec<_> = lane.waiting.iter().map(|waiting| (waiting.producer, waiting.sequence)).collect();
    assert_eq!(names, [([2; 16], 1), ([5; 16], 1)]);
    assert_eq!((lane.producer, lane.next), ([2; 16], 2));
}
