//! Every broken declaration of the corpus is refused, with the right code, on the right token.

#![cfg(feature = "compile")]

#[allow(dead_code, reason = "the other test of the corpus asks what the engine does")]
mod corpus;

use std::collections::BTreeSet;

use corpus::{Outcome, cases};

#[test]
fn every_mistake_is_an_error_on_its_token() {
    let mut wrong = Vec::new();
    let mut titles = BTreeSet::new();
    for case in cases() {
        assert!(titles.insert(case.title.clone()), "{} stands twice", case.title);
        let expected: Vec<_> = case.codes.iter().cloned().zip(case.marks.iter().copied()).collect();
        let found = case.findings();
        let places: Vec<_> = found.iter().map(|(code, place, _)| (code.clone(), *place)).collect();
        if case.codes.len() != case.marks.len() || places != expected {
            let messages: Vec<String> =
                found.iter().map(|(code, place, message)| format!("{code} {place:?} {message}")).collect();
            wrong.push(format!("{}\n{}\n{}", case.title, case.source, messages.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} are not as they should be:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// The corpus is about tables: what the engine refuses or regrets, and not only what cannot be read.
#[test]
fn the_corpus_is_broad() {
    let cases = cases();
    let asked = cases.iter().filter(|case| !matches!(case.outcome, Outcome::Rust)).count();
    assert!(asked >= 150, "{asked} of {} cases can be asked of the engine", cases.len());
    let codes: BTreeSet<&String> = cases.iter().flat_map(|case| &case.codes).collect();
    assert!(codes.len() >= 90, "{} codes", codes.len());
}
