//! Who may do what in Redis: rules for users, of which each does one thing only.
//!
//! The rules are those of [Redis' ACLs](https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/), for Redis 7.0 or
//! later and for Valkey: a list of commands for each kind of key, which also holds inside of scripts. `docs/acl.md` says what each
//! user cannot do, and what ACLs cannot say.

use crate::config::{Config, Durability};
use crate::error::Error;

/// What a user is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Sends events.
    Producer,
    /// Inserts them.
    Worker,
    /// Publishes events and schemas and takes the lock of migrations, and touches nothing else.
    Deployer,
    /// Looks at dead letters, sends them again, drops them.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Producer, Role::Worker, Role::Deployer, Role::Operator];

    /// In a word, as names of users have it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Producer => "producer",
            Role::Worker => "worker",
            Role::Deployer => "deployer",
            Role::Operator => "operator",
        }
    }
}

/// Who may publish events and schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Publishing {
    /// Any producer, before its first frame. It can publish what is not there yet, and change nothing.
    #[default]
    Producers,
    /// The deployer alone (`streamhouse publish`). A producer whose schema is not there gets an error.
    Deployer,
}

/// Commands for keys that end so; `{*}` stands for an event and its partition.
type Grant = (&'static [&'static str], &'static [&'static str]);

const PUBLISH: &[Grant] = &[
    (&["schema:*"], &["get", "setnx"]),
    (&["events"], &["hget", "hsetnx"]),
    (&["{*}:stream"], &["xgroup|create"]),
];
const LOOK_UP: &[Grant] = &[(&["schema:*"], &["get"]), (&["events"], &["hget"])];
const PRODUCER: &[Grant] = &[
    (&["{*}:producers:*", "{*}:stream"], &["evalsha"]),
    (&["{*}:producers:*"], &["get", "set", "pexpire"]),
    (&["{*}:stream"], &["xadd", "xlen", "memory|usage"]),
];
const WORKER: &[Grant] = &[
    (&["{*}:state", "{*}:batches", "{*}:stream", "{*}:dead", "{*}:discarded"], &["evalsha"]),
    (&["{*}:state"], &["hget", "hmget", "hset", "hdel", "hincrby"]),
    (&["{*}:batches"], &["hget", "hgetall", "hexists", "hset", "hdel"]),
    (&["{*}:stream"], &["xread", "xrange", "xlen", "xtrim", "xinfo|stream", "xgroup|setid"]),
    (&["{*}:dead"], &["xadd", "xrange", "xtrim", "xlen", "memory|usage"]),
    (&["{*}:discarded"], &["xadd"]),
    (&["workers"], &["evalsha", "zadd", "zrange", "zrem", "zremrangebyscore"]),
    (&["events"], &["hgetall"]),
    (&["schema:*"], &["get"]),
];
const MIGRATE: &[Grant] = &[(&["migrations:*"], &["evalsha", "hmget", "hset"])];
const OPERATOR: &[Grant] = &[
    (&["{*}:dead", "{*}:stream", "{*}:discarded"], &["evalsha"]),
    (&["{*}:dead"], &["xrange", "xlen", "xdel"]),
    (&["{*}:stream"], &["xadd", "xlen"]),
    (&["{*}:discarded"], &["xadd", "xrange"]),
    (&["events"], &["hgetall"]),
    (&["schema:*"], &["get"]),
];

/// The rules of a role in the house with these settings, as `ACL SETUSER` and ACL files take them. Password and `on` come before them.
///
/// `events` limits the user to streams of these events; all where there are none.
pub fn rules(
    config: &Config,
    role: Role,
    publishing: Publishing,
    events: &[String],
) -> Result<String, Error> {
    config.check()?;
    let grants: &[&[Grant]] = match (role, publishing) {
        (Role::Producer, Publishing::Producers) => &[PRODUCER, PUBLISH],
        (Role::Producer, Publishing::Deployer) => &[PRODUCER, LOOK_UP],
        (Role::Worker, _) => &[WORKER],
        (Role::Deployer, _) => &[PUBLISH, MIGRATE],
        (Role::Operator, _) => &[OPERATOR],
    };
    let mut common = vec!["ping", "hello", "select", "script|load"];
    if matches!(role, Role::Worker | Role::Deployer) {
        common.push("time");
    }
    if role == Role::Worker {
        common.extend(["multi", "exec"]);
    }
    if matches!(role, Role::Producer | Role::Worker) {
        match config.redis.durability {
            Durability::Reply => {}
            Durability::Replicas(_) => common.push("wait"),
            Durability::Fsync => common.push("waitaof"),
        }
    }
    let mut rules = format!("resetkeys resetchannels clearselectors -@all +{}", common.join(" +"));
    for (keys, commands) in grants.iter().copied().flatten() {
        rules += " (";
        let mut keys: Vec<String> =
            keys.iter().flat_map(|key| patterns(&config.redis.prefix, key, events)).collect();
        keys.sort_unstable();
        rules += &keys.join(" ");
        for command in *commands {
            rules += " +";
            rules += command;
        }
        rules.push(')');
    }
    Ok(rules)
}

fn patterns(prefix: &str, key: &str, events: &[String]) -> Vec<String> {
    let prefix = escaped(prefix);
    match key.strip_prefix("{*}") {
        Some(rest) if !events.is_empty() => {
            events.iter().map(|event| format!("~{prefix}:{{{}:*}}{rest}", escaped(event))).collect()
        }
        _ => vec![format!("~{prefix}:{key}")],
    }
}

/// As a pattern that matches this text only.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| [r"*?[]\^".contains(c).then_some('\\'), Some(c)]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_of_a_prefix_and_of_events() {
        let mut config = Config::new("redis://db", "http://db").expect("URLs");
        config.redis.prefix = "a*".into();
        let all = rules(&config, Role::Producer, Publishing::Deployer, &[]).expect("rules");
        assert!(all.contains(r"(~a\*:{*}:producers:* ~a\*:{*}:stream +evalsha)"), "{all}");
        assert!(!all.contains("setnx") && !all.contains("wait"), "{all}");
        config.redis.durability = Durability::Fsync;
        let one = rules(&config, Role::Worker, Publishing::Deployer, &["shop.order".into()]).expect("rules");
        assert!(one.contains(r"(~a\*:{shop.order:*}:batches +hget ") && one.contains("+waitaof"), "{one}");
        assert!(one.contains(r"(~a\*:schema:* +get)"), "{one}");
    }
}
