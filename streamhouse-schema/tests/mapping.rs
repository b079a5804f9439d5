//! The table of types in `docs/declaring.md` is complete, and true as far as tokens can tell; `tests/tests/types.rs` asks rustc.

#![cfg(feature = "compile")]

use std::path::Path;

use streamhouse_schema::compile::compile;
use streamhouse_schema::types::{NAMES, Type};

/// A row: the type, what goes into it by itself, and what with `type = …`.
struct Row {
    ty: String,
    alone: Vec<String>,
    typed: Vec<String>,
}

fn rows() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/declaring.md");
    let text = std::fs::read_to_string(path).expect("the page");
    let (_, table) = text.split_once("| ClickHouse | by itself | with `type` |\n").expect("the table");
    let quoted = |cell: &str| -> Vec<String> {
        let words = cell.split('`').skip(1).step_by(2);
        // What is no Rust type is an attribute.
        words.filter(|word| !word.contains('…') && *word != "low_cardinality").map(str::to_string).collect()
    };
    table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" |").collect();
            Row {
                ty: quoted(cells[0]).remove(0),
                alone: quoted(cells[1]),
                typed: cells.get(2).map(|cell| quoted(cell)).unwrap_or_default(),
            }
        })
        .collect()
}

/// What a field becomes.
fn column(attribute: &str, rust: &str) -> Result<Vec<String>, String> {
    let source =
        format!("#[stream(name = \"a\", order_by = ())] struct E {{ #[stream({attribute})] f: {rust} }}");
    let source = source.replace("#[stream()] ", "");
    let input = syn::parse_str(&source).map_err(|error| format!("{source}\n{error}"))?;
    match compile(&input) {
        Ok(compiled) => Ok(compiled.schema.columns.iter().map(|column| column.ty.to_string()).collect()),
        Err(rejected) => {
            let messages: Vec<String> = rejected.diagnostics.iter().map(|one| one.message.clone()).collect();
            Err(format!("{source}\n{}", messages.join("\n")))
        }
    }
}

#[test]
fn every_type_has_a_row() {
    let rows = rows();
    assert!(rows.len() > 50, "{} rows", rows.len());
    let known: Vec<String> = rows
        .iter()
        .map(|row| row.ty.split('(').next().unwrap_or_default().to_string())
        // One row stands for a type under other names too.
        .flat_map(|name| match name.as_str() {
            "Decimal" => ["", "32", "64", "128", "256"].map(|bits| format!("Decimal{bits}")).to_vec(),
            "Enum8" => vec!["Enum".to_string(), name],
            "DateTime" => vec!["DateTime32".to_string(), name],
            _ => vec![name],
        })
        .collect();
    let missing: Vec<&&str> =
        NAMES.iter().filter(|name| !known.iter().any(|known| known == **name)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

#[test]
fn rows_are_what_declarations_give() {
    let mut untrue = Vec::new();
    for Row { ty, alone, typed } in rows() {
        let parsed: Type = ty.parse().unwrap_or_else(|error| panic!("{ty}: {error}"));
        let expected = match &parsed {
            Type::Nested(elements) => elements.iter().map(|one| format!("Array({})", one.ty)).collect(),
            other => vec![other.to_string()],
        };
        for rust in alone {
            match column("", &rust) {
                Ok(found) if found == expected => {}
                other => untrue.push(format!("{rust} by itself is no {ty}: {other:?}")),
            }
        }
        if typed.is_empty() && parsed.obstacle().is_some() {
            let attribute = format!("type = {ty:?}");
            if let Ok(found) = column(&attribute, "Own") {
                untrue.push(format!("a field is taken as {found:?}"));
            }
        }
        for rust in typed {
            match column(&format!("type = {ty:?}"), &rust) {
                Ok(found) if found == expected => {}
                other => untrue.push(format!("{rust} with a type is no {ty}: {other:?}")),
            }
        }
    }
    assert!(untrue.is_empty(), "{}", untrue.join("\n\n"));
}
