//! Who has to get along with whom.

use std::fmt;
use std::str::FromStr;

/// Which changes of an event are breaches.
///
/// The table is one for all versions, and frames of older versions may wait in Redis while a newer one is applied: so
/// *backward* is about rows that are stored and frames that wait, *forward* about whoever reads the table and knows an
/// older version only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// What older versions wrote has to fit the new one.
    pub backward: bool,
    /// Who reads an older version has to understand what the new one writes.
    pub forward: bool,
    /// All sealed versions are looked at, not the newest alone.
    pub transitive: bool,
}

impl Default for Mode {
    fn default() -> Self {
        Self { backward: true, forward: false, transitive: false }
    }
}

/// The words of all modes.
const WORDS: &[(&str, Mode)] = &[
    ("backward", mode(true, false, false)),
    ("backward_transitive", mode(true, false, true)),
    ("forward", mode(false, true, false)),
    ("forward_transitive", mode(false, true, true)),
    ("full", mode(true, true, false)),
    ("full_transitive", mode(true, true, true)),
    ("none", mode(false, false, false)),
];

const fn mode(backward: bool, forward: bool, transitive: bool) -> Mode {
    Mode { backward, forward, transitive }
}

impl Mode {
    /// The words, the default first.
    pub fn words() -> Vec<&'static str> {
        WORDS.iter().map(|(word, _)| *word).collect()
    }
}

impl FromStr for Mode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        WORDS.iter().find(|(word, _)| *word == text).map(|(_, mode)| *mode).ok_or(())
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing is looked at, so it does not matter in how many versions.
        let word = WORDS.iter().find(|(_, mode)| mode == self).map_or("none", |(word, _)| word);
        f.write_str(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for word in Mode::words() {
            assert_eq!(word.parse::<Mode>().map(|mode| mode.to_string()), Ok(word.to_string()));
        }
        assert_eq!(Mode::default().to_string(), "backward");
        assert!("backwards".parse::<Mode>().is_err());
    }
}
