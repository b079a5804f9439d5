//! How large a world is, and what may go wrong in it.

use super::Safeguards;
use super::random::Random;
use super::run::Fault;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setup {
    pub(super) safeguards: Safeguards,
    pub(super) producers: usize,
    pub(super) processes: usize,
    /// All worker processes have one id.
    pub(super) same_id: bool,
    /// A process that starts again has the id that it had; otherwise a new one.
    pub(super) named: bool,
    /// Of the stream.
    pub(super) partitions: usize,
    /// Of the table.
    pub(super) table_partitions: usize,
    /// Blocks that a partition of the table remembers.
    pub(super) window: usize,
    /// Frames that are sent.
    pub(super) frames: usize,
    /// The most rows of one.
    pub(super) rows: u64,
    pub(super) batch_rows: usize,
    /// Bytes that a producer sends of a lane at a time.
    pub(super) lane_bytes: usize,
    /// In milliseconds.
    pub(super) lease: u64,
    /// How long an insert is on its way at least.
    pub(super) insert_millis: u64,
    /// How long a table thinks at least about the greatest id that it has.
    pub(super) greatest_millis: u64,
    /// How long Redis remembers a producer.
    pub(super) memory: u64,
    pub(super) always: bool,
    /// How often something goes wrong: so many times in 1,000 steps.
    pub(super) faults: u64,
    /// What goes wrong, a bit for each kind. Where not everything does, what does happens often enough to meet.
    pub(super) kinds: u32,
    pub(super) flushes: bool,
    /// Clocks jump.
    pub(super) clocks: bool,
    /// What is on its way may stay there for long.
    pub(super) holds: bool,
    /// How often Redis writes to the disk, where it does not at once: so many times in 1,000 steps.
    pub(super) persists: u64,
    /// One of so many rows is refused by the table; 0 where all are taken.
    pub(super) poison: u64,
    /// Foreign entries in the stream.
    pub(super) garbage: usize,
    /// Redis' clock shows workers multiples of this, in milliseconds: moments come again.
    pub(super) grain: u64,
}

impl Setup {
    /// A world of a seed.
    pub(super) fn of(random: &mut Random, safeguards: Safeguards) -> Self {
        // A table that forgets soon. What is promised then needs that nothing stays on its way for long and that the lease says the
        // truth, and so many inserts take more than the minute that is trusted.
        let forgetful = random.chance(1, 5);
        // A Redis that forgets, with a clock that shows the same moment again.
        let amnesic = !forgetful && random.chance(1, 4);
        let small = random.chance(1, 2);
        // What has to come together for something rare, and nothing else.
        let rare = random.chance(1, 3);
        let lapse = amnesic && rare;
        let same_id = !forgetful && random.chance(1, 8);
        Self {
            safeguards,
            producers: random.between(1, 2) as usize,
            processes: if forgetful { 2 } else { random.between(1, 3) as usize },
            same_id,
            named: random.chance(1, 3),
            partitions: if forgetful { 1 } else { random.between(1, 2) as usize },
            table_partitions: if lapse { 1 } else { random.between(1, 3) as usize },
            window: if forgetful { 8 } else { 10_000 },
            frames: random.between(2, if small { 6 } else { 24 }) as usize + if forgetful { 12 } else { 0 },
            rows: random.between(1, 5),
            batch_rows: random.between(1, if forgetful { 3 } else { 12 }) as usize,
            lane_bytes: if random.chance(1, 2) { 1 } else { 1 << 20 },
            lease: if forgetful { 600_000 } else { 10_000 },
            insert_millis: if forgetful { 10_000 } else { 0 },
            memory: 24 * 60 * 60 * 1000,
            always: if amnesic { false } else { random.chance(3, 4) },
            faults: random.pick(&[5, 20, 60, 150]).unwrap_or(20),
            kinds: match rare {
                true if forgetful => of(&[Fault::Stall]),
                true if amnesic => of(&[Fault::Redis, Fault::Rename]),
                _ if random.chance(1, 2) => u32::MAX,
                _ => (random.next() & random.next()) as u32,
            },
            flushes: !forgetful && !lapse && random.chance(1, if amnesic { 2 } else { 8 }),
            clocks: amnesic || !forgetful && random.chance(1, 3),
            grain: match amnesic {
                true if lapse => 60_000,
                true => random.pick(&[1, 100, 60_000]).unwrap_or(1),
                false => 1,
            },
            holds: !forgetful,
            persists: if lapse { 15 } else { random.pick(&[100, 15]).unwrap_or(100) },
            poison: if random.chance(1, 4) { random.pick(&[3, 11]).unwrap_or(3) } else { 0 },
            garbage: if random.chance(1, 4) { random.between(1, 2) as usize } else { 0 },
            // Longer than a lease that nobody extends. Workers with the same id take leases from each other that long.
            greatest_millis: if !same_id && random.chance(1, 4) { 15_000 } else { 0 },
        }
    }
}

fn of(faults: &[Fault]) -> u32 {
    faults.iter().map(|fault| 1 << *fault as u32).sum()
}
