//! Frames: rows of one schema, taken apart into columns. The layout of the bytes is in `docs/format.md`.
//!
//! A producer fills a [`FrameBuilder`]; a worker reads a [`Frame`], has a [`Layout`] check it against its schema, and
//! appends it to a [`Block`], which is what ClickHouse takes. Values are never looked at on the way.

mod block;
mod builder;
mod header;
mod layout;
mod reader;
mod slice;

#[cfg(test)]
mod tests;

pub use block::{BATCH_COLUMN, Block};
pub(crate) use builder::readdress;
pub use builder::{FrameBuilder, ProducerId};
pub use header::{FORMAT, MAX_FRAME_BYTES, MAX_FRAME_ROWS};
pub use layout::Layout;
pub use reader::{Frame, FrameError};
pub(crate) use slice::Rows;
