//! The inserts of a batch, whole or in pieces: the counterpart of `worker/insert.rs` and `worker/bodies.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clickhouse::{Ask, Outcome};
use super::content::{self, EVENT};
use super::redis::{Answer, Call};
use super::world::{Party, World, instant};
use crate::worker::attempts::{Attempts, Next};
use crate::worker::batch::{BatchId, BatchRecord};
use crate::worker::hold::Until;
use crate::worker::pieces::{Open, Piece};

/// The wait before the next attempt.
const PAUSE: u64 = 200;

/// The rows of what is open, and whether somebody may have begun to insert them.
pub(super) type Bodies = BTreeMap<BatchId, (Arc<[u64]>, bool)>;

/// The rows of what is open of a batch; `None` where they are not those of the record.
pub(super) fn bodies(
    rows: &[Arc<[u64]>],
    batch: BatchId,
    record: &BatchRecord,
    begun: bool,
    hashed: bool,
) -> Option<Bodies> {
    let mut bodies = Bodies::new();
    for (index, (mut rest, insert)) in rows.iter().map(|rows| &**rows).zip(&record.inserts).enumerate() {
        for piece in insert.in_pieces(batch.insert(index)) {
            let (own, others) = rest.split_at_checked(piece.rows() as usize)?;
            rest = others;
            if let Piece::Open(open) = piece {
                if !insert.pieces.is_empty() && content::hash(own, hashed) != open.hash {
                    return None;
                }
                bodies.insert(open.id, (own.into(), begun));
            }
        }
    }
    Some(bodies)
}

#[derive(Debug, Clone, Hash)]
enum Waiting {
    Nothing,
    Until(u64),
    /// For the answer over this connection.
    Recorded(usize),
    /// For the answers to these queries.
    Inserted(usize),
    Counted(usize),
    Verified(usize),
}

/// What has become of a batch.
#[derive(Debug, Clone, Hash)]
pub(super) enum End {
    Inserted,
    Refused(Open),
    Left,
}

#[derive(Debug, Clone, Hash)]
pub(super) struct Insertion {
    pub(super) process: usize,
    partition: usize,
    pub(super) epoch: u64,
    pub(super) id: BatchId,
    pub(super) record: BatchRecord,
    pub(super) bodies: Bodies,
    attempts: Option<(Open, Attempts)>,
    waiting: Waiting,
    pub(super) end: Option<End>,
}

impl Insertion {
    pub(super) fn new(
        (process, partition): (usize, usize),
        epoch: u64,
        id: BatchId,
        record: BatchRecord,
        bodies: Bodies,
    ) -> Self {
        let (attempts, waiting, end) = (None, Waiting::Nothing, None);
        Self { process, partition, epoch, id, record, bodies, attempts, waiting, end }
    }

    pub(super) fn wakes(&self) -> Option<u64> {
        match self.waiting {
            Waiting::Until(until) => Some(until),
            _ => None,
        }
    }

    /// Does what it can without an answer; whether that was something.
    pub(super) fn turn(&mut self, world: &mut World, until: Until) -> bool {
        let now = world.local(self.process);
        let ending = world.processes[self.process].ending;
        match self.waiting {
            _ if self.end.is_some() => return false,
            Waiting::Nothing => {}
            Waiting::Until(until) if until <= now => {
                self.waiting = Waiting::Nothing;
                if ending {
                    self.end = Some(End::Left);
                    return true;
                }
            }
            _ => return false,
        }
        if self.attempts.is_none() {
            let Some((_, open)) = self.record.open(self.id).into_iter().next() else {
                self.end = Some(End::Inserted);
                return true;
            };
            let Some((_, begun)) = self.bodies.get(&open.id).filter(|_| !ending || !self.record.is_divided())
            else {
                self.end = Some(End::Left);
                return true;
            };
            let countable = world.setup.safeguards.verification;
            let mut attempts = Attempts::new(open.rows, countable, open.tokens, *begun, instant(now));
            if open.unserved {
                attempts.on_unserved();
            }
            self.attempts = Some((open, attempts));
        }
        let Some((open, attempts)) = &self.attempts else { return false };
        let (id, place) = (open.id, (self.process, self.partition));
        let query: Arc<str> = format!("{EVENT}-{}-{}", open.id, open.hash).into();
        match attempts.next() {
            Next::Done => {
                let with = vec![Piece::Done { rows: open.rows }];
                self.bodies.remove(&open.id);
                self.record.replace(self.id, open.id, with);
                self.attempts = None;
            }
            // There are no views here.
            Next::Serve => {
                if let Some((_, attempts)) = &mut self.attempts {
                    attempts.on_served();
                }
            }
            Next::Refused => self.end = Some(End::Refused(open.clone())),
            Next::Record { number } => {
                self.record.change(self.id, open.id, |open| open.tokens = number);
                self.start_record(world);
            }
            Next::Insert { number, except } => {
                // The last moment: whoever was stopped until here, or cut off from Redis, inserts nothing any more.
                if world.setup.safeguards.hold && !until.is_certain(instant(now)) {
                    self.end = Some(End::Left);
                    return true;
                }
                let Some((rows, _)) = self.bodies.get(&open.id) else { return false };
                let ask = Ask::Insert { id, query, number, rows: Arc::clone(rows), except };
                self.waiting = Waiting::Inserted(world.query(place, ask));
            }
            Next::Count => self.waiting = Waiting::Counted(world.query(place, Ask::Count { id })),
            Next::Verify => self.waiting = Waiting::Verified(world.query(place, Ask::Verify { id, query })),
        }
        true
    }

    fn start_record(&mut self, world: &mut World) {
        let Some(link) = world.open(Party::Record(self.process, self.partition)) else {
            return self.fail(world, false);
        };
        let record = self.record.to_json();
        let call = Call::Record { epoch: self.epoch, batch: self.id, record, greatest: None };
        world.send(link, self.partition, call);
        self.waiting = Waiting::Recorded(link);
    }

    pub(super) fn on_recorded(&mut self, world: &mut World, answer: Option<Answer>) {
        let Waiting::Recorded(link) = std::mem::replace(&mut self.waiting, Waiting::Nothing) else { return };
        world.abandon(link);
        match (answer, &mut self.attempts) {
            (Some(Answer::Code(1)), Some((_, attempts))) => attempts.on_recorded(),
            (Some(Answer::Code(_)), _) => self.end = Some(End::Left),
            _ => self.fail(world, false),
        }
    }

    pub(super) fn on_outcome(&mut self, world: &mut World, query: usize, outcome: Outcome) {
        match self.waiting {
            Waiting::Inserted(own) | Waiting::Counted(own) | Waiting::Verified(own) if own == query => {}
            _ => return world.violate(format!("query {query} is nobody's")),
        }
        let waiting = std::mem::replace(&mut self.waiting, Waiting::Nothing);
        let Some((open, attempts)) = &mut self.attempts else { return };
        match (waiting, outcome) {
            (Waiting::Inserted(_), Outcome::Accepted) => attempts.on_accepted(),
            (Waiting::Inserted(_), Outcome::Refused) => attempts.on_refused(),
            (Waiting::Counted(_), Outcome::Counted(present)) => {
                attempts.on_counted(present);
            }
            (Waiting::Verified(_), Outcome::Counted(present)) => {
                if !attempts.on_verified(present.iter().map(|(_, rows)| rows).sum()) {
                    let what =
                        format!("insert {} is there and was refused, and no view refuses anything", open.id);
                    world.violate(what);
                }
            }
            (Waiting::Inserted(_), _) => self.fail(world, true),
            _ => self.fail(world, false),
        }
    }

    /// An attempt came to nothing; whether ClickHouse was asked to insert anything.
    fn fail(&mut self, world: &World, sent: bool) {
        let now = world.local(self.process);
        if let Some((_, attempts)) = &mut self.attempts {
            if sent {
                attempts.on_unknown();
            }
            attempts.on_failed(instant(now));
        }
        self.waiting = Waiting::Until(world.later(now, PAUSE));
    }

    /// Connections and queries have other places.
    pub(super) fn renumber(&mut self, links: &[usize], queries: &[usize]) {
        match &mut self.waiting {
            Waiting::Recorded(link) => *link = links[*link],
            Waiting::Inserted(query) | Waiting::Counted(query) | Waiting::Verified(query) => {
                *query = queries[*query];
            }
            Waiting::Nothing | Waiting::Until(_) => {}
        }
    }

    pub(super) fn abort(self, world: &mut World) {
        match self.waiting {
            Waiting::Recorded(link) => world.abandon(link),
            Waiting::Inserted(query) | Waiting::Counted(query) | Waiting::Verified(query) => {
                world.clickhouse.abandon(query);
            }
            Waiting::Nothing | Waiting::Until(_) => {}
        }
    }
}
