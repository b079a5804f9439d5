//! An event that was sent, and that nobody has confirmed yet.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, oneshot};

use super::Receipt;
use crate::error::Error;

/// An event that Redis has not confirmed in time. It is still being sent, under the number that it had: however often that is tried, it is
/// stored once.
#[derive(Debug, Clone)]
pub struct Pending {
    event: Cow<'static, str>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    Waiting(oneshot::Receiver<Receipt>),
    Confirmed(Receipt),
    /// The house was dropped before.
    Abandoned,
}

impl Pending {
    pub(super) fn new(event: Cow<'static, str>, receipt: oneshot::Receiver<Receipt>) -> Self {
        Self { event, state: Arc::new(Mutex::new(State::Waiting(receipt))) }
    }

    /// Waits until it is confirmed. [`Error::Unconfirmed`] says that this was not long enough, and [`Error::Closed`] that the house was
    /// dropped before it was known.
    pub async fn confirmed(&self, limit: Duration) -> Result<Receipt, Error> {
        let start = Instant::now();
        let late = || Error::Unconfirmed {
            event: self.event.clone(),
            waited: start.elapsed(),
            cause: None,
            pending: Some(self.clone()),
        };
        let wait = async {
            let mut state = self.state.lock().await;
            if let State::Waiting(receipt) = &mut *state {
                *state = match receipt.await {
                    Ok(receipt) => State::Confirmed(receipt),
                    Err(_) => State::Abandoned,
                };
            }
            match &*state {
                State::Confirmed(receipt) => Ok(receipt.clone()),
                State::Waiting(_) | State::Abandoned => Err(Error::Closed),
            }
        };
        tokio::time::timeout(limit, wait).await.unwrap_or_else(|_| Err(late()))
    }
}
