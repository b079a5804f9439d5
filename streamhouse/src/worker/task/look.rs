//! Whether everything is still there: looked at when the lease is taken, and now and then.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use redis::{FromRedisValue, Value};

use super::super::batch::EntryId;
use super::super::gone::{Gone, Look};
use super::{PartitionTask, connected};
use crate::error::Error;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);

impl PartitionTask {
    /// Says what is gone from the stream, if anything is that was not said before. Nothing is done about it.
    pub(super) async fn look(&mut self) -> Result<(), Error> {
        let due = self.looked.is_none_or(|at| at.elapsed() > LOOK_EVERY);
        let (Some(epoch), true) = (self.machine.epoch(), due) else { return Ok(()) };
        self.looked = Some(Instant::now());
        let connection = connected(&mut self.connection, &self.context).await?;
        let mut both = redis::pipe();
        both.atomic().cmd("XINFO").arg("STREAM").arg(&self.keys.stream);
        both.cmd("HMGET").arg(&self.keys.state).arg(&["read", "cursor", "gone"]);
        // There may be no stream yet, or no more; a server may refuse XINFO to the user.
        let Ok((stream, state)) = both.query_async::<(Value, Vec<Option<String>>)>(connection).await else {
            return Ok(());
        };
        let Some(look) = read(stream, &state) else { return Ok(()) };
        if let Some(gone) = look.gone() {
            self.alarm(&gone);
            if let Some(missing) = look.missing() {
                let mut call = self.context.scripts.note_gone.key(&self.keys.state);
                let connection = connected(&mut self.connection, &self.context).await?;
                let _: i64 = call
                    .arg(epoch)
                    .arg(missing)
                    .invoke_async(connection)
                    .await
                    .map_err(|error| Error::redis("noting what is gone", &error))?;
            }
        }
        Ok(())
    }

    /// Compares what a lease comes with with what this worker knew before.
    pub(super) fn compare(&mut self, cursor: EntryId) {
        if let Some(from) = self.reached.filter(|reached| *reached > cursor) {
            self.alarm(&Gone::Back { from, to: cursor });
        }
        self.reached = Some(cursor);
    }

    pub(super) fn alarm(&self, gone: &Gone) {
        tracing::error!(partition = self.name, "{gone}");
        self.context.status.alarm(&self.name, gone.to_string());
    }
}

fn read(stream: Value, state: &[Option<String>]) -> Option<Look> {
    let mut stream: HashMap<String, Value> = HashMap::from_redis_value(stream).ok()?;
    let mut number = |name: &str| stream.remove(name).and_then(|value| u64::from_redis_value(value).ok());
    let (added, length) = (number("entries-added"), number("length")?);
    let mut id = |name: &str| {
        let text: Option<String> = stream.remove(name).and_then(|value| String::from_redis_value(value).ok());
        text.and_then(|text| EntryId::parse(&text))
    };
    let (last, deleted) = (id("last-generated-id")?, id("max-deleted-entry-id").unwrap_or_default());
    let first = match stream.remove("first-entry") {
        Some(Value::Array(entry)) => {
            entry.into_iter().next().and_then(|id| String::from_redis_value(id).ok())
        }
        _ => None,
    };
    let text = |at: usize| state.get(at).cloned().flatten();
    Some(Look {
        added,
        length,
        last,
        first: first.and_then(|first| EntryId::parse(&first)),
        deleted,
        read: text(0).map_or(Some(0), |read| read.parse().ok())?,
        cursor: text(1).map_or(Some(EntryId::default()), |cursor| EntryId::parse(&cursor))?,
        known: text(2).and_then(|known| known.parse().ok()).unwrap_or(0),
    })
}
