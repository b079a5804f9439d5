//! A run of the script, from the sources to what cargo is told.

use std::fs;
use std::path::{Component, Path, PathBuf};

use streamhouse_schema::project::handover::{Complaint, VARIABLE};
use streamhouse_schema::project::{self, Project};
use streamhouse_schema::schema::Schema;

use super::conditions::Conditions;
use super::environment::{Environment, Standing};
use super::findings::{self, Situation};
use super::follow::follow;
use super::gather::{Declared, gather, withdrawn};
use super::instructions::Instructions;
use super::judge::schema;
use super::memory::{self, Memory};
use super::parallel::both;
use super::targets::roots;
use super::tree::{render_into, write_into};
use crate::BuildError;
use crate::clashes::{Named, clashes};
use crate::lock::Lock;
use crate::product::Product;
use crate::render::{Rendered, Withdrawn, files_of};
use crate::repository::{Repository, Unread};

/// What holds for the whole package.
pub(crate) struct Package<'a> {
    pub(crate) environment: &'a Environment,
    pub(crate) project: Project,
    /// The folder that holds `schemas/` and `migrations/`.
    pub(crate) root: PathBuf,
    /// `streamhouse.toml`, where there is one.
    pub(crate) settings: Option<PathBuf>,
    pub(crate) standing: Standing,
}

/// Does all there is to do, and says what cargo is to be told.
pub(crate) fn run(environment: &Environment) -> String {
    let mut say = Instructions::default();
    say.watch_variable("CI");
    say.watch("Cargo.toml");
    if environment.package.join("src").is_dir() {
        say.watch("src");
    }
    let standing = environment.standing();
    let found = match standing {
        Standing::Own => project::find(&environment.package, |path| fs::read_to_string(path)),
        // What lies above a package that was packed is not its own.
        Standing::Foreign => project::find(&environment.package, |path| fs::read_to_string(path))
            .filter(|found| found.path.starts_with(&environment.package)),
    };
    let (settings, text) = found.map_or((None, Ok(String::new())), |found| (Some(found.path), found.text));
    if let Some(path) = &settings {
        say.watch(path.display());
    }
    // Settings that cannot be read are the derive's to report.
    let Some((text, project)) = text.ok().and_then(|text| Project::read(&text).ok().map(|read| (text, read)))
    else {
        return say.to_string();
    };
    let root = settings.as_deref().and_then(Path::parent).unwrap_or(&environment.package).to_path_buf();
    let package = Package { environment, project, root, settings, standing };
    let manifest = fs::read_to_string(environment.package.join("Cargo.toml")).unwrap_or_default();
    let own = environment.out.join("streamhouse");
    let key = memory::key(environment, &format!("{:?}\n{text}", package.settings), &manifest);
    if let Some(output) = memory::last(&own, &key) {
        return output;
    }
    if let Err(error) = package.look(&own, &key, &manifest, &mut say) {
        // Whatever it was, the next run looks again.
        let _ = memory::forget(&own);
        say.fail(error);
    }
    say.to_string()
}

impl Package<'_> {
    /// Reads the sources and the tree, and writes what is to be written.
    fn look(&self, own: &Path, key: &str, manifest: &str, say: &mut Instructions) -> Result<(), BuildError> {
        let environment = self.environment;
        let package = || environment.package.clone();
        fs::create_dir_all(own).map_err(|source| BuildError::Files { path: own.to_path_buf(), source })?;
        let conditions = Conditions::of(&environment.variables);
        let roots = roots(&environment.package, manifest)
            .map_err(|source| BuildError::Files { path: package(), source })?;
        let (unread, (mut memory, sources)) = both(
            || match self.standing {
                Standing::Own => Unread::of(&self.root).map(Some),
                Standing::Foreign => Ok(None),
            },
            || {
                let memory = Memory::read(own, key, environment);
                let sources = follow(&roots, environment, &conditions, &memory.walks);
                (memory, sources)
            },
        );
        let judged = gather(&sources, &self.project, &conditions, std::mem::take(&mut memory.judged));
        let mut declared = Declared::of(&sources, &judged);
        let named = declared.made.iter().map(|made| Named::of_product(made.product, made.place.clone()));
        let clashes = clashes(&named.collect::<Vec<_>>());
        declared.made.dedup_by_key(|made| (&made.product.event, made.product.version));
        let is_complete = !sources.incomplete && !declared.is_incomplete;

        let products: Vec<&Product> = declared.made.iter().map(|made| made.product).collect();
        let repository = unread.and_then(|unread| unread.map(|unread| unread.read(&products)).transpose());
        let (repository, trouble) = match repository {
            Ok(repository) => (repository.unwrap_or_default(), None),
            Err(error) => (Repository::default(), Some(error)),
        };
        let (withdrawn, forgotten) =
            if is_complete { withdrawn(&memory.makers, &declared, &repository) } else { Default::default() };
        let schema_of = |product: &Product| {
            let made = declared.made.iter().find(|made| std::ptr::eq(made.product, product))?;
            schema(made.text, &self.project, &conditions)
        };
        let mut rendered = files_of(&products, &repository, &withdrawn, schema_of);
        let mut situation = Situation { trouble, ..Situation::default() };
        if self.standing == Standing::Own && situation.trouble.is_none() {
            situation.stale = repository.stale(&rendered.files, &self.root);
            if !situation.stale.is_empty() && self.may_write() {
                match self.write(&products, &withdrawn, schema_of) {
                    Ok(written) => (rendered, situation.stale) = (written, Vec::new()),
                    Err(error) => situation.trouble = Some(error),
                }
            }
        }
        let (written, depends_on) = both(
            || render_into(own, &rendered.files.texts),
            || {
                let complaints = findings::say(self, &declared, &clashes, &rendered, &situation, say);
                forgotten.iter().for_each(|one| say.warn(one));
                sources.remarks.iter().for_each(|remark| say.warn(remark));
                self.hand_over(own, &complaints, say)?;
                Ok(self.watch(&rendered, &sources, &situation, say))
            },
        );
        let depends_on = written.and(depends_on)?;

        if is_complete {
            let before = std::mem::take(&mut memory.makers);
            memory.makers = declared.makers();
            // What is left in the tree is remembered until it is gone, or declared again.
            let left = before.into_iter().filter(|(maker, made)| {
                !memory.makers.contains_key(maker)
                    && !memory.makers.values().any(|other| other == made)
                    && repository.snapshots.contains_key(made)
            });
            let left: Vec<_> = left.collect();
            memory.makers.extend(left);
        }
        // Whatever fails has the next run look again.
        let (kept, remembered) = both(
            || memory.write(own, key, environment, &sources, &judged),
            || {
                if is_complete && situation.trouble.is_none() {
                    memory::remember(own, key, &sources, &depends_on, &say.to_string())
                } else {
                    memory::forget(own)
                }
            },
        );
        // The process ends now, and gives its memory back at once. Piece by piece takes longer than reading the tree does.
        std::mem::forget((declared, rendered, situation));
        std::mem::forget((judged, memory, repository, sources));
        kept.and(remembered).map_err(|source| BuildError::Files { path: own.to_path_buf(), source })
    }

    /// Whether drafts may be written into the tree.
    fn may_write(&self) -> bool {
        self.standing == Standing::Own && self.project.schemas.write && !self.environment.is_strict()
    }

    /// Writes what is to be written. What was read before the lock was had may no longer be so.
    fn write(
        &self,
        products: &[&Product],
        withdrawn: &[Withdrawn],
        schema_of: impl Fn(&Product) -> Option<Schema>,
    ) -> Result<Rendered, BuildError> {
        let _lock = Lock::of(&self.root)?;
        let rendered = files_of(products, &Unread::of(&self.root)?.read(products)?, withdrawn, schema_of);
        write_into(&self.root, &rendered.files, &self.environment.out)?;
        Ok(rendered)
    }

    /// Hands the derive what it cannot know.
    fn hand_over(
        &self,
        own: &Path,
        complaints: &[Complaint],
        say: &mut Instructions,
    ) -> Result<(), BuildError> {
        if complaints.is_empty() {
            return Ok(());
        }
        let path = own.join("found.json");
        fs::write(&path, Complaint::write(complaints))
            .map_err(|source| BuildError::Files { path: path.clone(), source })?;
        say.set(VARIABLE, path.display());
        Ok(())
    }

    /// Has cargo watch what the run depends on; gives what shows that all is as it was.
    fn watch(
        &self,
        rendered: &Rendered,
        sources: &super::follow::Sources,
        situation: &Situation,
        say: &mut Instructions,
    ) -> Vec<PathBuf> {
        let source = self.environment.package.join("src");
        // What the script itself has made is younger than its beginning, always.
        let is_watched = |path: &Path| {
            let is_below =
                path.starts_with(&source) && !path.components().any(|part| part == Component::ParentDir);
            is_below || path.starts_with(&self.environment.out)
        };
        for file in sources.files.iter().filter(|file| !is_watched(&file.path)) {
            say.watch(file.path.display());
        }
        let mut depends_on = vec![source.clone(), source.join("bin")];
        if self.standing == Standing::Foreign {
            return depends_on;
        }
        let [schemas, migrations] = ["schemas", "migrations"].map(|folder| self.root.join(folder));
        // Files of one folder stand side by side.
        let mut folders: Vec<PathBuf> = Vec::new();
        for path in rendered.files.texts.keys() {
            let path = self.root.join(path);
            if let Some(folder) =
                path.parent().filter(|folder| folders.last().is_none_or(|last| last != folder))
            {
                folders.push(folder.to_path_buf());
            }
            depends_on.push(path);
        }
        if situation.stale.is_empty() {
            folders.iter().for_each(|folder| say.watch(folder.display()));
        } else {
            // Whoever makes it right may do so anywhere, and the first who does makes the folders. A file that is not there
            // has the script run at each build, which ends with what it waits for.
            say.watch(schemas.display());
            say.watch(migrations.display());
            if self.settings.is_none() {
                say.watch(self.root.join(project::FILE).display());
            }
        }
        depends_on.extend(folders);
        depends_on.extend([schemas, migrations]);
        depends_on
    }
}
