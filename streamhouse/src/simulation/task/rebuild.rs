//! A batch that was cut before, made again of the same entries.

use super::super::content;
use super::super::insertion::bodies;
use super::super::redis::Call;
use super::super::world::World;
use super::cycle::letters;
use super::{Entries, Main, PAGE, Prepared, Rebuild, Task};

impl Task {
    /// Asks for the next entries of a batch that was cut before.
    pub(super) fn rebuild(&mut self, world: &mut World, rebuild: Rebuild) {
        if self.heartbeat <= world.local(self.process) {
            return self.beat(world, Some(rebuild));
        }
        let Some(record) = self.machine.record(rebuild.id) else { return };
        let call = Call::Range { from: rebuild.from, to: record.last, count: PAGE };
        self.call(world, call, Main::Rebuilding(rebuild));
    }

    pub(super) fn on_page(&mut self, world: &mut World, mut rebuild: Rebuild, page: Entries) {
        let Some(record) = self.machine.record(rebuild.id).cloned() else { return };
        if let Some((last, _)) = page.last() {
            rebuild.from = last.next();
            rebuild.entries.extend(page);
            if rebuild.from <= record.last {
                return self.rebuild(world, rebuild);
            }
        }
        let (assembled, rows) = content::assemble(&rebuild.entries, Some(&record));
        let mut inserts = assembled.inserts();
        if !world.setup.safeguards.body_hash {
            inserts.iter_mut().for_each(|insert| insert.hash = String::new());
        }
        if !record.is_of(assembled.entries, &inserts) {
            world.say(|| format!("batch {} is made of other entries", rebuild.id));
            return self.fail(world);
        }
        let letters = letters(&assembled);
        let Some(bodies) = bodies(&rows, rebuild.id, &record, true, world.setup.safeguards.body_hash) else {
            world.say(|| format!("batch {} has other pieces", rebuild.id));
            return self.fail(world);
        };
        let prepared = Prepared { bodies: Some(bodies), rows, letters };
        self.prepared.insert(rebuild.id, prepared);
        self.machine.on_rebuilt(rebuild.id);
    }
}
