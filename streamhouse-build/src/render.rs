//! Which files declarations make: a snapshot for each version, and for each event the draft of the migration that leads from
//! what is sealed to what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use streamhouse_schema::document::pretty;
use streamhouse_schema::migration::{Migration, PlanFile, State};
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot;
use streamhouse_schema::table::Table;

use crate::BuildError;
use crate::product::{Product, Script, changes_of, migration};
use crate::repository::Repository;

/// Files by their path below the folder that holds `schemas/` and `migrations/`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What they should hold.
    pub texts: BTreeMap<PathBuf, String>,
    /// Drafts that are no longer wanted.
    pub gone: BTreeSet<PathBuf>,
}

/// The files of declarations, and those that make none.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    pub(crate) files: Files,
    /// Which event each file belongs to, in no order.
    pub(crate) owners: Vec<(PathBuf, (String, u32))>,
    /// Declarations of sealed versions that have changed.
    pub(crate) sealed: Vec<Resealed>,
    /// Texts on their way into the files.
    made: Vec<(PathBuf, String)>,
}

/// A declaration that changes a sealed version.
#[derive(Debug)]
pub(crate) struct Resealed {
    pub(crate) event: String,
    pub(crate) version: u32,
    /// What has changed, a sentence each.
    pub(crate) changes: Vec<String>,
}

/// A version that is declared no more, and the event that goes on in its place, where it has another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) event: String,
    pub(crate) version: u32,
    pub(crate) instead: String,
}

/// The files of the schemas, beside what is there already. What is sealed stays as it is: a declaration that changes a
/// sealed version is an error.
pub fn render(schemas: &[Schema], repository: &Repository) -> Result<Files, BuildError> {
    let products: Vec<Product> = schemas.iter().map(Product::of).collect();
    let products: Vec<&Product> = products.iter().collect();
    // Whoever declares an event here declares all its versions.
    let declared: BTreeSet<(&str, u32)> =
        products.iter().map(|product| (product.event.as_str(), product.version)).collect();
    let events: BTreeSet<&str> = products.iter().map(|product| product.event.as_str()).collect();
    let withdrawn: Vec<Withdrawn> = repository
        .snapshots
        .keys()
        .filter(|(event, version)| {
            events.contains(event.as_str()) && !declared.contains(&(event.as_str(), *version))
        })
        .map(|(event, version)| Withdrawn { event: event.clone(), version: *version, instead: event.clone() })
        .collect();
    let schema_of = |product: &Product| {
        let is_it = |schema: &&Schema| (&schema.event, schema.version) == (&product.event, product.version);
        schemas.iter().find(is_it).cloned()
    };
    let rendered = files_of(&products, repository, &withdrawn, schema_of);
    if rendered.sealed.is_empty() {
        Ok(rendered.files)
    } else {
        Err(BuildError::Sealed(rendered.sealed.iter().map(Resealed::text).collect()))
    }
}

/// The files of what declarations make. A schema is asked for where something changes, which is seldom. Events that none of them declares are left alone, whoever declares them: several
/// packages share a folder.
pub(crate) fn files_of(
    products: &[&Product],
    repository: &Repository,
    withdrawn: &[Withdrawn],
    schema_of: impl Fn(&Product) -> Option<Schema>,
) -> Rendered {
    let mut rendered = Rendered::default();
    let mut newest: BTreeMap<&str, &Product> = BTreeMap::new();
    for product in products {
        rendered.snapshot(product, repository, &schema_of);
        let before = newest.entry(&product.event).or_insert(product);
        if before.version < product.version {
            *before = product;
        }
    }
    for one in withdrawn {
        let known = repository.snapshots.get(&(one.event.clone(), one.version));
        if known.is_some_and(|known| known.state == State::Draft) {
            let path = snapshot_path(&one.event, one.version);
            if let Some(newest) = newest.get(one.instead.as_str()) {
                rendered.owners.push((path.clone(), (newest.event.clone(), newest.version)));
            }
            rendered.files.gone.insert(path);
        }
    }
    let drafts = drafts(repository);
    let mut number = repository.migrations.iter().map(|migration| migration.number).max().unwrap_or(0);
    for product in targets_first(newest.into_values().collect()) {
        // A newer version is declared by somebody else, or in a file that cannot be read just now.
        let later = (product.event.clone(), product.version + 1)..=(product.event.clone(), u32::MAX);
        let is_behind = repository.snapshots.range(later).any(|((event, version), _)| {
            !withdrawn.iter().any(|one| one.event == *event && one.version == *version)
        });
        if is_behind {
            continue;
        }
        let draft = drafts.get(product.event.as_str()).copied().or_else(|| {
            let earlier = withdrawn.iter().filter(|one| one.instead == product.event);
            earlier.filter_map(|one| drafts.get(one.event.as_str()).copied()).next()
        });
        let wanted = migration_of(product, repository, &schema_of);
        let name = wanted.as_ref().map(|wanted| {
            let number = draft.map_or_else(
                || {
                    number += 1;
                    number
                },
                |draft| draft.number,
            );
            format!("{number:04}_{}", wanted.slug)
        });
        if let Some(draft) = draft.filter(|draft| name.as_ref() != Some(&draft.name())) {
            for path in paths(&draft.name()) {
                rendered.owners.push((path.clone(), (product.event.clone(), product.version)));
                rendered.files.gone.insert(path);
            }
        }
        if let (Some(wanted), Some(name)) = (wanted, name) {
            for (path, text) in paths(&name).into_iter().zip([wanted.up, wanted.down, wanted.plan]) {
                rendered.add(path, text, product);
            }
        }
    }
    // What is in order already is made a map sooner as a whole.
    rendered.files.texts = std::mem::take(&mut rendered.made).into_iter().collect();
    rendered
}

impl Rendered {
    fn snapshot(
        &mut self,
        product: &Product,
        repository: &Repository,
        schema_of: impl Fn(&Product) -> Option<Schema>,
    ) {
        let path = snapshot_path(&product.event, product.version);
        match repository.snapshots.get(&(product.event.clone(), product.version)) {
            Some(known) if known.state == State::Sealed => {
                if is_sealed_as(product, &known.text) {
                    self.add(path, known.text.clone(), product);
                } else {
                    let changes = known.snapshot().zip(schema_of(product));
                    let changes = changes.map(|(known, schema)| changes_of(known, &schema));
                    self.sealed.push(Resealed {
                        event: product.event.clone(),
                        version: product.version,
                        changes: changes.unwrap_or_default(),
                    });
                }
            }
            _ => self.add(path, product.snapshot.clone(), product),
        }
    }

    fn add(&mut self, path: PathBuf, text: String, product: &Product) {
        self.owners.push((path.clone(), (product.event.clone(), product.version)));
        self.made.push((path, text));
    }
}

impl Resealed {
    /// What has changed, as lines that follow a colon.
    pub(crate) fn changes(&self) -> String {
        if self.changes.is_empty() {
            return "\n  What JSON has to hold.".to_string();
        }
        self.changes.iter().map(|change| format!("\n  {change}")).collect()
    }

    fn text(&self) -> String {
        format!(
            "event `{}`: version {} is sealed, and its declaration has changed:{}\nwrite `version = {}` to make a new one",
            self.event,
            self.version,
            self.changes(),
            self.version + 1
        )
    }
}

/// `plan.json` as it is written.
pub(crate) fn plan_text(plan: &PlanFile) -> String {
    pretty(plan) + "\n"
}

/// The files of a migration: `up.sql`, `down.sql` and `plan.json`.
pub(crate) fn paths(name: &str) -> [PathBuf; 3] {
    let folder = Path::new("migrations").join(name);
    ["up.sql", "down.sql", "plan.json"].map(|file| folder.join(file))
}

fn snapshot_path(event: &str, version: u32) -> PathBuf {
    Path::new("schemas").join(event).join(format!("{version}.json"))
}

/// The draft of each event that has one.
fn drafts(repository: &Repository) -> BTreeMap<&str, &Migration> {
    let drafts = repository.migrations.iter().rev().filter(|migration| migration.plan.state == State::Draft);
    drafts.filter_map(|migration| Some((migration.plan.changes.first()?.event.as_str(), migration))).collect()
}

/// What leads from the newest sealed version to the declared one.
fn migration_of(
    product: &Product,
    repository: &Repository,
    schema_of: impl Fn(&Product) -> Option<Schema>,
) -> Option<Script> {
    let sealed = repository
        .snapshots
        .range((product.event.clone(), 0)..=(product.event.clone(), u32::MAX))
        .map(|(_, stored)| stored)
        .rfind(|stored| stored.state == State::Sealed);
    match sealed {
        None => product.create.clone(),
        // As it is declared, so it is sealed.
        Some(sealed) if is_sealed_as(product, &sealed.text) => None,
        Some(sealed) => {
            let schema = schema_of(product)?;
            migration(&schema, &Table::of(&schema), Some(sealed.snapshot()?))
        }
    }
}

/// Whether a sealed version is what is declared. Mostly it is to the byte, which is seen sooner.
fn is_sealed_as(product: &Product, text: &str) -> bool {
    let plain = snapshot::without_checksum(text);
    snapshot::sealed(&product.snapshot).as_deref() == Some(plain.as_deref().unwrap_or(text))
        || snapshot::are_same(&product.snapshot, text)
}

/// A view needs the table that it writes into: events whose views write into the tables of others come after those.
fn targets_first(products: Vec<&Product>) -> Vec<&Product> {
    let (mut sorted, mut left): (Vec<&Product>, Vec<&Product>) = (Vec::new(), products);
    while left.iter().any(|product| !product.targets.is_empty()) {
        let is_ready = |product: &&Product| {
            product.targets.iter().all(|target| !left.iter().any(|other| other.table == *target))
        };
        // Two that write into each other have no order; then it is that of their names.
        let at = left.iter().position(is_ready).unwrap_or(0);
        sorted.push(left.remove(at));
    }
    sorted.append(&mut left);
    sorted
}
