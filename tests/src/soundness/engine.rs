//! Statements on the engine.

use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::{Column, Schema};
use streamhouse_schema::sql;

/// The schema of a declaration in Rust's words, or what is wrong with it.
pub fn schema_of(declaration: &str) -> Result<Schema, Vec<String>> {
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

/// Runs a statement; `?` would be taken for a parameter.
pub async fn run(client: &clickhouse::Client, statement: &str) -> Result<(), String> {
    client.query(&statement.replace('?', "??")).execute().await.map_err(|error| error.to_string())
}

/// What a query gives, in a format.
pub async fn ask(client: &clickhouse::Client, query: &str, format: &str) -> Result<Vec<u8>, String> {
    let mut answer =
        client.query(&query.replace('?', "??")).fetch_bytes(format).map_err(|error| error.to_string())?;
    answer.collect().await.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
}

/// The same as text.
pub async fn text(client: &clickhouse::Client, query: &str) -> Result<String, String> {
    let bytes = ask(client, query, "TSVRaw").await?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// Creates everything; after an error nothing is left of it.
pub async fn create(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    for statement in sql::create(schema) {
        if let Err(error) = run(client, &statement).await {
            drop_all(client, schema).await?;
            return Err(error);
        }
    }
    Ok(())
}

/// Drops everything again.
pub async fn drop_all(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    for statement in sql::drop(schema) {
        run(client, &statement).await?;
    }
    Ok(())
}

/// Inserts a row of nothing but defaults.
pub async fn insert_defaults(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    // Columns without a default always come with a row, and one at least has to be named. `VALUES (DEFAULT)` would put a 0
    // into other defaults that use it, whatever its type is.
    let given: Vec<&Column> = schema.columns.iter().filter(|column| column.default.is_none()).collect();
    if given.is_empty() {
        let table = sql::name(&schema.table);
        let first = sql::name(&schema.columns[0].name);
        return run(client, &format!("INSERT INTO {table} ({first}) VALUES (DEFAULT)")).await;
    }
    let table = sql::name(&schema.table);
    let names: Vec<String> = given.iter().map(|column| sql::name(&column.name)).collect();
    let values: Vec<String> = given
        .iter()
        .map(|column| format!("defaultValueOfTypeName({})", sql::string(&column.ty.to_string())))
        .collect();
    let insert = format!("INSERT INTO {table} ({}) SELECT {}", names.join(", "), values.join(", "));
    run(client, &insert).await
}

/// Creates the table, inserts a row of nothing but defaults, and drops it again, whatever came of it.
pub async fn create_and_fill(client: &clickhouse::Client, schema: &Schema) -> Result<(), String> {
    create(client, schema).await?;
    let filled = insert_defaults(client, schema).await;
    drop_all(client, schema).await?;
    filled
}

/// The engine's number for an error, as it stands in its text.
pub fn code(error: &str) -> Option<u32> {
    let (_, rest) = error.split_once("Code: ")?;
    rest.split('.').next()?.parse().ok()
}

/// The same number, and the words around which the error is built: two that have these in common are mostly one bug.
pub fn kind(error: &str) -> (Option<u32>, Vec<&str>) {
    let message = error.split_once("DB::Exception: ").map_or(error, |(_, message)| message);
    let line = message.lines().next().unwrap_or_default();
    let words = line.split_whitespace().take_while(|word| word.chars().all(|c| c.is_ascii_alphabetic()));
    (code(error), words.take(4).collect())
}
