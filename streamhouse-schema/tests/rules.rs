//! The rule book is true: its examples are refused and accepted as it says, no rule is missing, and the page shows them all.

#![cfg(feature = "compile")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use streamhouse_schema::compile::{compile, compile_type};
use streamhouse_schema::rules::{page, rule, rules};

/// The codes with which a declaration is refused.
fn codes(declaration: &str) -> BTreeSet<&'static str> {
    let input = syn::parse_str(declaration).unwrap_or_else(|error| panic!("{declaration}\n{error}"));
    let rejected =
        if declaration.contains("StreamType") { compile_type(&input).err() } else { compile(&input).err() };
    match rejected {
        None => BTreeSet::new(),
        Some(rejected) => rejected.diagnostics.iter().map(|finding| finding.code).collect(),
    }
}

#[test]
fn examples_are_what_they_are_called() {
    let mut untrue = Vec::new();
    for rule in rules() {
        let (wrong, right) = (codes(rule.wrong), codes(rule.right));
        if wrong != BTreeSet::from([rule.code]) || !right.is_empty() {
            untrue.push(format!("{}: wrong gives {wrong:?}, right gives {right:?}", rule.code));
        }
    }
    assert!(untrue.is_empty(), "{untrue:#?}");
}

#[test]
fn every_code_has_its_rule() {
    let mut emitted = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/compile"), &mut emitted);
    let listed: Vec<String> = rules().map(|rule| rule.code.to_string()).collect();
    let set: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(set.len(), listed.len(), "a code stands twice");
    assert_eq!(set, emitted);
    assert_eq!(rule("sh0401").map(|rule| rule.code), Some("SH0401"));
    assert_eq!(rule("401").map(|rule| rule.code), Some("SH0401"));
    assert_eq!(rule("SH9999"), None);
}

fn collect(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, codes);
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        let quoted = text.split("\"SH").skip(1).filter_map(|rest| rest.get(..4));
        codes.extend(
            quoted.filter(|code| code.bytes().all(|b| b.is_ascii_digit())).map(|code| format!("SH{code}")),
        );
    }
}

/// With `STREAMHOUSE_WRITE=1` the page is written instead.
#[test]
fn page_shows_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md");
    if std::env::var_os("STREAMHOUSE_WRITE").is_some() {
        fs::write(&path, page()).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "docs/rules.md is not what the rules say: run `cargo xtask codegen`");
}
