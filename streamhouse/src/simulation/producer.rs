//! A producer: the counterpart of `producer/sender.rs`.

use std::collections::VecDeque;

use super::content::{self, SCHEMAS};
use super::redis::{Answer, Call};
use super::world::{Party, World};
use crate::frame::ProducerId;
use crate::producer::lane::{Lane, Outcome, Reply};

/// The wait after a failure.
const PAUSE: u64 = 50;

#[derive(Debug, Clone, Hash)]
pub(super) struct Producer {
    /// For each schema and partition; frames are known by their number.
    lanes: Vec<Lane<usize>>,
    /// The lane that the next frame of a schema takes.
    turns: [usize; SCHEMAS],
    link: Option<usize>,
    /// The lanes of the frames of this round, and what was answered so far.
    asked: VecDeque<usize>,
    answers: Vec<Answer>,
    asleep: u64,
    /// How many ids it has used.
    ids: u8,
}

impl Producer {
    /// The producer of this number, in the life of this number.
    pub(super) fn new(number: u8, life: u8, partitions: usize) -> Self {
        let mut producer = Self {
            lanes: Vec::new(),
            turns: [0; SCHEMAS],
            link: None,
            asked: VecDeque::new(),
            answers: Vec::new(),
            asleep: 0,
            ids: 0,
        };
        for lane in 0..SCHEMAS * partitions {
            let id = fresh(number, life, &mut producer.ids);
            producer.lanes.push(Lane::new((lane % partitions) as u16, id));
        }
        producer
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(Lane::is_empty)
    }

    pub(super) fn wakes(&self) -> Option<u64> {
        (!self.is_empty() && self.asked.is_empty()).then_some(self.asleep)
    }

    /// Connections have other places.
    pub(super) fn renumber(&mut self, links: &[usize]) {
        if let Some(link) = &mut self.link {
            *link = links[*link];
        }
    }

    pub(super) fn links(&self) -> Option<usize> {
        self.link
    }

    /// The application sends a frame.
    pub(super) fn push(&mut self, number: usize, schema: usize, rows: std::ops::Range<u64>) {
        let partitions = self.lanes.len() / SCHEMAS;
        let lane = schema * partitions + self.turns[schema] % partitions;
        self.turns[schema] += 1;
        self.lanes[lane].push(&mut content::builder(schema, rows), vec![number], false);
    }

    /// Does what it can without an answer; whether that was something.
    pub(super) fn turn(&mut self, number: usize, world: &mut World) -> bool {
        if !self.asked.is_empty() || self.is_empty() || self.asleep > world.now {
            return false;
        }
        let Some(link) = self.link.or_else(|| world.open(Party::Producer(number))) else {
            self.fail(world);
            return true;
        };
        self.link = Some(link);
        let partitions = self.lanes.len() / SCHEMAS;
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let producer = *lane.producer();
            for (sequence, frame) in lane.send(world.setup.lane_bytes) {
                let call = Call::Send { producer, sequence, frame, memory: world.setup.memory };
                world.send(link, index % partitions, call);
                self.asked.push_back(index);
            }
        }
        true
    }

    pub(super) fn on_answer(&mut self, number: usize, world: &mut World, answer: Option<Answer>) {
        match answer {
            Some(answer) => self.answers.push(answer),
            None => return self.fail(world),
        }
        if self.answers.len() == self.asked.len() {
            self.take_answers(number, world);
        }
    }

    fn take_answers(&mut self, number: usize, world: &mut World) {
        let (asked, answers) = (std::mem::take(&mut self.asked), std::mem::take(&mut self.answers));
        let mut trouble = false;
        // Lanes whose later answers of this round mean nothing.
        let mut rewound = Vec::new();
        for (lane, answer) in asked.into_iter().zip(answers) {
            if rewound.contains(&lane) {
                continue;
            }
            let reply = match answer {
                Answer::Sent(code, text) => Reply::of((code, text)),
                _ => {
                    trouble = true;
                    Reply::Refused
                }
            };
            let fresh = || fresh(number as u8, world.lives[number], &mut self.ids);
            match self.lanes[lane].on_reply(reply, fresh) {
                Outcome::Settled(settled) => {
                    settled.tickets.iter().for_each(|frame| world.confirm(*frame));
                }
                Outcome::Again => rewound.push(lane),
                Outcome::Renewed { forgotten, .. } => {
                    world.say(|| format!("producer {number}: renewed, {forgotten} frames forgotten"));
                    rewound.push(lane);
                }
            }
        }
        if trouble {
            self.fail(world);
        }
    }

    fn fail(&mut self, world: &mut World) {
        self.asked.clear();
        self.answers.clear();
        if let Some(link) = self.link.take() {
            world.abandon(link);
        }
        self.lanes.iter_mut().for_each(Lane::on_disconnect);
        self.asleep = world.later(world.now, PAUSE);
    }
}

/// An id that no producer had before, the `ids`th of this one.
fn fresh(number: u8, life: u8, ids: &mut u8) -> ProducerId {
    *ids += 1;
    let mut id = [0; 16];
    id[..3].copy_from_slice(&[number, life, *ids]);
    id
}
