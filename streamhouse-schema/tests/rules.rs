//! The rule book is true: its examples are refused and accepted as it says, no rule is missing, and the page shows them all.

#![cfg(feature = "compile")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use streamhouse_schema::compat::{History, Mode, judge};
use streamhouse_schema::compile::{compile, compile_for, compile_type};
use streamhouse_schema::migration::State;
use streamhouse_schema::project::Project;
use streamhouse_schema::project::handover::{Complaint, errors};
use streamhouse_schema::rules::{lint, lints, page, rule, rules};
use streamhouse_schema::snapshot;

/// The codes with which a declaration is refused, or advised against. A first line may say what the project says, and a
/// whole example may be a project's file.
fn codes(example: &str) -> BTreeSet<&'static str> {
    if example.starts_with("# streamhouse.toml") {
        return Project::read(example).err().into_iter().flatten().map(|error| error.code).collect();
    }
    if let Some((kind, declaration)) =
        example.strip_prefix("// the build script found: ").and_then(|rest| rest.split_once('\n'))
    {
        return found(kind, declaration);
    }
    let (project, declaration) = match example.split_once('\n') {
        Some((first, rest)) if first.starts_with("// streamhouse.toml: ") => {
            let text = first.trim_start_matches("// streamhouse.toml: ");
            (Project::read(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}")), rest)
        }
        _ => (Project::default(), example),
    };
    if let Some((sealed, now)) = declaration.trim_start_matches("// sealed\n").split_once("// now\n") {
        return changes(sealed, now);
    }
    let input = syn::parse_str(declaration).unwrap_or_else(|error| panic!("{declaration}\n{error}"));
    let findings = if declaration.contains("StreamType") {
        compile_type(&input).err().map(|rejected| rejected.diagnostics)
    } else {
        Some(
            compile_for(&input, &project)
                .map_or_else(|rejected| rejected.diagnostics, |compiled| compiled.warnings),
        )
    };
    let findings = findings.unwrap_or_default();
    findings.iter().map(|finding| finding.code).filter(|code| is_shown(code, example)).collect()
}

/// The codes with which a declaration is refused of which a build script found something.
fn found(kind: &str, declaration: &str) -> BTreeSet<&'static str> {
    let input = syn::parse_str(declaration).unwrap_or_else(|error| panic!("{declaration}\n{error}"));
    let schema = compile_for(&input, &Project::default()).ok().expect("a declaration without errors").schema;
    let about = format!(
        r#"[{{"event": "{}", "version": {}, "kind": "{kind}", "message": "", "help": ""}}]"#,
        schema.event, schema.version
    );
    let complaints = Complaint::read(&about).expect("what is written");
    errors(&complaints, &schema, input.ident.span()).iter().map(|error| error.code).collect()
}

/// The codes with which a declaration is refused because of what is sealed, a declaration too or the file itself.
fn changes(sealed: &str, now: &str) -> BTreeSet<&'static str> {
    let compiled = |text: &str| {
        let input = syn::parse_str(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        compile(&input).unwrap_or_else(|rejected| panic!("{text}\n{:?}", rejected.diagnostics))
    };
    let file = if sealed.starts_with('{') {
        sealed.to_string()
    } else {
        snapshot::text(&compiled(sealed).schema, State::Sealed)
    };
    let mut history = History::default();
    history.add("schemas/shop.order/1.json", file);
    let findings = judge(&compiled(now), &history, Mode::default());
    findings.iter().map(|finding| finding.code).collect()
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

/// Advice is no part of an example that is about something else, but what is shown as right is right in every respect.
fn is_shown(code: &str, example: &str) -> bool {
    let about_advice =
        rules().any(|rule| lint(rule.code).is_some() && [rule.wrong, rule.right].contains(&example));
    lint(code).is_none() || about_advice
}

/// What is advised against in one place is not advised in another.
#[test]
fn lints_have_a_name_and_a_rule_each() {
    for lint in lints() {
        assert_eq!(rule(lint.name).map(|rule| rule.code), Some(lint.code));
        assert!(rule(lint.code).is_some_and(
            |rule| rule.why.contains("<https://clickhouse.com/docs/") || lint.name == "needless_allow"
        ));
    }
    let names: BTreeSet<&str> = lints().map(|lint| lint.name).collect();
    assert_eq!(names.len(), lints().count());
}

#[test]
fn every_code_has_its_rule() {
    let mut emitted = BTreeSet::new();
    for folder in ["src/compat", "src/compile", "src/project"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut emitted);
    }
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
