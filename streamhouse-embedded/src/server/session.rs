//! Sessions: connections that keep their temporary tables and settings between requests (`session_id`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::QueryError;
use crate::ffi::Connection;

/// ClickHouse's `default_session_timeout` and `max_session_timeout`.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);
/// Sessions at a time. Each holds a connection of the engine.
const MAX_SESSIONS: usize = 1000;

/// What a request says of its session.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) id: String,
    /// How long the session lives on after the request.
    pub(super) timeout: Duration,
    /// The session has to be there already.
    pub(super) check: bool,
    /// The session ends with this request.
    pub(super) close: bool,
}

/// Reads `session_timeout`.
pub(super) fn timeout(text: &str) -> Result<Duration, QueryError> {
    let invalid = |message: String| QueryError::new(374, "INVALID_SESSION_TIMEOUT", message);
    let seconds = text.parse().map_err(|_| invalid(format!("Invalid session timeout: '{text}'")))?;
    let timeout = Duration::from_secs(seconds);
    if timeout > MAX_TIMEOUT {
        let most = MAX_TIMEOUT.as_secs();
        return Err(invalid(format!("Session timeout '{text}' is larger than max_session_timeout: {most}")));
    }
    Ok(timeout)
}

enum Slot {
    Busy,
    Idle { connection: Connection, until: Instant },
}

/// All sessions.
#[derive(Default)]
pub(super) struct Sessions {
    slots: Mutex<HashMap<String, Slot>>,
}

/// A session in use; free again, and not there any more unless its connection was put back, when this is dropped.
pub(super) struct Seat {
    sessions: Arc<Sessions>,
    ask: Ask,
    done: bool,
}

impl Sessions {
    /// Takes a session's place, with its connection where it has one already.
    pub(super) fn take(self: &Arc<Self>, ask: &Ask) -> Result<(Seat, Option<Connection>), QueryError> {
        let id = &ask.id;
        self.expire();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match slots.remove(id) {
            Some(Slot::Busy) => {
                slots.insert(id.clone(), Slot::Busy);
                let message = format!("Session {id} is locked by a concurrent client");
                return Err(QueryError::new(373, "SESSION_IS_LOCKED", message));
            }
            Some(Slot::Idle { connection, .. }) => Some(connection),
            None if ask.check => {
                return Err(QueryError::new(372, "SESSION_NOT_FOUND", format!("Session {id} not found")));
            }
            None if slots.len() >= MAX_SESSIONS => {
                let message = format!("There are {MAX_SESSIONS} sessions, the most that this server keeps");
                return Err(QueryError::new(290, "LIMIT_EXCEEDED", message));
            }
            None => None,
        };
        slots.insert(id.clone(), Slot::Busy);
        Ok((Seat { sessions: Arc::clone(self), ask: ask.clone(), done: false }, connection))
    }

    /// Ends the sessions whose time is over.
    pub(super) fn expire(&self) {
        let now = Instant::now();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let over: Vec<Slot> = slots
            .extract_if(|_, slot| matches!(slot, Slot::Idle { until, .. } if *until <= now))
            .map(|(_, slot)| slot)
            .collect();
        drop(slots);
        // Closing a connection takes time, and others need not wait for it.
        drop(over);
    }

    /// Ends all sessions that are not in use.
    pub(super) fn clear(&self) {
        let slots = std::mem::take(&mut *self.slots.lock().unwrap_or_else(PoisonError::into_inner));
        drop(slots);
    }
}

impl Seat {
    /// Leaves the connection for the session's next request.
    pub(super) fn put_back(mut self, connection: Connection) {
        if self.ask.close {
            return;
        }
        self.done = true;
        let until = Instant::now() + self.ask.timeout;
        let mut slots = self.sessions.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.insert(self.ask.id.clone(), Slot::Idle { connection, until });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if !self.done {
            self.sessions.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.ask.id);
        }
    }
}
