//! The declarations: that they are read here is one thing, that rustc finds their types right another.
#![allow(dead_code, reason = "their tables are all that is asked for")]

mod langfuse_observations;
mod plausible_sessions;
mod posthog;
mod query_log;
mod sentry_errors;
mod signoz_logs;
mod statistics;
mod trace_times;
mod uk_price_paid;
