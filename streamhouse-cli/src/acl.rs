//! `streamhouse acl`: users for Redis, each with what it needs.

use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse::acl::{Publishing, Role, rules};

use crate::common::{config, text};

/// Prefix and durability come from the environment, as for producers and workers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The lines are those of Redis' ACL files, and what `ACL SETUSER` takes. Users have no password, so nobody can log in, until one is set:
  streamhouse acl >> users.acl                                    then ACL LOAD, or `aclfile` in redis.conf
  redis-cli ACL SETUSER streamhouse-producer '>a long password'")]
pub(crate) struct Arguments {
    /// Limit the users to streams of these events; may be given several times
    #[arg(long = "event")]
    events: Vec<String>,
    /// Who may publish events and schemas: `producers`, before their first frame, or the `deployer` alone, by `streamhouse publish`
    #[arg(long, value_enum, default_value_t = Who::Producers)]
    publishing: Who,
    /// What the users' names begin with
    #[arg(long, default_value = "streamhouse")]
    name: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Who {
    Producers,
    Deployer,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let publishing = match arguments.publishing {
        Who::Producers => Publishing::Producers,
        Who::Deployer => Publishing::Deployer,
    };
    let config = config()?;
    let mut users = Vec::new();
    for role in Role::ALL {
        let rules = rules(&config, role, publishing, &arguments.events).map_err(text)?;
        users.push((format!("{}-{}", arguments.name, role.name()), rules));
    }
    if arguments.json {
        let users: Vec<Value> =
            users.iter().map(|(user, rules)| json!({"user": user, "rules": rules})).collect();
        say!("{}", json!({"users": users}));
    } else {
        users.iter().for_each(|(user, rules)| say!("user {user} on {rules}"));
    }
    Ok(ExitCode::SUCCESS)
}
