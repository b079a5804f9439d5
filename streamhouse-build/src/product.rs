//! What one declaration makes, as texts: all that snapshots, migrations and the comparison with other declarations need.

use streamhouse_schema::migration::{FORMAT, PlanFile, Planned, State};
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;

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
    /// Columns that had another name, `(from, to)`.
    pub(crate) renames: Vec<(String, String)>,
    /// The snapshot, as a draft.
    pub(crate) snapshot: String,
    /// The migration that creates the table.
    pub(crate) create: Script,
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
            renames: schema.renames(),
            snapshot: snapshot::text(schema, State::Draft),
            create: create(schema, &table),
        }
    }

    /// What leads from a sealed version to this one; nothing where nothing changes.
    pub(crate) fn change_of(&self, sealed: &Snapshot) -> Option<Script> {
        let plan = self.plan_from(sealed)?;
        let about = format!(
            "-- Leads the table of the event {} from version {} to version {}.\n",
            self.event, sealed.version, self.version
        );
        let planned = planned(&plan, &self.event, &self.table, Some(sealed.version), self.version);
        (!plan.is_empty()).then(|| Script {
            slug: format!("alter_{}_v{}", self.table, self.version),
            up: format!("{about}\n{}", plan.up()),
            down: plan.down(),
            plan: planned,
        })
    }

    /// The changes from a sealed version to this one; `None` where the snapshot cannot be read back, which no snapshot of
    /// this version of the tool is.
    pub(crate) fn plan_from(&self, sealed: &Snapshot) -> Option<Plan> {
        let table = Snapshot::read(&self.snapshot).ok()?.table;
        Some(Plan::between(&sealed.table, &table, &self.renames))
    }
}

/// The names of distributed tables and views.
pub(crate) fn second_names(schema: &Schema) -> impl Iterator<Item = &str> {
    let layout = &schema.layout;
    let distributed = layout.distributed.iter().map(|spread| spread.table.text.as_str());
    distributed.chain(layout.views.iter().map(|view| view.name.as_str()))
}

fn create(schema: &Schema, table: &Table) -> Script {
    let about = format!("the table of the event {}, version {}", schema.event, schema.version);
    Script {
        slug: format!("create_{}", schema.table),
        up: format!("-- Creates {about}.\n{};\n", sql::create_all(table).join(";\n\n")),
        down: format!("-- Drops {about}, with all its rows.\n{};\n", sql::drop_all(table).join(";\n")),
        plan: planned(&Plan::create(table), &schema.event, &schema.table, None, schema.version),
    }
}

/// `plan.json` of a draft.
fn planned(plan: &Plan, event: &str, table: &str, from: Option<u32>, to: u32) -> String {
    let changes = plan.steps.iter().map(|step| Planned {
        event: event.to_string(),
        table: table.to_string(),
        from,
        to,
        what: step.what.clone(),
        safety: step.safety,
    });
    plan_text(&PlanFile { format: FORMAT, state: State::Draft, checksum: None, changes: changes.collect() })
}
