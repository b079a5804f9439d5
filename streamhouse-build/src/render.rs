//! Which files schemas make.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;
use streamhouse_schema::document;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::sql;

/// Files by their path below the folder that holds `schemas/` and `migrations/`.
pub type Files = BTreeMap<PathBuf, String>;

/// The documents of the schemas, and for the newest version of each event the migration that creates its table.
pub fn render(schemas: &[Schema]) -> Files {
    let mut files = Files::new();
    let mut newest: BTreeMap<&str, &Schema> = BTreeMap::new();
    for schema in schemas {
        let path = Path::new("schemas").join(&schema.event).join(format!("{}.json", schema.version));
        files.insert(path, document::document(schema));
        newest.insert(&schema.event, schema);
    }
    for (number, schema) in (1..).zip(newest.into_values()) {
        let folder = Path::new("migrations").join(format!("{number:04}_create_{}", schema.table));
        let up = format!(
            "-- Creates the table of the event {}, version {}.\n{};\n",
            schema.event,
            schema.version,
            sql::create(schema).join(";\n\n")
        );
        let down = format!(
            "-- Drops the table of the event {}, with all its rows.\n{};\n",
            schema.event,
            sql::drop(schema).join(";\n")
        );
        let plan = json!({
            "format": 1,
            "state": "draft",
            "changes": [{
                "change": "create_table",
                "event": schema.event,
                "version": schema.version,
                "table": schema.table,
                "safety": "safe",
            }],
        });
        files.insert(folder.join("up.sql"), up);
        files.insert(folder.join("down.sql"), down);
        files.insert(folder.join("plan.json"), format!("{plan:#}\n"));
    }
    files
}
