//! Tables that others have designed: the statement that they are known by and our declaration make the same table.

mod declared;

use std::path::{Path, PathBuf};

use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;

use super::{database, run};

/// What the engine says of a table, without where it lies and what it holds.
const FACTS: &[&str] = &[
    "SELECT * EXCEPT (database, table) FROM system.columns WHERE database = currentDatabase() ORDER BY position",
    "SELECT * EXCEPT (database, table) FROM system.data_skipping_indices WHERE database = currentDatabase() ORDER BY name",
    "SELECT name, type, sorting_key, query FROM system.projections WHERE database = currentDatabase() ORDER BY name",
    "SELECT name, engine, engine_full, partition_key, sorting_key, primary_key, sampling_key, storage_policy, comment FROM system.tables WHERE database = currentDatabase() ORDER BY name",
];

/// Each statement and its declaration: `name.sql`, and `name.rs` beside it or in the folder of the declarations.
fn pairs() -> Vec<(PathBuf, PathBuf)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pairs = Vec::new();
    for (statements, declarations) in [
        (here.join("../examples/tables"), here.join("../examples/src/tables")),
        (here.join("tests/engine/tables/declared"), here.join("tests/engine/tables/declared")),
    ] {
        for entry in std::fs::read_dir(&statements).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "sql") {
                let name = path.file_stem().expect("a name").to_owned();
                pairs.push((path, declarations.join(name).with_extension("rs")));
            }
        }
    }
    pairs.sort();
    pairs
}

/// The schema of the only event in a file.
fn schema_in(path: &Path) -> Schema {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let events: Vec<syn::DeriveInput> = file
        .items
        .into_iter()
        .filter_map(|item| match item {
            syn::Item::Struct(item) if derives(&item.attrs, "StreamSchema") => Some(item.into()),
            _ => None,
        })
        .collect();
    let [event] = &events[..] else { panic!("{}: {} events", path.display(), events.len()) };
    match compile(event) {
        Ok(compiled) => compiled.schema,
        Err(rejected) => {
            let errors: Vec<String> = rejected
                .diagnostics
                .iter()
                .map(|one| format!("{} [{}] {:?}\n  {}", one.message, one.code, one.span.start(), one.help))
                .collect();
            panic!("{}:\n{}", path.display(), errors.join("\n"))
        }
    }
}

fn derives(attributes: &[syn::Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("derive") => {
            list.tokens.clone().into_iter().any(|token| token.to_string() == name)
        }
        _ => false,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn declarations_of_known_tables_make_the_same_tables() {
    let (mut different, mut compared) = (Vec::new(), 0);
    for (statement, declaration) in pairs() {
        let schema = schema_in(&declaration);
        let original = std::fs::read_to_string(&statement).expect("a statement");
        // The server reads one statement at a time, and comments belong to none.
        let original: String =
            original.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        let original = original.trim().trim_end_matches(';').to_string();
        let mut said = Vec::new();
        for create in [&original, &sql::create_table(&schema)] {
            let (place, client) = database().await;
            if let Err(error) = run(&client, create).await {
                different.push(format!("{}:\n{create}\n{error}", statement.display()));
                continue;
            }
            let show = format!("SHOW CREATE TABLE {} FORMAT TSVRaw", sql::name(&schema.table));
            let mut facts = vec![place.text_raw(&show).await.replace(&place.name, "here")];
            for query in FACTS {
                let facts_of = place.text_raw(&format!("{query} FORMAT JSONEachRow")).await;
                facts.extend(facts_of.replace(&place.name, "here").lines().map(str::to_string));
            }
            said.push(facts);
        }
        let [theirs, ours] = &said[..] else { continue };
        let columns = schema.columns.len() + schema.computed.len();
        assert!(
            theirs.len() > columns,
            "{}: {} facts of {columns} columns",
            statement.display(),
            theirs.len()
        );
        if theirs.len() != ours.len() {
            different.push(format!("{}: {} facts and {}", statement.display(), theirs.len(), ours.len()));
        }
        for (theirs, ours) in theirs.iter().zip(ours).filter(|(theirs, ours)| theirs != ours) {
            different.push(format!("{}:\n{theirs}\nis not\n{ours}", statement.display()));
        }
        compared += 1;
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
    assert!(compared >= 10, "{compared}");
}
