//! A world: who there is, what is on its way between them, and what may happen next.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::Xxh3;

use super::check::{Frame, Oracle};
use super::clickhouse::{Ask, ClickHouse, Outcome, Stage};
use super::content;
use super::producer::Producer;
use super::redis::{Answer, Call, Redis};
use super::setup::Setup;
use super::task::Task;

/// When worlds begin, in milliseconds since 1970.
pub(super) const BEGIN: u64 = 1_800_000_000_000;

/// A moment of a world as a monotonic clock shows it.
pub(super) fn instant(millis: u64) -> Instant {
    static BASE: OnceLock<Instant> = OnceLock::new();
    *BASE.get_or_init(Instant::now) + Duration::from_millis(millis)
}

/// Who holds a connection to Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Party {
    Producer(usize),
    /// Process and partition, of its task, of what reads for it, of what records an attempt.
    Task(usize, usize),
    Reader(usize, usize),
    Record(usize, usize),
}

/// A connection. What was sent over it may reach the server long after the client has given it up.
#[derive(Debug, Clone, Hash)]
pub(super) struct Link {
    pub(super) client: Option<Party>,
    pub(super) requests: VecDeque<(usize, Call)>,
    pub(super) replies: VecDeque<Answer>,
    /// The server is gone, and what it has answered is all that will come.
    pub(super) broken: bool,
    /// Nothing moves on it before.
    pub(super) held: u64,
}

#[derive(Debug, Clone, Hash)]
pub(super) struct Process {
    pub(super) id: String,
    pub(super) up: bool,
    pub(super) stalled: bool,
    pub(super) ending: bool,
    /// How far its monotonic clock is behind: one does not go on while a machine sleeps.
    pub(super) lag: u64,
    starts: u32,
    pub(super) tasks: Vec<Option<Task>>,
}

/// What may happen; the numbers are places of links, queries, processes and producers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
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

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) setup: Setup,
    /// Since the beginning, in milliseconds.
    pub(super) now: u64,
    /// Waits are left out: nothing happens because time passes.
    pub(super) timeless: bool,
    pub(super) redis: Redis,
    pub(super) clickhouse: ClickHouse,
    pub(super) links: Vec<Option<Link>>,
    pub(super) producers: Vec<Option<Producer>>,
    pub(super) lives: Vec<u8>,
    pub(super) processes: Vec<Process>,
    pub(super) oracle: Oracle,
    pub(super) trace: Option<Vec<String>>,
}

impl World {
    pub(super) fn new(setup: Setup) -> Self {
        let mut redis = Redis::new(setup.partitions, setup.always, setup.grain);
        for number in 0..setup.garbage {
            redis.partitions[number % setup.partitions].add(content::garbage(), BEGIN);
        }
        redis.persist();
        let producers =
            (0..setup.producers).map(|number| Some(Producer::new(number as u8, 0, setup.partitions)));
        let process = |number: usize| Process {
            id: format!("w{number}"),
            up: false,
            stalled: false,
            ending: false,
            lag: 0,
            starts: 0,
            tasks: Vec::new(),
        };
        let mut world = Self {
            setup,
            now: 0,
            timeless: false,
            redis,
            clickhouse: ClickHouse::new(&setup),
            links: Vec::new(),
            producers: producers.collect(),
            lives: vec![0; setup.producers],
            processes: (0..setup.processes).map(process).collect(),
            oracle: Oracle::new(setup.garbage),
            trace: None,
        };
        (0..setup.processes).for_each(|process| world.start(process));
        world
    }

    pub(super) fn say(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} ms  {}", self.now, what()));
        }
    }

    pub(super) fn violate(&mut self, what: String) {
        self.oracle.violation.get_or_insert(what);
    }

    /// A process' monotonic clock.
    pub(super) fn local(&self, process: usize) -> u64 {
        self.now - self.processes[process].lag
    }

    /// The end of a wait that begins at `from`.
    pub(super) fn later(&self, from: u64, wait: u64) -> u64 {
        if self.timeless { from } else { from + wait }
    }

    /// A connection to Redis.
    pub(super) fn open(&mut self, client: Party) -> Option<usize> {
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

    fn add_link(&mut self, link: Link) -> usize {
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

    pub(super) fn send(&mut self, link: usize, partition: usize, call: Call) {
        if let Some(link) = &mut self.links[link] {
            link.requests.push_back((partition, call));
        }
    }

    /// The client has given up a connection.
    pub(super) fn abandon(&mut self, place: usize) {
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

    pub(super) fn query(&mut self, client: (usize, usize), ask: Ask) -> usize {
        let place = self.clickhouse.send(client, ask);
        let held = self.later(self.now, self.setup.insert_millis);
        if let Some(query) = &mut self.clickhouse.queries[place]
            && matches!(query.ask, Ask::Insert { .. })
        {
            query.held = held;
        }
        place
    }

    pub(super) fn confirm(&mut self, frame: usize) {
        self.oracle.frames[frame].confirmed = true;
        self.say(|| format!("frame {frame} is confirmed"));
    }

    /// Whether a request could run now: a read waits for something to read.
    fn runs(&self, link: &Link) -> bool {
        link.held <= self.now
            && link.requests.front().is_some_and(|(partition, call)| match call {
                Call::Read { after, until } => {
                    self.redis.partitions[*partition].last > *after || (*until <= self.now && !self.timeless)
                }
                _ => true,
            })
    }

    fn listens(&self, party: Party) -> bool {
        match party {
            Party::Producer(_) => true,
            Party::Task(process, _) | Party::Reader(process, _) | Party::Record(process, _) => {
                !self.processes[process].stalled
            }
        }
    }

    /// What goes its way without anybody's ill will.
    pub(super) fn actions(&self) -> Vec<Action> {
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
    pub(super) fn next_moment(&self) -> Option<u64> {
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

    /// Does what happens, and what the clients do then without waiting.
    pub(super) fn apply(&mut self, action: Action) {
        self.describe(action);
        match action {
            Action::Run(place) => self.run(place),
            Action::Reply(place) => self.reply(place),
            Action::Arrive(place) => self.clickhouse.arrive(place),
            Action::Progress(place) => self.progress(place),
            Action::Answer(place) => self.answer(place),
            Action::Pass(millis) => self.now += millis,
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

    fn run(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        let Some((partition, call)) = link.requests.pop_front() else { return };
        let now = BEGIN + self.now;
        let answer = self.redis.run(partition, &call, now, self.setup.safeguards);
        self.oracle.answered(partition, &call, &answer);
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

    fn reply(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        let (client, answer) = (link.client, link.replies.pop_front());
        self.deliver(client, answer);
    }

    fn cut(&mut self, place: usize) {
        let Some(link) = &mut self.links[place] else { return };
        link.replies.clear();
        let client = link.client;
        self.deliver(client, None);
    }

    fn deliver(&mut self, client: Option<Party>, answer: Option<Answer>) {
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

    fn with_task(&mut self, (process, partition): (usize, usize), f: impl FnOnce(&mut Task, &mut World)) {
        let taken = self.processes[process].tasks.get_mut(partition).and_then(Option::take);
        if let Some(mut task) = taken {
            f(&mut task, self);
            self.processes[process].tasks[partition] = Some(task);
        }
    }

    fn progress(&mut self, place: usize) {
        let rows = self.clickhouse.progress(place);
        if !rows.is_empty() {
            self.say(|| format!("    rows {rows:?} are in the table"));
            self.oracle.inserted(&rows);
        }
    }

    fn answer(&mut self, place: usize) {
        let Some(query) = self.clickhouse.queries[place].take() else { return };
        if let Stage::Done(outcome) = query.stage {
            self.say(|| format!("    {outcome:?}"));
            self.hear(query.client, place, outcome);
        }
    }

    fn hear(&mut self, client: Option<(usize, usize)>, query: usize, outcome: Outcome) {
        if let Some(place) = client {
            self.with_task(place, |task, world| task.on_query_answer(world, query, outcome));
        }
    }

    fn push(&mut self, producer: usize, schema: usize, rows: u64) {
        let from = self.oracle.rows.len() as u64;
        let number = self.oracle.frames.len();
        self.oracle.add(Frame::new(from..from + rows));
        if let Some(producer) = &mut self.producers[producer] {
            producer.push(number, schema, from..from + rows);
        }
    }

    fn kill_redis(&mut self) {
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

    fn start(&mut self, process: usize) {
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

    fn crash(&mut self, process: usize) {
        for task in std::mem::take(&mut self.processes[process].tasks).into_iter().flatten() {
            task.die(self);
        }
        self.processes[process].up = false;
        self.processes[process].stalled = false;
    }

    /// Lets everybody do what needs no answer.
    pub(super) fn settle(&mut self) {
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

    /// What distinguishes this world from others.
    pub(super) fn digest(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.now.hash(&mut hasher);
        self.redis.hash(&mut hasher);
        self.clickhouse.hash(&mut hasher);
        self.links.hash(&mut hasher);
        self.producers.hash(&mut hasher);
        self.processes.hash(&mut hasher);
        self.oracle.hash_results(&mut hasher);
        let _ = hasher.finish();
        hasher.digest128()
    }

    fn describe(&mut self, action: Action) {
        if self.trace.is_none() || matches!(action, Action::Pass(_)) {
            return;
        }
        let of = match action {
            Action::Run(place) | Action::Reply(place) | Action::Cut(place) | Action::Hold(place, _) => {
                self.links[place].as_ref().map(|link| match link.client {
                    Some(party) => format!("{party:?}"),
                    None => "a connection that was given up".into(),
                })
            }
            Action::Arrive(place) | Action::Progress(place) | Action::Answer(place) | Action::Lose(place) => {
                self.clickhouse.queries[place].as_ref().map(|query| {
                    let ask = match &query.ask {
                        Ask::Insert { query, number, rows, except, .. } => {
                            format!("insert {query} number {number} of {} rows except {except:?}", rows.len())
                        }
                        other => format!("{other:?}"),
                    };
                    format!("{ask} of {:?}, {:?}", query.client, query.stage)
                })
            }
            _ => None,
        };
        self.say(|| format!("{action:?}{}", of.map(|of| format!(" · {of}")).unwrap_or_default()));
    }
}

/// A call without the bytes of frames.
fn brief(call: &Call) -> String {
    match call {
        Call::Send { producer, sequence, frame, .. } => {
            format!("send {sequence} of {:?}: rows {:?}", &producer[..3], content::rows(frame))
        }
        other => format!("{other:?}"),
    }
}

fn brief_answer(answer: &Answer) -> String {
    match answer {
        Answer::Entries(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(id, frame)| format!("{id} rows {:?}", content::rows(frame))).collect();
            format!("{entries:?}")
        }
        other => format!("{other:?}"),
    }
}
