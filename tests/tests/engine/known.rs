//! What the compiler knows of the engine is what the engine knows of itself.

use std::path::Path;

use streamhouse_schema::{engine, sql};

use super::{create_and_fill, database, schema_of};

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

/// A column may have any keyword of SQL as its name, in every place where a name may stand.
#[tokio::test(flavor = "multi_thread")]
async fn every_keyword_may_name_a_column() {
    let (place, client) = database().await;
    let keywords =
        place.text("SELECT keyword FROM system.keywords WHERE match(keyword, '^[A-Za-z_0-9]+$')").await;
    let keywords: Vec<String> = keywords.lines().map(str::to_lowercase).collect();
    assert!(keywords.len() > 400, "{} keywords", keywords.len());
    for chunk in keywords.chunks(60) {
        let fields: String = chunk
            .iter()
            .enumerate()
            .map(|(at, keyword)| {
                format!("#[stream(rename = {keyword:?}, default = 1, codec(ZSTD(1)))] f{at}: u8,")
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
    }
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
