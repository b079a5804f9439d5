//! What of a task has a name that could be another one.

use std::collections::BTreeSet;

use super::{Main, Task};
use crate::worker::batch::BatchId;
use crate::worker::hold::Until;

impl Task {
    /// Its lease has run out, and so has what it has asked for.
    pub(in crate::simulation) fn expire(&mut self) {
        self.until = Until::default();
        self.heartbeat = 0;
        if let Main::Acquiring { asked } | Main::Renewing { asked, .. } = &mut self.main {
            *asked = 0;
        }
    }

    pub(in crate::simulation) fn rename_epoch(&mut self, name: impl Fn(u64) -> u64) {
        self.machine.rename_epoch(&name);
        if let Some(insertion) = &mut self.inserting {
            insertion.epoch = name(insertion.epoch);
        }
    }

    /// Adds the batches that it may still do something for.
    pub(in crate::simulation) fn know(&self, known: &mut BTreeSet<BatchId>) {
        known.extend(self.machine.unfinished());
        known.extend(self.prepared.keys());
        known.extend(
            self.inserting
                .iter()
                .flat_map(|insertion| insertion.bodies.keys().copied().chain([insertion.id])),
        );
        if let Main::Finishing(id) = &self.main {
            known.insert(*id);
        }
    }

    /// It is a task of this process.
    pub(in crate::simulation) fn move_to(&mut self, process: usize) {
        self.process = process;
        if let Some(insertion) = &mut self.inserting {
            insertion.process = process;
        }
    }

    /// Connections and queries have other places.
    pub(in crate::simulation) fn renumber(&mut self, links: &[usize], queries: &[usize]) {
        for link in self.connection.iter_mut().chain(&mut self.reader) {
            *link = links[*link];
        }
        if let Some(query) = &mut self.asked {
            *query = queries[*query];
        }
        if let Some(insertion) = &mut self.inserting {
            insertion.renumber(links, queries);
        }
    }
}
