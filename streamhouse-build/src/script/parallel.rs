//! Work that is divided among the cores, in the order of what is worked on.

use std::thread;

/// More would not help, and cargo has other things to build.
const MOST: usize = 8;

/// What a function makes of each.
pub(crate) fn in_parallel<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get()).min(MOST);
    // Threads cost more than a few small things do.
    if cores == 1 || all.len() < 4 {
        return all.iter().map(work).collect();
    }
    let share = all.len().div_ceil(cores);
    thread::scope(|scope| {
        let threads: Vec<_> = all
            .chunks(share)
            .map(|chunk| scope.spawn(|| chunk.iter().map(&work).collect::<Vec<R>>()))
            .collect();
        let joined = threads.into_iter().map(|thread| {
            // What one of them has panicked with goes on here.
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.flatten().collect()
    })
}

/// What two functions give of which neither has to wait for the other.
pub(crate) fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}
