//! What the compiler knows of the engine is what the engine knows of itself.

use std::path::Path;

use streamhouse_schema::{engine, sql};

use streamhouse_tests::Place;

use super::{create_and_fill, database, run, schema_of};

/// The lists belong to one version; any later one has their names too. With `STREAMHOUSE_WRITE=1`, as
/// `cargo xtask codegen` sets it, they are written instead.
#[tokio::test(flavor = "multi_thread")]
async fn lists_are_those_of_the_engine() {
    let (place, _) = database().await;
    let pinned = place.text("SELECT version()").await.starts_with("26.7.");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../streamhouse-schema/src/engine");
    for engine::List { file, text: list, query } in engine::LISTS {
        let query = query.replace('?', "??");
        let found = place.text(&query).await;
        if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
            std::fs::write(folder.join(file), &found).expect("written");
            continue;
        }
        let found: Vec<&str> = found.lines().collect();
        let known: Vec<&str> = list.lines().collect();
        let gone: Vec<_> = known.iter().filter(|line| !found.contains(line)).collect();
        assert!(gone.is_empty(), "the engine does not know {gone:?}: run `cargo xtask codegen`");
        let new: Vec<_> = found.iter().filter(|line| !known.contains(line)).collect();
        assert!(!pinned || new.is_empty(), "the lists lack {new:?}: run `cargo xtask codegen`");
    }
}

/// Keywords that the server writes down without quotes, and reads as something else when it starts again.
const UNREAD: &[&str] = &["false", "inf", "infinity", "nan", "not", "true"];

/// A column may have any other keyword of SQL as its name, in every place where a name may stand (but for `comment` behind
/// EPHEMERAL), and the server finds the table again after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn every_keyword_may_name_a_column() {
    let (place, client) = database().await;
    let keywords =
        place.text("SELECT keyword FROM system.keywords WHERE match(keyword, '^[A-Za-z_0-9]+$')").await;
    let keywords: Vec<String> = keywords
        .lines()
        .map(str::to_lowercase)
        .filter(|keyword| !UNREAD.contains(&keyword.as_str()))
        .collect();
    assert!(keywords.len() > 400, "{} keywords", keywords.len());
    for chunk in keywords.chunks(60) {
        let fields: String = chunk
            .iter()
            .enumerate()
            .map(|(at, keyword)| {
                let computed = if keyword == "comment" || raw(keyword) != *keyword {
                    String::new()
                } else {
                    format!("#[stream(ephemeral, default = r#{keyword} > 1)] e{at}: u8,")
                };
                format!("#[stream(rename = {keyword:?}, default = 1, codec(ZSTD(1)))] f{at}: u8, {computed}")
            })
            .collect();
        let quoted = |keyword: &String| format!("`{keyword}`");
        let names = chunk.iter().map(quoted).collect::<Vec<_>>();
        let order = format!("({})", names.join(", "));
        let sum = names.join(" + ");
        let indexes: String = chunk
            .iter()
            .map(|keyword| format!("index(r#{}: minmax on {:?}),", raw(keyword), quoted(keyword)))
            .collect();
        let declaration = format!(
            "#[stream(name = \"key.words\", order_by = {order:?}, partition_by = {:?}, {indexes})] struct Keywords {{ {fields} }}",
            format!("{sum} > 1"),
        );
        let schema = schema_of(&declaration).unwrap_or_else(|errors| panic!("{declaration}\n{errors:?}"));
        create_and_fill(&client, &schema)
            .await
            .unwrap_or_else(|error| panic!("{}\n{error}", sql::create_table(&schema)));
        run(&client, &sql::create_table(&schema)).await.expect("created");
        let stored = stored(&place, "key_words").await;
        run(&client, "DROP TABLE key_words").await.expect("dropped");
        run(&client, &stored).await.unwrap_or_else(|error| panic!("{stored}\n{error}"));
        run(&client, "DROP TABLE key_words").await.expect("dropped");
    }
}

/// Those that are refused are those that would not be read: what is refused for nothing stands in a user's way.
#[tokio::test(flavor = "multi_thread")]
async fn refused_names_are_those_that_the_engine_reads_as_something_else() {
    let (place, client) = database().await;
    for name in UNREAD {
        let declaration = format!(
            "#[stream(name = \"a\", order_by = \"`{name}`\")] struct E {{ #[stream(rename = {name:?})] a: u8 }}"
        );
        let refused = schema_of(&declaration).expect_err("refused");
        assert!(format!("{refused:?}").contains("SH0204"), "{refused:?}");
        run(&client, &format!("CREATE TABLE a (`{name}` UInt8) ENGINE = MergeTree ORDER BY `{name}`"))
            .await
            .expect("taken");
        let stored = stored(&place, "a").await;
        run(&client, "DROP TABLE a").await.expect("dropped");
        assert!(run(&client, &stored).await.is_err(), "{stored}");
    }
}

/// The statement that the server reads when it starts again.
async fn stored(place: &Place, table: &str) -> String {
    let of = format!("database = currentDatabase() AND name = '{table}'");
    place.text_raw(&format!("SELECT create_table_query FROM system.tables WHERE {of} FORMAT TSVRaw")).await
}

/// These four cannot be raw identifiers.
fn raw(keyword: &str) -> String {
    if matches!(keyword, "self" | "super" | "crate" | "_")
        || keyword.starts_with(|c: char| c.is_ascii_digit())
    {
        format!("{keyword}_")
    } else {
        keyword.to_string()
    }
}
