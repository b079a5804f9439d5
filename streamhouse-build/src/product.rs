//! What one declaration makes, as texts: all that snapshots, migrations and the comparison with other declarations need.

use streamhouse_schema::migration::{PlanFile, Planned, State};
use streamhouse_schema::plan::{Plan, Safety, Step};
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;
use streamhouse_schema::upcast::Upcast;

use crate::render::plan_text;

/// What a declaration makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) event: String,
    pub(crate) version: u32,
    pub(crate) table: String,
    /// Distributed tables and views.
    pub(crate) second_names: Vec<String>,
    /// Tables of others into which views write.
    pub(crate) targets: Vec<String>,
    /// The snapshot, as a draft.
    pub(crate) snapshot: String,
    /// The migration that creates the table.
    pub(crate) create: Option<Script>,
}

/// A migration without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) slug: String,
    pub(crate) up: String,
    pub(crate) down: String,
    pub(crate) plan: String,
}

impl Product {
    /// What a schema makes.
    pub(crate) fn of(schema: &Schema) -> Self {
        let table = Table::of(schema);
        let targets = table.views.iter().filter_map(|view| view.to.clone());
        let targets = targets.filter(|to| *to != schema.table).collect();
        Self {
            event: schema.event.clone(),
            version: schema.version,
            table: schema.table.clone(),
            second_names: second_names(schema).map(str::to_string).collect(),
            targets,
            snapshot: snapshot::text_with(schema, &table, State::Draft),
            create: migration(schema, &table, None),
        }
    }

    /// The state of a snapshot that is to the byte what the declaration makes; none of any other.
    pub(crate) fn state_of(&self, text: &str) -> Option<State> {
        if *text == self.snapshot {
            return Some(State::Draft);
        }
        (snapshot::sealed(&self.snapshot)? == text).then_some(State::Sealed)
    }
}

/// The names of distributed tables and views.
pub(crate) fn second_names(schema: &Schema) -> impl Iterator<Item = &str> {
    let layout = &schema.layout;
    let distributed = layout.distributed.iter().map(|spread| spread.table.text.as_str());
    distributed.chain(layout.views.iter().map(|view| view.name.as_str()))
}

/// What leads from the newest sealed version to the declared one; without a number.
pub(crate) fn migration(schema: &Schema, table: &Table, sealed: Option<&Snapshot>) -> Option<Script> {
    let (plan, slug, up, down) = match sealed {
        None => {
            let about = format!("the table of the event {}, version {}", schema.event, schema.version);
            let plan = Plan::create(table);
            let statements = |steps: &[Step], between: &str| {
                steps
                    .iter()
                    .flat_map(|step| &step.statements)
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(between)
            };
            let create = statements(&plan.steps, ";\n\n");
            let drop = statements(plan.back.as_deref().unwrap_or_default(), ";\n");
            (
                plan,
                format!("create_{}", schema.table),
                format!("-- Creates {about}.\n{create};\n"),
                format!("-- Drops {about}, with all its rows.\n{drop};\n"),
            )
        }
        Some(sealed) => {
            let upcast = Upcast::between(sealed, schema);
            let mut plan = Plan::between(&sealed.table, table, &schema.origins());
            if !upcast.changes_nothing() {
                plan = plan.with_frames(sql::upcast(&upcast), sql::forget_upcast(&upcast));
            }
            let about = format!(
                "-- Leads the table of the event {} from version {} to version {}.\n",
                schema.event, sealed.version, schema.version
            );
            let (up, down) = (format!("{about}\n{}", plan.up()), plan.down());
            (plan, format!("alter_{}_v{}", schema.table, schema.version), up, down)
        }
    };
    let from = sealed.map(|sealed| sealed.version);
    let planned = |(step, from, to): (&Step, Option<u32>, u32)| Planned {
        event: schema.event.clone(),
        table: schema.table.clone(),
        from,
        to,
        what: step.what.clone(),
        safety: step.safety,
        column: step.column().filter(|_| step.safety > Safety::Safe).map(String::from),
    };
    let changes = plan.steps.iter().map(|step| planned((step, from, schema.version))).collect();
    let back = plan.back.iter().flatten();
    let back = back.map(|step| planned((step, Some(schema.version), from.unwrap_or(0)))).collect();
    let file = PlanFile { changes, back, ..PlanFile::default() };
    (!plan.is_empty()).then(|| Script { slug, up, down, plan: plan_text(&file) })
}

/// What has changed since a version was sealed, a sentence each.
pub(crate) fn changes_of(sealed: &Snapshot, schema: &Schema) -> Vec<String> {
    let plan = Plan::between(&sealed.table, &Table::of(schema), &schema.origins());
    plan.steps.into_iter().map(|step| step.what).collect()
}
