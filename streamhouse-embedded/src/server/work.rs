//! A statement's way through the engine, on a thread that may block.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::{Bytes, BytesMut};

use super::Shared;
use super::body::Input;
use super::error::QueryError;
use super::guard;
use super::insert;
use super::kill;
use super::lease::{Lease, engine_error};
use super::outlet::{Gone, Outlet};
use super::pipe;
use super::request::Request;
use super::response::Head;
use super::running::{Query, RunningQuery};
use super::statement::{self, Statement};
use crate::ffi::{Connection, Progress};

/// How much of a body is read to find out what kind of statement it begins with; ClickHouse's `max_query_size`.
const MAX_STATEMENT: usize = 256 << 10;
/// The longest statement without data.
const MAX_WHOLE_STATEMENT: usize = 64 << 20;

/// A request at work.
pub(super) struct Work {
    shared: Arc<Shared>,
    request: Request,
    input: Input,
    query: Arc<Query>,
}

impl Work {
    pub(super) fn new(shared: Arc<Shared>, request: Request, input: Input, query: Arc<Query>) -> Self {
        Self { shared, request, input, query }
    }

    /// Runs to the end, whatever it is. `running` is dropped when the engine is done.
    pub(super) fn run(mut self, mut outlet: Outlet, running: RunningQuery) {
        self.query.at("connecting to the engine");
        let lease = Lease::take(&self.shared, &self.request, &self.query.mark);
        let done = match lease {
            Ok(mut lease) => {
                let done = self.attempt(&mut lease, &mut outlet);
                self.query.at("closing the connection to the engine");
                drop(lease);
                done
            }
            Err(error) => Err(error),
        };
        drop(running);
        match done {
            Ok(Some(head)) => {
                if let Err(error) = outlet.end(head) {
                    outlet.fail(error, &self.shared.version);
                }
            }
            Ok(None) => {}
            Err(error) => outlet.fail(error, &self.shared.version),
        }
    }

    /// Gives the head with which the answer ends; `None` where the client went away.
    fn attempt(&mut self, lease: &mut Lease, outlet: &mut Outlet) -> Result<Option<Head>, QueryError> {
        self.query.at("reading the statement");
        let mut text = BytesMut::from(self.request.query.as_bytes());
        let mut statement = statement::sort(&text);
        if !matches!(statement, Statement::Insert { .. } | Statement::InsertInput { .. }) {
            self.read_statement(&mut text)?;
            statement = statement::sort(&text);
        }
        if text.trim_ascii().is_empty() {
            return Err(QueryError::new(62, "SYNTAX_ERROR", "Syntax error: Empty query"));
        }
        let parameters = self.request.parameters.clone();
        let shared = Arc::clone(&self.shared);
        let connection = lease.connection()?;
        match statement {
            Statement::Insert { head, format, data } => {
                let rest = text.split_off(data.min(text.len())).freeze();
                let head = utf8(&text[..head])?;
                guard::check(connection, &format!("{head} FORMAT {format}"), &parameters, &shared)?;
                self.may_change(connection, &format!("{head} FORMAT {format}"))?;
                if format.eq_ignore_ascii_case("Values") && !parameters.is_empty() {
                    // Only a statement that is there whole has parameters among its values.
                    let mut whole = BytesMut::from(format!("{head} VALUES ").as_bytes());
                    whole.extend_from_slice(&rest);
                    self.read_rest(&mut whole)?;
                    return self.run_whole(connection, utf8(&whole)?, outlet, "TabSeparated".into());
                }
                self.query.at("inserting");
                let progress = insert::stream(
                    &self.shared,
                    &self.query,
                    connection,
                    head,
                    &format,
                    &parameters,
                    rest,
                    &mut self.input,
                )?;
                Ok(Some(Head { format: self.format(None), progress }))
            }
            Statement::InsertInput { call, structure, head, format, data } => {
                let rest = text.split_off(data.min(text.len())).freeze();
                let text = utf8(&text)?;
                let staged = insert::Staged {
                    before: &text[..call.start],
                    after: &text[call.end..head],
                    structure: &text[structure],
                };
                guard::check(
                    connection,
                    &format!("{} FORMAT {format}", &text[..head]),
                    &parameters,
                    &shared,
                )?;
                self.may_change(connection, &format!("{} FORMAT {format}", &text[..head]))?;
                self.query.at("inserting");
                let progress = insert::staged(
                    &self.shared,
                    &self.query,
                    connection,
                    &staged,
                    &format,
                    &parameters,
                    rest,
                    &mut self.input,
                )?;
                Ok(Some(Head { format: self.format(None), progress }))
            }
            Statement::Select | Statement::Other | Statement::Kill => {
                self.read_rest(&mut text)?;
                let text = utf8(&text)?;
                self.query.at("checking the statement");
                let format = self.format(statement::output_format(text.as_bytes()));
                guard::check(connection, text, &parameters, &shared)?;
                match statement {
                    Statement::Select => self.select(connection, text, outlet, format),
                    Statement::Kill => {
                        let shown = kill::run(&self.shared.running, connection, text, &parameters)?;
                        let shown = format!("{shown} FORMAT {format}");
                        self.run_whole(connection, &shown, outlet, format)
                    }
                    _ => {
                        self.may_change(connection, text)?;
                        self.run_whole(connection, text, outlet, format)
                    }
                }
            }
        }
    }

    /// The rest of the statement may stand in the body, after a line end; data may follow it.
    fn read_statement(&mut self, text: &mut BytesMut) -> Result<(), QueryError> {
        let start = text.len();
        while text.len() - start < MAX_STATEMENT {
            let Some(piece) = self.input.next()? else { break };
            if start > 0 && text.len() == start {
                text.extend_from_slice(b"\n");
            }
            text.extend_from_slice(&piece);
        }
        Ok(())
    }

    fn read_rest(&mut self, text: &mut BytesMut) -> Result<(), QueryError> {
        while let Some(piece) = self.input.next()? {
            text.extend_from_slice(&piece);
            if text.len() > MAX_WHOLE_STATEMENT {
                return Err(QueryError::new(62, "SYNTAX_ERROR", "Syntax error: Max query size exceeded"));
            }
        }
        Ok(())
    }

    /// The method GET changes nothing. Outside of sessions the engine itself sees to that.
    fn may_change(&self, connection: &mut Connection, text: &str) -> Result<(), QueryError> {
        if !self.request.read_only || self.request.session.is_none() {
            return Ok(());
        }
        let analysis = connection.analyse(text);
        if analysis.reads_only || analysis.statements == 0 {
            return Ok(());
        }
        Err(QueryError::new(
            164,
            "READONLY",
            "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.",
        ))
    }

    fn format(&self, asked: Option<String>) -> String {
        asked.or_else(|| self.request.format.clone()).unwrap_or_else(|| "TabSeparated".into())
    }

    /// Runs what the engine does not stream; its results are small.
    fn run_whole(
        &self,
        connection: &mut Connection,
        text: &str,
        outlet: &mut Outlet,
        format: String,
    ) -> Result<Option<Head>, QueryError> {
        self.still_wanted()?;
        self.query.at("running");
        let default = self.format(None);
        let output = connection
            .query(text, &default, &self.request.parameters)
            .map_err(|error| self.shared.refine(engine_error(&error), text))?;
        let progress = output.progress();
        if output.bytes().is_empty() {
            // The engine's client takes some words, such as `exit`, for commands of its own.
            if connection.analyse(text).statements == 0 && guard::canonical(connection, text).is_none() {
                let message = format!("Syntax error: failed at position 1: {}", text.trim());
                return Err(QueryError::new(62, "SYNTAX_ERROR", message));
            }
        } else {
            let head = Head { format: format.clone(), progress };
            if outlet.send(Bytes::from_owner(output), head)?.is_err() {
                return Ok(None);
            }
        }
        Ok(Some(Head { format, progress }))
    }

    fn select(
        &self,
        connection: &mut Connection,
        text: &str,
        outlet: &mut Outlet,
        format: String,
    ) -> Result<Option<Head>, QueryError> {
        self.query.reads.store(true, Ordering::Relaxed);
        self.still_wanted()?;
        self.query.at("running");
        let default = self.format(None);
        let settings = self.request.settings.iter().map(|(name, _)| name.as_str());
        let is_alone = pipe::is_rows_alone(&format, settings.chain([text]));
        // A session may have set more than the request says.
        if !is_alone || (self.request.session.is_some() && pipe::session_adds(connection)?) {
            return self.select_whole(connection, text, outlet, format);
        }
        let mut stream = connection
            .stream(text, &default, &self.request.parameters)
            .map_err(|error| engine_error(&error))?;
        let mut progress = Progress::default();
        while let Some(piece) = stream.fetch().map_err(|error| engine_error(&error))? {
            progress += piece.progress();
            // The piece's buffer is the answer's: it is not copied.
            let sent = outlet.send(Bytes::from_owner(piece), Head { format: format.clone(), progress })?;
            if sent.is_err() {
                // Dropping the stream cancels the query.
                return Ok(None);
            }
        }
        Ok(Some(Head { format, progress }))
    }

    /// A result of which each block would be one of its own.
    fn select_whole(
        &self,
        connection: &mut Connection,
        text: &str,
        outlet: &mut Outlet,
        format: String,
    ) -> Result<Option<Head>, QueryError> {
        let mut sent = Ok(Ok(()));
        let head = || Head { format: format.clone(), progress: Progress::default() };
        let done =
            pipe::run(&self.shared.folder, connection, text, &format, &self.request.parameters, |piece| {
                sent = outlet.send(piece, head());
                matches!(sent, Ok(Ok(())))
            });
        let output = done
            .map_err(|error| QueryError::new(1001, "STD_EXCEPTION", format!("the result's pipe: {error}")))?
            .map_err(|error| engine_error(&error))?;
        match sent? {
            Ok(()) => Ok(Some(Head { format, progress: output.progress() })),
            Err(Gone) => Ok(None),
        }
    }

    fn still_wanted(&self) -> Result<(), QueryError> {
        if self.query.is_cancelled() {
            return Err(QueryError::new(394, "QUERY_WAS_CANCELLED", "Query was cancelled"));
        }
        Ok(())
    }
}

fn utf8(text: &[u8]) -> Result<&str, QueryError> {
    std::str::from_utf8(text)
        .map_err(|_| QueryError::new(62, "SYNTAX_ERROR", "Syntax error: the statement is not UTF-8"))
}
