//! The way of a result from the engine's thread to the client: packed, perhaps held back until the query's end.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::coding::{Coding, Encoder};
use super::compressed::compress;
use super::error::QueryError;
use super::response::{Head, Piece};

/// The most of a held result that stays in memory; the rest waits in a file without a name.
const HELD: usize = 16 << 20;
/// How much is read back from that file at a time.
const READ_BACK: usize = 256 << 10;

/// The client went away.
#[derive(Debug)]
pub(super) struct Gone;

/// Where a result goes.
pub(super) struct Outlet {
    head: Option<oneshot::Sender<Result<Head, QueryError>>>,
    pieces: mpsc::Sender<Piece>,
    blocks: bool,
    encoder: Option<Encoder>,
    held: Option<Held>,
    tag: String,
}

/// A result that waits for the query's end.
struct Held {
    pieces: Vec<Bytes>,
    size: usize,
    most: usize,
    rest: Option<File>,
}

impl Outlet {
    pub(super) fn new(
        head: oneshot::Sender<Result<Head, QueryError>>,
        pieces: mpsc::Sender<Piece>,
        blocks: bool,
        coding: Option<Coding>,
        hold: Option<usize>,
        tag: String,
    ) -> Result<Self, QueryError> {
        let encoder = coding.map(Encoder::new).transpose().map_err(|error| own(&error))?;
        let held = hold.map(|most| Held { pieces: Vec::new(), size: 0, most: most.min(HELD), rest: None });
        Ok(Self { head: Some(head), pieces, blocks, encoder, held, tag })
    }

    /// Takes a piece. Blocks while the client is slow. `head` is what the answer's head says if it has not gone yet.
    pub(super) fn send(&mut self, piece: Bytes, head: Head) -> Result<Result<(), Gone>, QueryError> {
        let packed = self.pack(piece)?;
        match &mut self.held {
            Some(held) => held.keep(packed).map(Ok).map_err(|error| own(&error)),
            None => {
                self.begin(head);
                Ok(self.push(packed))
            }
        }
    }

    /// Ends the answer.
    pub(super) fn end(&mut self, head: Head) -> Result<Result<(), Gone>, QueryError> {
        let tail = match self.encoder.take() {
            Some(encoder) => encoder.finish().map_err(|error| own(&error))?,
            None => Vec::new(),
        };
        if let Some(held) = self.held.take() {
            self.begin(head);
            for piece in held.pieces {
                if self.push(piece).is_err() {
                    return Ok(Err(Gone));
                }
            }
            if let Some(mut file) = held.rest {
                file.seek(SeekFrom::Start(0)).map_err(|error| own(&error))?;
                loop {
                    let mut piece = vec![0; READ_BACK];
                    let read = file.read(&mut piece).map_err(|error| own(&error))?;
                    if read == 0 {
                        break;
                    }
                    piece.truncate(read);
                    if self.push(piece.into()).is_err() {
                        return Ok(Err(Gone));
                    }
                }
            }
        } else {
            self.begin(head);
        }
        let _ = self.push(tail.into());
        Ok(self.pieces.blocking_send(Piece::End).map_err(|_| Gone))
    }

    /// Where the tag of an error in the middle of an answer is said in its head.
    pub(super) const TAG_HEADER: &str = "x-clickhouse-exception-tag";

    /// Ends the answer with an error: as its status where the head has not gone yet, else as its last bytes, after which
    /// the body breaks off.
    pub(super) fn fail(mut self, error: QueryError, version: &str) {
        if let Some(head) = self.head.take() {
            let _ = head.send(Err(error));
            return;
        }
        // As ClickHouse does since version 25.11: between marks that no result can hold by chance.
        let (text, tag) = (error.render(version), &self.tag);
        let marked = format!("\r\n__exception__\r\n{tag}\r\n{text}{} {tag}\r\n__exception__\r\n", text.len());
        if let Ok(packed) = self.pack(marked.into()) {
            let _ = self.push(packed);
        }
        // The coding comes to its end, so that the decoder gives all it has; the body does not.
        if let Some(Ok(tail)) = self.encoder.take().map(Encoder::finish) {
            let _ = self.push(tail.into());
        }
    }

    fn begin(&mut self, head: Head) {
        if let Some(sender) = self.head.take() {
            let _ = sender.send(Ok(head));
        }
    }

    fn push(&self, piece: Bytes) -> Result<(), Gone> {
        if piece.is_empty() {
            return Ok(());
        }
        self.pieces.blocking_send(Piece::Data(piece)).map_err(|_| Gone)
    }

    fn pack(&mut self, piece: Bytes) -> Result<Bytes, QueryError> {
        let piece = if self.blocks {
            let mut blocks = Vec::with_capacity(piece.len() / 2);
            compress(&piece, &mut blocks);
            blocks.into()
        } else {
            piece
        };
        match &mut self.encoder {
            Some(encoder) => encoder.encode(&piece).map(Bytes::from).map_err(|error| own(&error)),
            None => Ok(piece),
        }
    }
}

impl Held {
    fn keep(&mut self, piece: Bytes) -> std::io::Result<()> {
        if self.rest.is_none() && self.size + piece.len() <= self.most {
            self.size += piece.len();
            self.pieces.push(piece);
            return Ok(());
        }
        let file = match &mut self.rest {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&piece)
    }
}

fn own(error: &std::io::Error) -> QueryError {
    QueryError::new(1001, "STD_EXCEPTION", format!("the answer cannot be made: {error}"))
}
