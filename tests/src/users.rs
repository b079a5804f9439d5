//! Users of Redis that may do only what they need.

use std::collections::HashMap;

use streamhouse::Config;
use streamhouse::acl::{Publishing, Role, rules};

/// A user for each role.
#[derive(Debug)]
pub struct Users {
    urls: HashMap<Role, String>,
    rules: HashMap<Role, String>,
    name: String,
    password: String,
}

impl Users {
    /// Those of a house; they are yet to be made on its server.
    pub fn of(config: &Config, redis_url: &str, name: &str) -> Self {
        Self::with(config, redis_url, name, Publishing::Producers)
    }

    /// The same, where only the deployer publishes, or producers do.
    pub fn with(config: &Config, redis_url: &str, name: &str, publishing: Publishing) -> Self {
        let (_, host) = redis_url.rsplit_once('@').expect("a URL with a user");
        let password = uuid::Uuid::new_v4().simple().to_string();
        let url = |role: Role| format!("redis://{name}-{}:{password}@{host}", role.name());
        let of = |role| rules(config, role, publishing, &[]).expect("rules");
        Self {
            urls: Role::ALL.into_iter().map(|role| (role, url(role))).collect(),
            rules: Role::ALL.into_iter().map(|role| (role, of(role))).collect(),
            name: name.into(),
            password,
        }
    }

    /// Makes them on a running server, which forgets them when it ends.
    pub fn create(&self, redis_url: &str) {
        let client = redis::Client::open(redis_url).expect("a URL");
        let mut connection = client.get_connection().expect("a connection");
        for (role, rules) in &self.rules {
            let mut command = redis::cmd("ACL");
            command.arg("SETUSER").arg(format!("{}-{}", self.name, role.name()));
            command.arg("on").arg(format!(">{}", self.password)).arg(words(rules));
            command.query::<()>(&mut connection).unwrap_or_else(|error| panic!("{rules}: {error}"));
        }
    }

    /// The URL for a role.
    pub fn url(&self, role: Role) -> &str {
        &self.urls[&role]
    }

    /// Another server, or a proxy before it, at the same user and password.
    pub fn move_to(&mut self, redis_url: &str) {
        let (_, host) = redis_url.rsplit_once('@').expect("a URL with a user");
        for url in self.urls.values_mut() {
            let (user, _) = url.rsplit_once('@').expect("a user");
            *url = format!("{user}@{host}");
        }
    }

    /// As the lines of an ACL file, without the first word.
    pub fn lines(&self) -> Vec<String> {
        let line = |(role, rules): (&Role, &String)| {
            format!("{}-{} on >{} {rules}", self.name, role.name(), self.password)
        };
        self.rules.iter().map(line).collect()
    }
}

/// A selector in parentheses is one argument.
fn words(rules: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in rules.split(' ') {
        match words.last_mut() {
            Some(open) if open.starts_with('(') && !open.ends_with(')') => *open += &format!(" {word}"),
            _ => words.push(word.into()),
        }
    }
    words
}
