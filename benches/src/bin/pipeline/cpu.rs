//! Processor time by process: what the machine does beside it changes it little, unlike the time on the clock.

use std::time::Duration;

use streamhouse_stack::Stack;

/// The processes of a measurement, by what they are called in the report.
pub(crate) struct Processes(Vec<(&'static str, u32)>);

/// What each of them has used.
pub(crate) type Usage = Vec<(&'static str, Duration)>;

impl Processes {
    /// This process and the servers that the stack has started; servers that were there before are not seen.
    pub(crate) fn of(stack: &mut Stack) -> Self {
        let mut processes = vec![("producer and worker", std::process::id())];
        if let Some(process) = stack.redis().ok().and_then(|redis| redis.process()) {
            processes.push(("Redis", process.id()));
        }
        if let Some(process) = stack.clickhouse().ok().and_then(|clickhouse| clickhouse.process()) {
            processes.push(("ClickHouse", process.id()));
        }
        Self(processes)
    }

    /// What they have used since they began.
    pub(crate) fn usage(&self) -> Usage {
        self.0.iter().map(|(name, id)| (*name, used(*id).unwrap_or_default())).collect()
    }
}

/// User and system time of all threads, from `/proc/<id>/stat` (proc(5), fields 14 and 15).
fn used(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program stands in parentheses and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()? + ticks()?;
    Some(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}
