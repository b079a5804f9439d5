//! Whole statements: each `ddl/*.rs` holds one declaration, and the `.sql` beside it the table that it makes.

#![cfg(feature = "compile")]

use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_schema::compile::compile;
use streamhouse_schema::migration::State;
use streamhouse_schema::{snapshot, sql};

/// With `STREAMHOUSE_WRITE=1` the expected files are written instead, to be looked at.
#[test]
fn declarations_make_these_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ddl");
    let mut sources: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    assert!(!sources.is_empty());
    for source in sources {
        let text = fs::read_to_string(&source).expect("text");
        let input = syn::parse_str(&text).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
        let compiled = compile(&input).map_err(|rejected| {
            rejected.diagnostics.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>()
        });
        let compiled = compiled.unwrap_or_else(|errors| panic!("{}: {errors:?}", source.display()));
        let found = format!("{};\n", sql::create(&compiled.schema).join(";\n\n"));
        let expected = source.with_extension("sql");
        if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
            fs::write(&expected, &found).expect("written");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(found, expected, "{}", source.display());
        let [draft, sealed] =
            [State::Draft, State::Sealed].map(|state| snapshot::text(&compiled.schema, state));
        assert_eq!(snapshot::sealed(&draft).as_ref(), Some(&sealed), "{}", source.display());
        assert_eq!(snapshot::sealed(&sealed), None);
    }
}
