//! Worlds that go on in the same way are one: what tells them apart and cannot matter any more is taken out, and of all names that
//! workers could have had, each world gets the first.
//!
//! - The clock stands still. That a lease runs out is an event ([`World::expire`]); nothing else looks at the time.
//! - Of an epoch it counts whether it is the present one.
//! - A request that nobody waits for and that changes nothing whenever it comes is not there.
//! - Connections, queries, parts and tokens have no order, and a connection or query no number.
//! - Of a batch that nobody knows any more, the table keeps its rows and that its id was given away.
//! - Workers have names for nobody's sake.
//!
//! `explore` compares a whole search with one that does none of this.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3;

use super::redis::{Answer, Call, Data};
use super::world::{BEGIN, Link, Party, World};
use crate::worker::batch::BatchId;

/// What the present epoch is called; the ones before it are all called 0.
const PRESENT: u64 = BEGIN;

impl World {
    /// Leases run out, for Redis and for whoever holds them.
    pub(super) fn expire(&mut self) {
        self.redis.partitions.iter_mut().for_each(|data| data.expires = 0);
        for task in self.processes.iter_mut().flat_map(|process| &mut process.tasks).flatten() {
            task.expire();
        }
    }

    /// Becomes the one world that stands for all that go on in the same way, and gives what tells it from others.
    pub(super) fn canonise(&mut self) -> u128 {
        self.name_epochs();
        self.drop_the_idle();
        self.forget_batches();
        let names: Vec<usize> = (0..self.processes.len()).collect();
        let mut best: Option<(u128, Self)> = None;
        for to in permutations(&names) {
            let mut renamed = self.clone();
            renamed.rename_processes(&to);
            renamed.sort();
            let digest = renamed.digest();
            if best.as_ref().is_none_or(|(least, _)| digest < *least) {
                best = Some((digest, renamed));
            }
        }
        let Some((digest, renamed)) = best else { return self.digest() };
        *self = renamed;
        digest
    }

    fn name_epochs(&mut self) {
        for (partition, data) in self.redis.partitions.iter_mut().enumerate() {
            let Some(present) = data.epoch else { continue };
            let name = |epoch: u64| if epoch == present { PRESENT } else { 0 };
            data.epoch = Some(PRESENT);
            for link in self.links.iter_mut().flatten() {
                for (_, call) in link.requests.iter_mut().filter(|(of, _)| *of == partition) {
                    if let Call::Renew { epoch, .. }
                    | Call::Cut { epoch, .. }
                    | Call::Record { epoch, .. }
                    | Call::Finish { epoch, .. } = call
                    {
                        *epoch = name(*epoch);
                    }
                }
                if matches!(link.client, Some(Party::Task(_, of)) if of == partition) {
                    for answer in &mut link.replies {
                        if let Answer::Lease { epoch, .. } = answer {
                            *epoch = name(*epoch);
                        }
                    }
                }
            }
            for process in &mut self.processes {
                if let Some(Some(task)) = process.tasks.get_mut(partition) {
                    task.rename_epoch(name);
                }
            }
        }
    }

    /// Takes away requests without effect that nobody waits for.
    fn drop_the_idle(&mut self) {
        let safeguards = self.setup.safeguards;
        let idle = |data: &Data, call: &Call| match call {
            Call::Renew { epoch, .. } | Call::Cut { epoch, .. } | Call::Record { epoch, .. }
                if safeguards.fence && *epoch != PRESENT =>
            {
                true
            }
            Call::Finish { epoch, .. } if safeguards.fence && *epoch != PRESENT => true,
            // The cursor and the greatest id only rise, and a batch is recorded before anything else is asked for it.
            Call::Cut { before, batch, .. } => data.cursor > *before || data.batch >= Some(*batch),
            Call::Record { batch, .. } | Call::Finish { batch, .. } => !data.batches.contains_key(batch),
            Call::Send { producer, sequence, .. } => {
                safeguards.idempotent_send && data.sequence(producer) >= *sequence
            }
            _ => false,
        };
        for place in &mut self.links {
            let Some(link) = place else { continue };
            if link.client.is_none() {
                link.requests.retain(|(partition, call)| !idle(&self.redis.partitions[*partition], call));
                if link.requests.is_empty() {
                    *place = None;
                }
            }
        }
    }

    /// Lets the table forget how batches came to be that are known to it alone. Of one that is to be cut it knows nothing: another one
    /// with its id would be refused.
    fn forget_batches(&mut self) {
        let mut known: BTreeSet<BatchId> =
            self.redis.partitions.iter().flat_map(|data| data.batches.keys()).copied().collect();
        for link in self.links.iter().flatten() {
            for (_, call) in &link.requests {
                if let Call::Record { batch, .. } | Call::Finish { batch, .. } = call {
                    known.insert(*batch);
                }
            }
            for answer in &link.replies {
                if let Answer::Lease { batches, .. } = answer {
                    known.extend(batches.keys());
                }
            }
        }
        for task in self.processes.iter().flat_map(|process| &process.tasks).flatten() {
            task.know(&mut known);
        }
        self.clickhouse.forget_but(&known);
    }

    /// Process `n` is from now on the `to[n]`th.
    fn rename_processes(&mut self, to: &[usize]) {
        let names: Vec<String> = self.processes.iter().map(|process| process.id.clone()).collect();
        let rename = |name: &mut String| {
            if let Some(old) = names.iter().position(|known| known == name) {
                name.clone_from(&names[to[old]]);
            }
        };
        let mut renamed: Vec<_> = self.processes.drain(..).zip(to).collect();
        renamed.sort_by_key(|(_, to)| **to);
        self.processes = renamed.into_iter().map(|(process, _)| process).collect();
        for (number, process) in self.processes.iter_mut().enumerate() {
            rename(&mut process.id);
            process.tasks.iter_mut().flatten().for_each(|task| task.move_to(number));
        }
        self.redis.partitions.iter_mut().for_each(|data| rename(&mut data.owner));
        for link in self.links.iter_mut().flatten() {
            if let Some(Party::Task(process, _) | Party::Reader(process, _) | Party::Record(process, _)) =
                &mut link.client
            {
                *process = to[*process];
            }
            for (_, call) in &mut link.requests {
                if let Call::Acquire { worker, .. } = call {
                    rename(worker);
                }
            }
            for answer in &mut link.replies {
                if let Answer::Held { owner, .. } = answer {
                    rename(owner);
                }
            }
        }
        for query in self.clickhouse.queries.iter_mut().flatten() {
            if let Some((process, _)) = &mut query.client {
                *process = to[*process];
            }
        }
    }

    /// Puts what has no order into one, without holes.
    fn sort(&mut self) {
        let links = order(&self.links, |link: &Link| (link.client, hash(link)));
        let queries = order(&self.clickhouse.queries, |query| (query.client, hash(query)));
        for process in &mut self.processes {
            process.starts = 0;
            process.tasks.iter_mut().flatten().for_each(|task| task.renumber(&links, &queries));
        }
        for producer in self.producers.iter_mut().flatten() {
            producer.renumber(&links);
        }
        arrange(&mut self.links, &links);
        arrange(&mut self.clickhouse.queries, &queries);
        self.clickhouse.sort();
    }
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = Xxh3::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// For each place the one that its content goes to.
fn order<T, K: Ord>(places: &[Option<T>], key: impl Fn(&T) -> K) -> Vec<usize> {
    let mut sorted: Vec<_> = places
        .iter()
        .enumerate()
        .filter_map(|(place, content)| Some((key(content.as_ref()?), place)))
        .collect();
    sorted.sort();
    let mut to = vec![usize::MAX; places.len()];
    for (new, (_, old)) in sorted.into_iter().enumerate() {
        to[old] = new;
    }
    to
}

fn arrange<T>(places: &mut Vec<Option<T>>, to: &[usize]) {
    let mut filled: Vec<_> = places.drain(..).zip(to).filter(|(content, _)| content.is_some()).collect();
    filled.sort_by_key(|(_, to)| **to);
    places.extend(filled.into_iter().map(|(content, _)| content));
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for shorter in permutations(rest) {
        for place in 0..=shorter.len() {
            let mut longer = shorter.clone();
            longer.insert(place, *first);
            all.push(longer);
        }
    }
    all
}
