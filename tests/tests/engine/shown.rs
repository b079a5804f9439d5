//! What the engine says of a table is what was declared.

use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;
use streamhouse_tests::Place;

use super::{database, declared, layout, run, schema_of};

/// Our statement as the engine formats it, and what the engine says afterwards; both without what only one of them can
/// know.
async fn both(place: &Place, client: &clickhouse::Client, schema: &Schema) -> (String, String) {
    let ours = sql::create_table(schema);
    let query = format!("SELECT formatQuery({}) FORMAT TSVRaw", sql::string(&ours));
    let ours = place.text_raw(&query).await;
    run(client, &sql::create_table(schema)).await.unwrap_or_else(|error| panic!("{ours}\n{error}"));
    let theirs =
        place.text_raw(&format!("SHOW CREATE TABLE {} FORMAT TSVRaw", sql::name(&schema.table))).await;
    run(client, &format!("DROP TABLE {}", sql::name(&schema.table))).await.expect("dropped");
    let theirs = theirs.replacen(&format!("CREATE TABLE {}.", place.name), "CREATE TABLE IF NOT EXISTS ", 1);
    (plain(&ours), plain(&theirs))
}

/// Without what the engine adds: the default level of a codec, the bytes of a value, which the type says, how much an index of text covers, which is
/// always everything, and the granularity, whose default it writes out.
fn plain(text: &str) -> String {
    let mut text = text.trim().to_string();
    for bytes in ["(1)", "(2)", "(4)", "(8)", "(12)"] {
        for codec in ["Delta", "Gorilla", "FPC", "ZSTD"] {
            text = text.replace(&format!("{codec}{bytes}"), codec);
        }
    }
    for addition in
        [" GRANULARITY 100000000", "\nSETTINGS index_granularity = 8192", ", index_granularity = 8192"]
    {
        text = text.replace(addition, "");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_shown_as_they_were_declared() {
    let (place, client) = database().await;
    let mut compared = 0;
    for declaration in layout::GOOD.iter().chain(declared::GOOD) {
        let schema = schema_of(declaration).unwrap_or_else(|errors| panic!("{declaration}\n{errors:#?}"));
        let (ours, theirs) = both(&place, &client, &schema).await;
        assert_eq!(ours, theirs, "{declaration}");
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}
