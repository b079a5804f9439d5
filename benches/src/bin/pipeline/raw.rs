//! The servers without anything around them.

use std::time::{Duration, Instant};

use bytes::Bytes;
use streamhouse::StreamSchema;
use streamhouse::frame::{Block, Frame, FrameBuilder, Layout};
use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_stack::Stack;

use crate::event::PageViewed;

/// Rows of one insert.
const BLOCK: usize = 500_000;
/// Entries of one pipeline.
const PIPELINE: usize = 10_000;

/// Bytes of one piece of a block, as any client would send it.
pub(crate) const PIECE: usize = 1 << 20;
/// The table: that of the event, without the column of the batch.
pub(crate) const CREATE: &str = "CREATE TABLE raw (id UInt64, ts DateTime64(3, 'UTC'), event LowCardinality(String), user_id String, \
     amount Float64, url String, ok Bool, n Nullable(Int32)) \
     ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY (event, ts, id)";
/// Settings that keep a block whole.
pub(crate) const SETTINGS: [(&str, &str); 4] = [
    ("async_insert", "0"),
    ("max_insert_block_size", "100000000"),
    ("min_insert_block_size_rows", "100000000"),
    ("min_insert_block_size_bytes", "0"),
];

/// Clients of both servers.
pub(crate) struct Servers {
    clickhouse: clickhouse::Client,
    redis: redis::Client,
}

impl Servers {
    pub(crate) fn new(stack: &Stack) -> Result<Self, String> {
        let url = stack.clickhouse_url();
        let (login, host) = url.trim_start_matches("http://").rsplit_once('@').unwrap_or((":", &url));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let client = clickhouse::Client::default().with_url(format!("http://{host}")).with_user(user);
        Ok(Self {
            clickhouse: client.with_password(password).with_compression(clickhouse::Compression::None),
            redis: redis::Client::open(stack.redis_url()).map_err(|error| error.to_string())?,
        })
    }

    /// Inserts everything into a new table of the same form, without the column of the batch, one request a block.
    pub(crate) async fn insert(
        &self,
        format: &str,
        blocks: &[Bytes],
        rows: usize,
    ) -> Result<Duration, String> {
        let say = |error: clickhouse::error::Error| error.to_string();
        self.clickhouse.query("DROP TABLE IF EXISTS raw SYNC").execute().await.map_err(say)?;
        self.clickhouse.query(CREATE).execute().await.map_err(say)?;
        let start = Instant::now();
        for block in blocks {
            let statement = format!("INSERT INTO raw FORMAT {format}");
            let insert = self.clickhouse.insert_formatted_with(statement);
            let mut insert =
                SETTINGS.iter().fold(insert, |insert, (name, value)| insert.with_setting(*name, *value));
            let mut rest = block.clone();
            while !rest.is_empty() {
                insert.send(rest.split_to(rest.len().min(PIECE))).await.map_err(say)?;
            }
            insert.end().await.map_err(say)?;
        }
        let found: u64 = self.clickhouse.query("SELECT count() FROM raw").fetch_one().await.map_err(say)?;
        let time = start.elapsed();
        if found == rows as u64 { Ok(time) } else { Err(format!("{found} rows of {rows} were inserted")) }
    }

    /// Runs a statement that gives nothing.
    pub(crate) async fn run(&self, statement: &str) -> Result<(), String> {
        self.clickhouse.query(statement).execute().await.map_err(|error| error.to_string())
    }

    /// What a query gives, with how much it read.
    pub(crate) async fn json(&self, query: &str) -> Result<serde_json::Value, String> {
        let mut bytes =
            self.clickhouse.query(query).fetch_bytes("JSON").map_err(|error| error.to_string())?;
        let bytes = bytes.collect().await.map_err(|error| error.to_string())?;
        serde_json::from_slice(&bytes).map_err(|error| error.to_string())
    }

    /// Adds each event as an entry of its own, as RowBinary.
    pub(crate) async fn xadd(&self, events: &[PageViewed]) -> Result<Duration, String> {
        let say = |error: redis::RedisError| error.to_string();
        // What is busy is measured, and not given up.
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let mut connection =
            self.redis.get_multiplexed_async_connection_with_config(&config).await.map_err(say)?;
        let start = Instant::now();
        let mut row = Vec::new();
        for chunk in events.chunks(PIPELINE) {
            let mut pipeline = redis::Pipeline::with_capacity(chunk.len());
            for event in chunk {
                row.clear();
                push_row(&mut row, event);
                pipeline.cmd("XADD").arg("raw").arg("*").arg("f").arg(&row[..]).ignore();
            }
            pipeline.query_async::<()>(&mut connection).await.map_err(say)?;
        }
        let time = start.elapsed();
        redis::cmd("UNLINK").arg("raw").query_async::<()>(&mut connection).await.map_err(say)?;
        Ok(time)
    }
}

/// All events as Native blocks.
pub(crate) fn native(events: &[PageViewed]) -> Result<Vec<Bytes>, String> {
    let schema = FrameSchema::from_json(PageViewed::FRAME_SCHEMA).map_err(|error| error.to_string())?;
    let layout = Layout::of(&schema);
    events
        .chunks(BLOCK)
        .map(|events| {
            let mut block = Block::new(layout.clone());
            let mut builder = FrameBuilder::new(PageViewed::FINGERPRINT, layout.clone());
            for events in events.chunks(1000) {
                for event in events {
                    builder.push(event).map_err(|error| error.to_string())?;
                }
                let frame = builder.seal(&[0; 16], 1, false);
                let frame = Frame::parse(&frame).map_err(|error| error.to_string())?;
                block.append(events.len(), &frame.check(&layout).map_err(|error| error.to_string())?);
            }
            Ok(Bytes::from(block.into_native(&schema, None).concat()))
        })
        .collect()
}

/// All events as RowBinary.
pub(crate) fn row_binary(events: &[PageViewed]) -> Vec<Bytes> {
    let block = |events: &[PageViewed]| {
        let mut bytes = Vec::with_capacity(events.len() * 120);
        events.iter().for_each(|event| push_row(&mut bytes, event));
        Bytes::from(bytes)
    };
    events.chunks(BLOCK).map(block).collect()
}

fn push_row(out: &mut Vec<u8>, event: &PageViewed) {
    // All strings here are shorter than 128 bytes, so a length is one byte.
    let string = |out: &mut Vec<u8>, text: &str| {
        out.push(text.len() as u8);
        out.extend_from_slice(text.as_bytes());
    };
    out.extend_from_slice(&event.id.to_le_bytes());
    out.extend_from_slice(&event.ts.timestamp_millis().to_le_bytes());
    string(out, event.event);
    string(out, &event.user_id);
    out.extend_from_slice(&event.amount.to_le_bytes());
    string(out, &event.url);
    out.push(u8::from(event.ok));
    match event.n {
        None => out.push(1),
        Some(n) => {
            out.push(0);
            out.extend_from_slice(&n.to_le_bytes());
        }
    }
}
