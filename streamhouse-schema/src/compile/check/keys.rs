//! Sorting key and partitions.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::super::parts::Part;
use super::expressions::place_of;
use super::folding::is_constant;
use super::{parts, settings, shape_of};
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::expr::{Binary, Expr, Kind, Literal, Name, Shape};
use crate::schema::{Query, Selected};
use crate::types::Type;

/// ClickHouse refuses NULL in a sorting key and in partitions (`allow_nullable_key`): rows without a value would sort
/// where nobody looks for them.
pub(super) fn not_nullable(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let allowed = declaration
        .settings
        .iter()
        .any(|(name, value)| name.value == "allow_nullable_key" && settings::is_on(&value.value));
    if allowed || declaration.is_broken(&["settings"]) {
        return;
    }
    for (span, expr) in keys(declaration) {
        if !shape_of(expr, declaration).holds_null() {
            continue;
        }
        let maybe = expr.columns().into_iter().find(|name| {
            let column = Expr::Column((*name).clone());
            shape_of(&column, declaration).holds_null()
        });
        match maybe {
            Some(name) => diagnostics.error(
                "SH0402",
                name.at,
                format!("`{}` may be NULL, and a key may not", name.text),
                format!("make the field a plain value with a default, write `ifNull({}, …)`, leave it out of the key, or add `settings(allow_nullable_key = 1)`", name.text),
            ),
            None => diagnostics.error(
                "SH0402",
                place_of(expr, span),
                "this may be NULL, and a key may not",
                "write a value instead of NULL",
            ),
        }
    }
}

/// A constant sorts nothing and parts nothing; ClickHouse refuses it.
pub(super) fn no_constants(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    // What changes is refused for that.
    let changes = |expr: &Expr<Span>| {
        expr.functions().iter().any(|name| engine::function(&name.text).is_some_and(|known| known.changing))
    };
    for (span, expr) in keys(declaration) {
        if is_constant(expr, declaration) && !changes(expr) && !is_alone(expr, declaration) {
            diagnostics.error(
                "SH0406",
                place_of(expr, span),
                "this is the same for all rows, and a key is not",
                "use a column; `order_by = ()` says that there is no order",
            );
        }
    }
}

/// `order_by = ()`.
fn is_alone(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    let alone = declaration.order_by.as_ref().is_none_or(|order_by| order_by.value.len() <= 1);
    alone && matches!(expr, Expr::Tuple(items) if items.is_empty())
}

/// What rows are sorted by already does not sort them once more (`allow_suspicious_indices`). ClickHouse compares the
/// arguments of the outermost function, and a tuple is one.
pub(super) fn no_duplicates(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let order = declaration.order_by.iter().map(|at| match &at.value[..] {
        [one] => (at.span, arguments(one)),
        items => (at.span, items.iter().collect()),
    });
    let indexes = declaration.indexes.iter().map(|index| (index.name.span, arguments(&index.expr)));
    let projections = declaration.projections.iter().flat_map(|projection| {
        let keys = match &projection.query {
            Query::Parts { order_by, group_by, .. } => vec![order_by, group_by],
            Query::Text(_) => Vec::new(),
        };
        keys.into_iter().map(move |key| match &key[..] {
            [one] => (projection.name.at, arguments(one)),
            items => (projection.name.at, items.iter().collect()),
        })
    });
    for (span, items) in order.chain(indexes).chain(projections) {
        let plain: Vec<Expr> = items.iter().map(|item| plain((*item).clone().strip())).collect();
        for (at, item) in items.iter().enumerate() {
            if plain[..at].contains(&plain[at]) {
                diagnostics.error("SH0407", place_of(item, span), "this stands here twice", "keep the first");
            }
        }
    }
}

/// `x.1` is `tupleElement(x, 1)`.
fn plain(expr: Expr) -> Expr {
    match expr {
        Expr::Member(of, index) => Expr::Call {
            function: Name { text: "tupleElement".into(), at: () },
            parameters: Vec::new(),
            arguments: vec![*of, Expr::Literal(Literal::Number(index.to_string()), ())],
        },
        other => other,
    }
}

fn arguments(expr: &Expr<Span>) -> Vec<&Expr<Span>> {
    match expr {
        // A chain of these is one function of many arguments.
        Expr::Binary(operator @ (Binary::Concat | Binary::And | Binary::Or), left, right) => {
            let mut chain = match &**left {
                Expr::Binary(inner, ..) if inner == operator => arguments(left),
                other => vec![other],
            };
            chain.push(right);
            chain
        }
        Expr::Tuple(items) | Expr::Array(items) => items.iter().collect(),
        Expr::Call { arguments, .. } => arguments.iter().collect(),
        Expr::Binary(_, left, right) | Expr::Element(left, right) => vec![left, right],
        _ => Vec::new(),
    }
}

/// What has no order cannot be sorted by, and neither can what still changes when rows are merged.
pub(super) fn sortable(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let mut elements: Vec<&Expr<Span>> = Vec::new();
    declaration.order_by.iter().flat_map(|key| &key.value).for_each(|expr| flat(expr, &mut elements));
    for name in elements.into_iter().flat_map(kept) {
        let Some(ty) = declaration.column_type(&name.text) else { continue };
        if matches!(ty, Type::SimpleAggregateFunction(_)) {
            let help = "sort by what the rows are summed up by";
            diagnostics.error("SH0403", name.at, format!("rows cannot be sorted by {ty}"), help);
        }
    }
    // ClickHouse keeps the least and the greatest value of each column of a partition.
    for name in declaration.partition_by.iter().flat_map(|at| at.value.columns()) {
        if let Some(ty) = declaration.column_type(&name.text)
            && Shape::from(&ty).is_mixed()
        {
            diagnostics.error(
                "SH0403",
                name.at,
                format!(
                    "`{}` is {ty}, whose values are of many types, and of these none is the least",
                    name.text
                ),
                "use a path of the JSON that has one type, as `type = \"JSON(kind String)\"` gives it",
            );
        }
    }
    // What a projection is sorted or grouped by is its key.
    let projected = declaration.expressions().into_iter().filter(|(part, ..)| *part == Part::Projection);
    let keys = keys(declaration).chain(projected.map(|(_, span, expr)| (span, expr)));
    for (span, expr) in keys.chain(renamed(declaration)) {
        if shape_of(expr, declaration).is_mixed() {
            let what = match expr {
                Expr::Column(name) => declaration.column_type(&name.text).map(|ty| ty.to_string()),
                _ => None,
            };
            diagnostics.error(
                "SH0403",
                place_of(expr, span),
                format!(
                    "{} cannot be a key, for its values are of many types",
                    what.unwrap_or("this".into())
                ),
                "use a path of the JSON that has one type, as `type = \"JSON(kind String)\"` gives it",
            );
        }
    }
}

/// The columns whose own type may be that of the expression: many functions give what they are given, `lower` too. What is
/// computed in another type may well stay the same, as the day of the least moment does among rows of that day.
fn kept(expr: &Expr<Span>) -> Vec<&Name<Span>> {
    /// What they give is of a type of its own, whatever they are given.
    const CONVERTING: &[&str] = &[
        "toDate",
        "toYear",
        "toQuarter",
        "toMonth",
        "toYYYYMM",
        "toDayOf",
        "toHour",
        "toMinute",
        "toSecond",
        "toMonday",
        "toISO",
        "toWeek",
        "toStartOf",
        "toRelative",
        "toUnixTimestamp",
        "toUInt",
        "toInt",
        "toFloat",
        "toString",
        "dateTrunc",
        "formatDateTime",
        "intDiv",
        "length",
        "cityHash64",
        "sipHash64",
        "xxHash64",
    ];
    match expr {
        Expr::Call { function, .. } if CONVERTING.iter().any(|name| function.text.starts_with(name)) => {
            Vec::new()
        }
        Expr::Binary(operator, ..) if *operator != Binary::Concat => Vec::new(),
        Expr::Column(name) => vec![name],
        other => other.parts().into_iter().flat_map(kept).collect(),
    }
}

/// What a projection is sorted or grouped by under the name that its selection gives it.
fn renamed(declaration: &Declaration) -> Vec<(Span, &Expr<Span>)> {
    let mut all = Vec::new();
    for projection in &declaration.projections {
        let Query::Parts { select, group_by, order_by, .. } = &projection.query else { continue };
        for key in group_by.iter().chain(order_by) {
            let Expr::Column(name) = key else { continue };
            all.extend(select.iter().find_map(|selected| match selected {
                Selected::Expr(expr, Some(given)) if *given == name.text => Some((name.at, expr)),
                _ => None,
            }));
        }
    }
    all
}

/// The elements of tuples, however deep.
fn flat<'a>(expr: &'a Expr<Span>, elements: &mut Vec<&'a Expr<Span>>) {
    match expr {
        Expr::Tuple(items) => items.iter().for_each(|item| flat(item, elements)),
        other => elements.push(other),
    }
}

/// A partition for each event would be a file for each event: ClickHouse stops inserts at a few thousand parts. Floats it
/// refuses (`allow_floating_point_partition_key`).
pub(super) fn partition_is_coarse(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    /// Moments that are few enough.
    const COARSE: &[&str] = &[
        "toStartOfDay",
        "toStartOfHour",
        "toStartOfInterval",
        "toStartOfWeek",
        "toStartOfMonth",
        "dateTrunc",
    ];
    const AS_NUMBERS: &[&str] = &["toUnixTimestamp", "toUnixTimestamp64Milli", "toYYYYMMDDhhmmss"];
    const HASHES: &[&str] =
        &["cityHash64", "xxHash64", "farmHash64", "metroHash64", "sipHash64", "sipHash128"];
    let Some(partition) = &declaration.partition_by else { return };
    for expr in parts(&partition.value) {
        let kind = shape_of(expr, declaration).kind;
        remainders_of_integers(expr, partition.span, declaration, diagnostics);
        let is_id = matches!(expr, Expr::Column(name)
            if declaration.field(&name.text).is_some_and(|field| field.id.is_some()));
        let called = |names: &[&str]| matches!(expr, Expr::Call { function, .. } if names.contains(&function.text.as_str()));
        // A number that says a moment is as coarse as the moment.
        let written = match expr {
            Expr::Call { function, arguments, .. } if AS_NUMBERS.contains(&function.text.as_str()) => {
                arguments.first()
            }
            _ => None,
        };
        let coarse = written.is_some_and(
            |of| matches!(of, Expr::Call { function, .. } if COARSE.contains(&function.text.as_str())),
        );
        let fine = is_id
            || matches!(kind, Kind::Uuid | Kind::Float | Kind::Map(..))
            || matches!(&kind, Kind::Other(ty) if matches!(**ty, Type::BFloat16 | Type::Time | Type::Time64(_)))
            || (kind == Kind::Time && !called(COARSE))
            || called(HASHES)
            || (called(AS_NUMBERS) && !coarse);
        if !fine {
            continue;
        }
        let columns = expr.columns();
        let column = columns.first().map_or("…", |name| name.text.as_str());
        let help = match kind {
            Kind::Time => format!("partition by month: `partition_by = toYYYYMM({column})`"),
            Kind::Whole if called(HASHES) => "take a remainder of it: `cityHash64(…) % 16`".into(),
            _ => "partition by time, such as `toYYYYMM(created_at)`, and put this column into `order_by`"
                .into(),
        };
        let what = match expr {
            Expr::Column(name) => format!("each value of `{}`", name.text),
            _ => "each value of this".into(),
        };
        diagnostics.error(
            "SH0404",
            place_of(expr, partition.span),
            format!("{what} would be a partition of its own"),
            help,
        );
    }
}

/// For the sake of old tables a remainder is computed here as it always was: of integers.
fn remainders_of_integers(
    partition: &Expr<Span>,
    span: Span,
    declaration: &Declaration,
    diagnostics: &mut Diagnostics,
) {
    partition.each(&mut |expr| {
        let sides = match expr {
            Expr::Binary(Binary::Modulo, left, right) => [&**left, &**right],
            Expr::Call { function, arguments, .. } => match (function.text.as_str(), &arguments[..]) {
                ("modulo", [left, right]) => [left, right],
                _ => return,
            },
            _ => return,
        };
        if sides.iter().any(|side| shape_of(side, declaration).kind == Kind::Decimal) {
            diagnostics.error(
                "SH0410",
                place_of(expr, span),
                "in `partition_by`: `%` takes integers here, and this is a decimal",
                "convert it first: `toInt64(…) % 16`",
            );
        }
    });
}

/// The parts of all keys, each with the place of its key.
fn keys(declaration: &Declaration) -> impl Iterator<Item = (Span, &Expr<Span>)> {
    let partition = declaration
        .partition_by
        .iter()
        .flat_map(|at| parts(&at.value).iter().map(move |expr| (at.span, expr)));
    let order = declaration.order_by.iter().flat_map(|at| at.value.iter().map(move |expr| (at.span, expr)));
    let sample = declaration.sample_by.iter().map(|at| (at.span, &at.value));
    partition.chain(order).chain(sample)
}
