//! What was taken out of the spool and is on its way.

use std::collections::VecDeque;

use super::position::Position;

#[derive(Debug, Default)]
pub(super) struct Window {
    first: u64,
    /// Where each ends, its bytes and rows, and whether it is confirmed.
    frames: VecDeque<(Position, usize, u32, bool)>,
    bytes: usize,
}

impl Window {
    /// A frame is on its way; gives its number.
    pub(super) fn push(&mut self, end: Position, bytes: usize, rows: u32) -> u64 {
        self.frames.push_back((end, bytes, rows, false));
        self.bytes += bytes;
        self.first + self.frames.len() as u64 - 1
    }

    /// A frame is confirmed, in whatever order. Gives what is behind all that are, and the rows of those, where that is new.
    pub(super) fn confirm(&mut self, number: u64) -> Option<(Position, u64)> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.frames.get_mut(place)?.3 = true;
        let mut found = None;
        while let Some(&(end, bytes, rows, true)) = self.frames.front() {
            self.frames.pop_front();
            self.first += 1;
            self.bytes -= bytes;
            let before = found.map_or(0, |(_, rows)| rows);
            found = Some((end, before + u64::from(rows)));
        }
        found
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Bytes that are in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Nothing is on its way any more. Numbers that were given out are not given again.
    pub(super) fn clear(&mut self) {
        self.first += self.frames.len() as u64;
        self.frames.clear();
        self.bytes = 0;
    }
}
