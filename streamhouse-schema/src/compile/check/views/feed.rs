//! What views write into tables that are declared elsewhere.

use proc_macro2::Span;

use super::super::super::declaration::{Declaration, View, ViewTarget};
use super::super::super::selection::{Yields, misfit, yields};
use super::selection::type_message;
use super::{table_of, tells_by_hand};
use crate::expr::select::selects;
use crate::near::nearest;
use crate::schema::{ComputedKind, Schema};
use crate::sql::{self, FED_COLUMN, FED_TYPE};
use crate::types::Type;

/// What a view writes into a table that is declared elsewhere.
pub struct Feed {
    /// The view.
    pub view: String,
    /// The table that it writes into.
    pub table: String,
    /// The struct that declares that table, where the view says so.
    pub declared: Option<syn::Path>,
    /// What it writes.
    pub yields: Yields,
    /// Whether it writes down what its target was fed.
    pub fed: Fed,
    /// Where the selection stands.
    pub span: Span,
    /// Where the table's name stands.
    pub target: Span,
}

/// Whether a view writes down what its target was fed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fed {
    /// It does not.
    Not,
    /// Its selection does so itself.
    ByHand,
    /// In each partition of its target, by the key of those; empty where the target has none.
    Partitions(String),
}

/// What the views of a declaration write into other tables.
pub(in crate::compile) fn feeds(declaration: &Declaration) -> Vec<Feed> {
    let table = table_of(declaration);
    let feed = |view: &View| {
        let ViewTarget::Table { table: target, declared } = &view.target else { return None };
        let yields = yields(declaration, &table, &selects(&view.select.value));
        Some(Feed {
            view: view.name.value.clone(),
            table: target.value.clone(),
            declared: declared.clone(),
            yields,
            fed: match &view.partition_by {
                Some(by) => Fed::Partitions(by.value.clone()),
                None if tells_by_hand(view) => Fed::ByHand,
                None => Fed::Not,
            },
            span: view.select.span,
            target: target.span,
        })
    };
    declaration.views.iter().filter_map(feed).collect()
}

impl Feed {
    /// What is wrong with writing into a table that another declaration makes: the code, the message and the help of each
    /// column that does not fit.
    pub fn misfits(&self, target: &Schema) -> Vec<(&'static str, String, String)> {
        let mut all: Vec<_> = self.unfed(target).into_iter().collect();
        for column in &self.yields.columns {
            // One without a name is reported where the view is declared.
            let Some(name) = column.name.as_deref() else { continue };
            let found =
                target.columns.iter().find(|one| one.name == name).map(|one| (&one.ty, true)).or_else(|| {
                    let one = target.computed.iter().find(|one| one.name == name)?;
                    Some((&one.ty, matches!(one.kind, ComputedKind::Default | ComputedKind::Filled)))
                });
            match found {
                None => {
                    let known: Vec<&str> = target.columns.iter().map(|one| one.name.as_str()).collect();
                    let help = match nearest(name, &known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the columns are: {}", known.join(", ")),
                    };
                    let message = format!(
                        "the view `{}` writes `{name}`, which is not a column of `{}`",
                        self.view, self.table
                    );
                    all.push(("SH0744", message, help));
                }
                Some((_, false)) => all.push((
                    "SH0744",
                    format!(
                        "the view `{}` writes `{name}`, which `{}` computes itself",
                        self.view, self.table
                    ),
                    "leave it out of the selection".into(),
                )),
                Some((ty, true)) => {
                    if let Some(what) = misfit(column, ty) {
                        let (message, help) = type_message(&self.view, name, column.ty.as_ref(), ty, what);
                        all.push(("SH0746", message, help));
                    }
                }
            }
        }
        all
    }

    /// What is wrong with how the view and its target say what that was fed.
    fn unfed(&self, target: &Schema) -> Option<(&'static str, String, String)> {
        let ty: Type = FED_TYPE.parse().ok()?;
        let is_told = target.computed.iter().any(|one| {
            one.name == FED_COLUMN
                && one.ty == ty
                && matches!(one.kind, ComputedKind::Default | ComputedKind::Filled)
        });
        let [missing, unsaid, other] = self.unfed_messages();
        let (message, help) = match &self.fed {
            Fed::Not if is_told => unsaid,
            Fed::Partitions(_) if !is_told => missing,
            Fed::Partitions(by)
                if *by != target.layout.partition_by.as_ref().map(sql::expr).unwrap_or_default() =>
            {
                other
            }
            _ => return None,
        };
        Some(("SH0749", message, help))
    }

    /// What to say where the target has no column for what it was fed, where the view does not fill it, and where the target is
    /// partitioned otherwise; each with what helps.
    pub fn unfed_messages(&self) -> [(String, String); 3] {
        let (view, table) = (&self.view, &self.table);
        [
            (
                format!("the view `{view}` writes down what `{table}` was fed, and that has no column for it"),
                format!("declare it there: `column({FED_COLUMN}: {FED_TYPE}, filled)`"),
            ),
            (
                format!("`{table}` is to say what it was fed, and the view `{view}` does not write it down"),
                "say in the view how the target is partitioned: `partition_by = toYYYYMM(day)`, or `()` where it is not"
                    .into(),
            ),
            (
                format!("`{table}` is partitioned by something else than the view `{view}` says"),
                "write what its declaration says behind `partition_by`, or `()` where it says nothing".into(),
            ),
        ]
    }
}
