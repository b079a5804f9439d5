//! If it compiles, ClickHouse accepts it: declarations against the real engine.

mod broken;
mod declared;
mod known;
mod layout;
mod random;
mod shown;
mod tables;
mod types;

use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;
use streamhouse_schema::types::Type;
use streamhouse_tests::Place;

/// The schema of a declaration in Rust's words, or what is wrong with it.
fn schema_of(declaration: &str) -> Result<Schema, Vec<String>> {
    let input = syn::parse_str(declaration).unwrap_or_else(|error| panic!("{declaration}\n{error}"));
    match compile(&input) {
        Ok(compiled) => Ok(compiled.schema),
        Err(rejected) => Err(rejected
            .diagnostics
            .iter()
            .map(|finding| format!("{} [{}]", finding.message, finding.code))
            .collect()),
    }
}

/// A database of its own, and how to ask it.
async fn database() -> (Place, clickhouse::Client) {
    let place = Place::new();
    let client = place.clickhouse();
    run(&client.clone().with_database("default"), &format!("CREATE DATABASE {}", place.name))
        .await
        .expect("a database");
    (place, client)
}

/// Runs a statement; `?` would be taken for a parameter.
async fn run(client: &clickhouse::Client, statement: &str) -> Result<(), String> {
    client.query(&statement.replace('?', "??")).execute().await.map_err(|error| error.to_string())
}

/// Creates the table, inserts a row of nothing but defaults, and drops it again.
async fn create_and_fill(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    let table = sql::name(&schema.table);
    for statement in sql::create(schema) {
        run(client, &statement).await?;
    }
    let first = &schema.columns[0];
    // ClickHouse puts a 0 where `VALUES (DEFAULT)` stands until it has computed the default, and an Enum may not have it.
    let value = if first.ty.any(&|ty| matches!(ty, Type::Enum { .. })) {
        format!("SELECT defaultValueOfTypeName({})", sql::string(&first.ty.to_string()))
    } else {
        "VALUES (DEFAULT)".into()
    };
    let filled = run(client, &format!("INSERT INTO {table} ({}) {value}", sql::name(&first.name))).await;
    // Whatever came of it: the next table may have the same name.
    for statement in sql::drop(schema) {
        run(client, &statement).await?;
    }
    filled
}
