//! Ctrl-C, SIGTERM, and SIGHUP, which comes when the terminal is closed.

use std::sync::mpsc::Sender;

use tokio::signal::unix::{SignalKind, signal};

use super::Event;

/// Hands the first signal on. At the second one the process ends at once, and the servers with it.
pub(super) fn forward(events: Sender<Event>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("signals cannot be caught: {error}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    let guard = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(failed)?;
    drop(guard);
    std::thread::spawn(move || {
        runtime.block_on(async {
            for first in [true, false] {
                let number = tokio::select! {
                    _ = hangup.recv() => 1,
                    _ = interrupt.recv() => 2,
                    _ = terminate.recv() => 15,
                };
                if !first || events.send(Event::Signal(number)).is_err() {
                    std::process::exit(128 + i32::from(number));
                }
            }
        });
    });
    Ok(())
}
