//! Tables as a server prints them, beside what is declared: every declaration of the tests and examples reads back to no
//! difference, and a change by hand is found.

use std::path::Path;

use streamhouse::live::Live;
use streamhouse_schema::change::Origins;
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_tests::{Place, alone, create, declared};

async fn database() -> (Place, Live) {
    let place = Place::new();
    place.create_database().await;
    let live = Live::new(&place.config).expect("settings");
    (place, live)
}

async fn settles(tables: Vec<(String, Table)>) {
    assert!(!tables.is_empty());
    for (name, table) in tables {
        let (place, live) = database().await;
        let table = alone(table);
        create(&place, &table).await;
        let compared = live
            .compare(std::slice::from_ref(&table))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let [compared] = &compared[..] else { panic!("{name}") };
        assert!(compared.found.is_some(), "{name}");
        assert_eq!(compared.differences(), [], "{name}");
        let plan = compared.plan(&Origins::default());
        assert!(plan.is_empty(), "{name}: {}", plan.up());
        assert_eq!(compared.other_views, [""; 0], "{name}");
        let left = format!("SELECT count() FROM system.databases WHERE startsWith(name, '{}__')", place.name);
        assert_eq!(place.value::<u64>(&left).await, 0, "{name}: nothing is left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_table_reads_back_to_no_difference() {
    settles(declared("ddl")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_of_a_changed_table_reads_back_to_no_difference() {
    settles(declared("evolution")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_the_examples_read_back_to_no_difference() {
    let schemas = streamhouse_build::scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/src"));
    let tables = schemas.expect("declarations").into_iter();
    settles(tables.map(|schema| (schema.event.clone(), Table::of(&schema))).collect()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_by_hand_are_found_and_the_plan_takes_them_back() {
    let (place, live) = database().await;
    let (_, table) = declared("ddl").into_iter().find(|(name, _)| name == "shop_order").expect("a case");
    create(&place, &table).await;
    let name = sql::name(&table.name);
    for change in [
        "ADD COLUMN by_hand UInt8",
        "COMMENT COLUMN region 'Where'",
        "MODIFY COLUMN weight Float64",
        "DROP INDEX by_tag",
        "MODIFY SETTING ttl_only_drop_parts = 0",
        "MODIFY TTL created_at + INTERVAL 2 YEAR",
    ] {
        place.run(&format!("ALTER TABLE {name} {change}")).await;
    }
    place.run("CREATE TABLE elsewhere (order_id UUID) ENGINE = MergeTree ORDER BY order_id").await;
    place.run(&format!("CREATE MATERIALIZED VIEW spy TO elsewhere AS SELECT order_id FROM {name}")).await;
    let compared = live.compare(std::slice::from_ref(&table)).await.expect("compared");
    let said: Vec<String> = compared[0].differences().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "column `weight`, type is Float64 and should be Float32",
            "column `region`, comment is there (\"Where\") and should not be",
            "column `by_hand` is there (UInt8) and should not be",
            "index `by_tag` is missing; it should be mapKeys(tags) TYPE bloom_filter(0.01) GRANULARITY 1",
            "the TTL is created_at + toIntervalYear(2) and should be created_at + toIntervalMonth(13)",
            "setting `ttl_only_drop_parts` is 0 and should be true",
        ]
    );
    assert_eq!(compared[0].other_views, ["spy"]);
    for step in compared[0].plan(&Origins::default()).steps {
        for statement in step.statements {
            place.run(&statement).await;
        }
    }
    let compared = live.compare(std::slice::from_ref(&table)).await.expect("compared");
    assert_eq!(compared[0].differences(), []);
}

/// ClickHouse writes the database before the name of a dictionary, and has to know one to tell what `dictGet` gives.
#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_asks_a_dictionary_reads_back_to_no_difference() {
    let (place, live) = database().await;
    place
        .run("CREATE DICTIONARY rates (id UInt64, rate Float64) PRIMARY KEY id SOURCE(NULL()) LAYOUT(HASHED()) LIFETIME(0)")
        .await;
    let declaration = "#[stream(name = \"shop.rated\", order_by = id, column(rate: Float64 = dictGet(\"rates\", \"rate\", id), materialized), \
         column(other: Float64 = dictGetFloat64(\"rates\", \"rate\", id), default))] \
         struct Rated { #[stream(id)] id: u64 }";
    let schema = streamhouse_tests::soundness::engine::schema_of(declaration).expect("a declaration");
    let table = alone(Table::of(&schema));
    create(&place, &table).await;
    let compared = live.compare(std::slice::from_ref(&table)).await.expect("compared");
    assert_eq!(compared[0].differences(), []);
    assert!(compared[0].plan(&Origins::default()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_not_there_is_not_there() {
    let live = Live::new(&Place::new().config).expect("settings");
    assert_eq!(live.table("orders").await.expect("an answer"), None);
    let table = Table {
        name: "orders".into(),
        engine: "MergeTree".into(),
        order_by: Some(Vec::new()),
        columns: vec![streamhouse_schema::table::Column {
            name: "a".into(),
            ty: "UInt8".into(),
            ..Default::default()
        }],
        ..Table::default()
    };
    let compared = live.compare(&[table]).await.expect("compared");
    assert_eq!(compared[0].found, None);
    assert!(compared[0].plan(&Origins::default()).up().contains("CREATE TABLE"));
}
