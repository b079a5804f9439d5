//! What is said of what was found: to the derive what must not be, to whoever builds the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use streamhouse_schema::diagnostic::Severity;
use streamhouse_schema::project::FILE;
use streamhouse_schema::project::handover::{Complaint, Kind};

use super::environment::Standing;
use super::gather::Declared;
use super::instructions::Instructions;
use super::run::Package;
use crate::BuildError;
use crate::clashes::Clash;
use crate::finding::Finding;
use crate::render::Rendered;

/// How the tree was found, and left.
#[derive(Debug, Default)]
pub(crate) struct Situation {
    /// The files that are not as declarations say.
    pub(crate) stale: Vec<PathBuf>,
    /// What cannot be read or written.
    pub(crate) trouble: Option<BuildError>,
}

/// So much is said at once; who wants all asks for it.
const MOST: usize = 20;
/// An error that the derive does not see, for rustc takes away the field that it is about.
const UNSEEN: &str = "SH0019";

/// Says what there is to say, and gives what the derive is to report.
pub(crate) fn say(
    package: &Package<'_>,
    declared: &Declared<'_>,
    clashes: &[Clash],
    rendered: &Rendered,
    situation: &Situation,
    say: &mut Instructions,
) -> Vec<Complaint> {
    if package.standing == Standing::Foreign {
        return Vec::new();
    }
    let mut complaints: Vec<Complaint> = clashes.iter().map(clash).collect();
    advise(&declared.findings, say);
    if let Some(trouble) = &situation.trouble {
        if package.environment.is_strict() {
            say.fail(trouble);
        } else {
            say.warn(trouble);
        }
    }
    let stale = stale(package, rendered, situation);
    if package.environment.is_strict() {
        complaints.extend(stale);
    } else {
        for one in stale.iter().take(MOST) {
            say.warn(format_args!("{} [{}]: {}", one.message, one.code(), one.help));
        }
        if stale.len() > MOST {
            say.warn(format_args!("… and those of {} more", stale.len() - MOST));
        }
    }
    complaints
}

/// What is not right in the tree, by event and version.
fn stale(package: &Package<'_>, rendered: &Rendered, situation: &Situation) -> Vec<Complaint> {
    if situation.stale.is_empty() {
        return Vec::new();
    }
    let owners: BTreeMap<&PathBuf, &(String, u32)> =
        rendered.owners.iter().map(|(path, owner)| (path, owner)).collect();
    let mut events: BTreeMap<&(String, u32), BTreeSet<String>> = BTreeMap::new();
    for path in &situation.stale {
        let Ok(relative) = path.strip_prefix(&package.root) else { continue };
        // Drafts of a name that an event had are its own.
        let Some(owner) = owners.get(&relative.to_path_buf()) else { continue };
        let what = if rendered.files.gone.contains(relative) {
            "is wanted no longer"
        } else if path.exists() {
            "is not what the declaration makes"
        } else {
            "is missing"
        };
        // A migration is known by its folder.
        let named = match relative.starts_with("migrations") {
            true => relative.parent().unwrap_or(relative),
            false => relative,
        };
        events.entry(owner).or_default().insert(format!("{} {what}", named.display()));
    }
    let source = package.environment.package.join("src");
    let source = source.strip_prefix(&package.root).unwrap_or(&source).display().to_string();
    let at = if package.settings.is_some() { "" } else { ", at the root of the repository" };
    let help = if package.project.schemas.write {
        format!(
            "run `streamhouse generate {source}`, or build once for development, and commit what is written"
        )
    } else {
        format!(
            "run `streamhouse generate {source}`, or let builds write it: `[schemas]` and `write = true` in {FILE}{at}"
        )
    };
    let complaint = |((event, version), files): (&(String, u32), BTreeSet<String>)| {
        // The snapshot first.
        let files: Vec<String> = files.into_iter().rev().collect();
        Complaint {
            event: event.clone(),
            version: *version,
            kind: Kind::Stale,
            message: files.join(", "),
            help: help.clone(),
        }
    };
    events.into_iter().map(complaint).collect()
}

fn clash(clash: &Clash) -> Complaint {
    Complaint {
        event: clash.event.clone(),
        version: clash.version,
        kind: Kind::Clash,
        message: clash.finding.message.clone(),
        help: clash.finding.help.clone(),
    }
}

/// What the derive cannot say: advice, and what rustc keeps from it.
fn advise(findings: &[Finding], say: &mut Instructions) {
    let unsaid = |finding: &&Finding| finding.severity == Severity::Warning || finding.code == Some(UNSEEN);
    let unsaid: Vec<&Finding> = findings.iter().filter(unsaid).collect();
    for finding in unsaid.iter().take(MOST) {
        // Cargo itself says that it is a warning.
        say.warn(finding.to_string().trim_start_matches("warning: "));
    }
    if unsaid.len() > MOST {
        say.warn(format_args!(
            "… and {} more of the kind: `streamhouse check` shows all",
            unsaid.len() - MOST
        ));
    }
}
