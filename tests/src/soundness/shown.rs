//! What the engine says of a table is what was declared.

use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;

use super::engine;

/// Our statement as the engine formats it, and what the engine says of the table that is there; both without what only one
/// of them can know.
pub async fn both(
    client: &clickhouse::Client,
    database: &str,
    schema: &Schema,
) -> Result<(String, String), String> {
    let table = sql::name(&schema.table);
    let format = format!("SELECT formatQuery({})", sql::string(&sql::create_table(schema)));
    let ours = engine::text(client, &format).await?;
    let theirs = engine::text(client, &format!("SHOW CREATE TABLE {table}")).await?;
    let theirs = theirs.replacen(&format!("CREATE TABLE {database}."), "CREATE TABLE IF NOT EXISTS ", 1);
    // It writes the database before the name of a dictionary too.
    let theirs = theirs.replace(&format!("('{database}."), "('");
    Ok((plain(&ours), plain(&theirs)))
}

/// Without what the engine adds: the default level of a codec, the bytes of a value, which the type says, how much an
/// index of text covers, which is always everything, and the granularity, whose default it writes out.
fn plain(text: &str) -> String {
    let mut text = text.trim().to_string();
    for bytes in ["(1)", "(2)", "(4)", "(8)", "(12)"] {
        for codec in ["Delta", "Gorilla", "FPC", "ZSTD"] {
            text = text.replace(&format!("{codec}{bytes}"), codec);
        }
    }
    text = text.replace("LZ4HC(0)", "LZ4HC").replace("T64('byte')", "T64");
    for addition in
        [" GRANULARITY 100000000", "\nSETTINGS index_granularity = 8192", ", index_granularity = 8192"]
    {
        text = text.replace(addition, "");
    }
    text
}
