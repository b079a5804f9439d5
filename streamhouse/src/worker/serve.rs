//! Views that lack an insert which their table has (`sink::fed` says how that is known).
//!
//! What a view makes of the rows goes into a table like its target, and from there into the target, partition by partition, where it is not
//! yet. As with what is missing of the table itself (`complete`), each attempt has tables of its own and drops those before it.

use super::complete::{certain, discard, tidy};
use super::context::Context;
use super::insert::{Batch, Failure};
use super::step::in_time;
use crate::sink::{Fed, Insert, Route, SinkError, Views};

/// Puts into the targets of views what they lack of an insert that was interrupted, and is in its table now.
pub(super) async fn serve(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
) -> Result<(), Failure> {
    let views = context.views(batch, insert, route).await.map_err(Failure::Sent)?;
    let mut lacking = Vec::new();
    for fed in views.fed(insert) {
        match sent(context, context.sink.served(insert, fed)).await {
            Ok(served) if served.is_whole() => {}
            Ok(_) => lacking.push(fed),
            Err(failure) => unknown(batch, insert, failure)?,
        }
    }
    if lacking.is_empty() {
        if views.left(insert) {
            tidy(context, batch, insert).await;
        }
        return Ok(());
    }
    tracing::debug!(partition = batch.partition, token = insert.token, "serving");
    let lacking: Vec<&str> = lacking.into_iter().map(|fed| fed.view.as_str()).collect();
    // Anew: what hangs on their targets by now must not take what it has had.
    let views = sent(context, context.sink.views(insert)).await?;
    let (was, lacking) =
        (lacking.len(), views.fed(insert).filter(|fed| lacking.contains(&fed.view.as_str())));
    let lacking: Vec<&Fed> = lacking.collect();
    if lacking.len() < was {
        let (partition, table) = (&batch.partition, &insert.table);
        tracing::warn!(partition, table, "a view that lacked rows is another one now, or gone");
    }
    if lacking.is_empty() {
        return Ok(());
    }
    loop {
        discard(context, batch, insert).await?;
        match feed(context, batch, insert, route, &lacking).await {
            Ok(true) => return discard(context, batch, insert).await,
            Ok(false) => {}
            Err(failure) => {
                unknown(batch, insert, failure)?;
                tidy(context, batch, insert).await;
                return Ok(());
            }
        }
    }
}

/// Whether it can be seen that all views of a table have an insert, and nothing is left of earlier attempts to complete it.
pub(super) async fn are_served(context: &Context, insert: &Insert, views: &Views) -> bool {
    if !views.any() || !views.all_fed(insert) || views.left(insert) {
        return false;
    }
    for fed in views.fed(insert) {
        match in_time(context, context.sink.served(insert, fed)).await {
            Ok(served) if served.is_whole() => {}
            _ => return false,
        }
    }
    true
}

/// What could not be looked at is looked at again; but where the user may not, that the table has the rows comes first.
fn unknown(batch: &Batch, insert: &Insert, failure: Failure) -> Result<(), Failure> {
    match failure {
        Failure::Sent(error) if !error.is_retryable() => {
            tracing::warn!(
                partition = batch.partition, table = insert.table, batch = insert.id, %error,
                "views may lack rows of an interrupted insert, for what they have of it could not be looked at"
            );
            Ok(())
        }
        other => Err(other),
    }
}

/// Attaches what is missing; `false` where the server was restarted in between, for the rows are in its memory.
async fn feed(
    context: &Context,
    batch: &Batch,
    insert: &Insert,
    route: &Route,
    lacking: &[&Fed],
) -> Result<bool, Failure> {
    let sink = &context.sink;
    certain(batch)?;
    let rows = sent(context, sink.create_rows(insert, route, context.config.insert_timeout)).await?;
    for &fed in lacking {
        certain(batch)?;
        let Some(beside) = sent(context, sink.create_fed(insert, fed, &rows)).await? else {
            let (partition, view) = (&batch.partition, &fed.view);
            tracing::warn!(
                partition,
                view,
                "a view may lack rows: its selection does not show where it reads them"
            );
            continue;
        };
        if !sent(context, sink.has_rows(insert, &rows)).await? {
            return Ok(false);
        }
        // Once nobody can attach any more what an earlier attempt has made.
        let there = sent(context, sink.served(insert, fed)).await?.partitions;
        let columns = sent(context, sink.stored_columns(insert, &beside)).await?;
        for (partition, ..) in sent(context, sink.partitions(&beside)).await? {
            if there.contains(&partition) {
                continue;
            }
            tracing::warn!(
                partition = batch.partition,
                token = insert.token,
                view = fed.view,
                missing = partition,
                "an interrupted view is completed"
            );
            certain(batch)?;
            match fed.feeds {
                // Views that hang on the target have had it.
                true => sent(context, sink.attach(insert, &fed.target, &beside, &partition)).await?,
                false => {
                    let only = Some(partition.as_str());
                    sent(context, sink.pour(insert, &fed.target, &beside, &columns, only)).await?;
                }
            }
        }
    }
    Ok(true)
}

async fn sent<T>(
    context: &Context,
    question: impl Future<Output = Result<T, SinkError>>,
) -> Result<T, Failure> {
    in_time(context, question).await.map_err(Failure::Sent)
}
