//! The run: servers, processes, the plan, the end, the reckoning.

use std::time::{Duration, Instant};

use super::cast::Cast;
use super::check;
use super::disturb::Stage;
use super::events;
use super::gate::Gate;
use super::network::Network;
use super::place::{NAME, Place};
use super::plan::plan;
use super::report::Report;
use super::{Options, PARTITIONS, PRODUCERS, recovery_limit};

/// How long nothing may move before the run is given up.
const STUCK: Duration = Duration::from_secs(90);
/// Entries of the stream above which producers are not let on: Redis' memory is no part of the trial.
const BACKLOG: u64 = 800;

/// Runs it; an error says what kept it from coming to an end. `progress` is told how many events are confirmed.
pub fn run(options: &Options, progress: impl Fn(u64)) -> Result<Report, String> {
    let begun = Instant::now();
    let mut place = Place::start(options)?;
    let redis = place.version()?;
    let folder = place.stack.folder().to_path_buf();
    let mut config = streamhouse::Config::new(&place.stack.redis_url(), &place.stack.clickhouse_url())
        .map_err(|error| error.to_string())?;
    config.redis.prefix = NAME.into();
    config.clickhouse.database = NAME.into();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(events::migrate(&config))?;
    drop(runtime);
    let memory_before = place.memory()?;

    let network = Network::before(&place.stack.redis_url(), &place.stack.clickhouse_url())?;
    let mut gate = Gate::new(folder.join("gate"))?;
    let cast = Cast::new(options, &folder, NAME, gate.path());
    let mut stage = Stage::new(place, network, cast)?;
    stage.tend()?;

    let planned = plan(options.seed, options.kills, options.faults, options.spare_clickhouse);
    let portions = planned.len() as u64 + 1;
    // Up to which event of each producer the gate is open after so many portions and a half more.
    let share = |portion: u64, halves: u64| {
        let each = options.events.div_ceil(PRODUCERS as u64);
        (u128::from(each) * u128::from(2 * portion + halves) / u128::from(2 * portions)) as u64
    };
    let mut peak = 0;
    for (portion, planned) in (0..).zip(planned) {
        gate.open(share(portion, 1))?;
        let confirmed = options.events * portion / portions;
        move_on(&mut stage, &progress, &mut peak, |stage| Ok(stage.cast.confirmed()? >= confirmed))?;
        stage.act(planned, &mut || gate.open(share(portion, 2)))?;
        gate.open(share(portion, 2))?;
    }
    stage.calm()?;
    gate.open(options.events)?;
    move_on(&mut stage, &progress, &mut peak, |stage| {
        Ok(stage.cast.producers.iter().all(|producer| producer.done))
    })?;
    move_on(&mut stage, &progress, &mut peak, |stage| {
        Ok(stage.place.partitions()?.iter().all(|partition| partition.waiting == 0 && partition.batches == 0))
    })?;
    stage.cast.end()?;
    let Stage { place, cast, counts, recoveries, .. } = &mut stage;
    recoveries.write(&folder.join("recoveries.tsv"))?;
    let found = check::check(place, cast)?;
    let left = place.partitions()?;
    if left.len() != usize::from(PARTITIONS) {
        return Err("Redis has other partitions than were made".into());
    }
    let sum = |value: fn(&super::place::Seen) -> u64| left.iter().map(value).sum::<u64>();
    Ok(Report {
        confirmed: found.confirmed,
        rows: found.rows,
        distinct: found.distinct,
        lost: found.confirmed.saturating_sub(found.distinct),
        duplicated: found.duplicated,
        kills: counts.kills.values().sum(),
        faults: counts.faults.values().sum(),
        pending: sum(|partition| partition.waiting + partition.batches),
        leases: sum(|partition| u64::from(partition.leased)),
        seconds: begun.elapsed().as_secs_f64(),
        unconfirmed: found.unconfirmed,
        unconfirmed_rows: found.unconfirmed_rows,
        foreign: found.foreign,
        wrong: found.wrong,
        keys_differ: found.keys_differ,
        view_differs: found.view_differs,
        view_missing: found.view_missing,
        view_doubled: found.view_doubled,
        dead: sum(|partition| partition.dead),
        stops: counts.stops,
        killed: counts.kills.clone(),
        steps: counts.steps.clone(),
        broken: counts.faults.clone(),
        recoveries: recoveries.times.len() as u64,
        recovery_median_seconds: recoveries.median().as_secs_f64(),
        recovery_seconds: recoveries.longest().took.as_secs_f64(),
        recovery_own_seconds: recoveries.longest_own().as_secs_f64(),
        recovery_limit: recovery_limit(options.fsync).as_secs_f64(),
        recoveries_late: recoveries.above(recovery_limit(options.fsync)),
        slowest: recoveries.longest().whose.into(),
        memory_before,
        memory_peak: peak,
        memory_after: place.memory()?,
        redis,
        durability: if options.fsync { "fsync" } else { "reply" },
        seed: options.seed,
    })
}

/// Looks after everything until something is so, and backlog and producers agree.
fn move_on(
    stage: &mut Stage,
    progress: &impl Fn(u64),
    peak: &mut u64,
    mut is: impl FnMut(&mut Stage) -> Result<bool, String>,
) -> Result<(), String> {
    let (mut before, mut moved) = (None, Instant::now());
    loop {
        // Where Redis is away there is nothing to be seen.
        let seen = stage.place.partitions().ok();
        let confirmed = stage.cast.confirmed()?;
        progress(confirmed);
        if let Ok(memory) = stage.place.memory() {
            *peak = memory.max(*peak);
        }
        let waiting: u64 = seen.iter().flatten().map(|partition| partition.waiting).sum();
        if waiting < BACKLOG && stage.wait(Instant::now(), &mut is)? {
            return Ok(());
        }
        if before.as_ref() != Some(&(confirmed, seen.clone())) {
            (before, moved) = (Some((confirmed, seen)), Instant::now());
        }
        if moved.elapsed() > STUCK {
            return Err(format!("nothing moves for {STUCK:?}: {before:?}"));
        }
        stage.pause(Duration::from_millis(20))?;
    }
}
