//! The sender's side of the spool: when events go there, and how they come out again.
//!
//! While it is *active*, new frames go to the disk, behind those that are there. It is active once Redis has taken nothing for
//! a time, and no longer once all frames were read from the disk again: then new ones follow them in memory.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;

use super::lane::{Renewal, Waiting};
use super::outbox::Ticket;
use super::sender::Sender;
use super::spool::{self, Kept, Spool};
use super::stream::Stream;
use super::{Receipt, SpoolStatus};
use crate::error::Error;

/// Bytes of the spool's frames that are in memory: more than one round sends.
const REPLAY_BYTES: usize = 4 << 20;
/// How long Redis remembers a producer with a spool that sends nothing.
pub(super) const SPOOL_MEMORY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

pub(super) struct Spooling {
    pub(super) spool: Spool,
    pub(super) after: Duration,
    pub(super) active: bool,
    /// Frames that are to be written, in order.
    staged: VecDeque<Staged>,
    /// Since when Redis has taken nothing.
    since: Option<Instant>,
    /// What has to be written before anything more is sent.
    renewals: Vec<Renewal>,
    /// Why frames are not written.
    pub(super) refusal: Option<String>,
    /// Rows that may be in the table twice.
    doubtful: u64,
}

struct Staged {
    stream: usize,
    lane: usize,
    waiting: Waiting<Ticket>,
}

impl Spooling {
    /// With what is in the spool; `reached` says whether Redis was there.
    pub(super) fn new(mut spool: Spool, after: Duration, reached: bool) -> Self {
        let active = !reached || !spool.is_empty().unwrap_or(false);
        let (staged, renewals) = (VecDeque::new(), Vec::new());
        Self { spool, after, active, staged, since: None, renewals, refusal: None, doubtful: 0 }
    }

    /// Whether there is anything to be sent that is in no lane.
    pub(super) fn has_frames(&mut self) -> bool {
        // What cannot be read is said when it is to be sent.
        !self.staged.is_empty() || !self.spool.is_empty().unwrap_or(false)
    }

    /// Frames wait for room on the disk; no more are sealed.
    pub(super) fn is_blocked(&self) -> bool {
        self.active && !self.staged.is_empty()
    }

    pub(super) fn stage(&mut self, stream: usize, lane: usize, waiting: Waiting<Ticket>) {
        self.staged.push_back(Staged { stream, lane, waiting });
    }

    /// Redis has forgotten a producer, whose frames may be on the disk.
    pub(super) fn on_renewal(&mut self, renewal: Renewal) {
        self.renewals.push(renewal);
        for staged in &mut self.staged {
            if let Some(sequence) = renewal.applies(&staged.waiting.producer, staged.waiting.sequence) {
                staged.waiting.readdress(&renewal.new, sequence);
            }
        }
    }

    pub(super) fn on_success(&mut self) {
        self.since = None;
    }

    pub(super) fn status(&self) -> SpoolStatus {
        let (bytes, damaged) = self.spool.size();
        SpoolStatus { events: self.spool.rows(), bytes, damaged, doubtful: self.doubtful }
    }
}

impl Sender {
    pub(super) fn is_spooling(&self) -> bool {
        self.spooling.as_ref().is_some_and(|spooling| spooling.active)
    }

    /// Redis takes nothing: from some time on, what waits goes to the disk.
    pub(super) fn spool_when_due(&mut self, closing: bool) {
        let Some(spooling) = &mut self.spooling else { return };
        let since = *spooling.since.get_or_insert_with(Instant::now);
        if !spooling.active && (closing || since.elapsed() >= spooling.after) {
            tracing::warn!("Redis takes no events: they go into the spool");
            self.stage_all();
            self.keep();
        }
    }

    /// New frames go to the disk from now on, and first those that are in memory only.
    fn stage_all(&mut self) {
        let Some(spooling) = &mut self.spooling else { return };
        spooling.active = true;
        for (stream, known) in self.streams.iter_mut().enumerate() {
            for (lane, (_, frames)) in known.lanes.iter_mut().enumerate() {
                let unlogged = frames.take_unlogged().into_iter();
                spooling.staged.extend(unlogged.map(|waiting| Staged { stream, lane, waiting }));
            }
        }
    }

    /// Writes what is staged, and tells those who wait for it.
    pub(super) fn keep(&mut self) {
        let Some(spooling) = &mut self.spooling else { return };
        if !spooling.active || spooling.staged.is_empty() {
            return;
        }
        let (mut kept, mut refusal) = (0, None);
        for Staged { stream, lane, waiting } in &spooling.staged {
            let stream = &self.streams[*stream];
            let appended = spooling.spool.append(&Kept {
                fingerprint: stream.fingerprint,
                document: &stream.document,
                partition: *lane as u16,
                tried: waiting.tried,
                rows: waiting.rows,
                frame: &waiting.frame,
            });
            match appended {
                Ok(()) => kept += 1,
                Err(error) => {
                    refusal = Some(error);
                    break;
                }
            }
        }
        if let Err(error) = spooling.spool.sync() {
            (kept, refusal) = (0, Some(error));
        }
        for Staged { stream, waiting, .. } in spooling.staged.drain(..kept) {
            if let Some(outbox) = &self.streams[stream].outbox {
                outbox.settle(waiting.rows);
            }
            for ticket in waiting.tickets {
                // Whoever stopped waiting does not need to know.
                let _ = ticket.send(Receipt::Spooled);
            }
            self.shared.room.free(waiting.bytes);
        }
        tracing::debug!(frames = kept, "spooled");
        let refusal = refusal.map(|error| error.to_string());
        if let (Some(message), None) = (&refusal, &spooling.refusal) {
            tracing::error!(message, "events wait in memory: the spool does not take them");
        }
        spooling.refusal = refusal;
        self.show();
    }

    /// Brings frames from the disk into their lanes; publishes what they are of.
    pub(super) async fn refill(&mut self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        loop {
            let Some(spooling) = &mut self.spooling else { return Ok(()) };
            while let Some(renewal) = spooling.renewals.first().copied() {
                spooling.spool.renew(renewal)?;
                spooling.renewals.remove(0);
            }
            if !spooling.active || spooling.spool.on_their_way() >= REPLAY_BYTES {
                return spooling.spool.going_out();
            }
            let Some(next) = spooling.spool.peek()? else {
                spooling.active = false;
                for Staged { stream, lane, waiting } in std::mem::take(&mut spooling.staged) {
                    let lanes = &mut self.streams[stream].lanes;
                    let lane = lane % lanes.len().max(1);
                    lanes[lane].1.put(waiting);
                }
                tracing::debug!("all of the spool is on its way");
                return spooling.spool.going_out();
            };
            let fingerprint = next.fingerprint;
            let known = self.streams.iter().position(|stream| stream.fingerprint == fingerprint);
            let index = match (known, spooling.spool.schema(fingerprint)) {
                (Some(index), _) => index,
                (None, Some(known)) => {
                    let stream = Stream::new(known.event.clone(), fingerprint, known.document.to_string());
                    self.streams.push(stream);
                    self.streams.len() - 1
                }
                // It was looked at before the frame was given.
                (None, None) => return Ok(()),
            };
            if !self.streams[index].published {
                // Frames may have been taken out of their lanes by it: then another one is the next.
                self.publish(index, connection).await?;
                continue;
            }
            self.take_from_spool(index);
        }
    }

    fn take_from_spool(&mut self, index: usize) {
        let Some(spooling) = &mut self.spooling else { return };
        let Some((number, logged)) = spooling.spool.take() else { return };
        let forgotten = SPOOL_MEMORY.as_millis() as u64;
        if logged.tried.is_some_and(|time| spool::now().saturating_sub(time) > forgotten) {
            spooling.doubtful += u64::from(logged.rows);
            tracing::error!(
                event = &*self.streams[index].event,
                rows = logged.rows,
                "these rows may have been sent before, so long ago that Redis does not know any more: they are sent, and may be there twice"
            );
        }
        let lanes = &mut self.streams[index].lanes;
        let lane = usize::from(logged.partition) % lanes.len().max(1);
        lanes[lane].1.put(Waiting {
            producer: logged.producer,
            sequence: logged.sequence,
            frame: logged.frame,
            rows: logged.rows,
            bytes: 0,
            tickets: Vec::new(),
            tried: logged.tried.is_some(),
            logged: Some(number),
        });
    }

    /// Frames of the spool are no longer in their lanes: all are taken anew, and what is in memory only goes behind them.
    pub(super) fn start_spool_over(&mut self) {
        self.stage_all();
        let Some(spooling) = &mut self.spooling else { return };
        for (_, lane) in self.streams.iter_mut().flat_map(|stream| &mut stream.lanes) {
            lane.clear();
        }
        spooling.spool.rewind();
    }

    /// Gives back the space of what is confirmed.
    pub(super) fn release(&mut self) -> Result<(), Error> {
        if let Some(spooling) = &mut self.spooling {
            spooling.spool.release()?;
            self.show();
        }
        Ok(())
    }

    /// Lets the application see how it is.
    pub(super) fn show(&self) {
        if let Some(spooling) = &self.spooling {
            self.shared.set_spool(spooling.status());
            let troubles = [self.trouble.as_deref(), spooling.refusal.as_deref()];
            let troubles: Vec<&str> = troubles.into_iter().flatten().collect();
            self.shared.set_trouble((!troubles.is_empty()).then(|| troubles.join("; ")));
        } else {
            self.shared.set_trouble(self.trouble.clone());
        }
    }
}
