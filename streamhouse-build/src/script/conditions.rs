//! Whether `#[cfg(…)]` holds, as far as cargo tells a build script.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Names that are known without cargo: what is not told of them does not hold.
const KNOWN: &[&str] =
    &["test", "doc", "doctest", "miri", "proc_macro", "unix", "windows", "debug_assertions", "feature"];

/// What holds where the package is compiled.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    /// `cfg(name)`.
    names: BTreeSet<String>,
    /// `cfg(name = "value")`.
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Conditions {
    /// Reads the variables that cargo sets.
    pub(crate) fn of(variables: &BTreeMap<String, String>) -> Self {
        let mut conditions = Self::default();
        for (name, value) in variables {
            if let Some(feature) = name.strip_prefix("CARGO_FEATURE_") {
                conditions.values.entry("feature".into()).or_default().insert(feature.into());
            } else if let Some(name) = name.strip_prefix("CARGO_CFG_").filter(|name| *name != "FEATURE") {
                let name = name.to_lowercase();
                let values = conditions.values.entry(name.clone()).or_default();
                values.extend(value.split(',').map(str::to_string));
                conditions.names.insert(name);
            }
        }
        // Cargo keeps this one to itself; the development profile has it.
        if variables.get("PROFILE").is_some_and(|profile| profile == "debug") {
            conditions.names.insert("debug_assertions".into());
        }
        conditions
    }

    /// Whether a predicate holds. A name of which nothing is known does not, and is noted.
    pub(crate) fn hold(&self, predicate: &TokenStream, unknown: &mut BTreeSet<String>) -> bool {
        let tokens: Vec<TokenTree> = predicate.clone().into_iter().collect();
        match &tokens[..] {
            [TokenTree::Ident(name), TokenTree::Group(group)]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                let mut inner = split(&group.stream()).into_iter();
                match name.to_string().as_str() {
                    "not" => !inner.next().is_some_and(|one| self.hold(&one, unknown)),
                    "any" => inner.any(|one| self.hold(&one, unknown)),
                    "all" => inner.all(|one| self.hold(&one, unknown)),
                    _ => false,
                }
            }
            [TokenTree::Ident(name), TokenTree::Punct(equals), TokenTree::Literal(value)]
                if equals.as_char() == '=' =>
            {
                let (name, value) = (name.to_string(), value.to_string());
                let value = value.trim_matches('"');
                // Cargo writes a feature as the name of a variable.
                let value =
                    if name == "feature" { value.to_uppercase().replace('-', "_") } else { value.into() };
                self.note(&name, unknown);
                self.values.get(&name).is_some_and(|values| values.contains(&value))
            }
            [TokenTree::Ident(name)] => match name.to_string().as_str() {
                "true" => true,
                "false" => false,
                name => {
                    self.note(name, unknown);
                    self.names.contains(name)
                }
            },
            // What is no predicate is for rustc to report.
            _ => false,
        }
    }

    fn note(&self, name: &str, unknown: &mut BTreeSet<String>) {
        let is_known = KNOWN.contains(&name)
            || name.starts_with("target_")
            || self.names.contains(name)
            || self.values.contains_key(name);
        if !is_known {
            unknown.insert(name.to_string());
        }
    }
}

/// Takes tokens apart at their commas.
pub(crate) fn split(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![Vec::new()];
    for token in tokens.clone() {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => parts.push(Vec::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(token);
                }
            }
        }
    }
    parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(predicate: &str) -> (bool, Vec<String>) {
        let variables = [
            ("CARGO_FEATURE_SHOP_EVENTS", "1"),
            ("CARGO_CFG_UNIX", ""),
            ("CARGO_CFG_TARGET_OS", "linux"),
            ("CARGO_CFG_TARGET_FEATURE", "fxsr,sse2"),
            ("CARGO_CFG_OURS", ""),
            ("PROFILE", "debug"),
        ];
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        let mut unknown = BTreeSet::new();
        let held = Conditions::of(&BTreeMap::from(variables))
            .hold(&predicate.parse().expect("tokens"), &mut unknown);
        (held, unknown.into_iter().collect())
    }

    #[test]
    fn conditions_hold_as_cargo_tells_of_them() {
        for (predicate, expected) in [
            ("unix", true),
            ("windows", false),
            ("test", false),
            ("debug_assertions", true),
            ("ours", true),
            ("true", true),
            ("feature = \"shop-events\"", true),
            ("feature = \"other\"", false),
            ("target_os = \"linux\"", true),
            ("target_feature = \"sse2\"", true),
            ("all(unix, not(feature = \"other\"))", true),
            ("all()", true),
            ("any()", false),
            ("any(windows, target_os = \"linux\",)", true),
            ("not(any(unix, windows))", false),
        ] {
            assert_eq!(holds(predicate), (expected, Vec::new()), "{predicate}");
        }
        assert_eq!(holds("any(theirs, unix)"), (true, vec!["theirs".to_string()]));
        assert_eq!(holds("not(theirs = \"x\")"), (true, vec!["theirs".to_string()]));
    }
}
