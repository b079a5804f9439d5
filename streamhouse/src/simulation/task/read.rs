//! Entries out of the stream, into the open batch.

use std::time::Duration;

use super::super::content;
use super::super::redis::{Answer, Call};
use super::super::world::{Party, World, instant};
use super::{LONGEST_BLOCK, Task};
use crate::worker::batch::EntryId;

impl Task {
    pub(super) fn start_read(&mut self, world: &mut World, after: EntryId, block: Duration) {
        if !self.unsorted.is_empty() {
            return self.sort(world);
        }
        let party = Party::Reader(self.process, self.partition);
        let Some(link) = self.reader.or_else(|| world.open(party)) else { return self.fail(world) };
        self.reader = Some(link);
        self.machine.on_reading();
        self.reading = true;
        let block = (block.as_millis() as u64).min(LONGEST_BLOCK);
        world.send(link, self.partition, Call::Read { after, until: world.now + block });
    }

    pub(in crate::simulation) fn on_read(&mut self, world: &mut World, answer: Option<Answer>) {
        match answer {
            Some(Answer::Entries(entries)) => self.read = Some(entries),
            _ => {
                if let Some(link) = self.reader.take() {
                    world.abandon(link);
                }
                self.broken_read = true;
            }
        }
    }

    /// Adds what was read to the open batch, as far as there is room in it.
    pub(super) fn sort(&mut self, world: &World) {
        let now = instant(world.local(self.process));
        while self.machine.has_room()
            && let Some((id, frame)) = self.unsorted.pop_front()
        {
            let (rows, bytes) = content::size(&frame);
            self.open.push((id, frame));
            self.machine.on_entry(now, id, rows, bytes);
        }
    }
}
