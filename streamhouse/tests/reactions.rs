//! The table of reactions, and the page that shows it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use streamhouse::reactions::{CLICKHOUSE, ENTRIES, HTTP, REDIS, page};

/// With `STREAMHOUSE_WRITE=1` the page is written instead.
#[test]
fn page_shows_the_reactions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reactions.md");
    if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
        fs::write(&path, page()).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "docs/reactions.md is not what the table says: run `cargo xtask codegen`");
}

#[test]
fn a_code_stands_once() {
    fn once<C: Ord>(codes: impl Iterator<Item = C>) {
        let codes: Vec<C> = codes.collect();
        let count = codes.len();
        assert_eq!(codes.into_iter().collect::<BTreeSet<_>>().len(), count);
    }
    once(CLICKHOUSE.iter().map(|row| row.code));
    once(HTTP.iter().map(|row| row.code));
    once(REDIS.iter().map(|row| row.code));
    once(ENTRIES.iter().map(|row| row.code));
}
