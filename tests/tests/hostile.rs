//! Hostile bytes, as many as every change has to stand: no reader panics, or takes more memory than is declared. `fuzz/` looks for more.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};
use streamhouse_tests::hostile::{Mutator, TARGETS, Target, target};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Changed inputs for each reader.
const INPUTS: usize = 20_000;
/// The longest that an input of at most 64 KiB may take of a processor, without optimisation.
const LONGEST: Duration = Duration::from_secs(1);

/// One at a time: the memory of others would be counted too.
static ALONE: Mutex<()> = Mutex::new(());

/// How long this thread has worked.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn read(target: &Target, input: &[u8]) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let begun = worked();
    (target.read)(input);
    let (took, peak) = (worked().saturating_sub(begun), MEMORY.peak_usage().saturating_sub(before));
    let limit = target.limit(input.len());
    assert!(
        peak <= limit,
        "{}: {peak} bytes for an input of {}, which may take {limit}",
        target.name,
        input.len()
    );
    assert!(took <= LONGEST, "{}: {took:?} for an input of {} bytes", target.name, input.len());
}

fn stands(name: &str) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let target = target(name).expect("a reader");
    let mut inputs = (target.seeds)();
    let regressions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/regressions").join(name);
    for entry in fs::read_dir(&regressions).into_iter().flatten() {
        inputs.push(fs::read(entry.expect("a file").path()).expect("an input"));
    }
    for input in &inputs {
        read(target, input);
    }
    let mut mutator = Mutator::new(1, inputs, target.words);
    for number in 0..INPUTS {
        let input = mutator.next_input();
        let shown = || format!("{name}, input {number}: {}", input[..input.len().min(400)].escape_ascii());
        let done = std::panic::catch_unwind(|| read(target, &input));
        assert!(done.is_ok(), "{}", shown());
    }
}

macro_rules! readers {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            stands(stringify!($name));
        })*

        #[test]
        fn all_readers_are_tried() {
            let tried = [$(stringify!($name)),*];
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), tried);
        }
    };
}

readers! { frame published_schema snapshot column_type expression compressed_blocks }
