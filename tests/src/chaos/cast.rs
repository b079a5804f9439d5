//! The processes that play producers and workers, and their lives.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use streamhouse_stack::Process;

use super::journal::Told;
use super::network::Network;
use super::plan::Line;
use super::{Options, PRODUCERS, WORKERS, steps};

/// How long a worker may take to finish what it has cut.
const END: Duration = Duration::from_secs(30);

/// What became of a process that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Runs,
    /// It has done what it was to do.
    Done,
    /// It was killed, by itself at a step.
    Killed,
}

/// One role, played by one process after the other.
#[derive(Debug)]
pub(super) struct Actor {
    name: String,
    process: Option<Process>,
    lives: u32,
    pub(super) done: bool,
    /// Where it reads at which step it dies.
    steps: PathBuf,
    /// The step at which this life is to end, or was.
    armed: Option<&'static str>,
}

impl Actor {
    fn new(folder: &Path, name: String) -> Self {
        let steps = folder.join(format!("{name}.step"));
        Self { name, process: None, lives: 0, done: false, steps, armed: None }
    }

    fn start(&mut self, command: &Command, folder: &Path) -> Result<(), String> {
        self.disarm();
        self.armed = None;
        self.process = None;
        self.process = Some(Process::start(&self.name, command, folder).map_err(|error| error.to_string())?);
        self.lives += 1;
        Ok(())
    }

    pub(super) fn runs(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::is_running)
    }

    pub(super) fn arm(&mut self, step: &'static str, passes: u32) -> Result<(), String> {
        self.armed = Some(step);
        steps::arm(&self.steps, step, passes)
    }

    /// It is not to die at a step any more. It may just have done so.
    pub(super) fn disarm(&mut self) {
        steps::disarm(&self.steps);
    }

    /// It has died at a step: at which, asked once.
    pub(super) fn last_step(&mut self) -> Option<&'static str> {
        self.process = None;
        self.armed.take()
    }

    /// Whether it ran until now.
    pub(super) fn kill(&mut self) -> bool {
        self.disarm();
        let ran = self.runs();
        if ran {
            self.armed = None;
            self.process = None;
        }
        ran
    }

    pub(super) fn stop(&mut self) {
        if let Some(process) = &mut self.process {
            process.stop();
        }
    }

    pub(super) fn resume(&mut self) {
        if let Some(process) = &mut self.process {
            process.resume();
        }
    }

    /// An end that nobody meant is an error, with the last words.
    pub(super) fn fate(&mut self) -> Result<Fate, String> {
        let Some(process) = &mut self.process else {
            return Ok(if self.done { Fate::Done } else { Fate::Killed });
        };
        match process.ended() {
            None => Ok(Fate::Runs),
            Some(status) if status.success() => Ok(Fate::Done),
            Some(status) if status.signal() == Some(9) && self.armed.is_some() => Ok(Fate::Killed),
            Some(status) => Err(format!("{} ended with {status}:\n{}", self.name, process.log_tail())),
        }
    }
}

/// All producers and workers.
#[derive(Debug)]
pub(super) struct Cast {
    program: PathBuf,
    folder: PathBuf,
    /// Prefix in Redis and database in ClickHouse.
    name: String,
    gate: PathBuf,
    batch_rows: u64,
    send: u64,
    fsync: bool,
    goals: Vec<u64>,
    pub(super) producers: Vec<Actor>,
    pub(super) workers: Vec<Actor>,
}

impl Cast {
    pub(super) fn new(options: &Options, folder: &Path, name: &str, gate: &Path) -> Self {
        let (events, fsync) = (options.events, options.fsync);
        let actors = |count: usize, what: &str| {
            (0..count).map(|number| Actor::new(folder, format!("{what}-{number}"))).collect()
        };
        let count = PRODUCERS as u64;
        let goals = (0..count).map(|slot| events / count + u64::from(slot < events % count)).collect();
        Self {
            program: options.program.clone(),
            folder: folder.into(),
            name: name.into(),
            gate: gate.into(),
            batch_rows: (events / 200).clamp(500, 20_000),
            // Where each confirmation takes up to a second, more has to be in one.
            send: if fsync { events / 200 } else { events / 1000 }.clamp(50, 10_000),
            fsync,
            goals,
            producers: actors(PRODUCERS, "producer"),
            workers: actors(WORKERS, "worker"),
        }
    }

    /// What all lives of a producer were told.
    pub(super) fn told(&self, slot: usize) -> Result<Told, String> {
        let mut told = Told::default();
        for life in 0..self.producers[slot].lives {
            told.read(&self.journal(slot, life))?;
        }
        Ok(told)
    }

    /// Events that were confirmed, of all producers.
    pub(super) fn confirmed(&self) -> Result<u64, String> {
        (0..self.producers.len()).map(|slot| Ok(self.told(slot)?.count())).sum()
    }

    pub(super) fn start_producer(&mut self, slot: usize, network: &Network) -> Result<(), String> {
        let told = self.told(slot)?;
        let mut command = self.command(network.url(Line::Sending(slot)), None);
        command.arg("producer").arg("--version").arg((slot % 2 + 1).to_string());
        // Ids of different producers lie far apart.
        let first = told.next((slot as u64) << 40);
        for (name, number) in
            [("first", first), ("confirmed", told.count()), ("goal", self.goals[slot]), ("batch", self.send)]
        {
            command.arg(format!("--{name}")).arg(number.to_string());
        }
        let actor = &self.producers[slot];
        command.arg("--gate").arg(&self.gate).arg("--steps").arg(&actor.steps);
        command.arg("--journal").arg(self.journal(slot, actor.lives));
        self.producers[slot].start(&command, &self.folder)
    }

    pub(super) fn start_worker(&mut self, slot: usize, network: &Network) -> Result<(), String> {
        let mut command =
            self.command(network.url(Line::Leasing(slot)), Some(network.url(Line::Inserting(slot))));
        let actor = &mut self.workers[slot];
        command.arg("worker").arg("--id").arg(format!("{}-{}", actor.name, actor.lives));
        command.arg("--batch-rows").arg(self.batch_rows.to_string()).arg("--steps").arg(&actor.steps);
        actor.start(&command, &self.folder)
    }

    /// Asks all workers to end, and waits until they have.
    pub(super) fn end(&mut self) -> Result<(), String> {
        for worker in &mut self.workers {
            let Some(mut process) = worker.process.take() else { continue };
            match process.terminate(END) {
                Some(status) if status.success() => {}
                Some(status) => {
                    return Err(format!("{} ended with {status}:\n{}", worker.name, process.log_tail()));
                }
                None => return Err(format!("{} did not end:\n{}", worker.name, process.log_tail())),
            }
        }
        Ok(())
    }

    fn command(&self, redis: &str, clickhouse: Option<&str>) -> Command {
        let mut command = Command::new(&self.program);
        command.env("REDIS_URL", redis).env("STREAMHOUSE_PREFIX", &self.name);
        command.env("STREAMHOUSE_DURABILITY", if self.fsync { "fsync" } else { "reply" });
        if let Some(url) = clickhouse {
            command.env("CLICKHOUSE_URL", format!("{}/{}", url.trim_end_matches('/'), self.name));
        } else {
            command.env_remove("CLICKHOUSE_URL");
        }
        command
    }

    fn journal(&self, slot: usize, life: u32) -> PathBuf {
        self.folder.join(format!("producer-{slot}-{life}.journal"))
    }
}
