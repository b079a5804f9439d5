//! A death at a named step: what the library says of itself at the level `debug` names the steps, and the process kills itself when it
//! hears the right one. The library knows nothing of it.

use std::fmt::{self, Debug};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Steps of a worker that come with every batch.
pub(super) const OFTEN: &[&str] = &[
    "read",
    "cutting",
    "cut",
    "inserting",
    "accepted",
    "inserted",
    "finishing",
    "finished",
    "lease extended",
];
/// Steps of a worker that takes over from a dead one.
pub(super) const TAKING_OVER: &[&str] = &["lease taken", "made again", "counted"];
/// Steps of a producer.
pub(super) const SENDING: &[&str] = &["sending", "answered"];

/// How often a process looks whether it is to die.
const LOOK: Duration = Duration::from_millis(10);

/// Where a process is told to die: a file with the step and how many times it may still pass.
pub(super) fn arm(path: &Path, step: &str, passes: u32) -> Result<(), String> {
    let next = path.with_extension("next");
    let written = fs::write(&next, format!("{passes} {step}")).and_then(|()| fs::rename(&next, path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// Takes the order back, where there is one.
pub(super) fn disarm(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Logs to the standard output, and dies at the step that the file names.
pub(super) fn listen(path: PathBuf) {
    let armed = Arc::new(Mutex::new(None));
    let watched = Arc::clone(&armed);
    std::thread::spawn(move || {
        let mut known = String::new();
        loop {
            let text = fs::read_to_string(&path).unwrap_or_default();
            if text != known {
                let order = text.split_once(' ').and_then(|(passes, step)| {
                    Some(Order { passes: passes.parse().ok()?, step: step.to_string() })
                });
                *watched.lock().unwrap_or_else(PoisonError::into_inner) = order;
                known = text;
            }
            std::thread::sleep(LOOK);
        }
    });
    tracing_subscriber::registry()
        .with(EnvFilter::new("streamhouse=debug"))
        .with(tracing_subscriber::fmt::layer().with_ansi(false))
        .with(Deadly { armed })
        .init();
}

#[derive(Debug)]
struct Order {
    step: String,
    passes: u32,
}

struct Deadly {
    armed: Arc<Mutex<Option<Order>>>,
}

impl<S: Subscriber> Layer<S> for Deadly {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(order) = &mut *armed else { return };
        let mut said = Said { step: &order.step, is: false };
        event.record(&mut said);
        if !said.is {
            return;
        }
        match order.passes.checked_sub(1) {
            Some(left) => order.passes = left,
            None => drop(kill_process(getpid(), Signal::KILL)),
        }
    }
}

/// Whether an event's message is the step.
struct Said<'a> {
    step: &'a str,
    is: bool,
}

impl Visit for Said<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.is = fmt::format(format_args!("{value:?}")) == self.step;
        }
    }
}
