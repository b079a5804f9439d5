//! A primary, its replicas, and the Sentinels that choose another primary when it is lost.

use std::time::{Duration, Instant};

use crate::error::StackError;
use crate::folder::Folder;
use crate::port::Port;
use crate::redis::options::Config;
use crate::redis::{Redis, RedisKind, RedisOptions, again};
use crate::resp::Reply;
use crate::server::Server;

const CONFIG: &str = "sentinel.conf";
/// How long they may take to find each other.
const AGREE: Duration = Duration::from_secs(30);

/// How many there are, and how patient.
#[derive(Debug, Clone)]
pub struct SentinelOptions {
    /// Replicas of the primary.
    pub replicas: usize,
    /// Sentinels; a majority of them decides.
    pub sentinels: usize,
    /// How long a server may be silent before it counts as lost.
    pub down_after: Duration,
    /// The options of primary and replicas.
    pub redis: RedisOptions,
}

impl Default for SentinelOptions {
    fn default() -> Self {
        Self { replicas: 1, sentinels: 3, down_after: Duration::from_secs(1), redis: RedisOptions::default() }
    }
}

/// A primary, its replicas, and their Sentinels, all with the same password.
#[derive(Debug)]
pub struct Sentinels {
    servers: Vec<Redis>,
    sentinels: Vec<Redis>,
    replicas: usize,
}

impl Sentinels {
    /// The name under which Sentinels know the primary.
    pub const SERVICE: &str = "main";

    /// Starts all of them in a folder, and waits until each replica has its copy, and each Sentinel knows every replica
    /// and the other Sentinels.
    pub fn start(folder: &Folder, options: &SentinelOptions) -> Result<Self, StackError> {
        let mut redis = options.redis.clone();
        let primary = Redis::start(folder, "server-0", &redis)?;
        redis.password = Some(primary.password().into());
        redis.replica_of = Some(primary.port());
        redis.port = None;
        let mut group = Self { servers: vec![primary], sentinels: Vec::new(), replicas: options.replicas };
        for index in 1..=options.replicas {
            group.servers.push(Redis::start(folder, &format!("server-{index}"), &redis)?);
        }
        for index in 0..options.sentinels {
            let sentinel = start(folder, &format!("sentinel-{index}"), &group.servers[0], options)?;
            // They ask every 10 s and tell every 2 s, by which a lost server needs up to 20 s to become a replica. A
            // test need not wait that long; servers before Redis 7.0 know no other pace.
            let _ = sentinel.command(&["SENTINEL", "DEBUG", "info-period", "500", "publish-period", "200"]);
            group.sentinels.push(sentinel);
        }
        group.agree(AGREE)?;
        Ok(group)
    }

    /// The servers; the first one is the primary at the start.
    pub fn servers(&mut self) -> &mut [Redis] {
        &mut self.servers
    }

    /// The Sentinels, which are Redis servers of a kind.
    pub fn sentinels(&mut self) -> &mut [Redis] {
        &mut self.sentinels
    }

    /// The URLs of the Sentinels.
    pub fn urls(&self) -> Vec<String> {
        self.sentinels.iter().map(Redis::url).collect()
    }

    /// The place among [`servers`](Self::servers) of the one that is the primary now, as a Sentinel says that answers.
    pub fn primary(&self) -> Result<usize, StackError> {
        let mut said = String::from("no Sentinel answers");
        for sentinel in &self.sentinels {
            match sentinel.command(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self::SERVICE]) {
                Ok(Reply::List(address)) => {
                    let port = address.last().map(Reply::text).unwrap_or_default();
                    match self.servers.iter().position(|server| server.port().to_string() == port) {
                        Some(place) => return Ok(place),
                        None => said = format!("the primary is at the unknown port {port}"),
                    }
                }
                Ok(_) => said = "no Sentinel knows a primary".into(),
                Err(error) => said = error.to_string(),
            }
        }
        Err(StackError::Command {
            name: "sentinel".into(),
            command: "SENTINEL GET-MASTER-ADDR-BY-NAME".into(),
            message: said,
        })
    }

    fn agree(&self, limit: Duration) -> Result<(), StackError> {
        let deadline = Instant::now() + limit;
        let wanted = (self.replicas.to_string(), self.sentinels.len().saturating_sub(1).to_string());
        loop {
            let views: Vec<(String, String)> = self
                .sentinels
                .iter()
                .map(|sentinel| {
                    let view = sentinel.command(&["SENTINEL", "MASTER", Self::SERVICE]).unwrap_or(Reply::Nil);
                    let figure = |name: &str| view.value_of(name).map(Reply::text).unwrap_or_default();
                    (figure("num-slaves"), figure("num-other-sentinels"))
                })
                .collect();
            let copies = self.servers.iter().skip(1).filter(|replica| {
                let info = replica.command(&["INFO", "replication"]).map(|info| info.text());
                info.is_ok_and(|info| info.contains("master_link_status:up\r"))
            });
            let copies = copies.count();
            if views.iter().all(|view| *view == wanted) && copies == self.replicas {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StackError::Late {
                    what: "servers and Sentinels do not find each other",
                    seconds: limit.as_secs(),
                    state: format!("replicas with a copy {copies}; (replicas, other Sentinels) {views:?}"),
                });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn start(
    folder: &Folder,
    name: &str,
    primary: &Redis,
    options: &SentinelOptions,
) -> Result<Redis, StackError> {
    let program = RedisKind::choose(options.redis.kind.as_ref(), false)?;
    again(None, || {
        let port = Port::free(name)?;
        let redis = Redis {
            server: Server::new(folder, name)?,
            program: program.clone(),
            arguments: &[CONFIG, "--sentinel"],
            port,
            tls: None,
            bus: None,
            password: primary.password().into(),
        };
        redis.configure(CONFIG, &config(&redis, primary, options))?;
        let mut redis = redis;
        redis.restart()?;
        Ok(redis)
    })
}

fn config(sentinel: &Redis, primary: &Redis, options: &SentinelOptions) -> Config {
    let service = Sentinels::SERVICE;
    let mut config = Config::new();
    config
        .set("bind", "127.0.0.1")
        .set("port", &sentinel.port().to_string())
        .set("dir", ".")
        .set("requirepass", sentinel.password())
        .set("sentinel sentinel-pass", sentinel.password())
        .line(&format!(
            "sentinel monitor {service} 127.0.0.1 {} {}",
            primary.port(),
            options.sentinels / 2 + 1
        ))
        .set(&format!("sentinel auth-pass {service}"), primary.password())
        .line(&format!(
            "sentinel down-after-milliseconds {service} {}",
            options.down_after.as_millis().max(1)
        ))
        .line(&format!("sentinel failover-timeout {service} {}", options.down_after.as_millis().max(1) * 5));
    config
}
