//! What can be sent.

use std::borrow::Cow;

use streamhouse_schema::fingerprint::Fingerprint;

use crate::error::Error;
use crate::event::{FieldError, StreamSchema};
use crate::frame::FrameBuilder;

/// What can be sent: a value of an event type. Nothing else implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    note = "put `#[derive(StreamSchema)]` and `#[stream(name = \"…\", order_by = …)]` on its declaration"
)]
pub trait Outgoing: sealed::Sealed + Send + Sync + 'static {
    /// The event's name.
    #[doc(hidden)]
    fn event(&self) -> Cow<'static, str>;

    /// What names its schema.
    #[doc(hidden)]
    fn fingerprint(&self) -> Fingerprint;

    /// The schema that is published.
    #[doc(hidden)]
    fn frame_schema(&self) -> Cow<'static, str>;

    /// Applies the event's rules.
    #[doc(hidden)]
    fn check(&self) -> Result<(), Error>;

    /// Adds it to a frame; gives the bytes that it took.
    #[doc(hidden)]
    fn append(&self, frame: &mut FrameBuilder) -> Result<usize, FieldError>;
}

pub(crate) mod sealed {
    /// Keeps others from implementing a trait.
    pub trait Sealed {}
}

impl<E: StreamSchema> sealed::Sealed for E {}

impl<E: StreamSchema> Outgoing for E {
    #[inline]
    fn event(&self) -> Cow<'static, str> {
        E::EVENT.into()
    }

    #[inline]
    fn fingerprint(&self) -> Fingerprint {
        E::FINGERPRINT
    }

    fn frame_schema(&self) -> Cow<'static, str> {
        E::FRAME_SCHEMA.into()
    }

    #[inline]
    fn check(&self) -> Result<(), Error> {
        self.validate().map_err(|source| Error::Broken { event: E::EVENT.into(), source: Box::new(source) })
    }

    #[inline]
    fn append(&self, frame: &mut FrameBuilder) -> Result<usize, FieldError> {
        frame.push(self)
    }
}
