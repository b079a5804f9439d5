//! Source folders in, schemas and migrations out.

use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_build::{BuildError, Files, Repository, render, scan, stale, write};

const ORDER: &str = r#"
use streamhouse::StreamSchema;

/// An order.
#[derive(StreamSchema)]
#[stream(name = "shop.order", order_by = id)]
struct Order {
    id: u64,
}
"#;

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn events(folder: &Path) -> Vec<(String, u32)> {
    let schemas = scan(folder).unwrap_or_else(|error| panic!("{error}"));
    schemas.into_iter().map(|schema| (schema.event, schema.version)).collect()
}

/// The message, with the folder's own path taken off.
fn error(folder: &Path) -> String {
    let error = scan(folder).expect_err("an error").to_string();
    error.replace(&format!("{}/", folder.display()), "")
}

fn paths(files: &Files) -> Vec<String> {
    files.texts.keys().map(|path| path.display().to_string()).collect()
}

#[test]
fn declarations_are_found_wherever_they_stand() {
    let inner = |name: &str| ORDER.replace("shop.order", name).replace("use streamhouse::StreamSchema;", "");
    let folder = folder(&[
        ("src/lib.rs", ORDER),
        ("src/deep/er/module.rs", &format!("mod a {{ mod b {{ {} }} }}", inner("in.module"))),
        ("src/body.rs", &format!("fn main() {{ if true {{ {} }} }}", inner("in.body"))),
        (
            "src/path.rs",
            &inner("by.path").replace("derive(StreamSchema)", "derive(Debug, streamhouse::StreamSchema)"),
        ),
        (
            "src/conditional.rs",
            &inner("by.feature")
                .replace("#[derive(StreamSchema)]", "#[cfg_attr(feature = \"x\", derive(StreamSchema))]"),
        ),
        ("src/version.rs", &inner("shop.order").replace("order_by", "version = 2, order_by")),
        // None of these is a declaration.
        (
            "src/tests.rs",
            &format!(
                "#[cfg(test)]\nmod tests {{ {} }}\n#[test]\nfn f() {{ {} }}",
                inner("in.tests"),
                inner("in.test")
            ),
        ),
        ("src/mentions.rs", "// StreamSchema\nstruct NotAnEvent;"),
        ("src/notes.txt", ORDER),
        ("target/debug/build.rs", &inner("in.target")),
        (".hidden/lib.rs", &inner("in.hidden")),
    ]);
    let expected = ["by.feature", "by.path", "in.body", "in.module"].map(|name| (name.to_string(), 1));
    let orders = [("shop.order".to_string(), 1), ("shop.order".to_string(), 2)];
    assert_eq!(events(folder.path()), [&expected[..], &orders[..]].concat());
}

#[test]
fn errors_name_the_place_and_are_all_told() {
    let folder = folder(&[
        ("a.rs", &ORDER.replace("order_by = id", "order_by = (ident, 5)")),
        ("b.rs", "#[derive(StreamSchema)]\nenum Choice { A }"),
        ("c.rs", &ORDER.replace("    id: u64,", "    #[cfg(feature = \"x\")]\n    id: u64,")),
    ]);
    let message = error(folder.path());
    for expected in [
        "error: `order_by` uses `ident`, which is not a column [SH0401]\n --> a.rs:6:43\n",
        "error: this is the same for all rows, and a key is not [SH0406]\n --> a.rs:6:50\n",
        "error: an event is a struct [SH0010]\n --> b.rs:2:6\n",
        "error: a column that is there only sometimes makes a table that is not known [SH0019]\n --> c.rs:8:7\n",
    ] {
        assert!(message.contains(expected), "{expected}\n---\n{message}");
    }
}

#[test]
fn events_that_clash_are_named_with_both_places() {
    let folder = folder(&[("a.rs", ORDER), ("b.rs", ORDER)]);
    assert_eq!(
        error(folder.path()),
        "error: version 1 of the event `shop.order` is declared at a.rs:6:17 already [SH0518]\n \
         --> b.rs:6:17\n  |\n6 | #[stream(name = \"shop.order\", order_by = id)]\n  |                 ^^^^^^^^^^^^ declared once more\n  |\n \
         ::: a.rs:6:17\n  |\n6 | #[stream(name = \"shop.order\", order_by = id)]\n  |                 ------------ declared here first\n  |\n  \
         = help: raise the version, or give the event another name"
    );
    let folder = self::folder(&[("a.rs", ORDER), ("b.rs", &ORDER.replace("shop.order", "shop_order"))]);
    let message = error(folder.path());
    assert!(
        message.starts_with(
            "error: the table `shop_order` of the event `shop_order` is that of the event `shop.order`, declared at a.rs:6:17, too [SH0518]\n --> b.rs:6:17\n"
        ),
        "{message}"
    );
}

#[test]
fn a_view_is_not_called_like_the_table_of_another_event() {
    let view = "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id, view(shop_visit: to = ids, select = \"SELECT id FROM shop_order\"))]\nstruct Order {\n    id: u64,\n}\n";
    let visit = "#[derive(StreamSchema)]\n#[stream(name = \"shop.visit\", order_by = id)]\nstruct Visit {\n    id: u64,\n}\n";
    let folder = folder(&[("a.rs", view), ("b.rs", visit)]);
    let message = error(folder.path());
    assert!(
        message.starts_with(
            "error: the event `shop.order` makes a table or a view `shop_visit`, and so does the event `shop.visit`, declared at b.rs:2:17 [SH0518]\n --> a.rs:2:51\n"
        ),
        "{message}"
    );
}

/// What a view writes is compared with the newest version of the event whose table it writes into.
#[test]
fn a_view_is_compared_with_the_declaration_of_its_target() {
    let view = |select: &str| {
        format!(
            "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id, view(feed: to = shop_daily, select = \"{select} FROM shop_order\"))]\nstruct Order {{\n    id: u64,\n}}\n"
        )
    };
    let daily = "#[derive(StreamSchema)]\n#[stream(name = \"shop.daily\", version = 2, order_by = ())]\nstruct Daily {\n    orders: u32,\n    shops: u64,\n}\n";
    let old = "#[derive(StreamSchema)]\n#[stream(name = \"shop.daily\", order_by = ())]\nstruct OldDaily {\n    orders: u32,\n}\n";
    let folder = |select: &str| folder(&[("a.rs", &view(select)), ("b.rs", daily), ("old.rs", old)]);
    for (select, message) in [
        (
            "SELECT uniq(id) AS shop",
            "the view `feed` writes `shop`, which is not a column of `shop_daily` [SH0744]",
        ),
        (
            "SELECT count() AS orders",
            "`orders` of the view `feed` (UInt64) is written into a column of UInt32, and does not hold all of its values: the insert fails, or changes them [SH0746]",
        ),
    ] {
        let error = error(folder(select).path());
        assert!(error.starts_with(&format!("error: {message}\n --> a.rs:2:")), "{error}");
        assert!(error.contains("::: b.rs:3:8") && error.contains("the target"), "{error}");
    }
    assert_eq!(events(folder("SELECT toUInt32(count()) AS orders, uniq(id) AS shops").path()).len(), 3);
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_place() {
    let folder = folder(&[("src/broken.rs", "// StreamSchema\nstruct Half {\n    id: u64,,\n}")]);
    let message = error(folder.path());
    assert!(message.starts_with("error: ") && message.contains(" --> src/broken.rs:3:13\n"), "{message}");
    assert!(message.contains("^ this is not Rust"), "{message}");

    fs::write(folder.path().join("src/broken.rs"), [0xff, 0xfe]).expect("a file");
    assert!(error(folder.path()).starts_with("src/broken.rs: "), "{}", error(folder.path()));

    let missing = folder.path().join("no such folder");
    assert!(matches!(scan(&missing), Err(BuildError::Files { path, .. }) if path == missing));
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_followed_once() {
    let folder = folder(&[("src/lib.rs", ORDER)]);
    std::os::unix::fs::symlink("..", folder.path().join("src/up")).expect("a link");
    std::os::unix::fs::symlink("nowhere", folder.path().join("src/dangling")).expect("a link");
    assert_eq!(events(folder.path()), [("shop.order".to_string(), 1)]);
}

#[test]
fn only_what_differs_is_written_and_the_rest_stays() {
    let source = folder(&[("lib.rs", ORDER)]);
    let out = tempfile::tempdir().expect("a folder");
    let files = render(&scan(source.path()).expect("schemas"), &Repository::default()).expect("files");
    assert_eq!(
        paths(&files),
        [
            "migrations/0001_create_shop_order/down.sql",
            "migrations/0001_create_shop_order/plan.json",
            "migrations/0001_create_shop_order/up.sql",
            "schemas/shop.order/1.json",
        ]
    );
    let schema = out.path().join("schemas/shop.order/1.json");
    let all: Vec<PathBuf> = files.texts.keys().map(|path| out.path().join(path)).collect();
    assert_eq!(stale(&files, out.path()).expect("compared"), all);
    assert_eq!(write(&files, out.path()).expect("written"), all);
    assert_eq!(stale(&files, out.path()).expect("compared"), Vec::<PathBuf>::new());
    assert_eq!(write(&files, out.path()).expect("written"), Vec::<PathBuf>::new());

    let mine = out.path().join("schemas/mine.txt");
    fs::write(&mine, "mine").expect("a file");
    fs::write(&schema, "edited").expect("a file");
    assert_eq!(stale(&files, out.path()).expect("compared"), std::slice::from_ref(&schema));
    assert_eq!(write(&files, out.path()).expect("written"), std::slice::from_ref(&schema));
    assert_eq!(
        fs::read_to_string(&schema).expect("text"),
        files.texts[Path::new("schemas/shop.order/1.json")]
    );
    assert_eq!(fs::read_to_string(mine).expect("text"), "mine");
    // Nothing half written is left beside it.
    assert_eq!(fs::read_dir(schema.parent().expect("a parent")).expect("a folder").count(), 1);
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let source = folder(&[("z.rs", ORDER), ("a.rs", &ORDER.replace("shop.order", "a.other"))]);
    let first = render(&scan(source.path()).expect("schemas"), &Repository::default()).expect("files");
    assert_eq!(first, render(&scan(source.path()).expect("schemas"), &Repository::default()).expect("files"));
    assert!(first.texts[Path::new("migrations/0001_create_a_other/up.sql")].starts_with(
        "-- Creates the table of the event a.other, version 1.\nCREATE TABLE IF NOT EXISTS a_other\n("
    ));
}
