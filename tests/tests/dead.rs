//! Dead letters: seen, sent again exactly once, dropped with a reason, kept as long as was said.

use std::process::Command;
use std::time::Duration;

use redis::AsyncCommands;
use serde_json::{Value, json};
use streamhouse::acl::Role;
use streamhouse::dead::{DeadLetter, Replayed};
use streamhouse::{DeadLetters, StreamSchema};
use streamhouse_tests::{Place, command};

/// The table takes no negative number, and none is sent in vain.
#[derive(StreamSchema)]
#[stream(name = "dead.measured", order_by = number, check(is_positive: amount >= 0))]
struct Measured {
    #[stream(id)]
    number: u64,
    amount: i64,
    #[stream(low_cardinality)]
    kind: String,
    #[stream(type = Nested(name String, weight Nullable(Float32)))]
    parts: Vec<(String, Option<f32>)>,
}

fn measured(number: u64) -> Measured {
    let amount = if number % 10 == 3 { -1 } else { 1 };
    Measured {
        number,
        amount,
        kind: "k".into(),
        parts: vec![(format!("p{number}"), None), ("q".into(), Some(0.1))],
    }
}

const EVENTS: u64 = 50;
const EVENT: &str = "dead.measured";
const COUNT: &str = "SELECT count(), uniqExact(number), sum(number) FROM dead_measured";

fn all() -> String {
    format!("{EVENTS}\t{EVENTS}\t{}\n", EVENTS * (EVENTS - 1) / 2)
}

/// Five rows are refused: 3, 13, 23, 33 and 43.
async fn refused() -> (Place, DeadLetters, Vec<DeadLetter>) {
    let mut place = Place::restricted();
    place.config.producer.partitions = 2;
    place.config.worker.batch_rows = 20;
    let house = place.house_with::<Measured>().await;
    for number in 0..EVENTS {
        house.send(&measured(number)).await.expect("sent");
    }
    place.worker().drain().await.expect("drained");
    let dead = DeadLetters::new(&place.config_of(Role::Operator)).expect("dead letters");
    let letters = dead.list(EVENT, None, 100).await.expect("letters");
    assert_eq!(letters.len(), 5);
    assert_eq!(place.value::<u64>("SELECT count() FROM dead_measured").await, EVENTS - 5);
    (place, dead, letters)
}

async fn mended(place: &Place) {
    place.run("ALTER TABLE dead_measured DROP CONSTRAINT is_positive").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_shows_its_row_as_json() {
    let (_place, dead, letters) = refused().await;
    let mut numbers = Vec::new();
    for letter in &letters {
        assert_eq!((&letter.code[..], letter.code_name()), ("469", Some("VIOLATED_CONSTRAINT")));
        let rows = dead.show(letter).await.expect("Redis").expect("rows");
        let [row] = &rows[..] else { panic!("{rows:?}") };
        let number = row["number"].as_u64().expect("a number");
        let parts = json!([{"name": format!("p{number}"), "weight": null}, {"name": "q", "weight": 0.1}]);
        assert_eq!(*row, json!({"number": number, "amount": -1, "kind": "k", "parts": parts}));
        numbers.push(number);
        assert_eq!(dead.get(&letter.id).await.expect("Redis").as_ref(), Some(letter));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [3, 13, 23, 33, 43]);
    // By pages it is the same.
    let mut paged: Vec<DeadLetter> = Vec::new();
    loop {
        let page = dead.list(EVENT, paged.last().map(|letter| &letter.id), 2).await.expect("letters");
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, letters);
    let error = dead.list("dead.measurd", None, 2).await.expect_err("misspelt");
    assert!(error.to_string().contains("did you mean `dead.measured`?"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_sent_again_exactly_once_whoever_does_it_how_often() {
    let (place, dead, letters) = refused().await;
    mended(&place).await;
    // Three at a time for each letter, while a worker runs.
    let worker = place.worker();
    let running = tokio::spawn(async move { worker.run_until(std::future::pending()).await });
    let mut sent = 0;
    for letter in &letters {
        let done = tokio::join!(dead.replay(letter), dead.replay(letter), dead.replay(letter));
        for done in [done.0, done.1, done.2] {
            match done.expect("Redis") {
                Replayed::Sent { .. } => sent += 1,
                other => assert_eq!(other, Replayed::Gone),
            }
        }
    }
    assert_eq!(sent, letters.len());
    running.abort();
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, all());
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_while_letters_are_sent_again_loses_and_doubles_none() {
    let (place, dead, letters) = refused().await;
    mended(&place).await;
    for wait in [5, 20, 40, 60] {
        let mut replay = command(&place)
            .args(["dead", "replay", EVENT, "--all"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program");
        tokio::time::sleep(Duration::from_millis(wait)).await;
        replay.kill().expect("killed, or at its end");
        replay.wait().expect("its end");
    }
    for letter in &letters {
        dead.replay(letter).await.expect("Redis");
    }
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(COUNT).await, all());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_still_refused_comes_back() {
    let (place, dead, letters) = refused().await;
    for letter in &letters {
        assert!(matches!(dead.replay(letter).await, Ok(Replayed::Sent { .. })));
    }
    place.worker().drain().await.expect("drained");
    let again = dead.list(EVENT, None, 100).await.expect("letters");
    assert_eq!(again.len(), 5);
    assert!(again.iter().all(|letter| letter.rows.is_empty() && letter.code == "469"), "a frame of its own");
    assert_eq!(place.value::<u64>("SELECT count() FROM dead_measured").await, EVENTS - 5);
}

fn run(place: &Place, arguments: &[&str]) -> (bool, Value, String) {
    let output = Command::output(command(place).args(arguments)).expect("the program");
    let stdout = String::from_utf8(output.stdout).expect("text");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), serde_json::from_str(&stdout).unwrap_or(Value::Null), error + &stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_lists_shows_drops_and_sends_again() {
    let (place, dead, letters) = refused().await;
    let first = letters[0].id.to_string();
    let (_, events, _) = run(&place, &["dead", "list", "--json"]);
    assert_eq!(events, json!({"events": [{"event": EVENT, "letters": 5}]}));
    let (_, list, _) = run(&place, &["dead", "list", EVENT, "--limit", "2", "--json"]);
    assert_eq!(list["letters"][0]["id"], first);
    assert_eq!(list["letters"][0]["name"], "VIOLATED_CONSTRAINT");
    assert_eq!(list["next"], letters[1].id.to_string());
    let (_, show, _) = run(&place, &["dead", "show", &first, "--json"]);
    assert_eq!(show["rows"][0]["amount"], -1);
    let (_, _, text) = run(&place, &["dead", "list", EVENT]);
    assert!(text.contains("469 VIOLATED_CONSTRAINT") && !text.contains('\x1b'), "{text}");

    let (good, _, error) = run(&place, &["dead", "discard", &first, "--reason", " "]);
    assert!(!good && error.contains("say why"), "{error}");
    let drop = ["dead", "discard", &first, "--reason", "a test", "--who", "somebody", "--json"];
    assert_eq!(run(&place, &drop).1, json!({"discarded": 1}));
    assert_eq!(run(&place, &drop).1, json!({"discarded": 0}));
    let (_, kept, _) = run(&place, &["dead", "list", EVENT, "--discarded", "--json"]);
    let kept = &kept["discarded"][0];
    assert_eq!(
        (&kept["who"], &kept["why"], &kept["code"]),
        (&json!("somebody"), &json!("a test"), &json!("469"))
    );
    let (good, _, error) = run(&place, &["dead", "show", &first]);
    assert!(!good && error.contains("sent again, or dropped"), "{error}");

    // Of an entry that was none there is nothing to send.
    let mut redis = place.redis().await;
    let stream = format!("{}:{{{EVENT}:0}}:stream", place.name);
    let _: String = redis.xadd(&stream, "*", &[("else", "x"), ("more", "y")]).await.expect("added");
    place.worker().drain().await.expect("drained");
    let (_, sent, _) = run(&place, &["dead", "replay", EVENT, "--readable", "--json"]);
    assert_eq!((&sent["replayed"], sent["unreadable"].as_array().map(Vec::len)), (&json!(0), Some(1)));
    mended(&place).await;
    let (good, sent, _) = run(&place, &["dead", "replay", EVENT, "--code", "469", "--json"]);
    assert_eq!((good, sent), (true, json!({"replayed": 4, "gone": 0, "unreadable": []})));
    place.worker().drain().await.expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM dead_measured").await, EVENTS - 1);
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), 1)]);
    let foreign = dead.list(EVENT, None, 1).await.expect("letters").remove(0);
    let field = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    assert_eq!(foreign.foreign, [field("else", "x"), field("more", "y")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_kept_as_long_as_was_said_and_what_is_dropped_is_said() {
    let (mut place, dead, letters) = refused().await;
    let partitions: std::collections::BTreeSet<u16> =
        letters.iter().map(|letter| letter.id.partition).collect();
    let run_for_a_moment = async |place: &Place| {
        let worker = place.worker();
        worker.run_until(tokio::time::sleep(Duration::from_millis(1500))).await.expect("a clean end");
    };
    // Nobody has said anything, and some time ago is not long enough.
    run_for_a_moment(&place).await;
    place.config.worker.dead_age = Some(Duration::from_secs(3600));
    run_for_a_moment(&place).await;
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), 5)]);
    assert_eq!(dead.discarded(EVENT).await.expect("records"), []);
    place.config.worker.dead_letters = Some(1);
    run_for_a_moment(&place).await;
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), partitions.len() as u64)]);
    place.config.worker.dead_age = Some(Duration::from_millis(1));
    run_for_a_moment(&place).await;
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), 0)]);
    let said = dead.discarded(EVENT).await.expect("records");
    let dropped = said.iter().flat_map(|record| &record.fields).filter(|(name, _)| name == "letters");
    assert_eq!(dropped.map(|(_, count)| count.parse::<u64>().expect("a number")).sum::<u64>(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_take_so_many_bytes_and_what_is_dropped_is_said() {
    let (mut place, dead, _) = refused().await;
    let mut redis = place.redis().await;
    let key = |kind: &str, partition: u16| format!("{}:{{{EVENT}:{partition}}}:{kind}", place.name);
    // Some small ones, large ones in their midst.
    for letter in 0..200 {
        let bytes = if letter % 50 == 7 { 200_000 } else { 300 };
        let _: String = redis
            .xadd(key("dead", 0), "*", &[("code", "x"), ("f", &"y".repeat(bytes))])
            .await
            .expect("added");
    }
    let before: u64 = redis.xlen(key("dead", 0)).await.expect("a number");
    let other: u64 = redis.xlen(key("dead", 1)).await.expect("a number");
    let usage = async |redis: &mut redis::aio::MultiplexedConnection| -> u64 {
        let mut command = redis::cmd("MEMORY");
        command.arg("USAGE").arg(key("dead", 0)).arg("SAMPLES").arg(0);
        command.query_async(redis).await.expect("a number")
    };
    assert!(usage(&mut redis).await > 800_000);
    let letters: redis::streams::StreamRangeReply = redis.xrange_all(key("dead", 0)).await.expect("letters");
    let last = letters.ids[letters.ids.len() - 1].id.clone();
    let limit = 300_000;
    place.config.worker.dead_bytes = Some(limit);
    let worker = place.worker();
    worker.run_until(tokio::time::sleep(Duration::from_millis(1500))).await.expect("a clean end");
    let after: u64 = redis.xlen(key("dead", 0)).await.expect("a number");
    let left = usage(&mut redis).await;
    assert!(left <= limit, "{left} bytes in {after} letters");
    // Not more than needed: the newest large one and those behind it fit.
    assert!(after >= 43, "{after}");
    let letters: redis::streams::StreamRangeReply = redis.xrange_all(key("dead", 0)).await.expect("letters");
    assert_eq!(letters.ids[letters.ids.len() - 1].id, last);
    assert_eq!(redis.xlen::<_, u64>(key("dead", 1)).await.expect("a number"), other);
    assert_eq!(worker.status().dropped, before - after);
    let said = dead.discarded(EVENT).await.expect("records");
    let fields: Vec<_> = said.iter().flat_map(|record| &record.fields).collect();
    assert!(fields.contains(&&("letters".to_string(), (before - after).to_string())), "{fields:?}");
    assert!(fields.contains(&&("why".to_string(), format!("more than {limit} bytes"))), "{fields:?}");
}

/// Another version of the event, whose rows are refused too.
mod later {
    use streamhouse::StreamSchema;

    #[derive(StreamSchema)]
    #[stream(name = "dead.measured", version = 2, order_by = number, check(is_positive: amount >= 0))]
    pub(crate) struct Measured {
        #[stream(id)]
        pub(crate) number: u64,
        pub(crate) amount: i64,
        pub(crate) label: String,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_copied_into_a_table_with_the_columns_of_their_event() {
    let (place, dead, letters) = refused().await;
    // One that is no entry of ours, and a row of a version that has another column.
    let mut redis = place.redis().await;
    let stream = format!("{}:{{{EVENT}:0}}:stream", place.name);
    let _: String = redis.xadd(&stream, "*", &[("else", "x")]).await.expect("added");
    place.run("ALTER TABLE dead_measured ADD COLUMN label String").await;
    let house = place.house().await;
    house.send(&later::Measured { number: 99, amount: -5, label: "l'x".into() }).await.expect("sent");
    place.worker().drain().await.expect("drained");

    let done = dead.export(EVENT, None).await.expect("exported");
    assert_eq!((&done.table[..], done.letters, done.rows, done.unreadable), ("dead_measured_dead", 7, 7, 1));
    let numbers = "SELECT number, amount, kind, parts.name, label, _dead_code, _dead_problem \
                   FROM dead_measured_dead WHERE _dead_problem = '' ORDER BY number";
    let expected: String = [3, 13, 23, 33, 43]
        .iter()
        .map(|number| format!("{number}\t-1\tk\t['p{number}','q']\t\t469\t\n"))
        .collect();
    assert_eq!(place.text(numbers).await, expected + "99\t-5\t\t[]\tl\\'x\t469\t\n");
    let beside = format!(
        "SELECT _dead_row, _dead_time > now() - 600, _dead_reason LIKE '%is_positive%', _dead_worker != '' \
         FROM dead_measured_dead WHERE _dead_letter = '{}'",
        letters[0].id
    );
    assert_eq!(place.text(&beside).await, "0\t1\t1\t1\n");
    let unreadable =
        "SELECT _dead_code, _dead_problem, _dead_frame FROM dead_measured_dead WHERE _dead_problem != ''";
    assert_eq!(place.text(unreadable).await, "foreign\tthe entry was no frame\t4:else,1:x,\n");

    // They are still there; once more copies nothing, by the command too.
    assert_eq!(dead.events().await.expect("events"), [(EVENT.to_string(), 7)]);
    let (good, again, error) = run(&place, &["dead", "export", EVENT, "--json"]);
    assert!(good, "{error}");
    assert_eq!(again, json!({"table": "dead_measured_dead", "letters": 0, "rows": 0, "unreadable": 0}));
    let (good, other, error) = run(&place, &["dead", "export", EVENT, "--table", "looked at", "--json"]);
    assert!(good, "{error}");
    assert_eq!(other["letters"], 7);
    assert_eq!(place.value::<u64>("SELECT count() FROM `looked at`").await, 7);
}
