//! The table that a schema makes.

use super::{Column, DefaultExpr, DefaultKind, Distributed, Part, Table, View};
use crate::expr::Expr;
use crate::frame_schema::Delivery;
use crate::schema::{self, Codec, Computed, Form, Place, Schema, Target};
use crate::sql;

/// Inserts that the table remembers, so that it recognises one that is repeated; as many as a replicated table does.
const DEDUPLICATION_WINDOW: u32 = 10_000;
const WINDOW: &str = "non_replicated_deduplication_window";

impl Table {
    /// The table of a schema.
    pub fn of(schema: &Schema) -> Self {
        let layout = &schema.layout;
        Self {
            name: schema.table.clone(),
            cluster: layout.cluster.clone(),
            comment: schema.comment.clone(),
            columns: columns(schema),
            indexes: layout.indexes.iter().map(index).collect(),
            projections: layout
                .projections
                .iter()
                .map(|one| Part { name: one.name.text.clone(), text: one.query.to_string() })
                .collect(),
            constraints: layout.constraints.iter().map(constraint).collect(),
            engine: layout.engine.to_string(),
            partition_by: layout
                .partition_by
                .as_ref()
                .map(|expr| in_parentheses(sql::expr(expr), layout.wrapped.partition_by)),
            primary_key: layout.primary_key.as_deref().map(|key| self::key(key, layout.wrapped.primary_key)),
            order_by: (!layout.engine.kind.keeps_nothing())
                .then(|| key(&layout.order_by, layout.wrapped.order_by)),
            sample_by: layout
                .sample_by
                .as_ref()
                .map(|expr| in_parentheses(sql::expr(expr), layout.wrapped.sample_by)),
            ttl: layout.ttl.iter().map(ToString::to_string).collect(),
            raw: layout.raw.clone(),
            settings: table_settings(schema),
            distributed: layout.distributed.as_ref().map(|spread| Distributed {
                name: spread.table.text.clone(),
                cluster: spread.cluster.text.clone(),
                sharding_key: spread.sharding_key.as_ref().map(sql::expr),
            }),
            views: layout.views.iter().map(view).collect(),
        }
    }
}

fn in_parentheses(text: String, wrapped: bool) -> String {
    if wrapped { format!("({text})") } else { text }
}

/// The expressions of a key. Only one alone has parentheses of its own.
fn key(exprs: &[Expr], wrapped: bool) -> Vec<String> {
    exprs.iter().map(|expr| in_parentheses(sql::expr(expr), wrapped && exprs.len() == 1)).collect()
}

/// All columns: those that are first, those of frames, behind each those that name it, then those that name none, then StreamHouse's own.
fn columns(schema: &Schema) -> Vec<Column> {
    let mut all = Vec::new();
    for one in schema.computed.iter().filter(|computed| computed.place == Place::First) {
        all.push(computed(one));
        behind(schema, &one.name, &mut all);
    }
    for one in &schema.columns {
        all.push(column(one));
        behind(schema, &one.name, &mut all);
    }
    for one in schema.computed.iter().filter(|computed| computed.place == Place::Last) {
        all.push(computed(one));
        behind(schema, &one.name, &mut all);
    }
    if schema.delivery == Delivery::ExactlyOnce {
        all.push(batch_column());
    }
    all
}

/// Those that stand behind a column, each with those behind itself. A column names only one that was declared before it,
/// so this ends.
fn behind(schema: &Schema, name: &str, all: &mut Vec<Column>) {
    let is_behind = |computed: &&Computed| matches!(&computed.place, Place::Behind(after) if after == name);
    for one in schema.computed.iter().filter(is_behind) {
        all.push(computed(one));
        behind(schema, &one.name, all);
    }
}

fn column(column: &schema::Column) -> Column {
    let kind = if column.ephemeral { DefaultKind::Ephemeral } else { DefaultKind::Default };
    let expr = column.default.as_ref().map(sql::expr);
    Column {
        name: column.name.clone(),
        ty: column.ty.to_string(),
        default: (column.ephemeral || expr.is_some()).then_some(DefaultExpr { kind, expr }),
        comment: column.comment.clone(),
        codec: codec(&column.codec),
        statistics: column.statistics.clone(),
        ttl: column.ttl.as_ref().map(sql::expr),
        settings: settings(&column.settings),
    }
}

fn computed(column: &Computed) -> Column {
    Column {
        name: column.name.clone(),
        ty: column.ty.to_string(),
        default: column
            .kind
            .default_kind()
            .map(|kind| DefaultExpr { kind, expr: column.expr.as_ref().map(sql::expr) }),
        comment: column.comment.clone(),
        codec: codec(&column.codec),
        ttl: column.ttl.as_ref().map(sql::expr),
        ..Column::default()
    }
}

/// The batch that brought a row (docs/format.md): its codec is the one that costs least, and it falls back to 0 when no
/// insert of the batch can be in doubt any more.
fn batch_column() -> Column {
    Column {
        name: "_batch".into(),
        ty: "UInt64".into(),
        default: Some(DefaultExpr { kind: DefaultKind::Materialized, expr: Some("0".into()) }),
        comment: "The batch that brought the row".into(),
        codec: Some("Delta(8), ZSTD(1)".into()),
        ttl: Some(
            "toDateTime(intDiv(bitShiftRight(_batch, 22), 1000) + 1577836800) + toIntervalDay(30)".into(),
        ),
        ..Column::default()
    }
}

fn codec(chain: &[Codec]) -> Option<String> {
    let texts: Vec<String> = chain.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn settings(settings: &[(String, Expr)]) -> Vec<(String, String)> {
    settings.iter().map(|(name, value)| (name.clone(), sql::expr(value))).collect()
}

/// What was declared, and the window without which a plain table forgets its inserts. Replicated ones remember by
/// themselves.
fn table_settings(schema: &Schema) -> Vec<(String, String)> {
    let layout = &schema.layout;
    let mut all = settings(&layout.settings);
    let forgets = schema.delivery == Delivery::ExactlyOnce && layout.engine.form == Form::Plain;
    if forgets && !all.iter().any(|(name, _)| name == WINDOW) {
        all.push((WINDOW.into(), DEDUPLICATION_WINDOW.to_string()));
    }
    all
}

fn index(index: &schema::Index) -> Part {
    let granularity =
        index.granularity.map(|granules| format!(" GRANULARITY {granules}")).unwrap_or_default();
    Part {
        name: index.name.clone(),
        text: format!(
            "{} TYPE {}{granularity}",
            in_parentheses(sql::expr(&index.expr), index.wrapped),
            index.kind
        ),
    }
}

fn constraint(constraint: &schema::Constraint) -> Part {
    let word = if constraint.assumed { "ASSUME" } else { "CHECK" };
    Part { name: constraint.name.text.clone(), text: format!("{word} {}", sql::expr(&constraint.expr)) }
}

fn view(view: &schema::View) -> View {
    let (to, engine) = match &view.target {
        Target::Table(table) => (Some(table.clone()), None),
        Target::Engine(engine) => (None, Some(engine.clone())),
    };
    View {
        name: view.name.clone(),
        to,
        engine,
        columns: view.columns.clone(),
        refresh: view.refresh.clone(),
        select: view.select.clone(),
    }
}
