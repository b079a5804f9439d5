//! A declaration beside several sealed versions.

#![cfg(feature = "compile")]

use streamhouse_schema::compat::{History, Mode, judge};
use streamhouse_schema::compile::compile;
use streamhouse_schema::migration::State;
use streamhouse_schema::snapshot;

/// The codes with which the last of some declarations is refused; those before it are sealed, each after it was found right.
fn codes(mode: &str, versions: &[&str]) -> Vec<&'static str> {
    let mode: Mode = mode.parse().expect("a mode");
    let mut history = History::default();
    let mut codes = Vec::new();
    for (at, text) in versions.iter().enumerate() {
        assert_eq!(codes, [""; 0], "before {text}");
        let version = at + 1;
        let head = format!("#[stream(name = \"shop.order\", order_by = id, version = {version}");
        let text = text.replacen("#[stream(", &format!("{head}, "), 1);
        let input = syn::parse_str(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let compiled = compile(&input).unwrap_or_else(|error| panic!("{text}\n{:?}", error.diagnostics));
        codes = judge(&compiled, &history, mode).iter().map(|finding| finding.code).collect();
        history.add(format!("{version}.json"), snapshot::text(&compiled.schema, State::Sealed));
    }
    codes
}

const FIRST: &str = "#[stream()] struct Order { id: u64, code: String, note: String }";

#[test]
fn versions_before_the_newest_count_where_that_is_asked_for() {
    // The newest version has made a field of it that some readers of the first do not know.
    let optional = "#[stream()] struct Order { id: u64, code: String, note: String, more: Option<u32> }";
    let wider = "#[stream()] struct Order { id: u64, code: String, note: String, more: Option<u64> }";
    assert_eq!(codes("full", &[FIRST, optional, wider]), ["SH1017"]);
    assert_eq!(codes("backward_transitive", &[FIRST, optional, wider]), [""; 0]);
    // A name that comes, goes and comes again is judged by the versions that had it.
    let gone = "#[stream(breaks(field_removed(note), version = 2, reason = \"unused\"))] struct Order { id: u64, code: String }";
    let back = "#[stream(breaks(field_removed(note), version = 2, reason = \"unused\"))] struct Order { id: u64, code: String, note: Option<u8> }";
    assert_eq!(codes("backward", &[FIRST, gone, back]), [""; 0]);
    assert_eq!(codes("backward_transitive", &[FIRST, gone, back]), ["SH1018"]);
}

#[test]
fn what_was_made_or_meant_in_a_version_between_is_no_breach_of_the_next() {
    let second = "#[stream(breaks(field_removed(note), version = 2, reason = \"unused\"))] struct Order { id: u64, #[stream(upcast = toUInt32OrZero(code))] code: u32 }";
    let third = "#[stream(breaks(field_removed(note), version = 2, reason = \"unused\"))] struct Order { id: u64, code: u32, more: Option<u8> }";
    for mode in ["backward", "backward_transitive"] {
        assert_eq!(codes(mode, &[FIRST, second, third]), [""; 0], "{mode}");
    }
    // It is no licence for the version after.
    let third = "#[stream(breaks(field_removed(note), version = 2, reason = \"unused\"))] struct Order { id: u64, more: Option<u8> }";
    assert_eq!(codes("backward", &[FIRST, second, third]), ["SH1011"]);
}
