//! What the compiler says, and what it lets pass.
//!
//! `ui/<topic>/<what>.rs` with its `.stderr` beside it; those below `ui/pass` compile. A changed message is looked at,
//! and then written with `TRYBUILD=overwrite`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;

use streamhouse_schema::compile::compile;
use streamhouse_schema::migration::State;
use streamhouse_schema::snapshot;

#[test]
fn declarations_that_compile() {
    seal();
    trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
}

/// Apart from those that compile: trybuild checks all files at once where none of them has to run.
#[test]
fn declarations_that_do_not() {
    seal();
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

/// Gives the cases of `changes` a past: what stands behind `//|` in a file is sealed, as version 1, above the package in which
/// the case is compiled.
fn seal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild");
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            // What is written anew is built anew.
            if fs::read_to_string(&path).is_ok_and(|found| found == text) {
                return;
            }
            fs::write(path, text).expect("written");
        };
        let mut texts = Vec::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui"), "rs", &mut texts);
        write("streamhouse.toml", "");
        write("schemas/changes.unreadable/1.json", "{}\n");
        for text in texts {
            let sealed: String = text
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix("//| "))
                .collect::<Vec<_>>()
                .join("\n");
            let file = syn::parse_file(&sealed).expect("declarations behind `//|`");
            for item in file.items {
                let syn::Item::Struct(item) = item else { panic!("an event is a struct") };
                let schema =
                    compile(&item.into()).unwrap_or_else(|error| panic!("{:?}", error.diagnostics)).schema;
                write(&format!("schemas/{}/1.json", schema.event), &snapshot::text(&schema, State::Sealed));
            }
        }
    });
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
    let mut emitted = codes(&root.join("../streamhouse-schema/src/compile"), "rs", true);
    emitted.extend(codes(&root.join("../streamhouse-schema/src/compat"), "rs", true));
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
