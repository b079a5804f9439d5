//! What Redis answers: the first word of an error, or what the client makes of it.

use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::{Reaction, Row};
use Reaction::{Retry, Stop, Wait};

/// What Redis or the way to it says. Any other code is tried again: a script that failed has changed nothing.
pub const REDIS: &[Row<&str>] = &[
    row(
        "I/O",
        "no connection, no answer in time, a connection that broke",
        Wait,
        "Redis is down or not reached: set REDIS_URL or start it",
    ),
    row(
        "OOM",
        "used memory is above maxmemory",
        Wait,
        "Redis is full: producers wait, workers go on and make room; give it memory, or look at what else fills it",
    ),
    row(
        "READONLY",
        "a write to a replica",
        Wait,
        "REDIS_URL leads to a replica, or a failover is under way: it has to lead to the primary",
    ),
    row(
        "MISCONF",
        "Redis cannot write to its disk",
        Wait,
        "Redis takes no writes until its snapshots succeed: look at its log and its disk",
    ),
    row("NOREPLICAS", "fewer replicas than min-replicas-to-write", Wait, "replicas come back"),
    row("LOADING", "Redis reads its data after a start", Wait, "it will be ready"),
    row("MASTERDOWN", "a replica that has lost its primary", Wait, "a failover is under way"),
    row("CLUSTERDOWN", "a part of the cluster is away", Wait, "a failover is under way"),
    row("TRYAGAIN", "slots are moved", Retry, "they will have been moved"),
    row("MOVED", "the slot is on another node", Wait, "the cluster has changed: a new connection asks again"),
    row("ASK", "the slot is on its way to another node", Retry, "the cluster is changing"),
    row("BUSY", "a script runs for too long", Retry, "it is not one of these, which are short"),
    row(
        "NOSCRIPT",
        "Redis has lost its scripts, for it was started anew",
        Retry,
        "the script is loaded again",
    ),
    row("EXECABORT", "a transaction was refused", Retry, "one of its commands was, for a reason of its own"),
    row("NOAUTH", "no password was given", Stop, "user and password in REDIS_URL"),
    row("WRONGPASS", "user or password are wrong", Stop, "user and password in REDIS_URL"),
    row("NOPERM", "the user may not do this", Stop, "the ACL of the user in REDIS_URL"),
    row(
        "WRONGTYPE",
        "a key holds something else",
        Stop,
        "something else writes below the prefix: choose another, or remove the key",
    ),
    row(
        "CROSSSLOT",
        "the keys of a script lie in several slots",
        Stop,
        "a prefix that has a hash tag of its own",
    ),
    row("client", "the client refuses its settings", Stop, "REDIS_URL"),
];

/// Waits that a person should know of at once.
const LOUD: &[&str] = &["OOM", "READONLY", "MISCONF", "NOREPLICAS"];

const fn row(
    code: &'static str,
    name: &'static str,
    reaction: Reaction,
    why: &'static str,
) -> Row<&'static str> {
    Row { code, name, reaction, why }
}

/// The code of an error as the table has it.
pub(crate) fn code_of(error: &RedisError) -> &str {
    match error.kind() {
        ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => "I/O",
        ErrorKind::MasterNameNotFoundBySentinel | ErrorKind::NoValidReplicasFoundBySentinel => "I/O",
        ErrorKind::AuthenticationFailed => error.code().unwrap_or("WRONGPASS"),
        ErrorKind::InvalidClientConfig | ErrorKind::EmptySentinelList | ErrorKind::RESP3NotSupported => {
            "client"
        }
        ErrorKind::Client | ErrorKind::Parse | ErrorKind::UnexpectedReturnType => {
            error.code().unwrap_or("ERR")
        }
        // A script hands on the error of the command that failed in it, as `ERR` in older servers.
        ErrorKind::Server(ServerErrorKind::ResponseError) => inner(error).unwrap_or("ERR"),
        ErrorKind::Server(_) | ErrorKind::Extension => error.code().unwrap_or("ERR"),
        _ => error.code().unwrap_or("ERR"),
    }
}

/// A code within the text of an error, as a script of an older server gives it: `Error running script …: -OOM command not allowed`.
fn inner(error: &RedisError) -> Option<&str> {
    let detail = error.detail()?;
    let code = detail.split(['-', '@', ' ', ':']).find(|word| REDIS.iter().any(|row| row.code == *word));
    code.filter(|code| code.chars().all(|c| c.is_ascii_uppercase()))
}

/// What is right after an error of this code.
pub(crate) fn to_redis(code: &str) -> Reaction {
    REDIS.iter().find(|row| row.code == code).map_or(Retry, |row| row.reaction)
}

/// What to do about it, for people.
pub(crate) fn help(code: &str) -> Option<&'static str> {
    REDIS.iter().find(|row| row.code == code).map(|row| row.why)
}

/// Whether a person should know of it at once, although it may pass by itself.
pub(crate) fn is_loud(code: &str) -> bool {
    LOUD.contains(&code)
}
