//! How a Redis is set up, as plain data.

use std::path::PathBuf;

use crate::redis::kind::RedisKind;

/// How a Redis is set up. The defaults: the first [`RedisKind`] that can be had, on a free port, with a random password, an
/// append-only file that reaches the disk every second, and no eviction.
#[derive(Debug, Clone, Default)]
pub struct RedisOptions {
    /// Which server; without it the one that the environment names, else the first that can be had.
    pub kind: Option<RedisKind>,
    /// The port; without it a free one.
    pub port: Option<u16>,
    /// The password of the user `default`; without it the one that lies in the server's folder, else a random one.
    pub password: Option<String>,
    /// What is on disk after a crash.
    pub persistence: Persistence,
    /// Bytes of memory above which writes are refused.
    pub maxmemory: Option<u64>,
    /// Users besides `default`, each as in Redis' ACL files: `alice on >secret ~app:* +@read`.
    pub users: Vec<String>,
    /// Listen for TLS too, and let URLs point there.
    pub tls: Option<Tls>,
    /// The port of the primary on this machine that this one copies; both need the same password.
    pub replica_of: Option<u16>,
    /// Be a node of a cluster.
    pub cluster: bool,
    /// Other settings of `redis.conf`, name and value.
    pub settings: Vec<(String, String)>,
}

/// What is on disk after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persistence {
    /// Nothing.
    None,
    /// An append-only file, handed to the system before a write is confirmed, which brings it to the disk when it likes
    /// (`appendfsync no`): a kill loses nothing, a power failure does.
    System,
    /// An append-only file, on the disk every second (`appendfsync everysec`). While the disk is slow, confirmed writes
    /// wait in the process for up to two seconds, and even a kill loses them.
    #[default]
    EverySecond,
    /// An append-only file, on the disk before a write is confirmed (`appendfsync always`).
    Always,
}

/// A server's certificate. Files are in PEM form; [`Certificates`](crate::Certificates) makes some (feature `tls`).
#[derive(Debug, Clone)]
pub struct Tls {
    /// Whose certificates are trusted.
    pub ca: PathBuf,
    /// The server's certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Clients need a certificate of the CA.
    pub clients: bool,
}

/// What the options become in `redis.conf`.
pub(crate) struct Config(String);

impl Config {
    pub(crate) fn new() -> Self {
        Self(String::new())
    }

    /// A setting; the value is quoted as one word.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        let mut quoted = String::new();
        for character in value.chars() {
            match character {
                '"' | '\\' => quoted.extend(['\\', character]),
                '\n' => quoted += "\\n",
                '\r' => quoted += "\\r",
                _ => quoted.push(character),
            }
        }
        self.line(&format!("{name} \"{quoted}\""))
    }

    /// A setting of several words, as it is.
    pub(crate) fn line(&mut self, line: &str) -> &mut Self {
        self.0 += line;
        self.0.push('\n');
        self
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The settings of a server. Ports and password come from what the stack chose.
    pub(crate) fn server(options: &RedisOptions, ports: &Ports, password: &str) -> Self {
        let mut config = Config::new();
        config
            .set("bind", "127.0.0.1")
            .set("port", &ports.plain.to_string())
            .set("dir", ".")
            .set("requirepass", password)
            .set("masterauth", password)
            .set("maxmemory-policy", "noeviction")
            // A stream's entries are gone soon: rewriting the log at the usual 64 MB would write most of them twice.
            .set("auto-aof-rewrite-min-size", "1gb")
            .set("rdbcompression", "no")
            .line("save \"\"")
            // A replica gets its copy at once; the default waits 5 s for others.
            .set("repl-diskless-sync-delay", "0");
        let (append, sync) = match options.persistence {
            Persistence::None => ("no", "everysec"),
            Persistence::System => ("yes", "no"),
            Persistence::EverySecond => ("yes", "everysec"),
            Persistence::Always => ("yes", "always"),
        };
        config.set("appendonly", append).set("appendfsync", sync);
        if let Some(bytes) = options.maxmemory {
            config.set("maxmemory", &bytes.to_string());
        }
        for user in &options.users {
            config.line(&format!("user {user}"));
        }
        if let (Some(tls), Some(port)) = (&options.tls, ports.tls) {
            config
                .set("tls-port", &port.to_string())
                .set("tls-ca-cert-file", &tls.ca.display().to_string())
                .set("tls-cert-file", &tls.certificate.display().to_string())
                .set("tls-key-file", &tls.key.display().to_string())
                .set("tls-auth-clients", if tls.clients { "yes" } else { "no" });
        }
        if let Some(port) = options.replica_of {
            config.line(&format!("replicaof 127.0.0.1 {port}"));
        }
        if let Some(port) = ports.bus {
            config
                .set("cluster-enabled", "yes")
                .set("cluster-port", &port.to_string())
                .set("cluster-config-file", "nodes.conf")
                .set("cluster-node-timeout", "2000");
        }
        for (name, value) in &options.settings {
            config.set(name, value);
        }
        config
    }
}

/// Where a server listens.
pub(crate) struct Ports {
    pub(crate) plain: u16,
    pub(crate) tls: Option<u16>,
    pub(crate) bus: Option<u16>,
}
