//! What a view's selection yields: names and types, as far as they can be known without the engine.

mod aggregates;
mod fit;
mod keys;
mod sums;

use std::collections::BTreeMap;

pub use fit::cores;
pub(in crate::compile) use fit::misfit;
pub use keys::keys;

use super::declaration::{Declaration, Kept};
use crate::engine;
use crate::expr::select::{GroupBy, Item, Select, With};
use crate::expr::{Expr, Literal, Misfit, Name, Shape, shape};
use crate::schema::ComputedKind;
use crate::types::{Element, Type};

/// What a view's selection yields.
#[derive(Clone, Debug, Default)]
pub struct Yields {
    /// The columns, in their order.
    pub columns: Vec<Yield>,
    /// Whether these are all of them.
    pub complete: bool,
}

/// A column of a selection.
#[derive(Clone, Debug)]
pub struct Yield {
    /// Its name; `None` where it has only that which ClickHouse makes of the expression.
    pub name: Option<String>,
    /// As it is written.
    pub text: String,
    /// Its type, where that is known.
    pub ty: Option<Type>,
    /// Its value, where it is the same in all rows.
    pub literal: Option<Literal>,
}

/// Columns that the engine adds to those of every table begin so.
const VIRTUAL: char = '_';

/// A selection over the table of a declaration.
pub(in crate::compile) struct Selection<'a> {
    declaration: &'a Declaration,
    select: &'a Select,
    /// The table and its other name; none where another one is read first.
    tables: Vec<&'a str>,
    /// Names of items of its lists.
    items: &'a [String],
    /// Other tables are read with it.
    joins: bool,
    /// What names stand for, those of `WITH` too.
    aliases: BTreeMap<&'a str, Option<&'a Expr>>,
}

impl<'a> Selection<'a> {
    /// A selection; `table` is that of the declaration.
    pub(in crate::compile) fn new(declaration: &'a Declaration, table: &str, select: &'a Select) -> Self {
        let tables = match &select.from {
            Some(from) if from.table == table => {
                std::iter::once(from.table.as_str()).chain(from.alias.as_deref()).collect()
            }
            _ => Vec::new(),
        };
        let mut aliases = BTreeMap::new();
        for (name, expr) in &select.with {
            aliases.insert(name.as_str(), expr.as_ref());
        }
        for item in &select.items {
            if let Item::One { expr, name: Some(name), .. } = item {
                aliases.insert(name.as_str(), expr.as_ref());
            }
        }
        let with = select.from.as_ref().map_or(&With::Nothing, |from| &from.with);
        let items = match with {
            With::Items(items) => items.as_slice(),
            _ => &[],
        };
        Self { declaration, select, tables, items, joins: *with == With::Tables, aliases }
    }

    /// Whether it reads the table, so that columns of that are known.
    pub(in crate::compile) fn reads_table(&self) -> bool {
        !self.tables.is_empty()
    }

    /// Whether it reads the table alone, so that any column is one of it.
    fn is_plain(&self) -> bool {
        self.reads_table() && !self.joins
    }

    /// Whether a name is that of an item of a list, or of a part of one.
    fn is_item(&self, name: &str) -> bool {
        let part = |item: &String| {
            name.strip_prefix(item.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.items.iter().any(part)
    }

    /// Whether a name can be no other than that of a column of the table.
    fn is_of_table(&self, name: &str) -> bool {
        !self.joins || self.own(name) != name
    }

    /// All expressions that are understood.
    pub(in crate::compile) fn expressions(&self) -> Vec<&'a Expr> {
        self.meanings().into_iter().map(|(_, expr)| expr).collect()
    }

    /// The same, each with the name that it gets.
    fn meanings(&self) -> Vec<(Option<&'a str>, &'a Expr)> {
        let with =
            self.select.with.iter().filter_map(|(name, expr)| Some((Some(name.as_str()), expr.as_ref()?)));
        let items = self.select.items.iter().filter_map(|item| match item {
            Item::One { expr, name, .. } => Some((name.as_deref(), expr.as_ref()?)),
            _ => None,
        });
        let keys = match &self.select.group_by {
            GroupBy::Keys(keys) => keys.as_slice(),
            _ => &[],
        };
        let nameless = self.select.conditions.iter().chain(keys).map(|expr| (None, expr));
        with.chain(items).chain(nameless).collect()
    }

    /// Names that are neither columns nor given in the selection.
    pub(in crate::compile) fn unknown(&self) -> Vec<&'a str> {
        let mut unknown: Vec<&str> = Vec::new();
        for name in self.expressions().into_iter().flat_map(Expr::columns) {
            let own = self.own(&name.text);
            let known = !self.is_of_table(&name.text)
                || self.is_item(own)
                || self.aliases.contains_key(name.text.as_str())
                // A part of what a name stands for.
                || name.text.split_once('.').is_some_and(|(first, _)| self.aliases.contains_key(first))
                || self.declaration.column_type(own).is_some()
                || self.declaration.is_unread(own)
                || own.starts_with(VIRTUAL);
            if !known && !unknown.contains(&own) {
                unknown.push(own);
            }
        }
        unknown
    }

    /// The name of a column without the table before it.
    fn own<'n>(&self, name: &'n str) -> &'n str {
        let prefix = |table: &&str| name.strip_prefix(table).and_then(|rest| rest.strip_prefix('.'));
        match self.declaration.column_type(name) {
            Some(_) => name,
            None => self.tables.iter().find_map(prefix).unwrap_or(name),
        }
    }

    /// What it yields.
    pub(in crate::compile) fn yields(&self) -> Yields {
        let mut yields = Yields { columns: Vec::new(), complete: true };
        for item in &self.select.items {
            match item {
                Item::All if self.is_plain() && self.items.is_empty() => yields.columns.extend(self.all()),
                Item::All | Item::Several => yields.complete = false,
                // What ClickHouse calls a column of another table depends on the others.
                Item::One { expr: Some(Expr::Column(column)), name: None, .. }
                    if !self.is_plain() && self.own(&column.text).contains('.') =>
                {
                    yields.complete = false;
                }
                Item::One { expr, name, text } => {
                    let own = match expr {
                        Some(Expr::Column(column)) => Some(self.own(&column.text).to_string()),
                        _ => None,
                    };
                    yields.columns.push(Yield {
                        name: name.clone().or(own),
                        text: text.clone(),
                        ty: expr.as_ref().and_then(|expr| self.ty(expr, &mut vec![name.as_deref()])),
                        literal: match expr {
                            Some(Expr::Literal(literal, ())) => Some(literal.clone()),
                            _ => None,
                        },
                    });
                }
            }
        }
        yields
    }

    /// What `*` stands for: all columns that are stored, and not hidden.
    fn all(&self) -> Vec<Yield> {
        let hidden = |name: &str| {
            let mut computed = self.declaration.computed.iter();
            computed.any(|one| one.name.value == name && one.kind == ComputedKind::Materialized)
        };
        let columns = self.declaration.columns().filter(|column| column.kept == Kept::Stored);
        let mut all = Vec::new();
        for column in columns.filter(|column| !hidden(&column.name.value)) {
            let plain = |name: String, ty: Type| Yield {
                text: name.clone(),
                name: Some(name),
                ty: Some(ty),
                literal: None,
            };
            match column.ty {
                Type::Nested(elements) => all.extend(elements.iter().map(|Element { name, ty }| {
                    let name = format!("{}.{}", column.name.value, name.as_deref().unwrap_or_default());
                    plain(name, Type::Array(Box::new(ty.clone())))
                })),
                ty => all.push(plain(column.name.value.clone(), ty.clone())),
            }
        }
        all
    }

    /// The type of an expression. `within` are the names whose meaning is being looked for: one that stands in its own
    /// definition is the column.
    fn ty<'n>(&'n self, expr: &Expr, within: &mut Vec<Option<&'n str>>) -> Option<Type> {
        if !self.reads_table() {
            return None;
        }
        if let Expr::Column(name) = expr {
            return self.named(&name.text, within);
        }
        // Each aggregate becomes a column of its own, whose type is known.
        let mut aggregates: Vec<Option<Type>> = Vec::new();
        let expr = self.without_aggregates(expr, within, &mut aggregates, false);
        if let Expr::Column(name) = &expr
            && let Some(number) = name.text.strip_prefix(AGGREGATE)
        {
            return aggregates.get(number.parse::<usize>().ok()?)?.clone();
        }
        let found = |name: &str| {
            let ty = match name.strip_prefix(AGGREGATE) {
                Some(number) => aggregates.get(number.parse::<usize>().ok()?)?.clone(),
                None => self.named(name, &mut within.clone()),
            };
            ty.map(|ty| Shape::from(&ty))
        };
        let mut misfits = Vec::new();
        let shape = shape(&expr, &found, &mut misfits);
        shape.whole().filter(|_| misfits.is_empty())
    }

    /// The type that a name stands for.
    fn named<'n>(&'n self, name: &str, within: &mut Vec<Option<&'n str>>) -> Option<Type> {
        match self.aliases.get_key_value(name) {
            Some((alias, expr)) if !within.contains(&Some(*alias)) => {
                within.push(Some(*alias));
                let ty = expr.and_then(|expr| self.ty(expr, within));
                within.pop();
                ty
            }
            _ if self.is_item(self.own(name)) || !self.is_of_table(name) => None,
            _ => self.declaration.column_type(self.own(name)),
        }
    }

    /// Puts a column in the place of each aggregate; with `keep`, of those alone whose type is known.
    fn without_aggregates<'n>(
        &'n self,
        expr: &Expr,
        within: &mut Vec<Option<&'n str>>,
        found: &mut Vec<Option<Type>>,
        keep: bool,
    ) -> Expr {
        let mut next = |expr: &Expr| self.without_aggregates(expr, within, found, keep);
        match expr {
            Expr::Call { function, parameters, arguments } if is_aggregate(expr) => {
                let types: Option<Vec<Type>> =
                    arguments.iter().map(|argument| self.ty(argument, within)).collect();
                let ty = types.and_then(|types| aggregates::yields(&function.text, parameters, &types));
                if keep && ty.is_none() {
                    return expr.clone();
                }
                found.push(ty);
                column(&format!("{AGGREGATE}{}", found.len() - 1))
            }
            Expr::Call { function, parameters, arguments } => Expr::Call {
                function: function.clone(),
                parameters: parameters.clone(),
                arguments: arguments.iter().map(next).collect(),
            },
            Expr::Unary(operator, of) => Expr::Unary(*operator, Box::new(next(of))),
            Expr::Binary(operator, left, right) => {
                let left = Box::new(next(left));
                Expr::Binary(*operator, left, Box::new(next(right)))
            }
            Expr::Tuple(items) => Expr::Tuple(items.iter().map(next).collect()),
            Expr::Element(of, index) => {
                let of = Box::new(next(of));
                Expr::Element(of, Box::new(next(index)))
            }
            Expr::Member(of, index) => Expr::Member(Box::new(next(of)), *index),
            other => other.clone(),
        }
    }

    /// Operators and functions with arguments that they do not take.
    pub(in crate::compile) fn misfits(&self) -> Vec<Misfit<()>> {
        let mut misfits = Vec::new();
        if self.reads_table() {
            for (name, expr) in self.meanings() {
                // In what it stands for, a name is that of the column.
                let within = vec![name];
                // Aggregates that are known to be right need no second look.
                let mut aggregates = Vec::new();
                let expr = self.without_aggregates(expr, &mut within.clone(), &mut aggregates, true);
                let found = |name: &str| {
                    let ty = match name.strip_prefix(AGGREGATE) {
                        Some(number) => aggregates.get(number.parse::<usize>().ok()?)?.clone(),
                        None => self.named(name, &mut within.clone()),
                    };
                    ty.map(|ty| Shape::from(&ty))
                };
                shape(&expr, &found, &mut misfits);
            }
        }
        misfits.dedup_by(|one, other| one.message == other.message);
        misfits
    }
}

/// What one selection yields, or several behind each other: names are those of the first, and a type is known where it is the
/// same in all.
pub(in crate::compile) fn yields(declaration: &Declaration, table: &str, selects: &[Select]) -> Yields {
    let mut all = selects.iter().map(|select| Selection::new(declaration, table, select).yields());
    let mut first = all.next().unwrap_or_default();
    for other in all {
        first.complete &= other.complete && other.columns.len() == first.columns.len();
        for (at, column) in first.columns.iter_mut().enumerate() {
            let beside = other.columns.get(at).filter(|_| first.complete);
            if beside.is_none_or(|beside| beside.ty != column.ty || beside.literal != column.literal) {
                (column.ty, column.literal) = (None, None);
            }
        }
    }
    first
}

/// What aggregates are called while the expression around them is looked at; no column is called so.
const AGGREGATE: &str = "\u{1}";

fn column(name: &str) -> Expr {
    Expr::Column(Name { text: name.to_string(), at: () })
}

fn is_aggregate(expr: &Expr) -> bool {
    matches!(expr, Expr::Call { function, .. }
        if engine::function(&function.text).is_some_and(|known| known.aggregate))
}
