//! Made rows: every table of the tests and examples takes them, and they obey what the table asks.

use std::path::Path;

use streamhouse_schema::sql::{self, Moments, sample};
use streamhouse_schema::table::{Column, Part, Table};
use streamhouse_tests::{Place, alone, create, declared};

const ROWS: u64 = 50;

async fn fill(place: &Place, table: &Table) -> u64 {
    place.run(&sample(table, ROWS, 7, Moments::Future)).await;
    place.value(&format!("SELECT count() FROM {}", sql::name(&table.name))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_declared_table_takes_made_rows() {
    let mut tables = declared("ddl");
    tables.extend(declared("evolution"));
    let schemas = streamhouse_build::scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/src"));
    let schemas = schemas.expect("declarations");
    tables.extend(schemas.iter().map(|schema| (schema.event.clone(), Table::of(schema))));
    for (name, table) in tables {
        let place = Place::new();
        place.create_database().await;
        // A view may need what is not here.
        let table = Table { views: Vec::new(), ..alone(table) };
        create(&place, &table).await;
        let there = fill(&place, &table).await;
        match table.engine.as_str() {
            "MergeTree" => assert_eq!(there, ROWS, "{name}"),
            "Null" => assert_eq!(there, 0, "{name}"),
            // Others may unite some at once.
            _ => assert!((1..=ROWS).contains(&there), "{name}: {there}"),
        }
    }
}

fn table(columns: &[(&str, &str)]) -> Table {
    let column = |(name, ty): &(&str, &str)| Column {
        name: name.to_string(),
        ty: ty.to_string(),
        ..Column::default()
    };
    Table {
        name: "made".into(),
        columns: columns.iter().map(column).collect(),
        engine: "MergeTree".into(),
        order_by: Some(Vec::new()),
        ..Table::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_every_type_are_made() {
    const TYPES: &[&str] = &[
        "UInt8",
        "UInt64",
        "UInt256",
        "Int8",
        "Int128",
        "Float32",
        "BFloat16",
        "Bool",
        "String",
        "FixedString(3)",
        "UUID",
        "Date",
        "Date32",
        "DateTime",
        "DateTime('Europe/Berlin')",
        "DateTime64(9)",
        "Time",
        "Time64(3)",
        "Decimal(1, 1)",
        "Decimal(76, 20)",
        "Decimal(9, 0)",
        "IPv4",
        "IPv6",
        "Enum8('it\\'s' = -1, 'b' = 2)",
        "Array(Array(Nullable(String)))",
        "Map(String, Array(UInt8))",
        "Map(LowCardinality(String), Map(UInt8, String))",
        "Tuple(UInt8, String)",
        "Tuple(a UInt8, `b c` Array(Tuple(d Date)))",
        "Nullable(Decimal(18, 4))",
        "LowCardinality(Nullable(String))",
        "JSON",
        "JSON(a UInt8, SKIP b)",
        "Point",
        "MultiPolygon",
        "IntervalDay",
        "AggregateFunction(uniq, String)",
        "AggregateFunction(quantile(0.5), UInt8)",
        "SimpleAggregateFunction(max, UInt8)",
        "Variant(String, UInt8)",
        "Dynamic",
    ];
    for (at, ty) in TYPES.iter().enumerate() {
        let place = Place::new();
        place.create_database().await;
        let table = table(&[("id", "UInt64"), ("value", ty)]);
        create(&place, &table).await;
        assert_eq!(fill(&place, &table).await, ROWS, "{ty}");
        // All but those of which there are no values to make differ.
        let distinct = "SELECT uniqExact(formatRow('TSV', value)) > 1 FROM made";
        let expected = u8::from(at < TYPES.len() - 2);
        assert_eq!(place.value::<u8>(distinct).await, expected, "{ty}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_rows_are_the_same_again_and_obey_constraints_and_engines() {
    let place = Place::new();
    place.create_database().await;
    let mut table = table(&[
        ("at", "DateTime"),
        ("country", "String"),
        ("amount", "Float64"),
        ("sign", "Int8"),
        ("items.sku", "Array(String)"),
        ("items.price", "Array(UInt32)"),
    ]);
    table.engine = "CollapsingMergeTree(sign)".into();
    let check = |name: &str, text: &str| Part { name: name.into(), text: format!("CHECK {text}") };
    table.constraints = vec![check("two", "length(country) = 2"), check("positive", "amount > 0")];
    create(&place, &table).await;
    assert_eq!(fill(&place, &table).await, ROWS);
    let right = "SELECT countIf(sign IN (1, -1) AND length(items.sku) = length(items.price) AND length(country) = 2) FROM made";
    assert_eq!(place.value::<u64>(right).await, ROWS);
    let hash = "SELECT sum(cityHash64(*)) FROM made";
    let first: u64 = place.value(hash).await;
    place.run("TRUNCATE TABLE made").await;
    fill(&place, &table).await;
    assert_eq!(place.value::<u64>(hash).await, first);
    // A constraint on the present takes the other moments.
    table.constraints.push(check("past", "at <= now()"));
    place.run("TRUNCATE TABLE made").await;
    place.run("ALTER TABLE made ADD CONSTRAINT past CHECK at <= now()").await;
    assert_eq!(fill(&place, &table).await, 0);
    place.run(&sample(&table, ROWS, 7, Moments::Recent)).await;
    assert_eq!(place.value::<u64>("SELECT count() FROM made").await, ROWS);
}
