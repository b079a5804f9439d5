//! An engine with a cluster of one server, which is itself.

use streamhouse_stack::{Folder, Stack, StackOptions};

const CLUSTERS: &str = "<clickhouse><remote_servers><two><shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard></two></remote_servers></clickhouse>";

/// Servers that end when this is dropped.
pub struct Servers {
    stack: Stack,
    /// After the servers, which read it.
    _config: Folder,
}

impl Servers {
    /// Starts them; an error says how to mend it.
    pub fn start() -> Result<Self, String> {
        let folder = Folder::create("soundness-config").map_err(|error| error.to_string())?;
        let config = folder.path().join("clusters.xml");
        std::fs::write(&config, CLUSTERS).map_err(|error| format!("{}: {error}", config.display()))?;
        let mut options = StackOptions::default();
        options.clickhouse.config = Some(config);
        let stack = Stack::start("soundness", options).map_err(|error| error.to_string())?;
        Ok(Self { stack, _config: folder })
    }

    /// Where Redis is.
    pub fn redis_url(&self) -> String {
        self.stack.redis_url()
    }

    /// Where ClickHouse is.
    pub fn clickhouse_url(&self) -> String {
        self.stack.clickhouse_url()
    }

    /// A client of the engine.
    pub fn clickhouse(&self) -> clickhouse::Client {
        crate::client(&self.stack.clickhouse_url())
    }
}
