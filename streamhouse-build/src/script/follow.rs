//! From the files that rustc begins with to all that they lead to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::conditions::Conditions;
use super::environment::Environment;
use super::parallel::in_parallel;
use super::walk::{Inline, Walk, is_of_interest, walk};
use crate::finding::Source;

/// What was taken apart earlier, by the path and the text of the file.
pub(crate) type Walks = BTreeMap<PathBuf, (String, Walk)>;

/// The sources of a package.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// In the order of their paths.
    pub(crate) files: Vec<Followed>,
    /// What cannot be followed.
    pub(crate) remarks: Vec<String>,
    /// Whether something is not known that may declare events.
    pub(crate) incomplete: bool,
}

/// A file and what it holds.
#[derive(Debug)]
pub(crate) struct Followed {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its text, under the path as a person would write it.
    pub(crate) source: Arc<Source>,
    /// The modules that it is.
    pub(crate) module: String,
    pub(crate) walk: Walk,
}

/// A file that something leads to.
struct Lead {
    path: PathBuf,
    /// The folder that the modules of the file are looked for in, and below it the one that has the file's own name.
    folder: PathBuf,
    below: Option<String>,
    module: String,
    /// It may hold anything; only what rustc takes for a module is expected to be Rust.
    is_included: bool,
}

/// Reads all files that the roots lead to.
pub(crate) fn follow(
    roots: &BTreeSet<PathBuf>,
    environment: &Environment,
    conditions: &Conditions,
    known: &Walks,
) -> Sources {
    let mut sources = Sources::default();
    let mut seen = BTreeSet::new();
    let mut leads: Vec<Lead> = roots.iter().map(|root| Lead::root(root, environment)).collect();
    while !leads.is_empty() {
        leads.retain(|lead| seen.insert(lead.path.clone()));
        let read = in_parallel(&leads, |lead| read(lead, environment, conditions, known));
        let mut next = Vec::new();
        for (lead, read) in std::mem::take(&mut leads).into_iter().zip(read) {
            match read {
                Ok(followed) => {
                    sources.take(&lead, &followed, environment, &mut next);
                    sources.files.push(followed);
                }
                // Rustc says it better.
                Err(_) => sources.incomplete = true,
            }
        }
        leads = next;
    }
    sources.files.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn read(
    lead: &Lead,
    environment: &Environment,
    conditions: &Conditions,
    known: &Walks,
) -> io::Result<Followed> {
    let mut text = fs::read_to_string(&lead.path)?;
    // Neither the mark at the beginning of some files nor the line for a shell is Rust.
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    if text.starts_with("#!") && !text.starts_with("#![") {
        text.replace_range(..2, "//");
    }
    let walk = match known.get(&lead.path) {
        Some((earlier, walk)) if *earlier == text => walk.clone(),
        _ if is_of_interest(&text) => walk(&text, conditions),
        _ => Walk::default(),
    };
    let source = Arc::new(Source { path: environment.shown(&lead.path), text });
    Ok(Followed { path: lead.path.clone(), source, module: lead.module.clone(), walk })
}

impl Sources {
    /// Notes what a file says, and where it leads.
    fn take(&mut self, lead: &Lead, file: &Followed, environment: &Environment, next: &mut Vec<Lead>) {
        let shown = file.source.path.display();
        let line = |at: usize| file.source.text.get(..at).map_or(0, |text| text.matches('\n').count()) + 1;
        if file.walk.broken.is_some() && !lead.is_included {
            self.incomplete = true;
        }
        for (at, remark) in &file.walk.remarks {
            self.remarks.push(format!("{shown}:{}: {remark}", line(*at)));
        }
        for module in &file.walk.modules {
            let found = lead.module(&module.name, module.path.as_deref(), &module.inside);
            match found {
                Some(found) if module.in_macro => {
                    if fs::read_to_string(&found.path).is_ok_and(|text| text.contains("StreamSchema")) {
                        self.remarks.push(format!(
                            "{shown}:{}: a macro makes the module `{}`, and only rustc sees what a macro makes: write `mod {};` outside of macros",
                            line(module.at), module.name, module.name
                        ));
                    }
                }
                Some(found) => next.push(found),
                // Rustc says it better, if it is not a macro that never was called.
                None => self.incomplete |= !module.in_macro,
            }
        }
        for include in &file.walk.includes {
            let path = match &include.variable {
                None => lead.path.with_file_name(&include.path),
                Some(name) => match environment.variable(name) {
                    Some(folder) => PathBuf::from(format!("{folder}{}", include.path)),
                    None => {
                        self.remarks.push(format!(
                            "{shown}: `include!` of a path with `{name}`, which a build script is not told, is not followed"
                        ));
                        continue;
                    }
                },
            };
            if path.is_file() {
                let names: String = include.inside.iter().map(|one| format!("{}::", one.name)).collect();
                next.push(Lead {
                    module: format!("{}{names}", lead.module),
                    is_included: true,
                    ..Lead::alone(path)
                });
            }
        }
    }
}

impl Lead {
    fn root(path: &Path, environment: &Environment) -> Self {
        let module = format!("{}::", environment.shown(path).display());
        Self { module, ..Self::alone(path.to_path_buf()) }
    }

    /// A file whose modules lie beside it.
    fn alone(path: PathBuf) -> Self {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { path, folder, below: None, module: String::new(), is_included: false }
    }

    /// The file of `mod name;`, as rustc looks for it.
    fn module(&self, name: &str, path: Option<&str>, inside: &[Inline]) -> Option<Self> {
        let (mut folder, mut below) = (self.folder.clone(), self.below.clone());
        let mut module = self.module.clone();
        for inline in inside {
            match &inline.path {
                Some(path) => folder.push(path),
                None => {
                    folder.extend(below.take());
                    folder.push(&inline.name);
                }
            }
            below = None;
            module.push_str(&format!("{}::", inline.name));
        }
        module.push_str(&format!("{name}::"));
        if let Some(path) = path {
            let path = folder.join(path);
            return path.is_file().then(|| Self { module, ..Self::alone(path) });
        }
        folder.extend(below);
        let file = folder.join(format!("{name}.rs"));
        if file.is_file() {
            return Some(Self { module, below: Some(name.to_string()), ..Self::alone(file) });
        }
        let file = folder.join(name).join("mod.rs");
        file.is_file().then(|| Self { module, ..Self::alone(file) })
    }
}
