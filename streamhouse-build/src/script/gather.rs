//! All declarations of the sources, each judged once.

use std::collections::{BTreeMap, BTreeSet};

use streamhouse_schema::migration::State;
use streamhouse_schema::project::Project;

use super::conditions::Conditions;
use super::follow::Sources;
use super::judge::{Judged, judge};
use super::memory::Makers;
use super::parallel::in_parallel;
use crate::finding::{Finding, Place};
use crate::product::Product;
use crate::render::Withdrawn;
use crate::repository::Repository;

/// What the declarations of a package make.
#[derive(Default)]
pub(crate) struct Declared<'a> {
    /// By event and version.
    pub(crate) made: Vec<Made<'a>>,
    /// What is said about declarations, in the order of the files.
    pub(crate) findings: Vec<Finding>,
    /// Whether some declaration makes nothing as it is now.
    pub(crate) is_incomplete: bool,
}

/// A declaration that makes something.
pub(crate) struct Made<'a> {
    pub(crate) product: &'a Product,
    pub(crate) place: Place,
    /// What is written.
    pub(crate) text: &'a str,
    /// Its file, its modules and its name.
    pub(crate) maker: String,
}

/// Judges the declarations that are not known yet. What nobody declares any more is forgotten.
pub(crate) fn gather(
    sources: &Sources,
    project: &Project,
    conditions: &Conditions,
    mut known: BTreeMap<String, Judged>,
) -> BTreeMap<String, Judged> {
    let slices = sources.files.iter().flat_map(|file| {
        let text = &file.source.text;
        file.walk.declarations.iter().filter_map(|slice| text.get(slice.bytes.clone()))
    });
    let texts: BTreeSet<&str> = slices.collect();
    let new: Vec<&str> = texts.iter().copied().filter(|text| !known.contains_key(*text)).collect();
    let judged = in_parallel(&new, |text| judge(text, project, conditions));
    known.extend(new.iter().map(|text| text.to_string()).zip(judged));
    known.retain(|text, _| texts.contains(text.as_str()));
    known
}

impl<'a> Declared<'a> {
    /// What the sources declare, as it was judged.
    pub(crate) fn of(sources: &Sources, judged: &'a BTreeMap<String, Judged>) -> Self {
        let mut declared = Self::default();
        for file in &sources.files {
            for slice in &file.walk.declarations {
                let text = file.source.text.get(slice.bytes.clone()).unwrap_or_default();
                let Some((text, judged)) = judged.get_key_value(text) else { continue };
                let at = slice.bytes.start;
                declared.findings.extend(judged.findings(&file.source, at));
                match &judged.product {
                    Some(product) => declared.made.push(Made {
                        product,
                        place: judged.place(&file.source, at),
                        text,
                        maker: format!("{}{}", file.module, slice.name),
                    }),
                    None => declared.is_incomplete = true,
                }
            }
        }
        let name = |made: &Made<'a>| (&made.product.event, made.product.version);
        declared.made.sort_by(|a, b| name(a).cmp(&name(b)));
        declared
    }

    /// Which declaration makes which version.
    pub(crate) fn makers(&self) -> Makers {
        let made = |made: &Made<'_>| (made.product.event.clone(), made.product.version);
        self.made.iter().map(|one| (one.maker.clone(), made(one))).collect()
    }
}

/// The versions that a declaration made earlier, and that nobody here declares any more: those in whose place it makes
/// another one now, and a text about each that went with its declaration and left a draft.
pub(crate) fn withdrawn(
    before: &Makers,
    declared: &Declared<'_>,
    repository: &Repository,
) -> (Vec<Withdrawn>, Vec<String>) {
    let now = declared.makers();
    let still: BTreeSet<&(String, u32)> = now.values().collect();
    let (mut withdrawn, mut forgotten) = (Vec::new(), Vec::new());
    for (maker, made) in before.iter().filter(|(_, made)| !still.contains(made)) {
        let (event, version) = made;
        match now.get(maker) {
            Some((instead, _)) => withdrawn.push(Withdrawn {
                event: event.clone(),
                version: *version,
                instead: instead.clone(),
            }),
            None => {
                let known = repository.snapshots.get(made);
                if known.is_some_and(|known| known.state == State::Draft) {
                    let name = maker.rsplit("::").next().unwrap_or(maker);
                    forgotten.push(format!(
                        "schemas/{event}/{version}.json is a draft, and `{name}`, which made it, is gone: remove it and its migration, or declare the event again"
                    ));
                }
            }
        }
    }
    (withdrawn, forgotten)
}
