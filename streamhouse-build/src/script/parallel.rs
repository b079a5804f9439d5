//! Work that is divided among the cores, in the order of what is worked on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// More would not help, and cargo has other things to build.
const MOST: usize = 8;

/// What a function makes of each. Whoever is done with a few takes the next ones.
pub(crate) fn in_parallel<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get()).min(MOST);
    // Threads cost more than a few small things do.
    if cores == 1 || all.len() < 4 {
        return all.iter().map(work).collect();
    }
    let few = all.len().div_ceil(cores * 16);
    let next = AtomicUsize::new(0);
    let take = || {
        let mut made = Vec::new();
        loop {
            let at = next.fetch_add(few, Ordering::Relaxed);
            let Some(taken) = all.get(at..all.len().min(at + few)).filter(|taken| !taken.is_empty()) else {
                return made;
            };
            made.push((at, taken.iter().map(&work).collect::<Vec<R>>()));
        }
    };
    let mut made = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(take)).collect();
        let joined = threads.into_iter().map(|thread| {
            // What one of them has panicked with goes on here.
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.flatten().collect::<Vec<_>>()
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().flat_map(|(_, made)| made).collect()
}

/// What two functions give of which neither has to wait for the other.
pub(crate) fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_worked_on_once_and_the_order_stays() {
        for count in [0, 1, 3, 4, 5, 31, 32, 33, 1000] {
            let all: Vec<usize> = (0..count).collect();
            assert_eq!(in_parallel(&all, |one| one * 2), all.iter().map(|one| one * 2).collect::<Vec<_>>());
        }
    }
}
