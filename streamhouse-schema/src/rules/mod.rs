//! The rule book: every reason for which a declaration is refused, with an example wrong and right.
//!
//! `docs/rules.md` and `streamhouse explain` say what is here. A test compiles the examples: the wrong one is refused with the
//! rule's code and no other, and the right one compiles.

mod attributes;
mod changed_fields;
mod changed_tables;
mod changes;
mod columns;
mod engines;
mod indexes;
mod keys;
mod lints;
mod names;
mod project;
mod settings;
mod time;
mod types;
mod values;
mod views;

use std::fmt::Write as _;

pub use lints::Lint;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What errors carry: `SH0401`.
    pub code: &'static str,
    /// What has to hold.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
    /// A declaration that breaks it.
    pub wrong: &'static str,
    /// The same one, mended.
    pub right: &'static str,
}

/// Families of rules, each with its title, in the order of their codes.
const FAMILIES: &[(&str, &[Rule])] = &[
    ("The form of attributes", attributes::RULES),
    ("Types", types::RULES),
    ("Names and roles", names::RULES),
    ("Expressions and keys", keys::RULES),
    ("Rules for values", values::RULES),
    ("What becomes of rows with time", time::RULES),
    ("The project, and what is said of lints", project::RULES),
    ("Advice", lints::RULES),
    ("Codecs, defaults and computed columns", columns::RULES),
    ("Indexes, projections and constraints", indexes::RULES),
    ("Views", views::RULES),
    ("Settings", settings::RULES),
    ("Engines and clusters", engines::RULES),
    ("Changes", changes::RULES),
    ("Changes of fields", changed_fields::RULES),
    ("Changes of tables", changed_tables::RULES),
];

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|(_, rules)| rules.iter())
}

/// All lints: rules whose breach is advised against and taken all the same.
pub fn lints() -> impl Iterator<Item = &'static Lint> {
    lints::LINTS.iter()
}

/// The lint of a name or of a code.
pub fn lint(name: &str) -> Option<&'static Lint> {
    lints().find(|lint| lint.name == name || lint.code == name)
}

/// The rule of a code, written as `SH0401`, `sh401` or `401`; or that of a lint's name.
pub fn rule(code: &str) -> Option<&'static Rule> {
    if let Some(named) = lints().find(|lint| lint.name == code.trim()) {
        return rules().find(|rule| rule.code == named.code);
    }
    let digits = code.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let number: u32 = digits.parse().ok()?;
    let code = format!("SH{number:04}");
    rules().find(|rule| rule.code == code)
}

/// The page of all rules, as Markdown.
pub fn page() -> String {
    let mut page = String::from(
        "# The rule book\n\nWhat a declaration has to be, so that ClickHouse takes its table and nobody regrets it. `streamhouse explain SH0401` prints \
         one rule. Those below \"Advice\" have a name too: they are lints, which `streamhouse check` prints, and which are errors only \
         where `streamhouse.toml` or `#[stream(deny(…))]` says so. This page is made from `streamhouse-schema/src/rules`.\n",
    );
    for (title, rules) in FAMILIES {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {title}\n");
        for rule in *rules {
            let name = lint(rule.code).map(|lint| format!(": `{}`", lint.name)).unwrap_or_default();
            let _ = write!(
                page,
                "\n### {}{}\n\n**{}** {}\n\nWrong:\n\n```rust,ignore\n{}\n```\n\nRight:\n\n```rust,ignore\n{}\n```\n",
                rule.code, name, rule.what, rule.why, rule.wrong, rule.right
            );
        }
    }
    page
}
