//! `streamhouse import`: declarations written from tables that exist.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse::live::Live;
use streamhouse_build::{Imported, Schema, Table};

use crate::common::{block_on, config, text};

/// The server comes from `CLICKHOUSE_URL`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "What a declaration cannot say stands above it as a comment. Nothing of the server changes. Afterwards: \
                        `streamhouse generate`, and `streamhouse migrate baseline NUMBER`, which says that the tables exist."
)]
pub(crate) struct Arguments {
    /// The tables; all of the database without any
    tables: Vec<String>,
    /// Write to this file, which must not exist yet, instead of to the output
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let imported = block_on(import(&arguments.tables))??;
    if imported.is_empty() {
        return Err("the database has no tables that an event could have".into());
    }
    let source = streamhouse_build::module(&imported);
    if let Some(path) = &arguments.out {
        let failed = |error: std::io::Error| format!("{}: {error}; nothing is overwritten", path.display());
        let mut file = std::fs::File::create_new(path).map_err(failed)?;
        file.write_all(source.as_bytes()).map_err(failed)?;
    }
    if arguments.json {
        let one = |one: &Imported| json!({"table": one.table, "event": one.event, "rust": one.rust, "notes": one.notes});
        let all: Vec<Value> = imported.iter().map(one).collect();
        say!("{}", json!({"declarations": all, "out": arguments.out}));
        return Ok(ExitCode::SUCCESS);
    }
    match &arguments.out {
        Some(path) => say!("wrote {}", path.display()),
        None => say!("{}", source.trim_end()),
    }
    for one in &imported {
        one.notes.iter().for_each(|note| eprintln!("note: {}: {note}", one.table));
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(names: &[String]) -> Result<Vec<Imported>, String> {
    let live = Live::new(&config()?).map_err(text)?;
    let all = if names.is_empty() { live.names().await.map_err(text)? } else { names.to_vec() };
    let mut imported = Vec::new();
    for name in all {
        let Some(table) = live.table(&name).await.map_err(text)? else {
            return Err(format!("there is no table `{name}` in the database that an event could have"));
        };
        let mut one = streamhouse_build::import(&table);
        match streamhouse_build::declared(&one.rust) {
            Ok(schema) => one.notes.extend(left(&live, &schema).await?),
            Err(messages) => one.notes.extend(messages),
        }
        imported.push(one);
    }
    Ok(imported)
}

/// Where the declaration makes another table than the one that is there.
async fn left(live: &Live, schema: &Schema) -> Result<Vec<String>, String> {
    let compared = live.compare(&[Table::of(schema)]).await.map_err(text)?;
    let differences = compared.iter().flat_map(|compared| compared.differences());
    Ok(differences.map(|difference| format!("what it makes is not what is there: {difference}")).collect())
}
