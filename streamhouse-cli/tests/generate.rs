//! `streamhouse generate`, `streamhouse ddl` and `streamhouse explain`, as a person runs them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const ORDER: &str = "/// An order.\n#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct Order {\n    id: u64,\n}\n";

fn streamhouse(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_streamhouse"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn generates_checks_and_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("src")).expect("a folder");
    fs::write(folder.path().join("src/lib.rs"), ORDER).expect("a file");

    let missing = streamhouse(&["generate", "src", "--check"], folder.path());
    assert!(!missing.status.success());
    assert!(text(&missing.stderr).contains("schemas/shop.order/1.json is not what the declarations say"));
    assert!(text(&missing.stderr).contains("streamhouse: run `streamhouse generate src`"));
    assert!(!folder.path().join("schemas").exists(), "a check writes nothing");

    let written = streamhouse(&["generate", "src"], folder.path());
    assert!(written.status.success(), "{}", text(&written.stderr));
    assert!(text(&written.stdout).contains("wrote ./schemas/shop.order/1.json"), "{}", text(&written.stdout));
    assert!(streamhouse(&["generate", "src", "--check"], folder.path()).status.success());
    assert_eq!(text(&streamhouse(&["generate", "src"], folder.path()).stdout), "");

    let ddl = streamhouse(&["ddl", "src"], folder.path());
    assert!(text(&ddl.stdout).starts_with("CREATE TABLE IF NOT EXISTS shop_order\n(\n    id UInt64,\n"));

    fs::write(folder.path().join("src/lib.rs"), ORDER.replace("order_by = id", "order_by = ident"))
        .expect("a file");
    let wrong = streamhouse(&["ddl", "src"], folder.path());
    assert!(!wrong.status.success());
    assert_eq!(
        text(&wrong.stderr),
        "error: `order_by` uses `ident`, which is not a column [SH0401]\n \
         --> src/lib.rs:3:42\n  |\n\
         3 | #[stream(name = \"shop.order\", order_by = ident)]\n  \
         |                                          ^^^^^ a name in an expression is a column of the table\n  |\n  \
         = help: the columns are: id\n\n\
         streamhouse: the declarations have errors, and nothing is made of them\n"
    );
    assert_eq!(text(&wrong.stdout), "", "errors are no output");
}

#[test]
fn views_follow_their_table_and_go_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("src")).expect("a folder");
    let view = "order_by = id, view(ids_feed: to = ids, select = \"SELECT id FROM shop_order\")";
    fs::write(folder.path().join("src/lib.rs"), ORDER.replace("order_by = id", view)).expect("a file");
    assert!(streamhouse(&["generate", "src"], folder.path()).status.success());
    let migration = |name: &str| {
        let path = folder.path().join("migrations/0001_create_shop_order").join(name);
        fs::read_to_string(path).expect("a migration")
    };
    let (up, down) = (migration("up.sql"), migration("down.sql"));
    let at = |text: &str, part: &str| text.find(part).unwrap_or_else(|| panic!("no {part} in\n{text}"));
    assert!(
        at(&up, "CREATE TABLE IF NOT EXISTS shop_order")
            < at(&up, ";\n\nCREATE MATERIALIZED VIEW IF NOT EXISTS ids_feed")
    );
    assert!(at(&down, "DROP VIEW IF EXISTS ids_feed;") < at(&down, "DROP TABLE IF EXISTS shop_order;"));
}

#[test]
fn rules_are_explained() {
    let here = Path::new(".");
    let one = streamhouse(&["explain", "SH0401"], here);
    assert!(one.status.success());
    let text_of_one = text(&one.stdout);
    assert!(
        text_of_one.starts_with("SH0401: ")
            && text_of_one.contains("Wrong:")
            && text_of_one.contains("Right:"),
        "{text_of_one}"
    );
    let all = streamhouse(&["explain"], here);
    assert!(text(&all.stdout).lines().count() > 80);
    let none = streamhouse(&["explain", "SH9999"], here);
    assert!(!none.status.success() && text(&none.stderr).contains("there is no rule `SH9999`"));
}
