//! Events without their Rust type: JSON that follows an event's document becomes the same frames.
//!
//! The document is the file that `streamhouse generate` writes below `schemas/`; `docs/json.md` says which form each type has
//! in JSON.
//!
//! ```
//! use serde_json::json;
//! use streamhouse::dynamic::DynamicSchema;
//!
//! # let document = include_str!("../../../schemas/flight.cancelled/3.json");
//! let schema = DynamicSchema::from_json(document)?;
//! let error = schema.event(&json!({"origin": 7, "destinatoin": "LHR"})).expect_err("it does not follow the document");
//! assert!(error.to_string().contains("/origin: expected a string, found the number 7"));
//! assert!(error.to_string().contains("/destinatoin: expected no such field (did you mean `destination`?)"));
//! # Ok::<(), streamhouse::dynamic::SchemaError>(())
//! ```

pub(crate) mod decode;
mod encode;
mod error;
mod leaf;
mod leaf_text;
mod number;
mod read;
mod rules;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use streamhouse_schema::document::{DocumentError, EventDocument, FieldDocument};
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::segments::{SegmentKind, segments_of_field};

use self::decode::Shown;
use self::encode::Encoder;
pub use self::error::{DynamicError, Problem};
use self::leaf_text::Text;
use self::rules::Rules;
use crate::error::Error;
use crate::event::FieldError;
use crate::frame::{Frame, FrameBuilder, FrameError, Layout};
use crate::producer::{Outgoing, Sealed};
use crate::value::SegmentBuffer;

/// Why a document cannot be used for events.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The document is not one of an event.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A rule for values cannot be applied.
    #[error(
        "field `{field}` of the document: the rule `{rule}` cannot be applied: write the document anew with `streamhouse generate`"
    )]
    Rule {
        /// The field.
        field: String,
        /// The rule.
        rule: String,
    },
}

/// An event as its document describes it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DynamicSchema {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    event: String,
    fingerprint: Fingerprint,
    /// What is published.
    frame_schema: String,
    layout: Layout,
    fields: Vec<Field>,
    unchecked: Vec<String>,
}

/// A field, its rules, and how many segments it has.
#[derive(Debug)]
struct Field {
    document: FieldDocument,
    rules: Rules,
    segments: usize,
    is_timestamp: bool,
}

/// A value of an event that follows its document. It is sent like any other event.
#[derive(Clone, Debug)]
pub struct DynamicEvent {
    schema: DynamicSchema,
    segments: Vec<SegmentBuffer>,
    time: Option<i64>,
}

impl DynamicSchema {
    /// Reads an event's document.
    ///
    /// Rules that are functions of a Rust program (`custom = …`, and `validate = …` on the event) cannot be applied here:
    /// events are taken without them, [`unchecked`](Self::unchecked) names them, and a warning is logged.
    pub fn from_json(document: &str) -> Result<Self, SchemaError> {
        let EventDocument { frame, fields, validate } = EventDocument::from_json(document)?;
        let mut unchecked: Vec<String> = validate.iter().map(|path| format!("validate = {path}")).collect();
        let mut all = Vec::with_capacity(fields.len());
        for field in fields {
            let customs = field.validation.customs();
            unchecked.extend(customs.iter().map(|path| format!("{}: custom = {path}", field.name)));
            let rules = Rules::compile(&field.validation, &field.ty)
                .map_err(|rule| SchemaError::Rule { field: field.name.clone(), rule })?;
            let segments = segments_of_field(&field.ty);
            let is_timestamp = frame.timestamp.as_ref() == Some(&field.name);
            all.push(Field { document: field, rules, segments, is_timestamp });
        }
        if !unchecked.is_empty() {
            let rules = unchecked.join(", ");
            tracing::warn!(
                event = frame.event,
                rules,
                "only Rust can apply these rules: events of JSON go without them"
            );
        }
        let inner = Inner {
            fingerprint: frame.fingerprint(),
            frame_schema: frame.to_json(),
            layout: Layout::of(&frame),
            event: frame.event,
            fields: all,
            unchecked,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The event's name.
    pub fn name(&self) -> &str {
        &self.inner.event
    }

    /// What names the columns of its frames.
    pub fn fingerprint(&self) -> Fingerprint {
        self.inner.fingerprint
    }

    /// The rules that only a Rust program can apply, and that events of JSON go without: `field: custom = path`, or
    /// `validate = path` for the event as a whole.
    pub fn unchecked(&self) -> &[String] {
        &self.inner.unchecked
    }

    /// The event that a JSON object stands for. What is left out is filled in where the document says how: an id with a UUID
    /// of version 7, a timestamp with the present, defaults, NULL.
    ///
    /// An error names everything that does not follow the document.
    pub fn event(&self, object: &Value) -> Result<DynamicEvent, DynamicError> {
        let mut encoder = Encoder::default();
        let mut segments = vec![SegmentBuffer::default(); self.inner.layout.segments()];
        let mut time = None;
        match object {
            Value::Object(object) => {
                let mut rest = &mut segments[..];
                for field in &self.inner.fields {
                    let (own, others) = rest.split_at_mut(field.segments.min(rest.len()));
                    rest = others;
                    let moment = encoder.field(field, object.get(&field.document.name), own);
                    if field.is_timestamp {
                        time = moment;
                    }
                }
                let names: Vec<&str> =
                    self.inner.fields.iter().map(|field| field.document.name.as_str()).collect();
                object.keys().filter(|name| !names.contains(&name.as_str())).for_each(|name| {
                    encoder.unknown(name, &names);
                });
            }
            other => encoder.not_an_object(other),
        }
        match encoder.finish() {
            problems if problems.is_empty() => Ok(DynamicEvent { schema: self.clone(), segments, time }),
            problems => Err(DynamicError { event: self.inner.event.clone(), problems }),
        }
    }

    /// The rows of a frame as JSON, in the forms of the document: what [`event`](Self::event) makes of a row is the row.
    ///
    /// Fails where the frame is not one of this schema.
    pub fn rows(&self, frame: &Frame<'_>) -> Result<Vec<Value>, FrameError> {
        if frame.fingerprint() != self.inner.fingerprint {
            return Err(FrameError::Malformed("it is a frame of another schema"));
        }
        let shown = |field: &Field| Shown {
            name: field.document.name.clone(),
            ty: field.document.ty.clone(),
            text: if field.document.binary { Text::Binary } else { Text::Plain },
        };
        let fields: Vec<Shown> = self.inner.fields.iter().map(shown).collect();
        decode::rows(&fields, &self.inner.layout, frame, None)
    }

    /// The event that the text of a JSON object stands for. A name that stands twice in an object is an error.
    pub fn event_from_slice(&self, json: &[u8]) -> Result<DynamicEvent, DynamicError> {
        match read::read(json) {
            Ok(object) => self.event(&object),
            Err(error) => {
                let problem = Problem::new(String::new(), "JSON", error.to_string());
                Err(DynamicError { event: self.inner.event.clone(), problems: vec![problem] })
            }
        }
    }
}

impl DynamicEvent {
    /// The schema that it follows.
    pub fn schema(&self) -> &DynamicSchema {
        &self.schema
    }

    /// When it happened, in milliseconds since 1970, if a field says so.
    pub fn event_time(&self) -> Option<i64> {
        self.time
    }

    /// Writes its row behind others.
    fn encode(&self, segments: &mut [SegmentBuffer], layout: &Layout) {
        for ((to, from), kind) in segments.iter_mut().zip(&self.segments).zip(layout.kinds()) {
            if kind == SegmentKind::Offsets {
                for end in from.bytes.as_chunks().0 {
                    let end = u64::from_le_bytes(*end) + to.elements;
                    to.bytes.extend_from_slice(&end.to_le_bytes());
                }
                to.elements += from.elements;
            } else {
                to.bytes.extend_from_slice(&from.bytes);
            }
        }
    }
}

impl Sealed for DynamicEvent {}

/// Whoever sends what is no event has most likely forgotten to derive.
#[diagnostic::do_not_recommend]
impl Outgoing for DynamicEvent {
    fn event(&self) -> Cow<'static, str> {
        self.schema.inner.event.clone().into()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.schema.inner.fingerprint
    }

    fn frame_schema(&self) -> Cow<'static, str> {
        self.schema.inner.frame_schema.clone().into()
    }

    /// It was checked when it was made.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    fn append(&self, frame: &mut FrameBuilder) -> Result<usize, FieldError> {
        frame.push_row(
            |segments, layout| {
                self.encode(segments, layout);
                Ok(())
            },
            self.time,
        )
    }
}
