//! Lanes whose stream has as much as it may: each is tried again by itself, with one frame, and the others go on.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::redis::Patience;

/// The longest wait before a stream is asked again whether it has room.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// The full lanes of a schema, by their places.
#[derive(Default)]
pub(super) struct FullLanes(BTreeMap<usize, Full>);

struct Full {
    patience: Patience,
    /// It is tried again then.
    until: Instant,
    /// What is said of it.
    reason: String,
}

impl FullLanes {
    /// Redis took no frame of a lane; whether that is new.
    pub(super) fn on_full(&mut self, lane: usize, reason: String, now: Instant) -> bool {
        let new = !self.0.contains_key(&lane);
        let full = self.0.entry(lane).or_insert_with(|| Full {
            patience: Patience::up_to(LONGEST_WAIT),
            until: now,
            reason: String::new(),
        });
        (full.until, full.reason) = (now + full.patience.next(), reason);
        new
    }

    /// Redis took a frame of a lane.
    pub(super) fn on_stored(&mut self, lane: usize) {
        self.0.remove(&lane);
    }

    /// The lanes are others now.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn contains(&self, lane: usize) -> bool {
        self.0.contains_key(&lane)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a lane is not to be tried yet.
    pub(super) fn waits(&self, lane: usize, now: Instant) -> bool {
        self.0.get(&lane).is_some_and(|full| full.until > now)
    }

    /// When the next one is tried.
    pub(super) fn due(&self) -> Option<Instant> {
        self.0.values().map(|full| full.until).min()
    }

    /// What is said of one of them.
    pub(super) fn reason(&self) -> Option<&str> {
        self.0.values().next().map(|full| full.reason.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_is_tried_again_later_and_later_until_it_is_not_full() {
        let (mut full, mut now) = (FullLanes::default(), Instant::now());
        assert!(!full.waits(1, now) && full.due().is_none());
        let mut waits = Vec::new();
        for attempt in 0..10 {
            assert_eq!(full.on_full(1, format!("attempt {attempt}"), now), attempt == 0);
            assert!(full.waits(1, now) && !full.waits(0, now));
            let due = full.due().expect("a time");
            waits.push(due - now);
            now = due;
            assert!(!full.waits(1, now), "it is tried");
        }
        assert!(waits[0] < Duration::from_millis(200), "{waits:?}");
        assert!(waits.iter().all(|wait| *wait <= 2 * LONGEST_WAIT), "{waits:?}");
        assert_eq!(full.reason(), Some("attempt 9"));
        full.on_stored(1);
        assert!(!full.contains(1) && full.reason().is_none());
    }
}
