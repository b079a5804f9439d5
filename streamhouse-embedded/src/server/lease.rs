//! A connection for one request: with its database and settings, in its session where it has one.

use super::Shared;
use super::error::QueryError;
use super::quote::{pairs_of, quoted, quoted_name, text_of};
use super::request::Request;
use super::running::MARK_SETTING;
use super::session::Seat;
use crate::ffi::{Connection, EngineError};

/// A connection in use. A request without a session gets a new one, so nothing of an earlier request is left in it; one
/// of a session is put back as the session's own statements left it.
pub(super) struct Lease {
    connection: Option<Connection>,
    seat: Option<Seat>,
    undo: Vec<String>,
}

impl Lease {
    pub(super) fn take(shared: &Shared, request: &Request, mark: &str) -> Result<Self, QueryError> {
        let (seat, connection) = match &request.session {
            None => (None, None),
            Some(ask) => {
                let (seat, connection) = shared.sessions.take(ask)?;
                (Some(seat), connection)
            }
        };
        let connection = match connection {
            Some(connection) => connection,
            None => shared.engine.connect().map_err(|error| engine_error(&error))?,
        };
        let mut lease = Self { connection: Some(connection), seat, undo: Vec::new() };
        lease.set_up(request, mark)?;
        Ok(lease)
    }

    /// The connection.
    pub(super) fn connection(&mut self) -> Result<&mut Connection, QueryError> {
        self.connection
            .as_mut()
            .ok_or_else(|| QueryError::new(1001, "STD_EXCEPTION", "the connection is gone"))
    }

    fn set_up(&mut self, request: &Request, mark: &str) -> Result<(), QueryError> {
        self.prepare_undo(request)?;
        let in_session = self.seat.is_some();
        let connection = self.connection()?;
        if let Some(database) = &request.database {
            let sql = format!("USE {}", quoted_name(database));
            connection.query(&sql, "Null", &[]).map_err(|error| engine_error(&error))?;
        }
        // A session that made itself read-only goes without.
        let _ = connection.query(&format!("SET {MARK_SETTING} = {}", quoted(mark)), "Null", &[]);
        let mut settings: Vec<String> = request
            .settings
            .iter()
            .map(|(name, value)| format!("{} = {}", quoted_name(name), quoted(value)))
            .collect();
        // The setting cannot be taken back within a session, where the statement itself is looked at.
        if request.read_only && !in_session {
            settings.push("readonly = 2".into());
        }
        if !settings.is_empty() {
            let sql = format!("SET {}", settings.join(", "));
            connection.query(&sql, "Null", &[]).map_err(|error| engine_error(&error))?;
        }
        Ok(())
    }

    /// What a request's URL sets holds for the request alone.
    fn prepare_undo(&mut self, request: &Request) -> Result<(), QueryError> {
        if self.seat.is_none() {
            return Ok(());
        }
        let mut undo = Vec::new();
        let connection = self.connection()?;
        if request.database.is_some() {
            let name =
                text_of(connection, "SELECT currentDatabase()", &[]).map_err(|error| engine_error(&error))?;
            undo.push(format!("USE {}", quoted_name(&name)));
        }
        if !request.settings.is_empty() {
            let names: Vec<String> = request.settings.iter().map(|(name, _)| quoted(name)).collect();
            let sql = format!(
                "SELECT name, if(changed, concat('=', value), '') FROM system.settings WHERE name IN ({})",
                names.join(", ")
            );
            for (name, value) in pairs_of(connection, &sql).map_err(|error| engine_error(&error))? {
                let value = value.strip_prefix('=').map_or("DEFAULT".to_string(), quoted);
                undo.push(format!("SET {} = {value}", quoted_name(&name)));
            }
        }
        self.undo = undo;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (Some(mut connection), Some(seat)) = (self.connection.take(), self.seat.take()) else { return };
        for statement in &self.undo {
            if let Err(error) = connection.query(statement, "Null", &[]) {
                tracing::warn!(%error, statement, "a session keeps what a request set");
            }
        }
        seat.put_back(connection);
    }
}

pub(super) fn engine_error(error: &EngineError) -> QueryError {
    QueryError::from_engine(&error.to_string())
}
