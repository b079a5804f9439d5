//! The front end: from a struct, as it is written, to a checked [`Schema`].
//!
//! [`compile`] is the whole way. The derive, build scripts and the command line all go it, so all three see the same
//! schema.

mod attr;
mod check;
mod declaration;
mod lint;
mod lower;
mod parse;
mod parts;
mod rust_type;
mod selection;
mod tokens;
mod validation;

use syn::DeriveInput;

pub use attr::plain;
pub use check::{Fed, Feed};
pub(crate) use check::{convertible, literal_fits, place_of};
pub use declaration::{
    At, Breach, Declaration, Exception, Field, TypeDeclaration, TypeKind, Unread, Variant, View, ViewTarget,
};
pub use parts::Part;
pub use selection::{Yield, Yields, cores, keys};
pub use validation::{Rules, path_text};

use crate::compat::{self, History};
use crate::diagnostic::Diagnostics;
use crate::project::{self, Project};
use crate::schema::Schema;
use crate::version::Need;

/// A declaration that may become code: the schema, and what the struct looks like.
pub struct Compiled {
    /// What it says.
    pub schema: Schema,
    /// How it says it.
    pub declaration: Declaration,
    /// What a server has to know to accept it, where not every supported one does.
    pub needs: Option<Need>,
    /// What might be better.
    pub warnings: Diagnostics,
    /// What its views write into other tables.
    pub feeds: Vec<Feed>,
}

/// A declaration that may not.
pub struct Rejected {
    /// All that is wrong with it.
    pub diagnostics: Diagnostics,
    /// Where the crate `streamhouse` is, if the declaration says so.
    pub crate_path: Option<syn::Path>,
    /// Whether the declaration asks for a builder.
    pub builder: bool,
}

impl Rejected {
    fn new(input: &DeriveInput, diagnostics: Diagnostics) -> Self {
        Self { diagnostics, crate_path: parse::crate_path(input), builder: parse::has_builder(input) }
    }
}

/// Reads a type that is part of events. The table is checked where an event names the type.
pub fn compile_type(input: &DeriveInput) -> Result<TypeDeclaration, Rejected> {
    let mut diagnostics = Diagnostics::default();
    let declaration = parse::parse_type(input, &mut diagnostics);
    match declaration.as_ref().map(|declaration| &declaration.kind) {
        Some(TypeKind::Struct(fields)) => check::rules(fields, &mut diagnostics),
        Some(TypeKind::Newtype(field)) => check::rules(std::slice::from_ref(field), &mut diagnostics),
        Some(TypeKind::Enum(_)) | None => {}
    }
    match declaration {
        Some(declaration) if diagnostics.is_empty() => Ok(declaration),
        _ => Err(Rejected::new(input, diagnostics)),
    }
}

/// Reads, checks and lowers a declaration, as [`compile_for`] does where a project says nothing.
pub fn compile(input: &DeriveInput) -> Result<Compiled, Rejected> {
    compile_for(input, &Project::default())
}

/// Reads, checks and lowers a declaration of a project. All that is wrong with it is reported, not the first thing only;
/// advice is for what is right otherwise.
pub fn compile_for(input: &DeriveInput, project: &Project) -> Result<Compiled, Rejected> {
    let (mut diagnostics, mut warnings) = (Diagnostics::default(), Diagnostics::default());
    let declaration = parse::parse(input, &mut diagnostics);
    let mut needs = None;
    if let Some(declaration) = &declaration {
        check::check(declaration, &mut diagnostics);
        needs = project::needs(declaration, project, &mut diagnostics);
        if diagnostics.is_empty() {
            lint::lint(declaration, project, &mut diagnostics, &mut warnings);
        }
    }
    match declaration {
        Some(declaration) if diagnostics.is_empty() => {
            let feeds = check::feeds(&declaration);
            Ok(Compiled { schema: lower::lower(&declaration), declaration, needs, warnings, feeds })
        }
        _ => Err(Rejected::new(input, diagnostics)),
    }
}

/// As [`compile_for`], for an event that may have sealed versions: `history` gives those of an event by its name.
pub fn compile_after(
    input: &DeriveInput,
    project: &Project,
    history: impl FnOnce(&str) -> History,
) -> Result<Compiled, Rejected> {
    let compiled = compile_for(input, project)?;
    let history = history(&compiled.schema.event);
    let diagnostics = compat::judge(&compiled, &history, project.schemas.compatibility);
    if diagnostics.is_empty() { Ok(compiled) } else { Err(Rejected::new(input, diagnostics)) }
}

/// What a declaration says when no rule looks at it.
pub struct Unchecked {
    /// What it would make.
    pub schema: Schema,
    /// Whether all of it could be read: what could not is missing from the schema.
    pub whole: bool,
}

/// What a declaration would make if no rule were applied: for asking the engine itself what it says to what the rules refuse.
/// `None` where nothing can be read.
pub fn unchecked(input: &DeriveInput) -> Option<Unchecked> {
    let mut diagnostics = Diagnostics::default();
    let declaration = parse::parse(input, &mut diagnostics)?;
    Some(Unchecked { schema: lower::lower(&declaration), whole: diagnostics.is_empty() })
}
