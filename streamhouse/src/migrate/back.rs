//! Taking migrations back.

use std::time::Duration;

use super::history::{Applied, History};
use super::lock::Lock;
use super::run::{Runner, Way};
use super::{ApplyOptions, MigrateError, Migration, Migrator, Progress};

/// How [`Migrator::down`] goes about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DownOptions {
    /// Take back all migrations of greater numbers; without it the last one.
    pub to: Option<u32>,
    /// Steps that take rows or values away are meant.
    pub allow_destructive: bool,
    /// How long to wait for another runner to end.
    pub wait: Duration,
}

impl Default for DownOptions {
    fn default() -> Self {
        Self { to: None, allow_destructive: false, wait: ApplyOptions::default().wait }
    }
}

impl Migrator {
    /// Takes migrations back, the last one first; gives the names of those that it took back.
    ///
    /// Nothing is begun where one of them has no way back, or takes rows or values away and that is not allowed. Where a
    /// runner was interrupted, the next goes on at the statement that it had begun.
    pub async fn down(
        &self,
        options: &DownOptions,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        self.locked(options.wait, async |lock| self.down_locked(options, lock, report).await).await
    }

    pub(super) async fn down_locked(
        &self,
        options: &DownOptions,
        lock: &Lock<'_>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        History::create(&self.sink).await?;
        let history = History::read(&self.sink).await?;
        self.check(&history)?;
        let ways = self.ways_back(&history, options)?;
        let runner = Runner { sink: &self.sink, lock };
        let mut undone = Vec::new();
        for (migration, way) in ways {
            report(Progress::Migration { name: migration.name() });
            runner.run(&way, report).await?;
            undone.push(migration.name());
        }
        Ok(undone)
    }

    /// The migrations that [`down`](Self::down) would take back, the last one first, with the statements that are left.
    pub async fn ways(&self, options: &DownOptions) -> Result<Vec<(String, Vec<String>)>, MigrateError> {
        let history = History::read(&self.sink).await?;
        self.check(&history)?;
        let all = DownOptions { allow_destructive: true, ..options.clone() };
        let ways = self.ways_back(&history, &all)?;
        Ok(ways.into_iter().map(|(migration, way)| (migration.name(), way.left())).collect())
    }

    fn ways_back<'a>(
        &'a self,
        history: &History,
        options: &DownOptions,
    ) -> Result<Vec<(&'a Migration, Way<'a>)>, MigrateError> {
        let known: Vec<(&Migration, &Applied)> = self
            .migrations
            .iter()
            .rev()
            .filter_map(|migration| Some((migration, history.of(migration.number)?)))
            .collect();
        let chosen: Vec<_> = match options.to {
            Some(to) => known.into_iter().filter(|(migration, _)| migration.number > to).collect(),
            None => known.into_iter().take(1).collect(),
        };
        let mut ways = Vec::new();
        for (migration, applied) in &chosen {
            if !applied.finished {
                return Err(MigrateError::HalfApplied { migration: migration.name() });
            }
            ways.push((*migration, Way::back(migration, applied)?));
        }
        let destructive: Vec<String> = chosen
            .iter()
            .flat_map(|(migration, _)| {
                let what = migration.back_destructive().into_iter();
                what.map(|what| format!("{}: {what}", migration.name()))
            })
            .collect();
        if !destructive.is_empty() && !options.allow_destructive {
            return Err(MigrateError::Destructive { steps: destructive });
        }
        Ok(ways)
    }
}
