//! What findings look like, on a terminal and to a program.

use std::fs;

use streamhouse_build::{Finding, check};

/// The findings about one file.
fn findings(text: &str) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.rs");
    fs::write(&path, text).expect("a file");
    check(&[&path]).expect("a report").findings
}

/// The only finding about a file, as text; the file has a short name.
fn shown(text: &str) -> String {
    let findings = findings(text);
    let [finding] = &findings[..] else { panic!("{} findings: {findings:?}", findings.len()) };
    let path = finding.place.path().display().to_string();
    finding.to_string().replace(&path, "events.rs")
}

#[test]
fn the_token_is_underlined_and_the_line_corrected() {
    let text = "use streamhouse::StreamSchema;\n\n/// An order.\n#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = (shop, txet))]\nstruct Order {\n    shop: u32,\n    text: String,\n}\n";
    assert_eq!(
        shown(text),
        r#"error: `order_by` uses `txet`, which is not a column [SH0401]
 --> events.rs:5:49
  |
5 | #[stream(name = "shop.order", order_by = (shop, txet))]
  |                                                 ^^^^ a name in an expression is a column of the table
  |
help: did you mean `text`?
  |
5 - #[stream(name = "shop.order", order_by = (shop, txet))]
5 + #[stream(name = "shop.order", order_by = (shop, text))]
  |"#
    );
}

#[test]
fn a_word_within_something_else_is_not_replaced() {
    for key in ["\"toString(txet)\"", "(shop, text.lenght)"] {
        let text = format!(
            "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = {key})]\nstruct Order {{\n    shop: u32,\n    text: String,\n}}\n"
        );
        let findings = findings(&text);
        assert_eq!((findings[0].code, &findings[0].replacement), (Some("SH0401"), &None), "{key}");
    }
}

#[test]
fn tabs_wide_characters_and_windows_lines_move_no_underline() {
    let text = "\u{feff}#[derive(StreamSchema)]\r\n#[stream(name = \"shop.order\", order_by = id)]\r\nstruct Order {\r\n\tid: u64,\r\n\t#[stream(rename = \"価格🎉\", default = \"x\")] price: u32,\r\n}\r\n";
    assert_eq!(
        shown(text),
        r#"error: the column is UInt32, which this default is not [SH0605]
 --> events.rs:5:37
  |
5 |     #[stream(rename = "価格🎉", default = "x")] price: u32,
  |                                           ^^^ a default is a value that the column can hold
  |
  = help: write a whole number in the range of UInt32, without quotes"#
    );
    assert_eq!(findings(text)[0].to_json()["column"], 37, "characters, not bytes and not cells");
}

#[test]
fn what_goes_over_several_lines_is_marked_from_its_begin_to_its_end() {
    let text = "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct Order {\n    id: u64,\n    tags: std::sync::mpsc::Sender<\n        String,\n    >,\n}\n";
    assert_eq!(
        shown(text),
        r#"error: it is not known what column this type goes to [SH0030]
 --> events.rs:5:11
  |
5 |       tags: std::sync::mpsc::Sender<
  |  ___________^
6 | |         String,
7 | |     >,
  | |_____^ the Rust type of a field stands for a column
  |
  = help: tokens show nothing of a type that is declared elsewhere, such as an alias or a type of your own: name the column's type, for example `#[stream(type = UInt64)]`, and derive `StreamType` for a type of your own, or implement `streamhouse::value::Encode` for it"#
    );
}

#[test]
fn warnings_are_called_so_and_programs_get_every_part() {
    let text = "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct Order {\n    id: u64,\n    price: f64,\n}\n";
    assert_eq!(
        shown(text),
        r#"warning: `price` is money by its name, and a float by its type [SH0525]
 --> events.rs:5:12
  |
5 |     price: f64,
  |            ^^^ sums of it are not exact
  |
  = help: use `rust_decimal::Decimal` with `#[stream(decimal(18, 4))]`, or whole cents in an `i64`"#
    );
    let mut object = findings(text)[0].to_json();
    let file = object["file"].take();
    assert!(file.as_str().is_some_and(|file| file.ends_with("events.rs")), "{file}");
    assert_eq!(
        object,
        serde_json::json!({
            "code": "SH0525",
            "severity": "warning",
            "file": null,
            "line": 5,
            "column": 12,
            "end_line": 5,
            "end_column": 15,
            "message": "`price` is money by its name, and a float by its type",
            "label": "sums of it are not exact",
            "help": "use `rust_decimal::Decimal` with `#[stream(decimal(18, 4))]`, or whole cents in an `i64`",
            "replacement": null,
        })
    );
}

#[test]
fn colours_are_there_only_where_they_are_asked_for() {
    let finding = &findings("#[derive(StreamSchema)]\nenum Choice { A }\n")[0];
    assert!(finding.render(true).contains('\u{1b}'));
    assert!(!finding.render(false).contains('\u{1b}'));
}
