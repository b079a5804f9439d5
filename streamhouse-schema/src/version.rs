//! Versions of ClickHouse: a year and a release in it, as in `25.3`. Builds of one release differ by repairs alone.

use std::fmt;
use std::str::FromStr;

/// The release of a ClickHouse server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The year, such as 25.
    pub year: u16,
    /// The release in it, from 1.
    pub release: u16,
}

impl Version {
    /// The release of a year.
    pub const fn new(year: u16, release: u16) -> Self {
        Self { year, release }
    }

    /// The release of what a server says of itself, which may end in words: `24.8.14.10459.altinitystable`.
    pub fn of_server(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.');
        Some(Self { year: parts.next()?.parse().ok()?, release: parts.next()?.parse().ok()? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.year, self.release)
    }
}

/// A text that is not a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a version of ClickHouse, such as 25.3 or 25.3.2.39")]
pub struct VersionError(pub String);

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `25.3`, and the build's number behind it, as in `25.3.2.39`, which is left out.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        let wrong = || VersionError(text.to_string());
        let mut numbers = text.split('.').map(|part| {
            let digits = part.bytes().all(|byte| byte.is_ascii_digit());
            if digits { part.parse::<u16>().map_err(|_| wrong()) } else { Err(wrong()) }
        });
        let (Some(year), Some(release)) = (numbers.next(), numbers.next()) else { return Err(wrong()) };
        let version = Self { year: year?, release: release? };
        for rest in numbers {
            rest?;
        }
        Ok(version)
    }
}

/// Something that a server has to know, and since when one does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What, in the words of the declaration: `Time64`, `index_granularity`.
    pub what: String,
    /// The first release that takes it without a setting.
    pub since: Version,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_and_builds_do_not_count() {
        let version = |text: &str| text.parse::<Version>();
        assert_eq!(version("25.3"), Ok(Version::new(25, 3)));
        assert_eq!(version("26.7.2.1"), Ok(Version::new(26, 7)));
        assert!(Version::new(25, 10) > Version::new(25, 9));
        assert_eq!(version("25.10").map(|version| version.to_string()), Ok("25.10".into()));
        assert_eq!(Version::of_server("24.8.14.10459.altinitystable\n"), Some(Version::new(24, 8)));
        assert_eq!(Version::of_server("head"), None);
        for wrong in ["", "25", "25.", "25.x", "v25.3", "25.3-lts", "25.3.", "+25.3", "99999999.1"] {
            assert_eq!(version(wrong), Err(VersionError(wrong.into())));
        }
    }
}
