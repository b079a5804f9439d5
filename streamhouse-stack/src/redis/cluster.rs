//! A small cluster.

use std::time::{Duration, Instant};

use crate::error::StackError;
use crate::folder::Folder;
use crate::redis::{Redis, RedisOptions};

/// The slots of a cluster, which its primaries share.
const SLOTS: usize = 16_384;
/// How long the nodes may take to agree.
const AGREE: Duration = Duration::from_secs(30);

/// A Redis Cluster of primaries on this machine, each with an equal share of the slots.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// Starts nodes `node-0`, `node-1`, … in a folder and waits until all of them say that the cluster is up. A
    /// cluster wants three nodes at least, so that a majority is left when one is lost.
    pub fn start(folder: &Folder, nodes: usize, options: &RedisOptions) -> Result<Self, StackError> {
        let mut options = options.clone();
        options.cluster = true;
        let mut cluster = Self { nodes: Vec::new() };
        for index in 0..nodes {
            let node = Redis::start(folder, &format!("node-{index}"), &options)?;
            // The nodes know one password, that of the first.
            options.password = Some(node.password().into());
            cluster.nodes.push(node);
        }
        cluster.join()?;
        cluster.agree(AGREE)?;
        Ok(cluster)
    }

    /// The nodes.
    pub fn nodes(&mut self) -> &mut [Redis] {
        &mut self.nodes
    }

    /// The URLs of all nodes.
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::url).collect()
    }

    /// Waits until every node says that the cluster is up and knows all the others.
    pub fn agree(&self, limit: Duration) -> Result<(), StackError> {
        let deadline = Instant::now() + limit;
        loop {
            let states: Vec<String> = self
                .nodes
                .iter()
                .map(|node| {
                    node.command(&["CLUSTER", "INFO"])
                        .map_or_else(|error| error.to_string(), |info| info.text())
                })
                .collect();
            let known = format!("cluster_known_nodes:{}\r", self.nodes.len());
            if states.iter().all(|info| info.contains("cluster_state:ok\r") && info.contains(&known)) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StackError::Late {
                    what: "the cluster does not come up",
                    seconds: limit.as_secs(),
                    state: states.join("; "),
                });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn join(&self) -> Result<(), StackError> {
        let count = self.nodes.len();
        for (index, node) in self.nodes.iter().enumerate() {
            let slots = [index * SLOTS / count, (index + 1) * SLOTS / count - 1].map(|slot| slot.to_string());
            node.command(&["CLUSTER", "ADDSLOTSRANGE", &slots[0], &slots[1]])?;
            // Without epochs of their own they would have to find some first, one after the other.
            node.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(index + 1).to_string()])?;
        }
        for node in self.nodes.iter().skip(1) {
            let port = node.port().to_string();
            let bus = node.bus().map_or_else(String::new, |bus| bus.to_string());
            self.nodes[0].command(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus])?;
        }
        Ok(())
    }
}
