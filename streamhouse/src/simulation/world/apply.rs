//! What happens, and what the clients do then without waiting.

use std::collections::VecDeque;

use super::super::check::Frame;
use super::super::clickhouse::{Outcome, Stage};
use super::super::producer::Producer;
use super::super::task::Task;
use super::{Action, Link, World};

impl World {
    /// Does what happens, and what the clients do then without waiting.
    pub(in crate::simulation) fn apply(&mut self, action: Action) {
        self.describe(action);
        match action {
            Action::Run(place) => self.run(place),
            Action::Reply(place) => self.reply(place),
            Action::Arrive(place) => self.clickhouse.arrive(place),
            Action::Progress(place) => self.progress(place),
            Action::Answer(place) => self.answer(place),
            Action::Pass(millis) => self.now += millis,
            Action::Expire => self.expire(),
            Action::Push(producer, schema, rows) => self.push(producer, schema, rows),
            Action::Cut(place) => self.cut(place),
            Action::Hold(place, millis) => {
                if let Some(link) = &mut self.links[place] {
                    link.held = self.now + millis;
                }
            }
            Action::Repeat(place) => {
                let first = self.links[place].as_ref().and_then(|link| link.requests.front().cloned());
                if let Some(request) = first {
                    let (requests, replies) = (VecDeque::from([request]), VecDeque::new());
                    self.add_link(Link { client: None, requests, replies, broken: false, held: self.now });
                }
            }
            Action::Vanish(place) => self.links[place] = None,
            Action::Lose(place) => {
                let client = self.clickhouse.queries[place].as_ref().and_then(|query| query.client);
                self.clickhouse.abandon(place);
                self.hear(client, place, Outcome::Failed);
            }
            Action::Delay(place, millis) => {
                if let Some(query) = &mut self.clickhouse.queries[place] {
                    query.held = self.now + millis;
                }
            }
            Action::Again(place) => {
                if let Some(query) = self.clickhouse.queries[place].clone() {
                    let copy = self.clickhouse.send((0, 0), query.ask);
                    self.clickhouse.abandon(copy);
                }
            }
            Action::Evaporate(place) => self.clickhouse.queries[place] = None,
            Action::Persist => self.redis.persist(),
            Action::KillRedis => self.kill_redis(),
            Action::StartRedis => self.redis.up = true,
            Action::Flush => {
                let before = self.redis.flush();
                self.oracle.flushed(&before, &self.links);
            }
            Action::Clock(millis) => self.redis.offset += millis,
            Action::Fill(full) => self.redis.full = full,
            Action::KillClickHouse => self.clickhouse.kill(),
            Action::StartClickHouse => self.clickhouse.up = true,
            Action::Crash(process) => self.crash(process),
            Action::Start(process) => self.start(process),
            Action::Stall(process) => self.processes[process].stalled = true,
            Action::Resume(process) => self.processes[process].stalled = false,
            Action::Sleep(process, millis) => {
                self.processes[process].lag += millis;
                self.now += millis;
            }
            Action::Retire(process) => self.processes[process].ending = true,
            Action::Yield(process, partition) => {
                if let Some(task) = &mut self.processes[process].tasks[partition] {
                    task.yielding = true;
                }
            }
            Action::CrashProducer(number) => {
                if let Some(link) = self.producers[number].take().and_then(|producer| producer.links()) {
                    self.abandon(link);
                }
                self.lives[number] += 1;
                self.producers[number] =
                    Some(Producer::new(number as u8, self.lives[number], self.setup.partitions));
            }
        }
        self.settle();
    }

    pub(super) fn progress(&mut self, place: usize) {
        let rows = self.clickhouse.progress(place);
        if !rows.is_empty() {
            self.say(|| format!("    rows {rows:?} are in the table"));
            self.oracle.inserted(&rows);
        }
    }

    pub(super) fn answer(&mut self, place: usize) {
        let Some(query) = self.clickhouse.queries[place].take() else { return };
        if let Stage::Done(outcome) = query.stage {
            self.say(|| format!("    {outcome:?}"));
            self.hear(query.client, place, outcome);
        }
    }

    pub(super) fn hear(&mut self, client: Option<(usize, usize)>, query: usize, outcome: Outcome) {
        if let Some(place) = client {
            self.with_task(place, |task, world| task.on_query_answer(world, query, outcome));
        }
    }

    pub(super) fn push(&mut self, producer: usize, schema: usize, rows: u64) {
        let from = self.oracle.rows.len() as u64;
        let number = self.oracle.frames.len();
        self.oracle.add(Frame::new(from..from + rows));
        if let Some(producer) = &mut self.producers[producer] {
            producer.push(number, schema, from..from + rows);
        }
    }

    pub(super) fn kill_redis(&mut self) {
        let before = self.redis.kill();
        self.oracle.lost(&before, &self.redis.partitions);
        for place in 0..self.links.len() {
            let Some(link) = &mut self.links[place] else { continue };
            link.requests.clear();
            link.broken = true;
            if link.client.is_none() {
                self.links[place] = None;
            }
        }
    }

    pub(super) fn start(&mut self, process: usize) {
        let tasks =
            (0..self.setup.partitions).map(|partition| Some(Task::new(process, partition, self))).collect();
        let own = &mut self.processes[process];
        own.starts += 1;
        own.id = match (self.setup.same_id, self.setup.named) {
            (true, _) => "w".into(),
            (_, true) => format!("w{process}"),
            _ => format!("w{process}.{}", own.starts),
        };
        (own.up, own.stalled, own.ending, own.lag, own.tasks) = (true, false, false, 0, tasks);
    }

    pub(super) fn crash(&mut self, process: usize) {
        for task in std::mem::take(&mut self.processes[process].tasks).into_iter().flatten() {
            task.die(self);
        }
        self.processes[process].up = false;
        self.processes[process].stalled = false;
    }

    /// Lets everybody do what needs no answer.
    pub(in crate::simulation) fn settle(&mut self) {
        while self.oracle.violation.is_none() {
            let mut any = false;
            for number in 0..self.producers.len() {
                if let Some(mut producer) = self.producers[number].take() {
                    any |= producer.turn(number, self);
                    self.producers[number] = Some(producer);
                }
            }
            for process in 0..self.processes.len() {
                let own = &self.processes[process];
                if !own.up || own.stalled {
                    continue;
                }
                for partition in 0..own.tasks.len() {
                    self.with_task((process, partition), |task, world| any |= task.turn(world));
                }
                let own = &self.processes[process];
                if own.ending && own.tasks.iter().flatten().all(Task::is_gone) {
                    self.crash(process);
                }
            }
            if !any {
                return;
            }
        }
    }
}
