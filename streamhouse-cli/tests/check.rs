//! `streamhouse check`, as a person and a program run it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ORDER: &str = "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct Order {\n    id: u64,\n    price: f64,\n}\n";

fn check(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_streamhouse"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// A folder with this source and, where there is one, this streamhouse.toml.
fn project(source: &str, settings: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("src/lib.rs"), source).expect("a file");
    if let Some(settings) = settings {
        fs::write(folder.path().join("streamhouse.toml"), settings).expect("a file");
    }
    folder
}

#[test]
fn advice_is_told_and_is_no_failure_unless_it_is_denied() {
    let folder = project(ORDER, None);
    let advised = check(&[], folder.path());
    assert!(advised.status.success());
    let told = text(&advised.stderr);
    assert!(
        told.starts_with(
            "warning: `price` is money by its name, and a float by its type [SH0525]\n --> src/lib.rs:5:12\n"
        ),
        "{told}"
    );
    assert!(
        told.contains(
            "1 declaration without errors, 0 errors, 1 warning\n`streamhouse explain CODE` says more"
        ),
        "{told}"
    );
    assert_eq!(text(&advised.stdout), "");
    assert!(!told.contains('\u{1b}'), "no colours where there is no terminal");
    assert_eq!(check(&["--deny-warnings"], folder.path()).status.code(), Some(1));

    let denied = project(ORDER, Some("[lints]\nfloat_for_money = \"deny\"\n"));
    let output = check(&["src"], denied.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).starts_with("error: `price` is money by its name"),
        "{}",
        text(&output.stderr)
    );
    let generated = Command::new(env!("CARGO_BIN_EXE_streamhouse"))
        .args(["ddl", "src"])
        .current_dir(denied.path())
        .output()
        .expect("the program");
    assert!(!generated.status.success(), "what the derive refuses makes no table here either");

    let allowed = project(ORDER, Some("[lints]\nSH0525 = \"allow\"\n"));
    let output = check(&["src/lib.rs"], allowed.path());
    assert!(output.status.success());
    assert_eq!(text(&output.stderr), "1 declaration without errors, 0 errors, 0 warnings\n");
}

#[test]
fn what_is_younger_than_the_oldest_server_is_an_error_on_its_token() {
    let source = "#[derive(StreamSchema)]\n#[stream(\n    name = \"shop.order\",\n    engine = CoalescingMergeTree,\n    delivery = at_least_once,\n    order_by = (id, toTime64(at, 3)),\n    index(words: text(tokenizer = splitByNonAlpha) on note),\n    settings(table_disk = 0),\n)]\nstruct Order {\n    id: u64,\n    at: DateTime<Utc>,\n    note: String,\n    #[stream(type = Array(Time64(3)))]\n    opens: Vec<NaiveTime>,\n}\n";
    let errors = |oldest: &str| {
        let folder = project(source, Some(&format!("[clickhouse]\noldest = \"{oldest}\"\n")));
        let output = check(&["src", "--json"], folder.path());
        let lines = text(&output.stdout);
        let told: Vec<String> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"))
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| {
                format!(
                    "{} {}:{} {}",
                    finding["code"], finding["line"], finding["column"], finding["message"]
                )
            })
            .collect();
        assert_eq!(output.status.success(), told.is_empty(), "{lines}");
        told
    };
    let told = errors("24.8");
    let expected = [
        ("4:14", "the engine `CoalescingMergeTree` since 25.6"),
        ("14:27", "the type `Time64` since 25.12"),
        ("7:18", "the index `text` since 26.2"),
        ("6:21", "the function `toTime64` since 25.6"),
        ("8:14", "the setting `table_disk` since 25.2"),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (place, part) in expected {
        let whole = format!("ClickHouse takes {part}, and streamhouse.toml says that 24.8 is enough");
        assert!(
            told.iter().any(|one| one.starts_with(&format!("\"SH0510\" {place} ")) && one.contains(&whole)),
            "{whole}\n{told:#?}"
        );
    }
    assert_eq!(errors("25.12").len(), 1);
    assert_eq!(errors("26.7"), [""; 0]);
}

#[test]
fn a_wrong_file_of_settings_is_shown_with_its_line() {
    let folder = project(ORDER, Some("[clickhouse]\noldst = \"25.3\"\n"));
    let output = check(&["src"], folder.path());
    assert!(!output.status.success());
    let told = text(&output.stderr);
    assert!(
        told.starts_with(
            "error: `oldst` is not known in streamhouse.toml [SH0512]\n --> streamhouse.toml:2:1\n  |\n2 | oldst = \"25.3\"\n  | ^^^^^ `streamhouse.toml` says what is known\n  |\n  = help: did you mean `oldest`?\n"
        ),
        "{told}"
    );
}

#[test]
fn mistakes_of_all_files_are_told_at_once() {
    let folder = project(ORDER, None);
    fs::write(folder.path().join("src/a.rs"), "// StreamSchema\nstruct Half {").expect("a file");
    fs::write(folder.path().join("src/b.rs"), "#[derive(StreamSchema)]\nenum Choice { A }\n")
        .expect("a file");
    let output = check(&["src"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    for part in [
        "this is not Rust",
        "an event is a struct [SH0010]",
        "[SH0525]",
        "1 declaration without errors, 2 errors, 1 warning",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let missing = check(&["nowhere"], folder.path());
    assert!(
        !missing.status.success() && text(&missing.stderr).starts_with("streamhouse: nowhere: "),
        "{}",
        text(&missing.stderr)
    );
}

#[test]
fn lints_are_explained_by_their_names() {
    let explain = |argument: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_streamhouse")).args(["explain", argument]).output();
        text(&output.expect("the program").stdout)
    };
    assert!(explain("float_for_money").starts_with("SH0525 (float_for_money): Money is no float.\n"));
    assert_eq!(explain("float_for_money"), explain("sh0525"));
}
