//! The whole way: from `enqueue` until the rows can be counted, with one worker in the same process.

use std::time::{Duration, Instant};

use streamhouse::{Config, StreamHouse};
use streamhouse_stack::Stack;

use crate::Arguments;
use crate::event::PageViewed;

/// Where the table is.
pub(crate) const DATABASE: &str = "bench";

pub(crate) async fn run(
    stack: &Stack,
    events: &[PageViewed],
    arguments: &Arguments,
) -> Result<Duration, String> {
    let say = |error: streamhouse::Error| error.to_string();
    let mut config = Config::new(&stack.redis_url(), &stack.clickhouse_url()).map_err(say)?;
    config.redis.prefix = "bench".into();
    if let Some(partitions) = arguments.partitions {
        config.producer.partitions = partitions;
    }
    if let Some(rows) = arguments.batch_rows {
        config.worker.batch_rows = rows;
    }
    config.producer.compress = arguments.compress;
    config.clickhouse.database = DATABASE.into();
    let house = StreamHouse::connect(config).await.map_err(say)?;
    house.create_table::<PageViewed>().await.map_err(say)?;
    let worker = house.worker().map_err(say)?;
    let before = worker.status().rows;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move {
            worker
                .run_until(async {
                    let _ = stopped.await;
                })
                .await
        }
    });

    let start = Instant::now();
    tokio::task::block_in_place(|| events.iter().try_for_each(|event| house.enqueue(event))).map_err(say)?;
    house.flush().await.map_err(say)?;
    while worker.status().rows - before < events.len() as u64 {
        if let Some((partition, problem)) = worker.status().problems.into_iter().next() {
            return Err(format!("{partition}: {problem}"));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let time = start.elapsed();

    let _ = stop.send(());
    running.await.map_err(|error| error.to_string())?.map_err(say)?;
    house.close().await.map_err(say)?;
    Ok(time)
}
