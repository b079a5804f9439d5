//! What the sender knows of a schema: its outbox, and the lanes of its frames.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use streamhouse_schema::fingerprint::Fingerprint;
use uuid::Uuid;

use super::full::FullLanes;
use super::lane::Lane;
use super::outbox::{Outbox, Ticket};
use crate::redis::{Keys, PartitionKeys};

/// The lanes of a schema.
pub(super) struct Stream {
    pub(super) event: Cow<'static, str>,
    pub(super) fingerprint: Fingerprint,
    /// The schema as it is published.
    pub(super) document: Cow<'static, str>,
    /// None where frames come from the spool only: the program that sends them need not know the event.
    pub(super) outbox: Option<Arc<Outbox>>,
    /// Redis knows the event and its schema.
    pub(super) published: bool,
    pub(super) lanes: Vec<(PartitionKeys, Lane<Ticket>)>,
    pub(super) full: FullLanes,
    /// The lane that the next frame takes.
    pub(super) turn: usize,
}

impl Stream {
    pub(super) fn new(
        event: impl Into<Cow<'static, str>>,
        fingerprint: Fingerprint,
        document: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (event, document) = (event.into(), document.into());
        Self {
            event,
            fingerprint,
            document,
            outbox: None,
            published: false,
            lanes: Vec::new(),
            full: FullLanes::default(),
            turn: 0,
        }
    }

    /// Events that were accepted and are neither in Redis nor in the spool.
    pub(super) fn pending(&self) -> u64 {
        self.outbox.as_ref().map_or(0, |outbox| outbox.pending())
    }

    /// Whether there are frames that may be sent now.
    pub(super) fn has_frames(&self) -> bool {
        let now = Instant::now();
        let mut lanes = self.lanes.iter().enumerate();
        lanes.any(|(place, (_, lane))| !lane.is_empty() && !self.full.waits(place, now))
    }

    /// Whether no lane takes another frame: so events gather in frames that are not sealed yet.
    pub(super) fn is_full(&self) -> bool {
        self.full.len() > 0 && self.full.len() == self.lanes.len()
    }

    /// When there is something to send, by the clock.
    pub(super) fn due(&self, linger: Duration) -> Option<Instant> {
        let outbox = self.outbox.as_ref().filter(|_| !self.is_full());
        let due = outbox.and_then(|outbox| outbox.due(linger));
        due.into_iter().chain(self.full.due()).min()
    }

    /// Makes so many lanes, where there are others or none; whether that took frames of the spool out of their lanes, which then
    /// have to be taken from it again.
    pub(super) fn open_lanes(&mut self, keys: &Keys, partitions: u16) -> bool {
        if self.lanes.len() == usize::from(partitions) {
            return false;
        }
        self.full.clear();
        let event = &self.event;
        let fresh =
            |partition| (keys.partition(event, partition), Lane::new(partition, Uuid::new_v4().into_bytes()));
        let before = std::mem::replace(&mut self.lanes, (0..partitions).map(fresh).collect());
        // Producers that start together begin at different partitions.
        self.turn = usize::from(Uuid::new_v4().into_bytes()[0]);
        // There were others, before Redis lost its data: their frames go to those that workers now read.
        let mut lanes = (0..self.lanes.len()).cycle();
        let mut logged = false;
        for (_, lane) in before {
            for waiting in lane.into_waiting() {
                if waiting.logged.is_some() {
                    logged = true;
                } else if let Some(index) = lanes.next() {
                    self.lanes[index].1.adopt(waiting);
                }
            }
        }
        logged
    }

    /// The lane whose turn it is. A full one has none while others are not.
    pub(super) fn next_lane(&mut self) -> usize {
        let lanes = self.lanes.len().max(1);
        let turns = (self.turn..self.turn + lanes).map(|turn| turn % lanes);
        let turn = turns.clone().find(|turn| !self.full.contains(*turn)).unwrap_or(self.turn % lanes);
        self.turn = turn + 1;
        turn
    }
}
