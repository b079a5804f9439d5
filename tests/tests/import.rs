//! Declarations written from tables: every table of the tests and examples is imported, and makes the same table again.
//! What is written of some lies in `imported/`, where Rust compiles it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use streamhouse::live::Live;
use streamhouse_build::{Imported, declared, import};
use streamhouse_schema::table::Table;
use streamhouse_tests::{Folder, Place, alone, create};

#[rustfmt::skip]
#[path = "imported/declarations.rs"]
mod imported;

/// The tables of whole declarations, by names.
fn tables() -> Vec<(String, Table)> {
    let mut tables = streamhouse_tests::declared("ddl");
    let schemas = streamhouse_build::scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/src"));
    let schemas = schemas.expect("declarations");
    let newest: BTreeMap<String, Table> =
        schemas.iter().map(|schema| (schema.table.clone(), Table::of(schema))).collect();
    tables.extend(newest);
    tables
}

async fn round_trip(name: &str, table: &Table) -> Imported {
    let place = Place::new();
    place.create_database().await;
    create(&place, table).await;
    let live = Live::new(&place.config).expect("settings");
    let there = live.table(&table.name).await.expect("an answer").expect("a table");
    let imported = import(&there);
    let schema = declared(&imported.rust)
        .unwrap_or_else(|messages| panic!("{name}:\n{}\n{}", imported.rust, messages.join("\n")));
    let compared = live.compare(&[alone(Table::of(&schema))]).await.expect("compared");
    let differences: Vec<String> = compared[0].differences().iter().map(ToString::to_string).collect();
    assert!(differences.is_empty(), "{name}:\n{}\n{}", imported.rust, differences.join("\n"));
    assert!(imported.notes.is_empty(), "{name}: {:?}", imported.notes);
    imported
}

/// With `STREAMHOUSE_WRITE=1` the file is written instead, to be looked at.
#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_imported_and_makes_the_same_table_again() {
    let mut text =
        "//! Declarations that `streamhouse import` wrote, of the tables of the tests and examples.\n\
                    #![allow(dead_code, missing_docs, unreachable_pub, clippy::type_complexity, reason = \"they are compiled, and not used\")]\n"
            .to_string();
    for (name, table) in tables() {
        let imported = round_trip(&name, &alone(table)).await;
        let module = streamhouse_build::module(std::slice::from_ref(&imported));
        let module: Vec<String> = module
            .lines()
            .map(|line| if line.is_empty() { String::new() } else { format!("    {line}") })
            .collect();
        text.push_str(&format!("\npub mod {name} {{\n{}\n}}\n", module.join("\n")));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imported/declarations.rs");
    if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
        fs::write(&file, &text).expect("written");
    }
    assert!(
        fs::read_to_string(&file).expect("text") == text,
        "{} is not what is imported: run this test with STREAMHOUSE_WRITE=1",
        file.display()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_of_a_changed_table_is_imported_and_makes_the_same_table_again() {
    for (name, table) in streamhouse_tests::declared("evolution") {
        round_trip(&name, &alone(table)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_others_are_imported_as_far_as_that_can_be_said() {
    let place = Place::new();
    place.create_database().await;
    place
        .run(
            "CREATE TABLE `Legacy Hits` (`EventTime` DateTime('Europe/Berlin'), `type` Enum8('view' = 1, 'a b' = -2, '' = 3), \
             `self` String, `URL Hash` UInt64 MATERIALIZED cityHash64(self), `v` Variant(String, UInt8), \
             `state` AggregateFunction(uniq, UInt64), `n.a` Array(UInt8), `n.b` Array(String) COMMENT 'only here', \
             `t` Tuple(a UInt8, `b c` Nullable(String)), `big` Decimal(38, 10), `note` String DEFAULT concat(self, '\\'x') COMMENT ' spaced\\n/odd') \
             ENGINE = ReplacingMergeTree(EventTime) PARTITION BY toYYYYMM(EventTime) ORDER BY (type, cityHash64(self)) SAMPLE BY cityHash64(self) \
             TTL EventTime + INTERVAL 1 MONTH DELETE WHERE type = 'view' SETTINGS index_granularity = 1024",
        )
        .await;
    let live = Live::new(&place.config).expect("settings");
    let there = live.table("Legacy Hits").await.expect("an answer").expect("a table");
    let imported = import(&there);
    assert_eq!(
        imported.notes,
        [
            "the spaces around the comment of `note`",
            "`n.b` has another default, comment, codec or TTL than `n.a`, of which it is a part",
        ]
    );
    let schema = declared(&imported.rust)
        .unwrap_or_else(|messages| panic!("{}\n{}", imported.rust, messages.join("\n")));
    let compared = live.compare(&[Table::of(&schema)]).await.expect("compared");
    let differences: Vec<String> = compared[0].differences().iter().map(ToString::to_string).collect();
    assert_eq!(
        differences,
        [
            "column `n.b`, comment is there (\"only here\") and should not be",
            "column `note`, comment is \" spaced\\n/odd\" and should be \"spaced\\n/odd\"",
        ],
        "{}",
        imported.rust
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_writes_a_file_once() {
    let folder = Folder::new();
    folder.place.create_database().await;
    folder.place.run("CREATE TABLE shop_order (id UInt64, state Enum8('new' = 1), note String COMMENT ' spaced') ENGINE = MergeTree ORDER BY id").await;
    folder.place.run("CREATE TABLE shop_visit (id UInt64) ENGINE = MergeTree ORDER BY id").await;
    let out = folder.done("import shop_visit");
    assert!(out.starts_with("use streamhouse::StreamSchema;\n\n#[derive(StreamSchema)]\n#[stream(\n    name = \"shop.visit\",\n    delivery = at_least_once,\n    order_by = id,\n)]\npub struct ShopVisit {\n    pub id: u64,\n}\n"), "{out}");
    let (code, out, error) = folder.run("import --out src/events.rs");
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(out, "wrote src/events.rs\n");
    assert!(error.contains("note: shop_order: the spaces around the comment of `note`"), "{error}");
    assert!(
        error.contains("note: shop_order: what it makes is not what is there: column `note`, comment is"),
        "{error}"
    );
    assert!(folder.read("src/events.rs").contains("// Not said: the spaces around"));
    folder.done("generate");
    let refused = folder.refused("import --out src/events.rs");
    assert!(refused.contains("nothing is overwritten"), "{refused}");
    assert!(folder.refused("import nothing").contains("there is no table `nothing`"));
    let told: serde_json::Value =
        serde_json::from_str(&folder.done("import shop_order --json")).expect("JSON");
    assert_eq!(told["declarations"][0]["event"], "shop.order", "{told}");
}
