//! Connections to Redis, and who holds them.

use std::collections::VecDeque;

use super::super::redis::{Answer, Call};
use super::super::task::Task;
use super::trace::{brief, brief_answer};
use super::{BEGIN, World};

/// Who holds a connection to Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::simulation) enum Party {
    Producer(usize),
    /// Process and partition, of its task, of what reads for it, of what records an attempt.
    Task(usize, usize),
    Reader(usize, usize),
    Record(usize, usize),
}

/// A connection. What was sent over it may reach the server long after the client has given it up.
#[derive(Debug, Clone, Hash)]
pub(in crate::simulation) struct Link {
    pub(in crate::simulation) client: Option<Party>,
    pub(in crate::simulation) requests: VecDeque<(usize, Call)>,
    pub(in crate::simulation) replies: VecDeque<Answer>,
    /// The server is gone, and what it has answered is all that will come.
    pub(in crate::simulation) broken: bool,
    /// Nothing moves on it before.
    pub(in crate::simulation) held: u64,
}

impl World {
    /// A connection to Redis.
    pub(in crate::simulation) fn open(&mut self, client: Party) -> Option<usize> {
        if !self.redis.up {
            return None;
        }
        let link = Link {
            client: Some(client),
            requests: VecDeque::new(),
            replies: VecDeque::new(),
            broken: false,
            held: 0,
        };
        Some(self.add_link(link))
    }

    pub(super) fn add_link(&mut self, link: Link) -> usize {
        match self.links.iter().position(Option::is_none) {
            Some(free) => {
                self.links[free] = Some(link);
                free
            }
            None => {
                self.links.push(Some(link));
                self.links.len() - 1
            }
        }
    }

    pub(in crate::simulation) fn send(&mut self, link: usize, partition: usize, call: Call) {
        if let Some(link) = &mut self.links[link] {
            link.requests.push_back((partition, call));
        }
    }

    /// The client has given up a connection.
    pub(in crate::simulation) fn abandon(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        link.client = None;
        link.replies.clear();
        // Nobody would see what a question leads to.
        link.requests
            .retain(|(_, call)| !matches!(call, Call::Time | Call::Read { .. } | Call::Range { .. }));
        if link.broken || link.requests.is_empty() {
            self.links[place] = None;
        }
    }

    /// Whether a request could run now: a read waits for something to read.
    pub(super) fn runs(&self, link: &Link) -> bool {
        link.held <= self.now
            && link.requests.front().is_some_and(|(partition, call)| match call {
                Call::Read { after, until } => {
                    self.redis.partitions[*partition].last > *after || (*until <= self.now && !self.timeless)
                }
                _ => true,
            })
    }

    pub(super) fn listens(&self, party: Party) -> bool {
        match party {
            Party::Producer(_) => true,
            Party::Task(process, _) | Party::Reader(process, _) | Party::Record(process, _) => {
                !self.processes[process].stalled
            }
        }
    }

    pub(super) fn run(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        let Some((partition, call)) = link.requests.pop_front() else { return };
        let now = BEGIN + self.now;
        let answer = self.redis.run(partition, &call, now, self.setup.safeguards);
        // Where Redis loses nothing, nobody asks what it had.
        if !self.timeless {
            self.oracle.answered(partition, &call, &answer);
        }
        if self.trace.is_some() {
            let said = format!("    {}: {}", brief(&call), brief_answer(&answer));
            self.say(|| said);
        }
        if let Some(link) = &mut self.links[place] {
            match link.client {
                Some(_) => link.replies.push_back(answer),
                None if link.requests.is_empty() => self.links[place] = None,
                None => {}
            }
        }
    }

    pub(super) fn reply(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        let (client, answer) = (link.client, link.replies.pop_front());
        self.deliver(client, answer);
    }

    pub(super) fn cut(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        link.replies.clear();
        let client = link.client;
        self.deliver(client, None);
    }

    pub(super) fn deliver(&mut self, client: Option<Party>, answer: Option<Answer>) {
        match client {
            Some(Party::Producer(number)) => {
                if let Some(mut producer) = self.producers[number].take() {
                    producer.on_answer(number, self, answer);
                    self.producers[number] = Some(producer);
                }
            }
            Some(Party::Task(process, partition)) => {
                self.with_task((process, partition), |task, world| task.on_answer(world, answer));
            }
            Some(Party::Reader(process, partition)) => {
                self.with_task((process, partition), |task, world| task.on_read(world, answer));
            }
            Some(Party::Record(process, partition)) => {
                self.with_task((process, partition), |task, world| task.on_record_answer(world, answer));
            }
            None => {}
        }
    }

    pub(super) fn with_task(
        &mut self,
        (process, partition): (usize, usize),
        f: impl FnOnce(&mut Task, &mut World),
    ) {
        let taken = self.processes[process].tasks.get_mut(partition).and_then(Option::take);
        if let Some(mut task) = taken {
            f(&mut task, self);
            self.processes[process].tasks[partition] = Some(task);
        }
    }
}
