//! Versions of an event while events flow: frames of older versions become rows of the table as it is, and a table that is
//! rebuilt loses and doubles nothing.

use std::time::{Duration, Instant};

use streamhouse::migrate::{ApplyOptions, Migration, Migrator};
use streamhouse::{StreamHouse, StreamSchema};
use streamhouse_schema::compile::compile;
use streamhouse_schema::migration::State;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_schema::upcast::Upcast;
use streamhouse_tests::Place;

/// An event as a type and as the text of its declaration.
macro_rules! version {
    ($module:ident, $(#[$attribute:meta])* struct Order { $($(#[$field:meta])* $name:ident: $ty:ty,)* }) => {
        mod $module {
            use streamhouse::StreamSchema;

            #[derive(StreamSchema)]
            #[allow(dead_code, reason = "of some only the text is used")]
            $(#[$attribute])*
            pub(crate) struct Order { $($(#[$field])* pub(crate) $name: $ty,)* }

            pub(crate) const TEXT: &str =
                stringify!($(#[$attribute])* struct Order { $($(#[$field])* $name: $ty,)* });
        }
    };
}

version! { first,
    #[stream(name = "versions.order", order_by = id)]
    struct Order {
        #[stream(id)]
        id: u64,
        cents: u32,
        place: String,
        customer: String,
        note: String,
    }
}

version! { second,
    #[stream(name = "versions.order", order_by = id, version = 2)]
    struct Order {
        #[stream(id)]
        id: u64,
        #[stream(upcast = toUInt32(cents * 10))]
        cents: u32,
        #[stream(renamed_from = "place")]
        city: String,
        #[stream(upcast = "splitByChar(' ', customer)")]
        names: Vec<String>,
        #[stream(default = "EUR")]
        currency: String,
    }
}

version! { third,
    #[stream(name = "versions.order", table = "orders", order_by = (id, city), version = 3)]
    struct Order {
        #[stream(id)]
        id: u64,
        #[stream(upcast = "concat(toString(cents), ' ', currency)")]
        price: String,
        city: String,
        names: Vec<String>,
        #[stream(upcast = length(names))]
        count: u64,
    }
}

fn schema(text: &str) -> Schema {
    let input = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    compile(&input).unwrap_or_else(|error| panic!("{text}\n{:?}", error.diagnostics)).schema
}

fn sealed(schema: &Schema) -> Snapshot {
    Snapshot::read(&snapshot::text(schema, State::Sealed)).expect("a snapshot")
}

/// The migrations from nothing to the last of some versions, as the tool makes them.
fn migrations(versions: &[&str]) -> Vec<Migration> {
    let schemas: Vec<Schema> = versions.iter().map(|text| schema(text)).collect();
    let mut ups = vec![sql::create(&schemas[0]).join(";\n")];
    ups.extend(schemas.windows(2).map(|pair| {
        let (before, after) = (sealed(&pair[0]), &pair[1]);
        let upcast = Upcast::between(&before, after);
        Plan::between(&before.table, &Table::of(after), &after.origins())
            .with_frames(sql::upcast(&upcast), sql::forget_upcast(&upcast))
            .up()
    }));
    let migration = |(at, up): (usize, String)| {
        Migration::read(&format!("{:04}_step", at + 1), up, None, None).expect("a migration")
    };
    ups.into_iter().enumerate().map(migration).collect()
}

async fn apply(place: &Place, migrations: &[Migration]) {
    let mut options = ApplyOptions::default();
    options.allow_destructive = true;
    let migrator = Migrator::new(&place.config, migrations.to_vec()).expect("a migrator");
    migrator.apply(&options, &mut |_| {}).await.expect("applied");
}

async fn send<E: StreamSchema>(house: &StreamHouse, ids: std::ops::Range<u64>, event: impl Fn(u64) -> E) {
    for id in ids {
        house.enqueue(&event(id)).expect("room");
    }
    house.flush().await.expect("flushed");
}

fn first_order(id: u64) -> first::Order {
    first::Order {
        id,
        cents: id as u32,
        place: format!("city {id}"),
        customer: format!("Ada {id}"),
        note: String::new(),
    }
}

fn second_order(id: u64) -> second::Order {
    let names = vec!["Ada".into(), id.to_string()];
    second::Order { id, cents: id as u32 * 10, city: format!("city {id}"), names, currency: "EUR".into() }
}

fn third_order(id: u64) -> third::Order {
    let names = vec!["Ada".into(), id.to_string()];
    third::Order { id, price: format!("{} EUR", id * 10), city: format!("city {id}"), names, count: 2 }
}

/// Everything that each order should be, whichever version brought it.
const RIGHT: &str = "SELECT count(), uniqExact(id), countIf(price = concat(toString(id * 10), ' EUR')), \
    countIf(city = concat('city ', toString(id))), countIf(names = ['Ada', toString(id)]), sum(count) FROM orders";

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_waited_through_two_migrations_become_rows_of_the_table_as_it_is() {
    let place = Place::new();
    let all = migrations(&[first::TEXT, second::TEXT, third::TEXT]);
    apply(&place, &all[..1]).await;
    let house = place.house().await;
    // Some are rows before anything changes, others wait.
    send(&house, 0..300, first_order).await;
    place.worker().drain().await.expect("drained");
    send(&house, 300..600, first_order).await;
    apply(&place, &all[..2]).await;
    send(&house, 600..900, second_order).await;
    apply(&place, &all).await;
    send(&house, 900..1200, third_order).await;
    // Whoever was not deployed anew sends on.
    send(&house, 1200..1500, first_order).await;
    place.worker().drain().await.expect("drained");
    assert_eq!(place.text(RIGHT).await, "1500\t1500\t1500\t1500\t1500\t3000\n");
    let batches = "SELECT countIf(_batch = 0) FROM orders";
    assert_eq!(place.value::<u64>(batches).await, 0);
}

version! { keyed,
    #[stream(name = "versions.order", order_by = (place, id), partition_by = id % 4, version = 2)]
    struct Order {
        #[stream(id)]
        id: u64,
        cents: u32,
        place: String,
        customer: String,
        note: String,
    }
}

version! { dearer,
    #[stream(name = "versions.order", order_by = id, version = 2)]
    struct Order {
        #[stream(id)]
        id: u64,
        #[stream(upcast = toUInt32(cents * 10))]
        cents: u32,
        place: String,
        customer: String,
        note: String,
    }
}

/// Sends until the migration is done, while two workers insert; then everything is there once. The runner dies after each of these
/// times, and another one goes on.
async fn under_load(versions: &[&str], deaths: &[Duration], question: &str, answer: impl Fn(u64) -> String) {
    let mut place = Place::new();
    place.config.worker.batch_rows = 500;
    let all = migrations(versions);
    apply(&place, &all[..1]).await;
    let house = place.house().await;
    send(&house, 0..20_000, first_order).await;
    let (stop, _) = tokio::sync::watch::channel(false);
    let mut workers = Vec::new();
    for _ in 0..2 {
        let (worker, mut stopped) = (place.worker(), stop.subscribe());
        workers.push(tokio::spawn(async move {
            let end = async {
                let _ = stopped.wait_for(|stopped| *stopped).await;
            };
            worker.run_until(end).await.expect("a worker")
        }));
    }
    let mut sent = 20_000;
    for life in deaths.iter().chain([&Duration::MAX]) {
        let begun = Instant::now();
        let migrating = apply(&place, &all);
        tokio::pin!(migrating);
        while begun.elapsed() < *life {
            tokio::select! {
                () = &mut migrating => break,
                () = tokio::time::sleep(Duration::from_millis(20)) => {}
            }
            send(&house, sent..sent + 200, first_order).await;
            sent += 200;
        }
        if *life < Duration::MAX {
            // As if the lock of the dead one had run out already.
            place.run("TRUNCATE TABLE IF EXISTS streamhouse_migration_locks").await;
        }
    }
    assert!(sent > 20_000, "nothing was sent meanwhile");
    send(&house, sent..sent + 1_000, first_order).await;
    sent += 1_000;
    let watcher = place.worker();
    for _ in 0..600 {
        if watcher.backlog().await.expect("a number") == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.send_replace(true);
    for worker in workers {
        worker.await.expect("it ended");
    }
    assert_eq!(place.text(question).await, answer(sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_rebuilt_under_load_loses_and_doubles_nothing() {
    let question = "SELECT count(), uniqExact(id), sum(cents), \
        (SELECT partition_key FROM system.tables WHERE database = currentDatabase() AND name = 'versions_order'), \
        (SELECT count() FROM system.tables WHERE database = currentDatabase() AND name LIKE '%\\_\\_copied') \
        FROM versions_order";
    let answer = |sent| format!("{sent}\t{sent}\t{}\tid % 4\t0\n", sent * (sent - 1) / 2);
    under_load(&[first::TEXT, keyed::TEXT], &[], question, answer).await;
    // In the first pause, between the two, and in the second one.
    let deaths = [1_000, 3_500, 2_000].map(Duration::from_millis);
    under_load(&[first::TEXT, keyed::TEXT], &deaths, question, answer).await;
}

/// The type stays the same, so nothing but the migration can tell old values from new ones.
#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_made_anew_under_load_are_made_anew_once() {
    let question = "SELECT count(), uniqExact(id), countIf(cents = id * 10) FROM versions_order";
    let answer = |sent| format!("{sent}\t{sent}\t{sent}\n");
    under_load(&[first::TEXT, dearer::TEXT], &[], question, answer).await;
    let deaths = [1_000, 3_500].map(Duration::from_millis);
    under_load(&[first::TEXT, dearer::TEXT], &deaths, question, answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_says_that_a_migration_holds_it_up() {
    let place = Place::new();
    let all = migrations(&[first::TEXT]);
    apply(&place, &all).await;
    let close = |closed: bool| {
        format!(
            "INSERT INTO streamhouse_seams (table, closed, why) VALUES ('versions_order', {closed}, 'a test')"
        )
    };
    place.clickhouse().query(&close(true)).execute().await.expect("closed");
    let house = place.house().await;
    send(&house, 0..10, first_order).await;
    let worker = place.worker();
    let running = tokio::spawn({
        let worker = worker.clone();
        async move { worker.drain().await }
    });
    let mut said = String::new();
    for _ in 0..100 {
        said = worker.status().problems.values().map(ToString::to_string).collect();
        if !said.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(said.contains("a migration changes table `versions_order` (a test)"), "{said}");
    assert_eq!(place.value::<u64>("SELECT count() FROM versions_order").await, 0);
    place.clickhouse().query(&close(false)).execute().await.expect("open");
    running.await.expect("it ended").expect("drained");
    assert_eq!(place.value::<u64>("SELECT count() FROM versions_order").await, 10);
}
