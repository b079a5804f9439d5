//! Before a round: what is due is sealed into the lanes, or goes to the disk.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::super::outbox::Filled;
use super::super::spooling::Spooling;
use super::super::stream::Stream;
use super::{LANE_BYTES, Sender};

/// The bytes of a round: enough to fill the way to Redis, few enough to answer the first frame soon.
const ROUND_BYTES: usize = 2 << 20;

/// What there is to do, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gathered {
    Nothing,
    /// Something waits to be sent.
    Waiting,
    /// As `Waiting`, and some of it came just now: there may be more.
    Bytes,
}

impl Sender {
    /// Seals what is due into the lanes, or into the spool; whether there is anything to send.
    pub(super) fn gather(&mut self) -> Gathered {
        for outbox in self.shared.outboxes() {
            match self.streams.iter_mut().find(|stream| stream.fingerprint == outbox.fingerprint) {
                Some(stream) => drop(stream.outbox.get_or_insert(outbox)),
                None => {
                    let (event, document) = (outbox.event.clone(), outbox.document.clone());
                    let mut stream = Stream::new(event, outbox.fingerprint, document);
                    stream.outbox = Some(outbox);
                    self.streams.push(stream);
                }
            }
        }
        // What did not fit before.
        self.keep();
        let (linger, compress) = (self.shared.config.linger, self.shared.config.compress);
        let linger = if self.shared.closing.load(Ordering::Acquire) { Duration::ZERO } else { linger };
        let mut gathered = Gathered::Nothing;
        let mut sealed = 0;
        for (index, stream) in self.streams.iter_mut().enumerate() {
            let mut disk = self.spooling.as_mut().filter(|spooling| spooling.active);
            if disk.as_ref().is_some_and(|spooling| spooling.is_blocked() && sealed == 0) {
                gathered = Gathered::Waiting;
                continue;
            }
            if stream.lanes.is_empty() {
                // Before the schema is published it is not known how many lanes there are.
                if disk.is_none() || stream.outbox.is_none() {
                    if stream.pending() > 0 {
                        gathered = gathered.max(Gathered::Waiting);
                    }
                    continue;
                }
                stream.open_lanes(&self.keys, self.shared.config.partitions);
            }
            // From the disk frames come faster than they go there.
            let limit = if disk.is_some() { LANE_BYTES / 2 } else { ROUND_BYTES };
            let mut bytes = 0;
            while bytes < limit && !stream.is_full() {
                let outbox = stream.outbox.as_ref();
                let Some(Filled { mut builder, tickets }) = outbox.and_then(|outbox| outbox.take(linger))
                else {
                    break;
                };
                bytes += builder.bytes();
                let lane = stream.next_lane();
                match &mut disk {
                    Some(spooling) => {
                        let waiting = stream.lanes[lane].1.seal(&mut builder, tickets, compress);
                        spooling.stage(index, lane, waiting);
                    }
                    None => stream.lanes[lane].1.push(&mut builder, tickets, compress),
                }
                if let Some(outbox) = &stream.outbox {
                    outbox.recycle(builder);
                }
            }
            sealed += bytes;
            if stream.has_frames() {
                gathered = gathered.max(Gathered::Waiting);
            }
        }
        self.keep();
        if self.spooling.as_mut().is_some_and(Spooling::has_frames) {
            gathered = gathered.max(Gathered::Waiting);
        }
        if sealed > 0 { Gathered::Bytes } else { gathered }
    }
}
