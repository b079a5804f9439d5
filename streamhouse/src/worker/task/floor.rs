//! Batch ids above all that tables hold.
//!
//! An id is made of Redis' time and is greater than the last one that Redis knows. Where Redis was flushed or restored, or has lost
//! its latest writes, it knows less than the tables; and where its clock was put back besides, ids would come again. The rows of an
//! insert are counted by its id, so one that is there already would pass for inserted.

use std::sync::Arc;
use std::time::Duration;

use streamhouse_schema::frame_schema::Delivery;

use super::super::assembler::KnownSchema;
use super::super::batch::BatchId;
use super::super::context::Context;
use super::super::gone::Gone;
use super::super::step::in_time;
use super::PartitionTask;
use crate::error::Error;
use crate::sink::SinkError;

/// The wait after a question that was not answered.
const ASK_AGAIN: Duration = Duration::from_millis(500);

impl PartitionTask {
    /// The least time of which the next id of a batch or a piece with these schemas may be made, in milliseconds since 1970. Tables
    /// are asked once for each lease.
    /// Nothing where ClickHouse does not answer: the entries wait in the stream.
    pub(super) async fn floor(&mut self, schemas: &[Arc<KnownSchema>]) -> Result<Option<u64>, Error> {
        let mut floor = 0;
        for known in schemas.iter().filter(|known| known.schema.delivery == Delivery::ExactlyOnce) {
            let greatest = match self.greatest.get(&known.fingerprint) {
                Some(greatest) => *greatest,
                None => match self.ask(known).await? {
                    Ok(greatest) => {
                        if greatest > BatchId(0) && self.machine.last_batch().is_none() {
                            let (table, greatest) = (known.schema.table.clone(), greatest.to_string());
                            self.alarm(&Gone::State { table, greatest });
                        }
                        *self.greatest.entry(known.fingerprint).or_insert(greatest)
                    }
                    Err(error) => {
                        self.context.status.trouble(&self.name, &Error::Sink(error));
                        self.context.pause(ASK_AGAIN).await;
                        self.beat().await?;
                        return Ok(None);
                    }
                },
            };
            floor = floor.max(greatest.cut_at() + 1);
        }
        Ok(Some(floor))
    }

    /// The greatest batch id above those that Redis knows that a table holds of this partition.
    ///
    /// A large table is read for longer than a lease, so that is extended meanwhile: whoever took it over would begin to read anew, and
    /// nobody would ever cut.
    async fn ask(&mut self, known: &Arc<KnownSchema>) -> Result<Result<BatchId, SinkError>, Error> {
        let above = self.machine.last_batch().unwrap_or(BatchId(0));
        let question = greatest(Arc::clone(&self.context), Arc::clone(known), self.number, above);
        tokio::pin!(question);
        loop {
            tokio::select! {
                biased;
                answer = &mut question => return Ok(answer),
                _ = self.heartbeat.tick() => {}
            }
            self.renew().await?;
        }
    }
}

async fn greatest(
    context: Arc<Context>,
    known: Arc<KnownSchema>,
    partition: u16,
    above: BatchId,
) -> Result<BatchId, SinkError> {
    let question = async {
        // What is wrong with the table is said when something is inserted.
        let route = context.route(known.fingerprint, &known.schema).await;
        let table = route.as_ref().map_or(&known.schema.table, |route| &route.table);
        context.sink.greatest_batch(table, &known.schema.event, partition, above.0).await
    };
    Ok(BatchId(in_time(&context, question).await?.unwrap_or(0)))
}
