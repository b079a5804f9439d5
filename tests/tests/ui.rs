//! What the compiler says, and what it lets pass.
//!
//! `ui/<topic>/<what>.rs` with its `.stderr` beside it; those below `ui/pass` compile. A changed message is looked at,
//! and then written with `TRYBUILD=overwrite`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn declarations_that_compile() {
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

/// Apart from those that compile: trybuild checks all files at once where none of them has to run.
#[test]
fn declarations_that_do_not() {
    let cases = trybuild::TestCases::new();
    let mut topics: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("pass"))
        .collect();
    topics.sort();
    for topic in topics {
        cases.compile_fail(topic.join("*.rs"));
    }
}

/// A rule without a test is a rule that nobody has seen at work.
#[test]
fn every_code_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let codes = |folder: &Path, extension: &str, quoted: bool| -> BTreeSet<String> {
        let mut texts = Vec::new();
        collect(folder, extension, &mut texts);
        let before = if quoted { "\"SH" } else { "[SH" };
        texts
            .iter()
            .flat_map(|text| text.split(before).skip(1).filter_map(|rest| rest.get(..4)))
            .filter(|digits| digits.chars().all(|c| c.is_ascii_digit()))
            .map(|digits| format!("SH{digits}"))
            .collect()
    };
    let emitted = codes(&root.join("../streamhouse-schema/src/compile"), "rs", true);
    let shown = codes(&root.join("tests/ui"), "stderr", false);
    assert!(emitted.len() > 40, "{} codes", emitted.len());
    let missing: Vec<_> = emitted.difference(&shown).collect();
    assert!(missing.is_empty(), "no file of tests/ui shows {missing:?}");
    let unknown: Vec<_> = shown.difference(&emitted).collect();
    assert!(unknown.is_empty(), "nobody says {unknown:?} any more");
}

fn collect(folder: &Path, extension: &str, texts: &mut Vec<String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    for path in paths {
        if path.is_dir() {
            collect(&path, extension, texts);
        } else if path.extension().is_some_and(|found| found == extension) {
            texts.push(fs::read_to_string(&path).expect("text"));
        }
    }
}
