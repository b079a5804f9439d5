//! How much each lint matters.

use std::collections::BTreeMap;

use super::toml::{Entry, Placed, Value};
use super::{FILE, ProjectError};
use crate::near::nearest;
use crate::rules;

/// How much a lint matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is not said.
    Allow,
    /// It is said, and the declaration is accepted.
    Warn,
    /// The declaration is refused.
    Deny,
}

impl Level {
    /// The level of a word.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        }
    }
}

/// The levels of all lints: those that are set, and `warn` for the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    set: BTreeMap<&'static str, Level>,
    /// What is only advice is not even looked for.
    errors_only: bool,
}

impl Levels {
    /// The level of a lint, by its code.
    pub fn level(&self, code: &str) -> Level {
        let level = self.set.get(code).copied().unwrap_or(Level::Warn);
        if self.errors_only && level == Level::Warn { Level::Allow } else { level }
    }

    /// The same without what is only advice: for the derive, which can say nothing but errors.
    pub fn errors_only(self) -> Self {
        Self { errors_only: true, ..self }
    }

    /// Whether advice is looked for.
    pub fn advises(&self) -> bool {
        !self.errors_only
    }

    /// Whether any lint is an error.
    pub fn denies(&self) -> bool {
        self.set.values().any(|level| *level == Level::Deny)
    }

    pub(super) fn read(
        &mut self,
        name: &str,
        entry: &Entry,
        value: &Placed<Value>,
    ) -> Result<(), ProjectError> {
        let place = entry.path.last().map_or(0..0, |word| word.place.clone());
        let Some(lint) = rules::lint(name) else {
            return Err(ProjectError {
                code: "SH0512",
                place,
                message: format!("there is no lint `{name}`"),
                help: near_lint(name),
            });
        };
        let level = match &value.value {
            Value::Text(word) => Level::of(word),
            _ => None,
        };
        let error = |place, message| ProjectError {
            code: "SH0513",
            place,
            message,
            help: format!("write `{name} = \"allow\"`, `\"warn\"` or `\"deny\"`"),
        };
        let level =
            level.ok_or_else(|| error(value.place.clone(), "this is not the level of a lint".to_string()))?;
        match self.set.insert(lint.code, level) {
            // By its name and by its code.
            Some(_) => Err(error(place, format!("the level of `{}` is set twice in {FILE}", lint.name))),
            None => Ok(()),
        }
    }
}

/// The lint that may have been meant.
pub(crate) fn near_lint(name: &str) -> String {
    let names: Vec<&str> = rules::lints().map(|lint| lint.name).collect();
    match nearest(name, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`streamhouse explain` lists the lints".into(),
    }
}
