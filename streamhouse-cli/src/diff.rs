//! `streamhouse diff`: what would change.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse::live::{Compared, Cost, Live, Size};
use streamhouse_build::{Difference, EventChange, Plan, Repository, Safety};

use crate::common::{Project, block_on, config, schemas, text};

/// What is compared, and for whom to print.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Project,
    /// Compare with the database of CLICKHOUSE_URL, instead of what is sealed in schemas/
    #[arg(long)]
    live: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// An event with what leads it to its declaration.
struct Told {
    change: EventChange,
    /// What the steps cost, where a server was asked.
    sizes: BTreeMap<String, Size>,
    differences: Vec<Difference>,
    other_views: Vec<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let schemas = schemas(&arguments.project.source)?;
    let repository = Repository::read(&arguments.project.dir).map_err(text)?;
    let changes = streamhouse_build::changes(&schemas, &repository);
    let told = if arguments.live { block_on(live(changes))?? } else { sealed(changes) };
    let differs = told.iter().any(|told| !told.change.plan.is_empty());
    if arguments.json {
        let events: Vec<Value> = told.iter().map(as_json).collect();
        say!("{}", json!({"events": events, "differs": differs}));
    } else {
        told.iter().for_each(as_text);
        if !differs {
            let with = if arguments.live { "the database has" } else { "schemas/ has sealed" };
            say!("nothing would change: {with} what is declared");
        }
    }
    // For scripts: 2 says that something would change.
    Ok(if differs { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

fn sealed(changes: Vec<EventChange>) -> Vec<Told> {
    let told =
        |change| Told { change, sizes: BTreeMap::new(), differences: Vec::new(), other_views: Vec::new() };
    changes.into_iter().map(told).collect()
}

async fn live(changes: Vec<EventChange>) -> Result<Vec<Told>, String> {
    let live = Live::new(&config()?).map_err(text)?;
    let tables: Vec<_> = changes.iter().map(|change| change.table.clone()).collect();
    let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    let sizes = live.sizes(&names).await.map_err(text)?;
    let compared = live.compare(&tables).await.map_err(text)?;
    let told = |(change, compared): (EventChange, Compared)| Told {
        differences: compared.differences(),
        change: EventChange { plan: compared.plan(&change.origins), ..change },
        sizes: sizes.clone(),
        other_views: compared.other_views,
    };
    Ok(changes.into_iter().zip(compared).map(told).collect())
}

impl Told {
    /// What a step rewrites, where that is known.
    fn cost(&self, safety: Safety, column: Option<&str>) -> Option<Cost> {
        let size = self.sizes.get(&self.change.table.name).filter(|_| safety > Safety::Safe)?;
        Some(size.cost(column))
    }
}

fn as_text(told: &Told) {
    let EventChange { event, version, from, table, plan, .. } = &told.change;
    for view in &told.other_views {
        say!("-- {event}: the view `{view}` reads `{}`, and no declaration makes it", table.name);
    }
    if plan.is_empty() {
        return;
    }
    let from = match from {
        Some(from) if told.sizes.is_empty() && told.differences.is_empty() => format!("version {from}"),
        None if told.differences.is_empty() => "nothing".into(),
        _ => "what the database has".into(),
    };
    say!("-- {event}: from {from} to version {version}, {}", plan.safety());
    for difference in &told.differences {
        say!("--   {difference}");
    }
    say!("");
    for step in &plan.steps {
        let mark = if step.safety == Safety::Safe { String::new() } else { format!(" ({})", step.safety) };
        say!("-- {}{mark}", step.what);
        if let Some(cost) = told.cost(step.safety, step.column()) {
            say!("-- It rewrites {cost}.");
        }
        for statement in &step.statements {
            say!("{statement};");
        }
        say!("");
    }
}

fn as_json(told: &Told) -> Value {
    let EventChange { event, version, from, table, plan, .. } = &told.change;
    let Plan { steps, back } = plan;
    let steps: Vec<Value> = steps
        .iter()
        .map(|step| {
            json!({
                "what": step.what,
                "safety": step.safety,
                "statements": step.statements,
                "cost": told.cost(step.safety, step.column()),
            })
        })
        .collect();
    json!({
        "event": event,
        "table": table.name,
        "from": from,
        "to": version,
        "safety": plan.safety(),
        "steps": steps,
        "reversible": back.is_ok(),
        "differences": told.differences,
        "other_views": told.other_views,
    })
}
