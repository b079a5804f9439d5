//! The scripts of the model against those of a real server: the same calls, at random, have to give the same answers and leave the
//! same data. A model's clock is the server's: a call is done at the millisecond between two looks at it that explains the answer.

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value, from_redis_value};

use super::Safeguards;
use super::random::Random;
use super::redis::{Answer, Call, Data, Dead};
use crate::redis::{FRAME_FIELD, GROUP, Keys, PartitionKeys, Scripts};
use crate::worker::batch::{BatchId, EntryId};

const CALLS: usize = 2000;

async fn now(connection: &mut MultiplexedConnection) -> u64 {
    let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(connection).await.expect("the time");
    seconds * 1000 + micros / 1000
}

/// A call that may follow on what there is: mostly a right one, sometimes one with something wrong.
fn call(random: &mut Random, data: &Data) -> Call {
    let epoch = data.epoch.unwrap_or(1) - u64::from(random.chance(1, 6));
    let last = random.pick(&data.stream.iter().map(|(id, _)| *id).collect::<Vec<_>>()).unwrap_or(data.last);
    let batch = random.pick(&data.batches.keys().copied().collect::<Vec<_>>()).unwrap_or(BatchId(7));
    let fresh = BatchId(data.batch.map_or(100, |batch| batch.0) + random.below(3));
    match random.below(8) {
        0 | 1 => Call::Send {
            producer: [random.below(2) as u8; 16],
            sequence: random.between(1, 4),
            frame: Bytes::from_static(b"frame"),
            memory: random.pick(&[5, 60_000]).unwrap_or(5),
        },
        2 => Call::Acquire {
            worker: format!("w{}", random.below(3)),
            lease: random.pick(&[3, 60_000]).unwrap_or(3),
        },
        3 => Call::Renew { epoch, lease: random.pick(&[0, 3, 60_000]).unwrap_or(0) },
        4 => Call::Cut {
            epoch,
            before: if random.chance(1, 6) { last } else { data.cursor },
            after: last,
            batch: fresh,
            record: format!("cut {}", random.below(100)),
            greatest: BatchId(fresh.0 + random.below(2)),
        },
        5 => Call::Record {
            epoch,
            batch,
            record: format!("record {}", random.below(100)),
            greatest: random.chance(1, 2).then_some(fresh),
        },
        6 => Call::Finish {
            epoch,
            batch,
            last,
            entries: random.below(9),
            letters: if random.chance(1, 3) { vec![Dead::Entry(last)] } else { Vec::new() },
        },
        _ => Call::Range { from: EntryId::default(), to: last, count: random.between(1, 4) as usize },
    }
}

/// What the real server answers.
async fn ask(
    connection: &mut MultiplexedConnection,
    scripts: &Scripts,
    keys: &PartitionKeys,
    call: &Call,
) -> Answer {
    let expected = "an answer as the script says";
    match call {
        Call::Send { producer, sequence, frame, memory } => {
            let mut script = scripts.send.key(keys.producer(producer));
            script.key(&keys.stream).arg(sequence).arg(&frame[..]).arg(memory).arg(0).arg(0);
            let (code, text): (i64, Option<String>) = script.invoke_async(connection).await.expect(expected);
            Answer::Sent(code, text)
        }
        Call::Acquire { worker, lease } => {
            let mut script = scripts.acquire.key(&keys.state);
            let answer: RedisResult<Vec<Value>> =
                script.key(&keys.batches).arg(worker).arg(lease).invoke_async(connection).await;
            let answer = answer.expect(expected);
            let text = |at: usize| from_redis_value::<String>(answer[at].clone()).expect(expected);
            let number = |at: usize| from_redis_value::<u64>(answer[at].clone()).expect(expected);
            if number(0) == 0 {
                return Answer::Held { owner: text(1), left: number(2) };
            }
            let batches: Vec<(String, String)> = from_redis_value(answer[5].clone()).expect(expected);
            let id = |text: &str| BatchId::parse(text).expect("an id");
            Answer::Lease {
                epoch: number(1),
                cursor: EntryId::parse(&text(2)).expect("a cursor"),
                batch: BatchId::parse(&text(3)),
                batches: batches.into_iter().map(|(key, record)| (id(&key), record)).collect(),
            }
        }
        Call::Renew { epoch, lease } => {
            let mut script = scripts.renew.key(&keys.state);
            Answer::Code(script.arg(epoch).arg(lease).invoke_async(connection).await.expect(expected))
        }
        Call::Cut { epoch, before, after, batch, record, greatest } => {
            let mut script = scripts.cut.key(&keys.state);
            script.key(&keys.batches).arg(epoch).arg(before.to_string()).arg(after.to_string());
            script.arg(batch.to_string()).arg(record).arg(greatest.to_string());
            Answer::Code(script.invoke_async(connection).await.expect(expected))
        }
        Call::Record { epoch, batch, record, greatest } => {
            let mut script = scripts.record.key(&keys.state);
            script.key(&keys.batches).arg(epoch).arg(batch.to_string()).arg(record);
            script.arg(greatest.map(|greatest| greatest.to_string()).unwrap_or_default());
            Answer::Code(script.invoke_async(connection).await.expect(expected))
        }
        Call::Finish { epoch, batch, last, entries, letters } => {
            let mut script = scripts.finish.key(&keys.state);
            script.key(&keys.batches).key(&keys.stream).key(&keys.dead).arg(epoch).arg(batch.to_string());
            script
                .arg(last.next().to_string())
                .arg(last.to_string())
                .arg(entries)
                .arg(GROUP)
                .arg("w")
                .arg("event");
            for letter in letters {
                if let Dead::Entry(entry) = letter {
                    script.arg(2).arg("entry").arg(entry.to_string());
                }
            }
            Answer::Code(script.invoke_async(connection).await.expect(expected))
        }
        Call::Range { from, to, count } => {
            let mut command = redis::cmd("XRANGE");
            command.arg(&keys.stream).arg(from.to_string()).arg(to.to_string()).arg("COUNT").arg(*count);
            let entries: Vec<(String, Vec<Vec<u8>>)> = command.query_async(connection).await.expect(expected);
            let entry = |(id, fields): (String, Vec<Vec<u8>>)| {
                assert_eq!(fields[0], FRAME_FIELD.as_bytes());
                (EntryId::parse(&id).expect("an id"), Bytes::from(fields[1].clone()))
            };
            Answer::Entries(entries.into_iter().map(entry).collect())
        }
        Call::Time | Call::Read { .. } => Answer::Time(0),
    }
}

/// What lies in the server, as the model has it.
async fn state(connection: &mut MultiplexedConnection, keys: &PartitionKeys) -> Vec<String> {
    let fields = ["owner", "expires", "lease", "epoch", "cursor", "batch", "read"];
    let state: Vec<Option<String>> =
        redis::cmd("HMGET").arg(&keys.state).arg(&fields).query_async(connection).await.expect("the state");
    let dead: Vec<(String, Vec<String>)> = redis::cmd("XRANGE")
        .arg(&keys.dead)
        .arg("-")
        .arg("+")
        .query_async(connection)
        .await
        .expect("letters");
    let entry =
        |fields: Vec<String>| fields.windows(2).find(|pair| pair[0] == "entry").map(|pair| pair[1].clone());
    let dead = dead.into_iter().filter_map(|(_, fields)| entry(fields));
    state.into_iter().map(Option::unwrap_or_default).chain(dead).collect()
}

fn modelled(data: &Data) -> Vec<String> {
    let some = |there: bool, text: String| if there { text } else { String::new() };
    let held = data.epoch.is_some();
    let mut state = vec![
        data.owner.clone(),
        some(held, data.expires.to_string()),
        some(held, data.lease.to_string()),
        data.epoch.map(|epoch| epoch.to_string()).unwrap_or_default(),
        some(data.batch.is_some(), data.cursor.to_string()),
        data.batch.map(|batch| batch.to_string()).unwrap_or_default(),
        some(data.finished, data.read.to_string()),
    ];
    state.extend(data.dead.iter().filter_map(|dead| match dead {
        Dead::Entry(entry) => Some(entry.to_string()),
        Dead::Row(_) => None,
    }));
    state
}

#[tokio::test]
async fn the_model_of_redis_does_what_redis_does() {
    let folder = streamhouse_stack::Folder::create("agreement").expect("a folder");
    let options = streamhouse_stack::RedisOptions::default();
    let server = streamhouse_stack::Redis::start(&folder, "redis", &options).expect("a Redis");
    let client = redis::Client::open(server.url()).expect("a URL");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let (scripts, keys) = (Scripts::new(), Keys::new("agreement").partition("event", 0));
    // Redis looks at its clock once for several commands; what is forgotten, and when, differs by a millisecond between those that explain everything so far.
    let (mut random, mut models) = (Random::new(1), vec![Data::default()]);
    let mut codes = std::collections::BTreeSet::new();
    for number in 0..CALLS {
        let call = call(&mut random, &models[0]);
        let before = now(&mut connection).await;
        let found = ask(&mut connection, &scripts, &keys, &call).await;
        let after = now(&mut connection).await;
        let left = state(&mut connection, &keys).await;
        let mut explains: Vec<Data> = Vec::new();
        for (model, at) in models.iter().flat_map(|model| (before - 1..=after + 1).map(move |at| (model, at)))
        {
            let mut model = model.clone();
            let answer = model.run(&call, at, Safeguards::ALL);
            if answer == found && modelled(&model) == left && !explains.contains(&model) {
                explains.push(model);
            }
        }
        let mut model = models[0].clone();
        let answer = model.run(&call, after, Safeguards::ALL);
        let expected = modelled(&model);
        assert!(
            !explains.is_empty(),
            "call {number}, {call:?}:\n{found:?}, {left:?}\nand the model\n{answer:?}, {expected:?}"
        );
        models = explains;
        if let Answer::Code(code) | Answer::Sent(code, _) = found {
            codes.insert((format!("{:?}", std::mem::discriminant(&call)), code));
        }
        // Keys expire by a clock that the server looks at now and then: whoever is forgotten soon is forgotten for certain.
        if matches!(call, Call::Send { memory: 5, .. }) || random.chance(1, 20) {
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        }
    }
    assert!(codes.len() >= 12, "not all answers were met: {codes:?}");
}
