//! What may happen.

use super::super::clickhouse::Stage;
use super::super::producer::Producer;
use super::super::redis::Call;
use super::World;

/// What may happen; the numbers are places of links, queries, processes and producers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulation) enum Action {
    /// Redis runs the first request of a connection.
    Run(usize),
    /// The first answer reaches the client, or that there will be none.
    Reply(usize),
    /// A query reaches ClickHouse.
    Arrive(usize),
    /// ClickHouse does the next step of an insert.
    Progress(usize),
    /// The answer of ClickHouse reaches the worker.
    Answer(usize),
    /// Time passes, in milliseconds.
    Pass(u64),
    /// Leases run out, and the clock stands still all the same.
    Expire,
    /// The application sends a frame: the producer, the schema, the rows.
    Push(usize, usize, u64),

    /// The client finds a connection broken; what it sent may still arrive.
    Cut(usize),
    /// What is on a connection waits so long.
    Hold(usize, u64),
    /// The first request of a connection is there twice.
    Repeat(usize),
    /// What a client that is gone has sent never arrives.
    Vanish(usize),
    /// The worker does not learn what becomes of a query.
    Lose(usize),
    Delay(usize, u64),
    Again(usize),
    Evaporate(usize),
    Persist,
    KillRedis,
    StartRedis,
    Flush,
    /// Redis' clock jumps.
    Clock(i64),
    Fill(bool),
    KillClickHouse,
    StartClickHouse,
    Crash(usize),
    Start(usize),
    Stall(usize),
    Resume(usize),
    /// A machine sleeps, and its clock with it.
    Sleep(usize, u64),
    Retire(usize),
    Yield(usize, usize),
    CrashProducer(usize),
}

impl World {
    /// What goes its way without anybody's ill will.
    pub(in crate::simulation) fn actions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        for (place, link) in self.links.iter().enumerate() {
            let Some(link) = link else { continue };
            if self.redis.up && !link.broken && self.runs(link) {
                actions.push(Action::Run(place));
            }
            let heard = link.client.is_some_and(|client| self.listens(client)) && link.held <= self.now;
            if heard && (link.broken || !link.replies.is_empty()) {
                actions.push(Action::Reply(place));
            }
        }
        for (place, query) in self.clickhouse.queries.iter().enumerate() {
            let Some(query) = query else { continue };
            match &query.stage {
                Stage::Sent if query.held <= self.now => actions.push(Action::Arrive(place)),
                Stage::Sent => {}
                Stage::Running(_) => actions.push(Action::Progress(place)),
                Stage::Done(_) => {
                    if query.client.is_some_and(|(process, _)| !self.processes[process].stalled) {
                        actions.push(Action::Answer(place));
                    }
                }
            }
        }
        actions
    }

    /// The next moment at which something can happen that cannot happen now.
    pub(in crate::simulation) fn next_moment(&self) -> Option<u64> {
        let producers = self.producers.iter().flatten().filter_map(Producer::wakes);
        let processes = self.processes.iter().filter(|process| process.up && !process.stalled);
        let tasks = processes.flat_map(|process| {
            let local = self.now - process.lag;
            let wakes = process.tasks.iter().flatten().filter_map(move |task| task.wakes(local));
            wakes.map(|wakes| wakes + process.lag)
        });
        let links = self.links.iter().flatten().flat_map(|link| {
            let read = link.requests.front().and_then(|(_, call)| match call {
                Call::Read { until, .. } => Some(*until),
                _ => None,
            });
            [Some(link.held), read].into_iter().flatten()
        });
        let queries = self.clickhouse.queries.iter().flatten().map(|query| query.held);
        let all = producers.chain(tasks).chain(links).chain(queries);
        all.filter(|moment| *moment > self.now).min()
    }
}
