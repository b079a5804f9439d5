//! A request's body on its way to the engine: piece by piece, decompressed, never more than a few pieces at a time.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::mpsc;

use super::compressed::Decompressor;
use super::error::QueryError;

/// Pieces that may wait for the engine.
const PIECES: usize = 8;

/// The body as the engine's thread takes it.
#[derive(Debug)]
pub(super) struct Input {
    pieces: mpsc::Receiver<Piece>,
    ended: bool,
}

#[derive(Debug)]
enum Piece {
    Data(Bytes),
    End,
    Broken(QueryError),
}

impl Input {
    /// Begins to take in a body.
    pub(super) fn begin(body: Incoming, decompress: bool) -> Self {
        let (sender, pieces) = mpsc::channel(PIECES);
        tokio::spawn(pump(body, decompress, sender));
        Self { pieces, ended: false }
    }

    /// The next piece; `None` at the end. A body that was cut off is an error. Blocks.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, QueryError> {
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

fn cut_off(why: impl std::fmt::Display) -> QueryError {
    QueryError::new(
        210,
        "NETWORK_ERROR",
        format!("the request's body was cut off ({why}); nothing of it is inserted"),
    )
}

async fn pump(mut body: Incoming, decompress: bool, pieces: mpsc::Sender<Piece>) {
    let mut decompressor = decompress.then(Decompressor::default);
    while let Some(frame) = body.frame().await {
        let data = match frame {
            Ok(frame) => frame.into_data().unwrap_or_default(),
            Err(error) => {
                let _ = pieces.send(Piece::Broken(cut_off(error))).await;
                return;
            }
        };
        let data = match &mut decompressor {
            None => data,
            Some(decompressor) => match decompressor.feed(&data) {
                Ok(plain) => plain.into(),
                Err(error) => {
                    let _ = pieces.send(Piece::Broken(error)).await;
                    return;
                }
            },
        };
        if !data.is_empty() && pieces.send(Piece::Data(data)).await.is_err() {
            // The engine has refused the rest. Take it in, so that the client reads the answer and not a reset.
            drain(body).await;
            return;
        }
    }
    let end = match decompressor {
        Some(decompressor) if !decompressor.is_complete() => Piece::Broken(cut_off("in a compressed block")),
        _ => Piece::End,
    };
    let _ = pieces.send(end).await;
}

async fn drain(mut body: Incoming) {
    const MOST: usize = 256 << 20;
    let mut taken = 0;
    while let Some(Ok(frame)) = body.frame().await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > MOST {
            return;
        }
    }
}
