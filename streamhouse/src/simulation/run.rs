//! A run: chance decides what happens, and what goes wrong; then nothing goes wrong any more, and everything must come to its end.

use super::check;
use super::random::Random;
use super::setup::Setup;
use super::world::{Action, BEGIN, Party, World};
use super::{Safeguards, content};

/// Steps after which a run that does not come to its end is said to hang.
const LONGEST: usize = 20_000;

/// How long a run may take until nothing goes wrong any more.
const ILL: std::ops::RangeInclusive<u64> = 50..=600;

/// How a run went.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) steps: usize,
    pub(super) faults: usize,
    pub(super) violation: Option<String>,
    pub(super) trace: Vec<String>,
}

/// Runs the world of a seed. The faults of these numbers are left out.
pub(super) fn run(seed: u64, safeguards: Safeguards, without: &[usize], trace: bool) -> Run {
    let mut random = Random::new(seed);
    let setup = Setup::of(&mut random, safeguards);
    let mut world = World::new(setup);
    if trace {
        world.trace = Some(vec![format!("{setup:?}")]);
    }
    world.settle();
    let mut faults = 0;
    let mut healed = u64::MAX;
    let mut persisted = 0;
    let mut ill = random.between(*ILL.start(), *ILL.end()) as usize;
    let mut steps = 0;
    let patience = 600_000 + 3 * setup.lease + 2000 * setup.insert_millis;
    while steps < LONGEST && world.oracle.violation.is_none() && world.now < healed.saturating_add(patience) {
        steps += 1;
        if steps < ill {
            let late = world.now > persisted + 2000;
            if !setup.always && (late || random.chance(setup.persists, 1000)) {
                persisted = world.now;
                world.apply(Action::Persist);
            }
            if world.oracle.frames.len() < setup.frames && random.chance(1, 8) {
                let rows = random.between(1, setup.rows);
                let producer = random.below(setup.producers as u64) as usize;
                let schema = if random.chance(1, 5) { 1 } else { 0 } % content::SCHEMAS;
                world.apply(Action::Push(producer, schema, rows));
            }
            if random.chance(setup.faults, 1000)
                && let Some(fault) = fault(&world, &mut random)
            {
                faults += 1;
                if !without.contains(&faults) {
                    world.say(|| format!("fault {faults}"));
                    world.apply(fault);
                }
            }
        } else if steps == ill {
            // Not before everything was sent.
            if world.oracle.frames.len() < setup.frames {
                ill += 50;
            } else {
                heal(&mut world);
                healed = world.now;
            }
        } else if let Some(ended) = world.processes.iter().position(|process| !process.up) {
            world.apply(Action::Start(ended));
        }
        let actions = world.actions();
        let long = random.chance(1, 40);
        match random.pick(&actions) {
            Some(action) if !long => {
                world.now += random.below(10);
                world.apply(action);
            }
            _ => {
                let Some(next) = world.next_moment() else {
                    if actions.is_empty() && steps > ill {
                        break;
                    }
                    continue;
                };
                // Sometimes more than one thing is late.
                let more = if random.chance(1, 4) { random.below(3000) } else { 0 };
                world.apply(Action::Pass(next - world.now + more));
            }
        }
        if steps > ill && check::is_drained(&world) {
            break;
        }
    }
    let violation = match check::is_drained(&world) || world.oracle.violation.is_some() {
        true => check::at_the_end(&world),
        false => Some(format!("after {steps} steps and {} s it has not come to its end", world.now / 1000)),
    };
    Run { steps, faults, violation, trace: world.trace.take().unwrap_or_default() }
}

/// Leaves out as many faults of a run that fails as can be left out; gives those that are left out.
pub(super) fn shrink(seed: u64, safeguards: Safeguards) -> Vec<usize> {
    let mut without = Vec::new();
    // Later ones first: what comes before them stays as it was.
    for fault in (1..=run(seed, safeguards, &[], false).faults).rev() {
        without.push(fault);
        if run(seed, safeguards, &without, false).violation.is_none() {
            without.pop();
        }
    }
    without
}

/// From now on nothing goes wrong.
fn heal(world: &mut World) {
    world.say(|| "from here on nothing goes wrong".into());
    world.apply(Action::StartRedis);
    world.apply(Action::StartClickHouse);
    world.apply(Action::Fill(false));
    for process in 0..world.processes.len() {
        match world.processes[process].up {
            true => world.apply(Action::Resume(process)),
            false => world.apply(Action::Start(process)),
        }
    }
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Cut,
    Hold,
    Repeat,
    Vanish,
    Lose,
    Delay,
    Again,
    Evaporate,
    Redis,
    Full,
    ClickHouse,
    /// ClickHouse, between a token and its part.
    Rename,
    Crash,
    Stall,
    Sleep,
    Retire,
    Yield,
    Clock,
    Flush,
    Producer,
}

const FAULTS: [Fault; 20] = [
    Fault::Cut,
    Fault::Hold,
    Fault::Repeat,
    Fault::Vanish,
    Fault::Lose,
    Fault::Delay,
    Fault::Again,
    Fault::Evaporate,
    Fault::Redis,
    Fault::Full,
    Fault::ClickHouse,
    Fault::Rename,
    Fault::Crash,
    Fault::Stall,
    Fault::Sleep,
    Fault::Retire,
    Fault::Yield,
    Fault::Clock,
    Fault::Flush,
    Fault::Producer,
];

/// Something that can go wrong now.
fn fault(world: &World, random: &mut Random) -> Option<Action> {
    let setup = &world.setup;
    // What is broken is mended, now and then.
    if random.chance(1, 4) {
        let mended = mend(world);
        if !mended.is_empty() {
            return random.pick(&mended);
        }
    }
    let kinds: Vec<Fault> =
        FAULTS.into_iter().filter(|fault| setup.kinds >> *fault as u32 & 1 == 1).collect();
    let kind = random.pick(&kinds)?;
    let links: Vec<usize> = (0..world.links.len()).filter(|place| world.links[*place].is_some()).collect();
    let link = random.pick(&links).and_then(|place| world.links[place].as_ref().map(|link| (place, link)));
    let places = 0..world.clickhouse.queries.len();
    let queries: Vec<usize> = places.filter(|place| world.clickhouse.queries[*place].is_some()).collect();
    let query = random.pick(&queries);
    let query = query.and_then(|place| world.clickhouse.queries[place].as_ref().map(|query| (place, query)));
    let number = random.below(setup.processes as u64) as usize;
    let process = &world.processes[number];
    let long = random.pick(&[200, 2_000, 15_000, 120_000])?;
    Some(match kind {
        Fault::Cut => link.filter(|(_, link)| link.client.is_some()).map(|(place, _)| Action::Cut(place))?,
        Fault::Hold => link.filter(|_| setup.holds).map(|(place, _)| Action::Hold(place, long))?,
        Fault::Repeat => {
            link.filter(|(_, link)| !link.requests.is_empty()).map(|(place, _)| Action::Repeat(place))?
        }
        Fault::Vanish => {
            link.filter(|(_, link)| link.client.is_none()).map(|(place, _)| Action::Vanish(place))?
        }
        Fault::Lose => {
            query.filter(|(_, query)| query.client.is_some()).map(|(place, _)| Action::Lose(place))?
        }
        Fault::Delay => query.filter(|_| setup.holds).map(|(place, _)| Action::Delay(place, long))?,
        // Of one that is in doubt: where something in between repeated a request whose first answer is trusted, a kill could
        // take rows unseen.
        Fault::Again => query
            .filter(|(_, query)| setup.holds && query.client.is_none())
            .map(|(place, _)| Action::Again(place))?,
        Fault::Evaporate => {
            let gone = |place: &usize| world.clickhouse.is_on_its_way_for_nobody(*place);
            query.map(|(place, _)| place).filter(gone).map(Action::Evaporate)?
        }
        Fault::Redis if world.redis.up => Action::KillRedis,
        Fault::Full => Action::Fill(!world.redis.full),
        Fault::ClickHouse if world.clickhouse.up => Action::KillClickHouse,
        Fault::Rename if world.clickhouse.up && world.clickhouse.is_between() => Action::KillClickHouse,
        Fault::Crash if process.up => Action::Crash(number),
        Fault::Stall => {
            // Where it matters: something has been answered, and whoever asked does not go on.
            let asked =
                match link.filter(|(_, link)| !link.replies.is_empty()).and_then(|(_, link)| link.client) {
                    Some(Party::Task(process, _) | Party::Record(process, _)) => process,
                    _ => number,
                };
            let process = &world.processes[asked];
            (process.up && !process.stalled).then_some(Action::Stall(asked))?
        }
        Fault::Sleep if setup.holds && random.chance(1, 4) => Action::Sleep(number, long),
        Fault::Retire if process.up => Action::Retire(number),
        Fault::Yield if process.up => Action::Yield(number, random.below(setup.partitions as u64) as usize),
        Fault::Clock if setup.clocks => Action::Clock(jump(world, random)?),
        Fault::Flush if setup.flushes && world.redis.up => Action::Flush,
        Fault::Producer if random.chance(1, 3) => {
            Action::CrashProducer(random.below(setup.producers as u64) as usize)
        }
        _ => return None,
    })
}

/// How far Redis' clock jumps: anywhere, or back to where it was when a batch was cut. A day forward would have it forget
/// producers, which is a condition of the promise.
fn jump(world: &World, random: &mut Random) -> Option<i64> {
    let cuts = world.oracle.cuts.len();
    let jump = if cuts > 0 && random.chance(1, 2) {
        let cut = world.oracle.cuts[random.below(cuts as u64) as usize];
        let now = (BEGIN + world.now).saturating_add_signed(world.redis.offset);
        cut as i64 - now as i64 - random.below(100) as i64
    } else {
        let millis = random.pick(&[1_000, 30_000, 3_600_000, 40_000_000])?;
        if random.chance(1, 2) { millis } else { -millis }
    };
    (world.redis.offset + jump).abs().lt(&43_000_000).then_some(jump)
}

/// What mends what is broken.
fn mend(world: &World) -> Vec<Action> {
    let mut mended = Vec::new();
    if !world.redis.up {
        mended.push(Action::StartRedis);
    }
    if !world.clickhouse.up {
        mended.push(Action::StartClickHouse);
    }
    for (number, process) in world.processes.iter().enumerate() {
        match (process.up, process.stalled) {
            (false, _) => mended.push(Action::Start(number)),
            (true, true) => mended.push(Action::Resume(number)),
            _ => {}
        }
    }
    mended
}
