//! The names of keys.

use streamhouse_schema::fingerprint::Fingerprint;

use crate::frame::ProducerId;

/// Keys of a house.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    prefix: String,
}

/// Keys of a partition. They share a hash tag, so that one script may touch them all.
#[derive(Debug, Clone)]
pub(crate) struct PartitionKeys {
    pub(crate) stream: String,
    pub(crate) state: String,
    pub(crate) batches: String,
    pub(crate) dead: String,
    pub(crate) discarded: String,
    producers: String,
}

impl Keys {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_string() }
    }

    pub(crate) fn events(&self) -> String {
        format!("{}:events", self.prefix)
    }

    pub(crate) fn workers(&self) -> String {
        format!("{}:workers", self.prefix)
    }

    /// The lock of who migrates a database.
    pub(crate) fn migrations(&self, database: &str) -> String {
        format!("{}:migrations:{database}", self.prefix)
    }

    pub(crate) fn schema(&self, fingerprint: Fingerprint) -> String {
        format!("{}:schema:{fingerprint}", self.prefix)
    }

    pub(crate) fn partition(&self, event: &str, partition: u16) -> PartitionKeys {
        let base = format!("{}:{{{event}:{partition}}}", self.prefix);
        PartitionKeys {
            stream: format!("{base}:stream"),
            state: format!("{base}:state"),
            batches: format!("{base}:batches"),
            dead: format!("{base}:dead"),
            discarded: format!("{base}:discarded"),
            producers: format!("{base}:producers"),
        }
    }
}

impl PartitionKeys {
    pub(crate) fn producer(&self, id: &ProducerId) -> String {
        format!("{}:{}", self.producers, uuid::Uuid::from_bytes(*id).simple())
    }
}
