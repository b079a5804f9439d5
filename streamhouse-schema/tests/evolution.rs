//! Changes: each `evolution/*.rs` holds two versions of a declaration, and the `.sql` beside it what leads from one to the
//! other, and back.

#![cfg(feature = "compile")]

use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_schema::change::Origins;
use streamhouse_schema::compile::compile;
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::table::Table;

/// With `STREAMHOUSE_WRITE=1` the expected files are written instead, to be looked at.
#[test]
fn changes_make_these_plans() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evolution");
    let mut sources: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    assert!(sources.len() > 20, "{}", sources.len());
    for source in sources {
        let (before, after) = versions(&source);
        let plan = Plan::between(&Table::of(&before), &Table::of(&after), &after.origins());
        let found = format!("{}\n-- Back:\n{}", plan.up(), plan.down());
        let expected = source.with_extension("sql");
        if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
            fs::write(&expected, &found).expect("written");
        }
        let expected = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(found, expected, "{}", source.display());
        // What was made of older values is made already; a rename that was made is none.
        let made = Origins { renames: after.renames(), ..Origins::default() };
        let same = Plan::between(&Table::of(&after), &Table::of(&after), &made);
        assert!(same.is_empty(), "{}: nothing changes from a version to itself: {same:?}", source.display());
    }
}

fn versions(path: &Path) -> (Schema, Schema) {
    let text = fs::read_to_string(path).expect("text");
    let (before, after) = text
        .split_once("\n\n")
        .unwrap_or_else(|| panic!("{}: two versions, a blank line between", path.display()));
    let schema = |version: &str| {
        let input = syn::parse_str(version).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        compile(&input).map(|compiled| compiled.schema).unwrap_or_else(|rejected| {
            let messages: Vec<_> =
                rejected.diagnostics.iter().map(|finding| finding.message.clone()).collect();
            panic!("{}: {messages:?}", path.display())
        })
    };
    (schema(before), schema(after))
}
