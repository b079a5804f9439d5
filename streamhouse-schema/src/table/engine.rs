//! Engines in words: who copies the rows, and what becomes of them.

use super::arguments;

/// An engine, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineWords {
    /// `Replicated`, `Shared` or nothing.
    pub form: &'static str,
    /// Path in Keeper and name of the replica, as they are written; none where the server chooses.
    pub place: Vec<String>,
    /// The engine as it is without replicas: `ReplacingMergeTree(version)`.
    pub plain: String,
}

impl EngineWords {
    /// Takes an engine apart.
    pub fn of(engine: &str) -> Self {
        let family = engine.split('(').next().unwrap_or_default();
        let is_form = |form: &&str| family.ends_with("MergeTree") && family.starts_with(form);
        let form = ["Replicated", "Shared"].into_iter().find(is_form);
        let Some(form) = form else {
            return Self { form: "", place: Vec::new(), plain: engine.to_string() };
        };
        let (place, rest): (Vec<String>, Vec<String>) =
            arguments(engine).into_iter().map(String::from).partition(|argument| argument.starts_with('\''));
        let name = family.trim_start_matches(form);
        let plain = if rest.is_empty() { name.into() } else { format!("{name}({})", rest.join(", ")) };
        Self { form, place, plain }
    }

    /// The engine as text, with its place where it is given.
    pub fn text(&self) -> String {
        let (name, rest) = match self.plain.split_once('(') {
            Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
            None => (self.plain.as_str(), ""),
        };
        let rest = Some(rest).filter(|rest| !rest.is_empty()).map(String::from);
        let all: Vec<String> = self.place.iter().cloned().chain(rest).collect();
        let list = if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) };
        format!("{}{name}{list}", self.form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_taken_apart_and_put_together() {
        for (engine, form, place, plain) in [
            ("MergeTree", "", 0, "MergeTree"),
            ("ReplicatedMergeTree", "Replicated", 0, "MergeTree"),
            (
                "ReplicatedReplacingMergeTree('/a, b', '{replica}', version)",
                "Replicated",
                2,
                "ReplacingMergeTree(version)",
            ),
            ("SharedSummingMergeTree((a, b))", "Shared", 0, "SummingMergeTree((a, b))"),
            ("ReplacingMergeTree(version)", "", 0, "ReplacingMergeTree(version)"),
        ] {
            let words = EngineWords::of(engine);
            assert_eq!((words.form, words.place.len(), words.plain.as_str()), (form, place, plain));
            assert_eq!(words.text(), engine);
        }
    }
}
