//! Redis: keys, scripts, connections and what is registered there. `docs/format.md` describes what is stored.

mod connection;
mod durable;
mod keys;
mod registry;
mod scripts;

pub(crate) use connection::{Connector, Patience};
pub(crate) use keys::{Keys, PartitionKeys};
pub(crate) use registry::{Registry, RegistryError};
pub(crate) use scripts::{Scripts, evalsha};

/// The consumer group that shows the lag.
pub(crate) const GROUP: &str = "streamhouse";
/// The field of a stream entry that holds the frame.
pub(crate) const FRAME_FIELD: &str = "f";
