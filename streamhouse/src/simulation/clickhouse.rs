//! ClickHouse: a table of several partitions that remembers its latest inserts, with what FACTS of the engine say of kills.
//!
//! - An insert becomes a part for each partition, one after the other. A part is there whole or not at all; a kill leaves the parts
//!   that are there.
//! - Of each part the token is recorded before the part is in its place: a kill in between leaves a token without rows.
//! - A partition remembers the tokens of its latest parts only.
//! - A query is refused while another of its id runs. It goes on without its client.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::setup::Setup;
use crate::worker::batch::BatchId;

/// What a worker asks, as it is on its way, runs, or is answered.
#[derive(Debug, Clone, Hash)]
pub(super) struct Query {
    /// The task that waits: process and partition of the stream.
    pub(super) client: Option<(usize, usize)>,
    pub(super) ask: Ask,
    pub(super) stage: Stage,
    /// It does not arrive before.
    pub(super) held: u64,
}

#[derive(Debug, Clone, Hash)]
pub(super) enum Ask {
    Insert {
        id: BatchId,
        query: Arc<str>,
        number: u32,
        rows: Arc<[u64]>,
        except: Vec<String>,
    },
    Count {
        id: BatchId,
    },
    /// Counts under the query id of the insert.
    Verify {
        id: BatchId,
        query: Arc<str>,
    },
    /// The greatest id that there is of this partition of the stream.
    Greatest {
        partition: usize,
    },
}

#[derive(Debug, Clone, Hash)]
pub(super) enum Stage {
    Sent,
    /// So many steps are done.
    Running(usize),
    Done(Outcome),
}

#[derive(Debug, Clone, Hash)]
pub(super) enum Outcome {
    Accepted,
    /// There is a row in it that the table does not take.
    Refused,
    Counted(Vec<(String, u64)>),
    Greatest(BatchId),
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Part {
    batch: BatchId,
    rows: Vec<u64>,
}

#[derive(Debug, Clone, Hash, Default)]
struct Partition {
    parts: Vec<Part>,
    tokens: VecDeque<Token>,
}

/// Of the insert with this id: its query id, the number of the token, the block.
type Token = (BatchId, Arc<str>, u32, usize);

#[derive(Debug, Clone, Hash)]
pub(super) struct ClickHouse {
    pub(super) up: bool,
    window: usize,
    /// Blocks of an insert; more than one where the safeguard is off.
    blocks: usize,
    /// One of so many rows is refused; 0 where all are taken.
    poison: u64,
    partitions: Vec<Partition>,
    pub(super) queries: Vec<Option<Query>>,
}

impl ClickHouse {
    pub(super) fn new(setup: &Setup) -> Self {
        let blocks = if setup.safeguards.single_block { 1 } else { 2 };
        let partitions = vec![Partition::default(); setup.table_partitions];
        Self { up: true, window: setup.window, blocks, poison: setup.poison, partitions, queries: Vec::new() }
    }

    /// A query sets out; gives its place.
    pub(super) fn send(&mut self, client: (usize, usize), ask: Ask) -> usize {
        let query = Some(Query { client: Some(client), ask, stage: Stage::Sent, held: 0 });
        match self.queries.iter().position(Option::is_none) {
            Some(free) => {
                self.queries[free] = query;
                free
            }
            None => {
                self.queries.push(query);
                self.queries.len() - 1
            }
        }
    }

    /// A query reaches the server.
    pub(super) fn arrive(&mut self, place: usize) {
        let Some(query) = &self.queries[place] else { return };
        let stage = match &query.ask {
            _ if !self.up => Stage::Done(Outcome::Failed),
            Ask::Insert { query: name, .. } if self.runs(name) => Stage::Done(Outcome::Failed),
            Ask::Insert { rows, except, .. } if rows.iter().any(|row| self.refuses(*row, except)) => {
                Stage::Done(Outcome::Refused)
            }
            Ask::Insert { .. } => Stage::Running(0),
            Ask::Verify { query: name, .. } if self.runs(name) => Stage::Done(Outcome::Failed),
            Ask::Verify { id, .. } => Stage::Done(Outcome::Counted(self.count(*id))),
            Ask::Count { id } => Stage::Done(Outcome::Counted(self.count(*id))),
            Ask::Greatest { partition } => {
                let own = |part: &&Part| part.batch.0 >> 12 & 0x3FF == *partition as u64;
                let parts = self.partitions.iter().flat_map(|partition| &partition.parts).filter(own);
                Stage::Done(Outcome::Greatest(parts.map(|part| part.batch).max().unwrap_or(BatchId(0))))
            }
        };
        self.set(place, stage);
    }

    fn refuses(&self, row: u64, except: &[String]) -> bool {
        let partition = row as usize % self.partitions.len();
        self.is_poison(row) && !except.contains(&partition.to_string())
    }

    pub(super) fn is_poison(&self, row: u64) -> bool {
        self.poison > 0 && row % self.poison == self.poison - 1
    }

    fn runs(&self, name: &str) -> bool {
        self.queries.iter().flatten().any(|query| {
            matches!((&query.ask, &query.stage), (Ask::Insert { query, .. }, Stage::Running(_)) if &**query == name)
        })
    }

    fn count(&self, id: BatchId) -> Vec<(String, u64)> {
        let of = |partition: &Partition| {
            partition.parts.iter().filter(|part| part.batch == id).map(|part| part.rows.len() as u64).sum()
        };
        (0..)
            .map(|name: usize| name.to_string())
            .zip(self.partitions.iter().map(of))
            .filter(|(_, n)| *n > 0)
            .collect()
    }

    /// A running insert does its next step; gives the rows that are in the table since.
    pub(super) fn progress(&mut self, place: usize) -> Vec<u64> {
        let Some(Query {
            ask: Ask::Insert { id, query, number, rows, except },
            stage: Stage::Running(done),
            ..
        }) = self.queries[place].clone()
        else {
            return Vec::new();
        };
        let (mut at, count) = (done, self.partitions.len());
        while at < 2 * self.blocks * count {
            let (block, partition) = (at / 2 / count, at / 2 % count);
            let wanted = |(index, row): &(usize, &u64)| {
                (**row % count as u64) as usize == partition && index * self.blocks / rows.len() == block
            };
            let own: Vec<u64> = rows.iter().enumerate().filter(wanted).map(|(_, row)| *row).collect();
            let token = (id, Arc::clone(&query), number, block);
            let table = &mut self.partitions[partition];
            let known = table.tokens.contains(&token);
            if at.is_multiple_of(2) && (own.is_empty() || except.contains(&partition.to_string()) || known) {
                at += 2;
                continue;
            }
            if at.is_multiple_of(2) {
                table.tokens.push_back(token);
                if table.tokens.len() > self.window {
                    table.tokens.pop_front();
                }
                self.set(place, Stage::Running(at + 1));
                return Vec::new();
            }
            table.parts.push(Part { batch: id, rows: own.clone() });
            self.set(place, Stage::Running(at + 1));
            return own;
        }
        self.set(place, Stage::Done(Outcome::Accepted));
        Vec::new()
    }

    fn set(&mut self, place: usize, stage: Stage) {
        if let Some(query) = &mut self.queries[place] {
            query.stage = stage;
            if query.client.is_none() && matches!(query.stage, Stage::Done(_)) {
                self.queries[place] = None;
            }
        }
    }

    /// Nobody waits for the answer any more; the query goes its way.
    pub(super) fn abandon(&mut self, place: usize) {
        if let Some(query) = &mut self.queries[place] {
            query.client = None;
            // Whoever only asks changes nothing.
            if matches!(query.stage, Stage::Done(_)) || !matches!(query.ask, Ask::Insert { .. }) {
                self.queries[place] = None;
            }
        }
    }

    /// Killed: what runs ends where it is.
    pub(super) fn kill(&mut self) {
        self.up = false;
        for place in 0..self.queries.len() {
            if self.queries[place].as_ref().is_some_and(|query| matches!(query.stage, Stage::Running(_))) {
                self.set(place, Stage::Done(Outcome::Failed));
            }
        }
    }

    /// Whether a token is recorded whose part is not in its place.
    pub(super) fn is_between(&self) -> bool {
        let between = |query: &Query| matches!(query.stage, Stage::Running(done) if done % 2 == 1);
        self.queries.iter().flatten().any(between)
    }

    /// Whether a query has not arrived, and nobody waits for its answer.
    pub(super) fn is_on_its_way_for_nobody(&self, place: usize) -> bool {
        let gone = |query: &Query| query.client.is_none() && matches!(query.stage, Stage::Sent);
        self.queries[place].as_ref().is_some_and(gone)
    }

    /// Of batches that nobody else knows only the rows stay, and the greatest id.
    pub(super) fn forget_but(&mut self, known: &BTreeSet<BatchId>) {
        let asked = |query: &Query| match &query.ask {
            Ask::Insert { id, .. } | Ask::Count { id } | Ask::Verify { id, .. } => Some(*id),
            Ask::Greatest { .. } => None,
        };
        let asked: BTreeSet<BatchId> = self.queries.iter().flatten().filter_map(asked).collect();
        let known = |id: &BatchId| known.contains(id) || asked.contains(id);
        for partition in &mut self.partitions {
            partition.tokens.retain(|token| known(&token.0));
            let forgotten: Vec<Part> = partition.parts.extract_if(.., |part| !known(&part.batch)).collect();
            if let Some(batch) = forgotten.iter().map(|part| part.batch).max() {
                let mut rows: Vec<u64> = forgotten.into_iter().flat_map(|part| part.rows).collect();
                rows.sort_unstable();
                partition.parts.push(Part { batch, rows });
            }
        }
    }

    /// Puts what has no order into one.
    pub(super) fn sort(&mut self) {
        for partition in &mut self.partitions {
            partition.parts.sort_unstable();
            partition.tokens.make_contiguous().sort_unstable();
        }
    }

    /// How often each row is in the table.
    pub(super) fn times(&self, rows: usize) -> Vec<u8> {
        let mut times = vec![0; rows];
        let parts = self.partitions.iter().flat_map(|partition| &partition.parts);
        parts.flat_map(|part| &part.rows).for_each(|row| times[*row as usize] += 1);
        times
    }
}
