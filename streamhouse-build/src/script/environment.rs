//! What cargo tells a build script, and what may be done where the package lies.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

/// What cargo tells a build script.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The folder of the package.
    pub(crate) package: PathBuf,
    /// The folder for what the script makes.
    pub(crate) out: PathBuf,
    /// Variables that conditions and paths of the package may ask for.
    pub(crate) variables: BTreeMap<String, String>,
    /// Whether the build is one of a continuous integration.
    pub(crate) ci: bool,
    /// Where cargo keeps what it has fetched.
    cargo_home: Option<PathBuf>,
}

/// What the package is to whoever builds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its sources may be worked on.
    Own,
    /// It was fetched or packed: nobody can mend it here.
    Foreign,
}

impl Environment {
    /// Reads the variables of the process; `None` where it is no build script.
    pub(crate) fn read() -> Option<Self> {
        Self::of(env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))))
    }

    pub(crate) fn of(all: impl Iterator<Item = (String, std::ffi::OsString)>) -> Option<Self> {
        let mut all: BTreeMap<String, std::ffi::OsString> = all.collect();
        let ci = all.get("CI").and_then(|value| value.to_str());
        let ci = ci.is_some_and(|value| !matches!(value, "" | "0" | "false"));
        let home = all.get("CARGO_HOME").map(PathBuf::from);
        let package = PathBuf::from(all.remove("CARGO_MANIFEST_DIR")?);
        let out = PathBuf::from(all.remove("OUT_DIR")?);
        let told = ["CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "PROFILE", "TARGET"];
        let variables = all
            .into_iter()
            .filter(|(name, _)| told.iter().any(|told| name.starts_with(told)))
            .filter_map(|(name, value)| Some((name, value.into_string().ok()?)))
            .collect();
        let cargo_home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
        Some(Self { package, out, variables, ci, cargo_home })
    }

    /// A variable as `env!` of the package has it.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match name {
            "OUT_DIR" => self.out.to_str().map(str::to_string),
            "CARGO_MANIFEST_DIR" => self.package.to_str().map(str::to_string),
            name => self.variables.get(name).cloned(),
        }
    }

    /// Whether the profile is one for development.
    pub(crate) fn is_development(&self) -> bool {
        self.variables.get("PROFILE").is_some_and(|profile| profile == "debug")
    }

    /// Whether what is not right ends the build.
    pub(crate) fn is_strict(&self) -> bool {
        self.ci || !self.is_development()
    }

    /// What the package is to whoever builds it. Cargo leaves files beside the manifests of what it packs, vendors and
    /// fetches, also where it was told to keep them elsewhere.
    pub(crate) fn standing(&self) -> Standing {
        let marks = ["Cargo.toml.orig", ".cargo-checksum.json", ".cargo-ok"];
        let is_marked = marks.iter().any(|mark| self.package.join(mark).exists());
        let is_kept = |home: &PathBuf| {
            ["registry", "git"].iter().any(|folder| {
                let folder = home.join(folder);
                self.package.starts_with(&folder)
                    || folder.canonicalize().is_ok_and(|folder| self.package.starts_with(folder))
            })
        };
        let is_kept = self.cargo_home.as_ref().is_some_and(is_kept);
        if is_marked || is_kept { Standing::Foreign } else { Standing::Own }
    }

    /// A path as a person would write it who stands in the folder of the package, as rustc does.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.package).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(package: &Path, more: &[(&str, &str)]) -> Environment {
        let set = [("CARGO_MANIFEST_DIR", package.to_str().expect("text")), ("OUT_DIR", "/out")];
        let set = set.iter().chain(more).map(|(name, value)| (name.to_string(), value.into()));
        Environment::of(set).expect("an environment")
    }

    #[test]
    fn what_was_fetched_or_packed_is_foreign() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = environment(folder.path(), &[("CARGO_HOME", "/home/me/.cargo")]);
        assert_eq!(own.standing(), Standing::Own);
        for path in [
            "/home/me/.cargo/registry/src/index/shop-0.1.0",
            "/home/me/.cargo/git/checkouts/shop-12/34/events",
        ] {
            let foreign = environment(Path::new(path), &[("CARGO_HOME", "/home/me/.cargo")]);
            assert_eq!(foreign.standing(), Standing::Foreign, "{path}");
        }
        std::fs::write(folder.path().join("Cargo.toml.orig"), "").expect("a file");
        assert_eq!(own.standing(), Standing::Foreign);
    }

    #[test]
    fn a_release_build_and_one_of_an_integration_are_strict() {
        for (variables, strict) in [
            (&[("PROFILE", "debug")][..], false),
            (&[("PROFILE", "debug"), ("CI", "")], false),
            (&[("PROFILE", "debug"), ("CI", "false")], false),
            (&[("PROFILE", "debug"), ("CI", "true")], true),
            (&[("PROFILE", "debug"), ("CI", "1")], true),
            (&[("PROFILE", "release")], true),
        ] {
            assert_eq!(environment(Path::new("/work"), variables).is_strict(), strict, "{variables:?}");
        }
    }
}
