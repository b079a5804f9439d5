//! A table that is made anew takes everything that came meanwhile, and nothing twice: what the tests under load meet only
//! by chance.

use streamhouse::migrate::statements;
use streamhouse_schema::compile::compile;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_tests::{Place, each_partition};

fn schema(text: &str) -> Schema {
    let input = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    compile(&input).unwrap_or_else(|error| panic!("{text}\n{:?}", error.diagnostics)).schema
}

/// The id of a batch that was cut so many days ago, as SQL.
fn batch(days: u32, counter: u32) -> String {
    format!(
        "bitShiftLeft(toUInt64(toUnixTimestamp(now()) - 1577836800 - {days} * 86400) * 1000, 22) + {counter}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_that_are_completed_or_forgotten_meanwhile_are_there_once() {
    let place = Place::new();
    place.create_database().await;
    let run = async |statement: &str| {
        let client = place.clickhouse();
        for statement in each_partition(&client, statement).await {
            client
                .query(&statement.replace('?', "??"))
                .with_setting("mutations_sync", "2")
                .with_setting("insert_allow_materialized_columns", "1")
                .execute()
                .await
                .unwrap_or_else(|error| panic!("{statement}\n{error}"));
        }
    };
    let before = schema(
        "#[stream(name = \"a\", order_by = id, partition_by = id % 4)] struct E { id: u64, place: String }",
    );
    let after = schema(
        "#[stream(name = \"a\", order_by = (place, id), partition_by = id % 3, version = 2)] struct E { id: u64, place: String }",
    );
    for statement in sql::create(&before).into_iter().chain(sql::create_frames()) {
        run(&statement).await;
    }
    let fill = async |first: u32, condition: &str, batch: &str| {
        let rows = format!("SELECT number AS id, 'x', {batch} FROM numbers({first}, 1000) WHERE {condition}");
        run(&format!("INSERT INTO a (id, place, _batch) {rows}")).await;
    };
    // The table keeps ids that its copy has forgotten.
    run("SYSTEM STOP MERGES a").await;
    fill(0, "1", &batch(31, 0)).await;
    fill(1000, "1", &batch(3, 0)).await;
    // One that was interrupted: two of its four partitions are there.
    let interrupted = place.text(&format!("SELECT {}", batch(0, 0))).await.trim().to_string();
    fill(2000, "id % 4 < 2", &interrupted).await;

    let plan = Plan::between(&Table::of(&before), &Table::of(&after), &after.origins());
    let steps = statements(&plan.up());
    let copied = steps.iter().position(|step| step.starts_with("INSERT INTO a__rebuilt")).expect("a copy");
    for step in &steps[..=copied] {
        run(step).await;
    }
    run("OPTIMIZE TABLE a__copied FINAL").await;
    let forgotten = "SELECT countIf(_batch = 0) FROM a__copied WHERE id < 1000";
    assert_eq!(place.value::<u64>(forgotten).await, 1000, "or this shows nothing");
    // A worker goes on: it completes the batch, and inserts another one.
    fill(2000, "id % 4 >= 2", &interrupted).await;
    fill(3000, "1", &batch(0, 7)).await;
    // The runner is killed once in the middle of what follows.
    let taken = steps.iter().rposition(|step| step.starts_with("INSERT INTO a__rebuilt")).expect("the rest");
    assert!(steps[taken - 1].starts_with("ALTER TABLE a__rebuilt DELETE"), "{}", steps[taken - 1]);
    for step in steps[copied + 1..=taken].iter().chain(&steps[taken - 1..]) {
        run(step).await;
    }
    let rows = "SELECT count(), uniqExact(id), max(id), \
        (SELECT partition_key FROM system.tables WHERE database = currentDatabase() AND name = 'a') FROM a";
    assert_eq!(place.text(rows).await, "4000\t4000\t3999\tid % 3\n");
    let whole = format!("SELECT count() FROM a WHERE _batch = {interrupted}");
    assert_eq!(place.value::<u64>(&whole).await, 1000);
}
