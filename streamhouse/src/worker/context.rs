//! What all partitions of a worker share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameSchema};
use tokio::sync::watch;

use super::assembler::KnownSchema;
use super::breaker::{Breaker, BreakerState, Trial};
use super::pieces::Streak;
use super::share::Share;
use super::status::Status;
use super::step::within;
use super::views::KnownViews;
use crate::config::WorkerConfig;
use crate::error::Error;
use crate::frame::Layout;
use crate::redis::{Connector, Keys, Registry, RegistryError, Scripts};
use crate::sink::{Route, Sink, SinkError};

/// How long workers go on without a look at whether a migration has begun; it waits for longer than that.
const LOOK: Duration = Duration::from_secs(1);

/// QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING.
const SAME_ID: u32 = 216;

#[derive(Debug)]
pub(super) struct Context {
    pub(super) id: String,
    pub(super) config: WorkerConfig,
    pub(super) connector: Connector,
    pub(super) keys: Keys,
    pub(super) registry: Registry,
    pub(super) scripts: Scripts,
    pub(super) sink: Sink,
    pub(super) share: Share,
    pub(super) status: Status,
    /// Becomes true when the worker is to end.
    pub(super) ending: watch::Sender<bool>,
    pub(super) schemas: Schemas,
    pub(super) streaks: Streaks,
    pub(super) known_views: KnownViews,
    breaker: Mutex<Breaker>,
    /// It runs.
    busy: AtomicBool,
    /// Where the frames of schemas go, and when that was looked at.
    routes: Mutex<HashMap<Fingerprint, (Arc<Route>, Instant)>>,
}

/// Schemas that were fetched and checked.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    known: Mutex<HashMap<Fingerprint, Arc<KnownSchema>>>,
}

/// For each schema whose rows were refused, what of them since any were accepted.
#[derive(Debug, Default)]
pub(super) struct Streaks {
    running: Mutex<HashMap<Fingerprint, Streak>>,
}

impl Streaks {
    pub(super) fn of(&self, schema: Fingerprint) -> Streak {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).get(&schema).copied().unwrap_or_default()
    }

    pub(super) fn on_refused(&self, schema: Fingerprint, rows: u64) -> Streak {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let streak = running.entry(schema).or_default();
        streak.on_refused(rows);
        *streak
    }

    pub(super) fn on_accepted(&self, schema: Fingerprint) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&schema);
    }
}

impl Context {
    pub(super) fn new(
        id: String,
        config: WorkerConfig,
        connector: Connector,
        keys: Keys,
        sink: Sink,
    ) -> Self {
        Self {
            id,
            config,
            connector,
            registry: Registry::new(keys.clone()),
            keys,
            scripts: Scripts::new(),
            sink,
            share: Share::default(),
            status: Status::default(),
            ending: watch::Sender::new(false),
            schemas: Schemas::default(),
            streaks: Streaks::default(),
            known_views: KnownViews::default(),
            breaker: Mutex::default(),
            busy: AtomicBool::new(false),
            routes: Mutex::default(),
        }
    }

    /// The circuit breaker before ClickHouse.
    pub(super) fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether ClickHouse may be asked now, or how long to wait before this question is put again. Keep what is given until the answer is
    /// told.
    pub(super) fn ask(&self) -> Result<Asking<'_>, Duration> {
        let mut breaker = self.breaker();
        breaker.ask(Instant::now())?;
        Ok(Asking { trial: breaker.trial().map(|trial| (self, trial)) })
    }

    /// What ClickHouse has answered: nothing that would be wrong with it, or what reaction it asks for.
    pub(super) fn on_answer(&self, failed: Option<&SinkError>) {
        let mut breaker = self.breaker();
        let before = breaker.state();
        match failed {
            // It answers, and would do what is asked were it not for others.
            Some(SinkError::Paused { .. } | SinkError::Server { code: SAME_ID, .. }) | None => {
                breaker.on_answer()
            }
            Some(error) => breaker.on_failure(Instant::now(), error.reaction(), error.is_away()),
        }
        match (before, breaker.state()) {
            (BreakerState::Closed, BreakerState::Open) => {
                tracing::warn!(
                    endpoint = self.sink.endpoint(),
                    "ClickHouse fails again and again and is asked less often"
                );
            }
            (BreakerState::Open | BreakerState::HalfOpen, BreakerState::Closed) => {
                tracing::info!(endpoint = self.sink.endpoint(), "ClickHouse works again");
            }
            _ => {}
        }
    }

    /// Says that the worker runs, until what is returned is dropped.
    pub(super) fn begin(&self) -> Result<Running<'_>, Error> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(Error::Configuration {
                setting: "worker",
                message: "runs already: a clone is the same worker; make another with `Worker::new`".into(),
            });
        }
        Ok(Running { context: self })
    }

    pub(super) fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Waits until the worker is to end.
    pub(super) async fn ended(&self) {
        // It cannot fail: the sender lives as long as the context.
        let _ = self.ending.subscribe().wait_for(|ending| *ending).await;
    }

    /// Sleeps, but not through the end.
    pub(super) async fn pause(&self, wait: Duration) {
        let _ = tokio::time::timeout(wait, self.ended()).await;
    }

    /// Where a schema's frames go, checked when it was not checked yet or is in doubt; that no migration changes it, every
    /// second.
    pub(super) async fn route(
        &self,
        fingerprint: Fingerprint,
        schema: &FrameSchema,
    ) -> Result<Arc<Route>, SinkError> {
        let routes = || self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let known = routes().get(&fingerprint).cloned();
        // Before it is asked: what is true then may not be true when the answer comes.
        let now = Instant::now();
        if let Some((route, looked)) = known {
            if looked.elapsed() < LOOK {
                return Ok(route);
            }
            if self.sink.is_current(&route, &schema.event).await? {
                routes().insert(fingerprint, (Arc::clone(&route), now));
                return Ok(route);
            }
            self.doubt_table(fingerprint);
        }
        let exactly_once = schema.delivery == Delivery::ExactlyOnce;
        let new = exactly_once && !self.status.was_looked_at(&schema.table);
        // Whoever takes over has to know all of it before the first insert: so it is asked at once.
        let (route, settings, warnings) = tokio::join!(
            self.sink.route(fingerprint, schema),
            async { if new { self.sink.check_settings(schema).await } else { Ok(()) } },
            async { if new { self.sink.forgetful_targets(&schema.table).await } else { Ok(Vec::new()) } },
        );
        let route = Arc::new(route?);
        settings?;
        if new {
            // Migrations may have led further.
            let warnings = match route.table == schema.table {
                true => warnings?,
                false => Vec::new(),
            };
            self.status.looked_at(&schema.table, warnings);
        }
        if exactly_once && !self.status.was_looked_at(&route.table) {
            let warnings = self.sink.forgetful_targets(&route.table).await?;
            self.status.looked_at(&route.table, warnings);
        }
        routes().insert(fingerprint, (Arc::clone(&route), now));
        Ok(route)
    }

    /// Has a schema's table checked anew: an insert was refused.
    pub(super) fn doubt_table(&self, fingerprint: Fingerprint) {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner).remove(&fingerprint);
    }
}

/// Somebody who asks ClickHouse.
pub(super) struct Asking<'a> {
    /// All others wait for what it hears.
    trial: Option<(&'a Context, Trial)>,
}

impl Asking<'_> {
    /// Asks a server that was away for a sign of life; where it gives one, nobody waits for this one any more.
    pub(super) async fn alive(&mut self) -> Result<(), SinkError> {
        let Some((context, Trial::Life)) = self.trial else { return Ok(()) };
        // Longer than a lease nobody is to wait for it.
        within(context, context.config.lease, context.sink.ping()).await?;
        self.trial = None;
        context.breaker().on_life();
        Ok(())
    }

    /// The breaker knows what became of it.
    pub(super) fn told(mut self) {
        self.trial = None;
    }
}

/// Its partition is lost in the middle of it: another one tries.
impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if let Some((context, _)) = self.trial {
            context.breaker().on_abandoned(Instant::now());
        }
    }
}

/// A worker that runs.
pub(super) struct Running<'a> {
    context: &'a Context,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.context.busy.store(false, Ordering::Release);
    }
}

impl Schemas {
    /// The schema of a frame, from memory or from Redis.
    pub(super) async fn get(
        &self,
        registry: &Registry,
        connection: &mut MultiplexedConnection,
        event: &str,
        fingerprint: Fingerprint,
    ) -> Result<Arc<KnownSchema>, RegistryError> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&fingerprint) {
            if found.schema.event != event {
                return Err(RegistryError::OtherEvent(fingerprint, found.schema.event.clone()));
            }
            return Ok(Arc::clone(found));
        }
        let schema = registry.schema(connection, event, fingerprint).await?;
        let found = Arc::new(KnownSchema { fingerprint, layout: Layout::of(&schema), schema });
        known().insert(fingerprint, Arc::clone(&found));
        Ok(found)
    }
}
