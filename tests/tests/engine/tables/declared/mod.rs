//! The declarations: that they are read here is one thing, that rustc finds their types right another.
#![allow(dead_code, reason = "their tables are all that is asked for")]

mod github_events;
mod highlight_logs;
mod langfuse_observations;
mod plausible_events;
mod plausible_sessions;
mod posthog;
mod query_log;
mod sentry_errors;
mod signoz_logs;
mod stackoverflow_posts;
mod stackoverflow_votes;
mod statistics;
mod taxi_trips;
mod trace_times;
mod uk_price_paid;
mod uptrace_spans;
mod wikistat;
