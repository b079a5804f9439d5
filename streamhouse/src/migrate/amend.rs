//! Drafts that were applied and have changed since: on a database of a developer the tables follow them.

use std::collections::BTreeMap;

use streamhouse_schema::change::Origins;
use streamhouse_schema::plan::{Plan, Safety};
use streamhouse_schema::snapshot::Snapshot;
use streamhouse_schema::sql::CopyByPartition;
use streamhouse_schema::table::Table;

use super::history::{History, Mark, Record};
use super::lock::Lock;
use super::run::Runner;
use super::statement::is_upcast;
use super::{ApplyOptions, MigrateError, Migration, Migrator, Progress, State, statements};
use crate::live::Live;

impl Migrator {
    /// Brings the tables of drafts that were applied as others to what the drafts say now, whatever they are like, and notes
    /// the drafts as applied; gives their names. What leads there is made from the tables that are there, so an attempt that
    /// was interrupted is made again.
    ///
    /// A column that the draft has renamed since is one that goes and one that comes.
    pub async fn amend(
        &self,
        versions: &[Snapshot],
        options: &ApplyOptions,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        self.locked(options.wait, async |lock| self.amend_locked(versions, options, lock, report).await).await
    }

    async fn amend_locked(
        &self,
        versions: &[Snapshot],
        options: &ApplyOptions,
        lock: &Lock<'_>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        History::create(&self.sink).await?;
        let history = History::read(&self.sink).await?;
        let changed: Vec<&Migration> = self
            .migrations
            .iter()
            .filter(|migration| migration.plan.state == State::Draft && !migration.plan.changes.is_empty())
            .filter(|migration| {
                let is_other = |checksum: &String| *checksum != migration.checksum();
                history.of(migration.number).is_some_and(|record| is_other(&record.checksum))
            })
            .collect();
        let wanted: BTreeMap<&str, (&Migration, Table)> = changed
            .iter()
            .flat_map(|migration| migration.plan.changes.iter().map(move |change| (*migration, change)))
            .filter_map(|(migration, change)| {
                let is = |one: &&Snapshot| one.event == change.event && one.version == change.to;
                let version = versions.iter().find(is)?;
                Some((change.event.as_str(), (migration, version.table.clone())))
            })
            .collect();
        let tables: Vec<Table> = wanted.values().map(|(_, table)| table.clone()).collect();
        let compared = Live::at(self.sink.clone()).compare(&tables).await?;
        let plans: Vec<(&Migration, Plan)> = wanted
            .values()
            .zip(compared)
            .map(|((migration, _), compared)| (*migration, compared.plan(&Origins::default())))
            .collect();
        let steps = || {
            plans.iter().flat_map(|(migration, plan)| plan.steps.iter().map(move |step| (migration, step)))
        };
        let destructive: Vec<String> = steps()
            .filter(|(_, step)| step.safety == Safety::Destructive)
            .map(|(migration, step)| format!("{}: {}", migration.name(), step.what))
            .collect();
        if !destructive.is_empty() && !options.allow_destructive {
            return Err(MigrateError::Destructive { steps: destructive });
        }
        let runner = Runner { sink: &self.sink, lock };
        for (migration, plan) in &plans {
            report(Progress::Migration { name: migration.name() });
            let changes = plan.steps.iter().flat_map(|step| step.statements.iter().cloned());
            // Frames of the version before become rows of what the draft is now.
            let upcasts = statements(&migration.up).into_iter().filter(|statement| is_upcast(statement));
            let all: Vec<String> = changes.chain(upcasts).collect();
            let of = all.len() as u32;
            for (number, statement) in (1..).zip(all) {
                report(Progress::Statement { number, of, text: statement.clone() });
                let lost = || MigrateError::LockLost { migration: migration.name() };
                let execute = async |statement: &str, report: &mut (dyn FnMut(Progress) + Send)| {
                    let query_id = uuid::Uuid::new_v4().to_string();
                    let done = runner.execute(statement, &query_id, false, "", report).await;
                    done.map_err(|halt| halt.or(lost))
                };
                let Some(copy) = CopyByPartition::read(&statement) else {
                    execute(&statement, report).await?;
                    continue;
                };
                for (partition, ..) in self.sink.partitions(&copy.from).await? {
                    execute(&copy.statement(&copy.into, &partition), report).await?;
                }
            }
        }
        for migration in &changed {
            let note = "amended";
            let record = Record { migration, statement: 0, mark: Mark::Finished, note };
            let lost = || MigrateError::LockLost { migration: migration.name() };
            let noted = History::note(&self.sink, lock, &record).await;
            noted.map_err(|halt| halt.or(lost))?;
        }
        Ok(changed.into_iter().map(Migration::name).collect())
    }
}
