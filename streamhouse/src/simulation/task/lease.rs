//! The lease: extended, given back, forgotten with all that depends on it.

use super::super::redis::Call;
use super::super::world::World;
use super::{Main, PAUSE, Rebuild, Task};
use crate::worker::hold::Until;

impl Task {
    /// Extends the lease; and goes on to make a batch again.
    pub(super) fn beat(&mut self, world: &mut World, back: Option<Rebuild>) {
        let asked = world.local(self.process);
        self.heartbeat = asked + world.setup.lease / 3;
        let Some(epoch) = self.machine.epoch() else { return };
        let call = Call::Renew { epoch, lease: world.setup.lease };
        self.call(world, call, Main::Renewing { asked, back });
    }

    /// Gives the lease back. Where that fails it runs out by itself.
    pub(super) fn release(&mut self, world: &mut World, yielded: bool) {
        let Some(epoch) = self.machine.epoch() else { return self.released(world, yielded) };
        self.call(world, Call::Renew { epoch, lease: 0 }, Main::Releasing { yielded });
        // Without a connection nothing is given back, and everything forgotten.
        if self.connection.is_none() && !self.is_gone() {
            self.released(world, yielded);
        }
    }

    pub(super) fn released(&mut self, world: &mut World, yielded: bool) {
        self.forget(world);
        self.main = match yielded {
            true if world.processes[self.process].ending => Main::Gone,
            true => Main::Asleep(world.later(world.local(self.process), world.setup.lease / 3)),
            false => Main::Ready,
        };
    }

    /// What the real task does with an error: it forgets everything, and tries again later.
    pub(super) fn fail(&mut self, world: &mut World) {
        self.forget(world);
        self.disconnect(world);
        self.main = match world.processes[self.process].ending {
            true => Main::Gone,
            false => Main::Asleep(world.later(world.local(self.process), PAUSE)),
        };
    }

    pub(super) fn disconnect(&mut self, world: &mut World) {
        self.broken = false;
        if let Some(link) = self.connection.take() {
            world.abandon(link);
        }
    }

    /// Drops everything that depends on the lease.
    pub(super) fn forget(&mut self, world: &mut World) {
        self.machine.on_lost();
        self.until = Until::default();
        self.reading = false;
        self.read = None;
        self.broken_read = false;
        self.unsorted.clear();
        if let Some(link) = self.reader.take() {
            world.abandon(link);
        }
        if let Some(insertion) = self.inserting.take() {
            insertion.abort(world);
        }
        if let Some(query) = self.asked.take() {
            world.clickhouse.abandon(query);
        }
        self.greatest = None;
        self.open.clear();
        self.prepared.clear();
        self.refusals.clear();
        self.yielding = false;
    }

    /// The process has ended, whatever the task was doing.
    pub(in crate::simulation) fn die(mut self, world: &mut World) {
        self.forget(world);
        self.disconnect(world);
    }
}
