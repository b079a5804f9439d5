//! Inserts whose fate is unknown: what is missing goes in, what is there does not go in again.

use std::time::Duration;

mod deleted;
mod denied;
mod died;
mod kills;
mod rows;
mod views;

use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use streamhouse::{StreamSchema, StreamType};
use streamhouse_tests::Place;

#[derive(StreamType)]
enum State {
    #[stream(rename = "it's new")]
    New = -3,
    Old = 1,
}

/// Numbered, over three partitions of its table. The key is made of what travels in another form than it is stored in.
#[derive(StreamSchema)]
#[stream(name = "verify.numbered", order_by = number, partition_by = (number % 3, kind, state, toString(state), payload.kind))]
struct Numbered {
    #[stream(id)]
    number: u64,
    #[stream(low_cardinality)]
    kind: String,
    tags: Vec<String>,
    #[stream(type = Enum8("it's new" = -3, "Old" = 1))]
    state: State,
    #[stream(type = "JSON(kind String)")]
    payload: serde_json::Value,
    #[stream(type = Nested(number UInt64, words Array(LowCardinality(String))))]
    rows: Vec<(u64, Vec<String>)>,
}

fn numbered(number: u64) -> Numbered {
    Numbered {
        number,
        kind: "it's (a) kind".into(),
        tags: vec![number.to_string(); (number % 4) as usize],
        state: if number.is_multiple_of(3) { State::Old } else { State::New },
        payload: serde_json::json!({"kind": format!("k{}", number % 3)}),
        rows: vec![(number, vec!["word".into()])],
    }
}

const ROWS: u64 = 3000;
const COUNT: &str = "SELECT count(), uniqExact(number), sum(number), countIf(tags != arrayMap(x -> toString(number), range(number % 4)) OR payload.kind != concat('k', toString(number % 3)) OR rows.number != [number] OR rows.words != [['word']] OR (state = 'Old') != (number % 3 = 0)) FROM verify_numbered";

fn whole() -> String {
    format!("{ROWS}\t{ROWS}\t{}\t0\n", ROWS * (ROWS - 1) / 2)
}

/// A batch that was inserted and not finished, as a worker leaves it that dies in between.
struct Unfinished {
    redis: MultiplexedConnection,
    base: String,
    entries: Vec<u8>,
    batches: Vec<(String, String)>,
}

impl Unfinished {
    async fn new(place: &mut Place) -> Self {
        Self::with(place, &[]).await
    }

    /// Of a table that was changed by statements before the insert.
    async fn with(place: &mut Place, statements: &[&str]) -> Self {
        Self::made(place, statements, false).await
    }

    /// The same; what the statements make is there before the batch is cut, and the table away meanwhile.
    async fn behind(place: &mut Place, statements: &[&str]) -> Self {
        Self::made(place, statements, true).await
    }

    async fn made(place: &mut Place, statements: &[&str], before: bool) -> Self {
        place.config.producer.partitions = 1;
        let house = place.house().await;
        if before {
            house.create_table::<Numbered>().await.expect("a table");
            for statement in statements.iter().chain(&["DETACH TABLE verify_numbered"]) {
                place.clickhouse().query(&statement.replace('?', "??")).execute().await.expect("made");
            }
        }
        for number in 0..ROWS {
            house.enqueue(&numbered(number)).expect("room");
        }
        house.flush().await.expect("flushed");
        let base = format!("{}:{{verify.numbered:0}}", place.name);
        let mut redis = place.redis().await;
        // Without a table the batch is cut and not inserted.
        let dying = place.worker();
        let running = tokio::spawn(async move { dying.run_until(std::future::pending()).await });
        let batches = loop {
            let batches: Vec<(String, String)> =
                redis.hgetall(format!("{base}:batches")).await.expect("batches");
            if !batches.is_empty() {
                break batches;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        running.abort();
        let entries =
            redis::cmd("DUMP").arg(format!("{base}:stream")).query_async(&mut redis).await.expect("a dump");
        let redis::Value::BulkString(entries) = entries else { panic!("a dump") };
        let attach = ["ATTACH TABLE verify_numbered"];
        if !before {
            house.create_table::<Numbered>().await.expect("a table");
        }
        for statement in if before { &attach } else { statements } {
            place.clickhouse().query(statement).execute().await.expect("made");
        }
        place.worker().drain().await.expect("drained");
        assert_eq!(place.text(COUNT).await, whole());
        Self { redis, base, entries, batches }
    }

    /// The batch is unfinished again.
    async fn put_back(&mut self) {
        let _: () = redis::cmd("RESTORE")
            .arg(format!("{}:stream", self.base))
            .arg(0)
            .arg(&self.entries)
            .arg("REPLACE")
            .query_async(&mut self.redis)
            .await
            .expect("restored");
        let _: () = self
            .redis
            .hset_multiple(format!("{}:batches", self.base), &self.batches)
            .await
            .expect("put back");
    }
}

/// Partitions go, and ClickHouse still knows the inserts that wrote them: as after a kill between its record of a token and the rename of
/// the part.
async fn lose(place: &Place, table: &str, rows: &str) {
    let beside = format!("{table}_lost");
    let like = format!("CREATE TABLE IF NOT EXISTS {beside} AS {table}");
    // Whatever its columns are.
    let like = place.clickhouse().query(&like).with_setting("allow_suspicious_low_cardinality_types", "1");
    like.execute().await.expect("a table");
    let partitions = format!("SELECT DISTINCT _partition_id FROM {table} WHERE {rows}");
    for partition in place.text(&partitions).await.lines() {
        place.run(&format!("ALTER TABLE {table} MOVE PARTITION ID '{partition}' TO TABLE {beside}")).await;
    }
    assert_eq!(place.text(&format!("SELECT count() FROM {table} WHERE {rows}")).await, "0\n");
}

async fn delete(place: &Place, statement: &str) {
    let query = place.clickhouse().query(statement).with_setting("mutations_sync", "2");
    query.execute().await.expect("deleted");
}
