//! What a task hears, and what it does then.

use std::time::Duration;

use super::super::clickhouse::Outcome;
use super::super::redis::Answer;
use super::super::world::{World, instant};
use super::{Main, Task};
use crate::worker::batch::BatchRecord;
use crate::worker::hold::Until;
use crate::worker::partition::Lease;

impl Task {
    pub(in crate::simulation) fn on_answer(&mut self, world: &mut World, answer: Option<Answer>) {
        if let Main::Ready | Main::Asleep(_) | Main::Floor | Main::Gone = self.main {
            // It is noticed when something is asked.
            self.disconnect(world);
            self.broken = true;
            return;
        }
        let now = world.local(self.process);
        let lease = Duration::from_millis(world.setup.lease);
        match (std::mem::replace(&mut self.main, Main::Ready), answer) {
            (Main::Releasing { yielded }, answer) => {
                if answer.is_none() {
                    self.disconnect(world);
                }
                self.released(world, yielded);
            }
            (_, None | Some(Answer::Refused)) => self.fail(world),
            (Main::Acquiring { asked }, Some(Answer::Lease { epoch, cursor, batch, batches })) => {
                let record = |text: &str| BatchRecord::from_json(text).expect("a record");
                let batches = batches.iter().map(|(id, text)| (*id, record(text))).collect();
                self.until = Until::of(instant(asked), lease);
                self.machine.on_acquired(Lease { epoch, cursor, last_batch: batch, batches });
                self.heartbeat = now + world.setup.lease / 3;
            }
            (Main::Acquiring { .. }, Some(Answer::Held { left, .. })) => {
                self.main = Main::Asleep(world.later(now, (left + 5).min(world.setup.lease / 4)));
            }
            (Main::Renewing { asked, back }, Some(Answer::Code(1))) => {
                self.until = Until::of(instant(asked), lease);
                if let Some(rebuild) = back {
                    self.rebuild(world, rebuild);
                }
            }
            (Main::Time, Some(Answer::Time(time))) => self.cut(world, time),
            (Main::SplitTime(id), Some(Answer::Time(time))) => self.split(world, id, time),
            (Main::Splitting { id, record, greatest }, Some(Answer::Code(1))) => {
                self.machine.on_split(id, record, greatest);
            }
            (Main::Cutting { id, record, prepared }, Some(Answer::Code(1))) => {
                self.prepared.insert(id, prepared);
                self.machine.on_cut(id, record);
            }
            (Main::Rebuilding(rebuild), Some(Answer::Entries(page))) => self.on_page(world, rebuild, page),
            (Main::Finishing(id), Some(Answer::Code(1 | 2))) => {
                self.prepared.remove(&id);
                self.machine.on_finished(id);
            }
            // The lease is lost, or the cursor is another.
            (_, Some(_)) => self.fail(world),
        }
    }

    pub(in crate::simulation) fn on_record_answer(&mut self, world: &mut World, answer: Option<Answer>) {
        if let Some(insertion) = &mut self.inserting {
            insertion.on_recorded(world, answer);
        }
    }

    pub(in crate::simulation) fn on_query_answer(
        &mut self,
        world: &mut World,
        query: usize,
        outcome: Outcome,
    ) {
        if self.asked == Some(query) {
            self.on_greatest(world, &outcome);
        } else if let Some(insertion) = &mut self.inserting {
            insertion.on_outcome(world, query, outcome);
        }
    }
}
