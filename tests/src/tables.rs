//! The tables that the tests of the compiler declare.

use std::fs;
use std::path::Path;

use streamhouse_schema::compile::compile;
use streamhouse_schema::sql;
use streamhouse_schema::table::{EngineWords, Table};

use crate::Place;

/// The tables of the declarations in a folder, by the names of the files; a file may hold two versions.
pub fn declared(folder: &str) -> Vec<(String, Table)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../streamhouse-schema/tests").join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    let mut tables = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        let items = syn::parse_file(&text).expect("Rust").items;
        let structs = items.into_iter().filter_map(|item| match item {
            syn::Item::Struct(item) => Some(syn::DeriveInput::from(item)),
            _ => None,
        });
        for item in structs {
            let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
            let schema = compile(&item).unwrap_or_else(|_| panic!("{name}")).schema;
            tables.push((name, Table::of(&schema)));
        }
    }
    tables
}

/// A statement as a runner runs it: what copies by partition once for each partition that the table has.
pub async fn each_partition(client: &clickhouse::Client, statement: &str) -> Vec<String> {
    let Some(copy) = sql::CopyByPartition::read(statement) else { return vec![statement.to_string()] };
    let query = "SELECT DISTINCT partition_id FROM system.parts WHERE database = currentDatabase() AND table = ? AND active";
    let partitions: Vec<String> = client.query(query).bind(&copy.from).fetch_all().await.expect("partitions");
    partitions.iter().map(|partition| copy.statement(&copy.into, partition)).collect()
}

/// What is declared, without replicas and clusters, which the embedded server does not have.
pub fn alone(table: Table) -> Table {
    let engine = EngineWords::of(&table.engine);
    let mut settings = table.settings;
    // Replicated tables remember inserts by themselves.
    if !engine.form.is_empty() && table.columns.iter().any(|column| column.name == "_batch") {
        settings.push(("non_replicated_deduplication_window".into(), "10000".into()));
    }
    Table { cluster: None, distributed: None, engine: engine.plain, settings, ..table }
}

/// Creates a table with all that belongs to it. What views write into and nobody declares is made too.
pub async fn create(place: &Place, table: &Table) {
    for view in &table.views {
        if let Some(to) = view.to.as_ref().filter(|to| **to != table.name) {
            place.run(&sql::create_all(&Table { views: Vec::new(), ..table.clone() })[0]).await;
            let to = sql::name(to);
            place
                .run(&format!("CREATE TABLE IF NOT EXISTS {to} ENGINE = Null EMPTY AS {}", view.select))
                .await;
        }
    }
    for statement in sql::create_all(table) {
        place.run(&statement).await;
    }
}
