//! Doing what the plan says, and what has to follow: whoever is killed comes back, whoever is stopped goes on, what was cut heals.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::cast::{Actor, Cast, Fate};
use super::network::Network;
use super::place::Place;
use super::plan::{Action, Line, Planned, Target};
use super::recovery::Recoveries;

/// How long a process may take to come to the step at which it is to die.
const STEP: Duration = Duration::from_secs(3);
/// How long nobody may take a dead worker's partitions over.
const TAKEN_OVER: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(5);

/// What follows later.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Later {
    Start(Target),
    Resume(Target),
    Heal(Line),
}

/// What was done so far.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) kills: BTreeMap<&'static str, u64>,
    pub(super) steps: BTreeMap<&'static str, u64>,
    pub(super) faults: BTreeMap<&'static str, u64>,
    pub(super) stops: u64,
}

/// Everything that runs.
pub(super) struct Stage {
    pub(super) place: Place,
    pub(super) network: Network,
    pub(super) cast: Cast,
    pub(super) counts: Counts,
    pub(super) recoveries: Recoveries,
    later: Vec<(Instant, Later)>,
    /// Redis and ClickHouse, where they are down.
    down: Vec<Target>,
}

impl Stage {
    pub(super) fn new(place: Place, network: Network, cast: Cast) -> Result<Self, String> {
        let recoveries = Recoveries::new(place.stack.folder())?;
        Ok(Self {
            place,
            network,
            cast,
            counts: Counts::default(),
            recoveries,
            later: Vec::new(),
            down: Vec::new(),
        })
    }

    /// Does what is due, and looks after the processes.
    pub(super) fn tend(&mut self) -> Result<(), String> {
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) = self.later.drain(..).partition(|(at, _)| *at <= now);
        self.later = later;
        for (_, later) in due {
            self.follow(later)?;
        }
        for target in targets(&self.cast) {
            let Some(actor) = actor(&mut self.cast, target) else { continue };
            match actor.fate()? {
                Fate::Runs => {}
                Fate::Done => actor.done = true,
                Fate::Killed => {
                    let waits = self.later.iter().any(|(_, later)| *later == Later::Start(target));
                    if let Some(step) = actor.last_step() {
                        *self.counts.steps.entry(step).or_default() += 1;
                        *self.counts.kills.entry(name(target)).or_default() += 1;
                    }
                    if !waits {
                        self.start(target)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn pause(&mut self, time: Duration) -> Result<(), String> {
        let until = Instant::now() + time;
        self.wait(until, |_| Ok(false)).map(drop)
    }

    /// Looks after everything until something is so; whether it came to that in time.
    pub(super) fn wait(
        &mut self,
        until: Instant,
        mut is: impl FnMut(&mut Self) -> Result<bool, String>,
    ) -> Result<bool, String> {
        loop {
            self.tend()?;
            if is(self)? {
                return Ok(true);
            }
            if Instant::now() >= until {
                return Ok(false);
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Brings everything back that is away.
    pub(super) fn calm(&mut self) -> Result<(), String> {
        for (_, later) in std::mem::take(&mut self.later) {
            self.follow(later)?;
        }
        for target in targets(&self.cast) {
            if let Some(actor) = actor(&mut self.cast, target) {
                actor.disarm();
            }
        }
        self.tend()
    }

    /// Does it. `more` lets producers go on while somebody is away.
    pub(super) fn act(
        &mut self,
        planned: Planned,
        more: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<(), String> {
        if planned.calm {
            self.calm()?;
        }
        self.pause(planned.after)?;
        let mut restarted = Target::Worker(0);
        match planned.action {
            Action::Kill { target, down } => {
                self.kill(target)?;
                more()?;
                if planned.calm {
                    std::thread::sleep(down);
                    self.start(target)?;
                } else {
                    self.later.push((Instant::now() + down, Later::Start(target)));
                }
                restarted = target;
            }
            Action::Step { target, step, passes } => {
                let before = self.deaths();
                if let Some(actor) = actor(&mut self.cast, target) {
                    actor.arm(step, passes)?;
                }
                more()?;
                let died = self.wait(Instant::now() + STEP, |stage| Ok(stage.deaths() > before))?;
                if !died {
                    self.kill(target)?;
                    self.start(target)?;
                }
                restarted = target;
            }
            Action::TakeOver { victim, step } => self.take_over(victim, step, more)?,
            Action::Stop { target, lasts } => {
                self.bring_back(target)?;
                self.signal(target, true)?;
                self.counts.stops += 1;
                more()?;
                self.later.push((Instant::now() + lasts, Later::Resume(target)));
            }
            Action::Fault { line, fault, lasts } => {
                self.network.begin(line, fault);
                *self.counts.faults.entry(fault.name()).or_default() += 1;
                more()?;
                self.later.push((Instant::now() + lasts, Later::Heal(line)));
            }
        }
        if planned.calm && !matches!(restarted, Target::Producer(_)) {
            self.recoveries.measure(&mut self.place, name(restarted))?;
        }
        Ok(())
    }

    /// A worker dies with a batch cut and not inserted, and is away until another one has come to the step.
    fn take_over(
        &mut self,
        victim: usize,
        step: &'static str,
        more: &mut dyn FnMut() -> Result<(), String>,
    ) -> Result<(), String> {
        let before = self.deaths();
        for (slot, worker) in self.cast.workers.iter_mut().enumerate() {
            worker.arm(if slot == victim { "cut" } else { step }, 0)?;
        }
        more()?;
        // Not to be started until somebody else has taken over.
        let target = Target::Worker(victim);
        self.later.push((Instant::now() + STEP + TAKEN_OVER, Later::Start(target)));
        let both = before + 2;
        self.wait(Instant::now() + TAKEN_OVER, |stage| Ok(stage.deaths() >= both))?;
        self.later.retain(|(_, later)| *later != Later::Start(target));
        for worker in &mut self.cast.workers {
            worker.disarm();
        }
        if self.deaths() == before {
            self.kill(target)?;
        }
        self.tend()
    }

    fn deaths(&self) -> u64 {
        self.counts.steps.values().sum()
    }

    fn kill(&mut self, target: Target) -> Result<(), String> {
        self.bring_back(target)?;
        let wrong = |error: streamhouse_stack::StackError| error.to_string();
        match target {
            Target::Redis => self.place.stack.redis().map_err(wrong)?.kill(),
            Target::ClickHouse => self.place.stack.clickhouse().map_err(wrong)?.kill(),
            other => {
                let Some(actor) = actor(&mut self.cast, other) else { return Ok(()) };
                if actor.done || !actor.kill() {
                    return Ok(());
                }
            }
        }
        if matches!(target, Target::Redis | Target::ClickHouse) {
            self.down.push(target);
        }
        *self.counts.kills.entry(name(target)).or_default() += 1;
        Ok(())
    }

    /// What is to be killed or stopped has to run.
    fn bring_back(&mut self, target: Target) -> Result<(), String> {
        let (now, later): (Vec<_>, Vec<_>) = self
            .later
            .drain(..)
            .partition(|(_, later)| [Later::Start(target), Later::Resume(target)].contains(later));
        self.later = later;
        now.into_iter().try_for_each(|(_, later)| self.follow(later))
    }

    fn follow(&mut self, later: Later) -> Result<(), String> {
        match later {
            Later::Start(target) => self.start(target),
            Later::Resume(target) => self.signal(target, false),
            Later::Heal(line) => self.network.heal(line),
        }
    }

    fn start(&mut self, target: Target) -> Result<(), String> {
        let wrong = |error: streamhouse_stack::StackError| error.to_string();
        match target {
            Target::Redis | Target::ClickHouse if !self.down.contains(&target) => return Ok(()),
            Target::Redis => self.place.stack.redis().map_err(wrong)?.restart().map_err(wrong)?,
            Target::ClickHouse => self.place.stack.clickhouse().map_err(wrong)?.restart().map_err(wrong)?,
            other => {
                let Some(actor) = actor(&mut self.cast, other) else { return Ok(()) };
                if actor.done || actor.runs() {
                    return Ok(());
                }
                match other {
                    Target::Producer(slot) => self.cast.start_producer(slot, &self.network)?,
                    Target::Worker(slot) => self.cast.start_worker(slot, &self.network)?,
                    Target::Redis | Target::ClickHouse => {}
                }
            }
        }
        self.down.retain(|down| *down != target);
        Ok(())
    }

    fn signal(&mut self, target: Target, stop: bool) -> Result<(), String> {
        let wrong = |error: streamhouse_stack::StackError| error.to_string();
        if target == Target::Redis {
            self.place.redis_stopped = stop;
        }
        match (target, stop) {
            (Target::Redis, true) => self.place.stack.redis().map_err(wrong)?.stop(),
            (Target::Redis, false) => self.place.stack.redis().map_err(wrong)?.resume(),
            (Target::ClickHouse, true) => self.place.stack.clickhouse().map_err(wrong)?.stop(),
            (Target::ClickHouse, false) => self.place.stack.clickhouse().map_err(wrong)?.resume(),
            (other, stop) => match actor(&mut self.cast, other) {
                Some(actor) if stop => actor.stop(),
                Some(actor) => actor.resume(),
                None => {}
            },
        }
        Ok(())
    }
}

fn actor(cast: &mut Cast, target: Target) -> Option<&mut Actor> {
    match target {
        Target::Producer(slot) => cast.producers.get_mut(slot),
        Target::Worker(slot) => cast.workers.get_mut(slot),
        Target::Redis | Target::ClickHouse => None,
    }
}

fn targets(cast: &Cast) -> Vec<Target> {
    let producers = (0..cast.producers.len()).map(Target::Producer);
    producers.chain((0..cast.workers.len()).map(Target::Worker)).collect()
}

fn name(target: Target) -> &'static str {
    match target {
        Target::Producer(_) => "producer",
        Target::Worker(_) => "worker",
        Target::Redis => "redis",
        Target::ClickHouse => "clickhouse",
    }
}
