//! Where the frames of a schema go: into its own table as they are, or, where migrations have led further, into the table as
//! it is now, through what each of them says of older frames.

use std::collections::BTreeMap;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{FrameColumn, FrameSchema};
use streamhouse_schema::sql::{self, SEAMS, UPCASTS};

use super::{Sink, SinkError};

/// The most versions that a frame is led through.
const MAX_STEPS: usize = 256;

/// Where frames go, and through what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// The table.
    pub(crate) table: String,
    /// One version further each; none where frames go in as they are.
    pub(crate) steps: Vec<Step>,
    /// Changes whenever a migration begins or ends to change what is said here. A table may be another one then, which knows no
    /// token of the one before.
    pub(crate) generation: String,
}

/// From one version to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The schema that it leads to.
    to: String,
    table: String,
    /// Columns, each of an expression over those of the version before.
    pub(crate) columns: Vec<Value>,
    /// Columns, each of an expression over the ones above.
    pub(crate) defaults: Vec<Value>,
}

/// A column: its name, its type, what it is made of.
pub(crate) type Value = (String, String, String);

/// A row of what migrations say of older frames.
#[derive(serde::Deserialize, clickhouse::Row)]
struct Found {
    from: String,
    to: String,
    table: String,
    columns: Vec<Value>,
    defaults: Vec<Value>,
}

/// What the tables of migrations say.
struct Control {
    paused: Option<String>,
    generation: String,
}

impl Sink {
    /// Finds the route of a schema's frames, and checks the table at its end. The longest route counts, for it may change values
    /// that a shorter one would insert as they are; where the table is not that far, a shorter one does.
    pub(crate) async fn route(
        &self,
        fingerprint: Fingerprint,
        schema: &FrameSchema,
    ) -> Result<Route, SinkError> {
        let steps = self.steps(fingerprint, schema).await?;
        let mut failed = None;
        for end in (0..=steps.len()).rev() {
            let steps = &steps[..end];
            let table = steps.last().map_or(&schema.table, |step| &step.table);
            // What stands here is not true for the table while it changes.
            let control = self.control(table, &schema.event).await?;
            if let Some(why) = control.paused {
                return Err(SinkError::Paused { event: schema.event.clone(), table: table.clone(), why });
            }
            let wanted = steps.iter().fold(schema.clone(), led);
            match self.check_table(&wanted).await {
                Ok(()) => {
                    let generation = control.generation;
                    return Ok(Route { table: wanted.table, steps: steps.to_vec(), generation });
                }
                Err(error) if error.is_retryable() => return Err(error),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match failed {
            Some(error) => Err(error),
            // There is at least the route without a step.
            None => Ok(Route { table: schema.table.clone(), ..Route::default() }),
        }
    }

    /// Whether a route is still what was found.
    pub(crate) async fn is_current(&self, route: &Route, event: &str) -> Result<bool, SinkError> {
        let control = self.control(&route.table, event).await?;
        Ok(control.paused.is_none() && control.generation == route.generation)
    }

    async fn steps(&self, fingerprint: Fingerprint, schema: &FrameSchema) -> Result<Vec<Step>, SinkError> {
        let query = format!(
            "SELECT `from`, argMax(`to`, at) AS `to`, argMax(table, at) AS table, argMax(columns, at) AS columns, \
             argMax(defaults, at) AS defaults FROM {UPCASTS} WHERE event = ? GROUP BY `from`"
        );
        let found: Result<Vec<Found>, _> = self.client.query(&query).bind(&schema.event).fetch_all().await;
        let found = self.or_nothing(found)?.unwrap_or_default();
        let mut known: BTreeMap<String, Step> = found
            .into_iter()
            .map(|Found { from, to, table, columns, defaults }| (from, Step { to, table, columns, defaults }))
            .collect();
        let mut at = fingerprint.to_string();
        let mut steps = Vec::new();
        // A step is taken once, so a circle ends.
        while let Some(step) = known.remove(&at) {
            at.clone_from(&step.to);
            steps.push(step);
            if steps.len() == MAX_STEPS {
                break;
            }
        }
        Ok(steps)
    }

    async fn control(&self, table: &str, event: &str) -> Result<Control, SinkError> {
        let query = format!(
            "SELECT argMax(closed, at), argMax(why, at), concat(toString(max(at)), ' ', \
             ifNull((SELECT toString(max(at)) FROM {UPCASTS} WHERE event = ?), '')) FROM {SEAMS} WHERE table = ?"
        );
        let found: Result<(bool, String, String), _> =
            self.client.query(&query).bind(event).bind(table).fetch_one().await;
        Ok(match self.or_nothing(found)? {
            Some((closed, why, generation)) => Control { paused: closed.then_some(why), generation },
            None => Control { paused: None, generation: String::new() },
        })
    }

    /// Where nothing was ever migrated there are no such tables.
    pub(super) fn or_nothing<T>(
        &self,
        found: Result<T, clickhouse::error::Error>,
    ) -> Result<Option<T>, SinkError> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) => {
                let operation = "reading what migrations say to workers";
                match SinkError::from_client(&self.endpoint, operation, &error) {
                    // UNKNOWN_TABLE, UNKNOWN_DATABASE.
                    SinkError::Server { code: 60 | 81, .. } => Ok(None),
                    error => Err(error),
                }
            }
        }
    }
}

/// The columns that a table needs for what a step makes of a schema's frames. A type that is not known here is for the server
/// to convert to.
fn led(schema: FrameSchema, step: &Step) -> FrameSchema {
    let column = |(name, ty, _): &Value| Some(FrameColumn { name: name.clone(), ty: ty.parse().ok()? });
    let columns = step.columns.iter().chain(&step.defaults).filter_map(column).collect();
    FrameSchema { table: step.table.clone(), columns, ..schema }
}

impl Route {
    /// A selection that makes rows of the table of another one, which has the columns of frames, and the names of its columns.
    /// `own` are columns that rows have beside those of the event.
    pub(crate) fn select(&self, from: String, columns: Vec<String>, own: &[&str]) -> (String, Vec<String>) {
        self.steps.iter().fold((from, columns), |(from, _), step| {
            let made = |values: &[Value]| -> Vec<String> {
                let value = |(name, ty, expr): &Value| {
                    format!("CAST({expr}, {}) AS {}", sql::string(ty), sql::name(name))
                };
                values.iter().map(value).collect()
            };
            let parts: Vec<String> =
                made(&step.columns).into_iter().chain(own.iter().map(|name| sql::name(name))).collect();
            let mut select = format!("SELECT {} FROM ({from})", parts.join(", "));
            if !step.defaults.is_empty() {
                select = format!("SELECT *, {} FROM ({select})", made(&step.defaults).join(", "));
            }
            let names = step.columns.iter().map(|(name, _, _)| name.clone());
            let names = names.chain(own.iter().map(ToString::to_string));
            (select, names.chain(step.defaults.iter().map(|(name, _, _)| name.clone())).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lie_in_each_other() {
        let value = |name: &str, expr: &str| (name.to_string(), "UInt8".to_string(), expr.to_string());
        let step = |columns: &[(&str, &str)], defaults: &[(&str, &str)]| Step {
            to: String::new(),
            table: "t".into(),
            columns: columns.iter().map(|(name, expr)| value(name, expr)).collect(),
            defaults: defaults.iter().map(|(name, expr)| value(name, expr)).collect(),
        };
        let route = Route {
            steps: vec![step(&[("b", "a * 2")], &[("c", "b + 1")]), step(&[("b", "b"), ("in", "c")], &[])],
            ..Route::default()
        };
        let (select, names) =
            route.select("SELECT a, _batch FROM input()".into(), vec!["a".into()], &["_batch"]);
        assert_eq!(
            select,
            "SELECT CAST(b, 'UInt8') AS b, CAST(c, 'UInt8') AS `in`, _batch FROM \
             (SELECT *, CAST(b + 1, 'UInt8') AS c FROM (SELECT CAST(a * 2, 'UInt8') AS b, _batch FROM (SELECT a, _batch FROM input())))"
        );
        assert_eq!(names, ["b", "in", "_batch"]);
    }
}
