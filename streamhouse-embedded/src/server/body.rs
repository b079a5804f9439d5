//! A request's body on its way to the engine: piece by piece, decoded on the engine's thread, never more than a few pieces
//! at a time.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::mpsc;

use super::coding::Coding;
use super::compressed::Decompressor;
use super::error::QueryError;
use super::running::Query;

/// Pieces that may wait for the engine.
const PIECES: usize = 8;
/// How much is decoded at a time.
const DECODED: usize = 256 << 10;
/// How much of a body that is not wanted is taken in, so that the client reads the answer and not a reset.
const DRAINED: usize = 64 << 20;

/// How a body comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// HTTP's own coding.
    pub(super) coding: Option<Coding>,
    /// ClickHouse's compressed blocks.
    pub(super) blocks: bool,
    /// The most bytes that are taken, as they come.
    pub(super) most: u64,
    /// How long a client may send nothing.
    pub(super) patience: Duration,
}

/// The body as the engine's thread takes it.
pub(super) struct Input {
    source: Source,
    blocks: Option<Decompressor>,
}

enum Source {
    None,
    Plain(Wire),
    /// A decoder reads from the body as soon as it is made, so it is made where blocking is allowed.
    Unopened(Coding, Wire),
    Coded(Coding, Box<dyn Read + Send>),
    Failed,
}

#[derive(Debug)]
enum Piece {
    Data(Bytes),
    End,
    Broken(QueryError),
}

impl Input {
    /// Begins to take in a body.
    pub(super) fn begin(body: Incoming, form: Form, query: Arc<Query>) -> Self {
        let (sender, pieces) = mpsc::channel(PIECES);
        tokio::spawn(pump(body, form, sender, query));
        let wire = Wire { pieces, current: Bytes::new(), ended: false };
        let source = match form.coding {
            None => Source::Plain(wire),
            Some(coding) => Source::Unopened(coding, wire),
        };
        Self { source, blocks: form.blocks.then(Decompressor::default) }
    }

    /// No body.
    pub(super) fn none() -> Self {
        Self { source: Source::None, blocks: None }
    }

    /// The next piece, never empty; `None` at the end. A body that was cut off is an error. Blocks.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, QueryError> {
        loop {
            if let Some(blocks) = &mut self.blocks
                && let Some(block) = blocks.next()?
            {
                if block.is_empty() {
                    continue;
                }
                return Ok(Some(block.into()));
            }
            match (self.source.next()?, &mut self.blocks) {
                (Some(piece), Some(blocks)) => blocks.feed(&piece),
                (None, Some(blocks)) if !blocks.is_complete() => {
                    return Err(cut_off("in a compressed block"));
                }
                (piece, _) => return Ok(piece),
            }
        }
    }
}

impl Source {
    fn next(&mut self) -> Result<Option<Bytes>, QueryError> {
        if let Source::Unopened(..) = self {
            let Source::Unopened(coding, wire) = std::mem::replace(self, Source::Failed) else {
                return Ok(None);
            };
            *self = Source::Coded(coding, coding.decoder(wire).map_err(|error| query_error(coding, error))?);
        }
        match self {
            Source::None => Ok(None),
            Source::Plain(wire) => wire.next(),
            Source::Unopened(..) | Source::Failed => Err(cut_off("its decoder has failed")),
            Source::Coded(coding, decoder) => {
                let mut piece = vec![0; DECODED];
                let mut filled = 0;
                while filled < piece.len() {
                    match decoder.read(&mut piece[filled..]) {
                        Ok(0) => break,
                        Ok(read) => filled += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(query_error(*coding, error)),
                    }
                }
                piece.truncate(filled);
                Ok((filled > 0).then(|| piece.into()))
            }
        }
    }
}

/// What the wire said comes through the decoder unchanged; the rest is the decoder's own.
fn query_error(coding: Coding, error: io::Error) -> QueryError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return cut_off(format!("within its {}", coding.name()));
    }
    match error.downcast::<QueryError>() {
        Ok(error) => error,
        Err(error) => coding.damaged(&error),
    }
}

/// The pieces as they come.
struct Wire {
    pieces: mpsc::Receiver<Piece>,
    current: Bytes,
    ended: bool,
}

impl Wire {
    fn next(&mut self) -> Result<Option<Bytes>, QueryError> {
        if self.ended {
            return Ok(None);
        }
        match self.pieces.blocking_recv() {
            Some(Piece::Data(data)) => Ok(Some(data)),
            Some(Piece::End) => {
                self.ended = true;
                Ok(None)
            }
            Some(Piece::Broken(error)) => Err(error),
            None => Err(cut_off("the connection is gone")),
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.current.is_empty() {
            let Some(next) = self.next().map_err(io::Error::other)? else { return Ok(0) };
            self.current = next;
        }
        let taken = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..taken]);
        Ok(taken)
    }
}

fn cut_off(why: impl std::fmt::Display) -> QueryError {
    QueryError::new(210, "NETWORK_ERROR", format!("the request's body was cut off: {why}"))
}

async fn pump(mut body: Incoming, form: Form, pieces: mpsc::Sender<Piece>, query: Arc<Query>) {
    let mut taken = 0;
    let end = loop {
        let frame = tokio::select! {
            frame = tokio::time::timeout(form.patience, body.frame()) => frame,
            () = query.cancelled() => {
                break Piece::Broken(QueryError::new(394, "QUERY_WAS_CANCELLED", "Query was cancelled"));
            }
        };
        let data = match frame {
            Ok(None) => break Piece::End,
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            Ok(Some(Err(error))) => break Piece::Broken(cut_off(error)),
            Err(_) => {
                break Piece::Broken(cut_off(format!("the client sent nothing for {:?}", form.patience)));
            }
        };
        taken += data.len() as u64;
        if taken > form.most {
            break Piece::Broken(QueryError::new(
                229,
                "QUERY_IS_TOO_LARGE",
                format!(
                    "the request's body is larger than {} bytes, the most that this server takes",
                    form.most
                ),
            ));
        }
        if !data.is_empty() && pieces.send(Piece::Data(data)).await.is_err() {
            // The engine has refused the rest.
            drain(body, form.patience).await;
            return;
        }
    };
    let broken = matches!(end, Piece::Broken(_));
    let _ = pieces.send(end).await;
    if broken {
        drain(body, form.patience).await;
    }
}

async fn drain(mut body: Incoming, patience: Duration) {
    let mut taken = 0;
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(patience, body.frame()).await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > DRAINED {
            return;
        }
    }
}
