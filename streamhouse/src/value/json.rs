//! Objects on their way into JSON columns.
//!
//! ClickHouse refuses the whole insert where it cannot read one of them, so each is read here first: it is an object, no
//! path stands in it twice, and its numbers have at most 64 bits.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Encode, SegmentBuffer, ValueError, column};

/// Anything that serialises to an object, for a JSON column.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Payload {
///     user: u64,
/// }
///
/// #[derive(streamhouse::StreamSchema)]
/// #[stream(name = "audit.entry", order_by = ())]
/// struct Entry {
///     payload: streamhouse::value::Json<Payload>,
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Serialize> Encode<column::Json> for Json<T> {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let text = serde_json::to_string(&self.0)
            .map_err(|_| ValueError::Json { reason: "cannot be written as JSON" })?;
        push_text(&text, segments)
    }
}

impl Encode<column::Json> for Value {
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        Paths::of(self)?;
        segments[0].push_string(self.to_string().as_bytes());
        Ok(())
    }
}

macro_rules! text {
    ($($rust:ty),* $(,)?) => {$(
        /// The text of an object.
        impl Encode<column::Json> for $rust {
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                push_text(self, segments)
            }
        }
    )*};
}

text! { String, &'static str, Box<str>, Arc<str>, Cow<'static, str> }

fn push_text(text: &str, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let paths = Paths::of(&mut reader)?;
    reader.end().map_err(|_| ValueError::Json { reason: "is followed by something else" })?;
    if paths.rounded {
        // ClickHouse reads no whole number of more than 64 bits; as a float, which it would become, it does.
        let value: Value =
            serde_json::from_str(text).map_err(|_| ValueError::Json { reason: "is not JSON" })?;
        segments[0].push_string(value.to_string().as_bytes());
    } else {
        segments[0].push_string(text.as_bytes());
    }
    Ok(())
}

/// The paths of an object so far.
#[derive(Default)]
struct Paths {
    seen: BTreeSet<String>,
    twice: bool,
    rounded: bool,
}

impl Paths {
    fn of<'de, D: Deserializer<'de>>(object: D) -> Result<Self, ValueError> {
        let mut paths = Self::default();
        let mut is_object = false;
        let read = Place { path: None, paths: &mut paths, is_object: &mut is_object }.deserialize(object);
        match read {
            _ if paths.twice => Err(ValueError::Json { reason: "has a path that stands twice" }),
            Err(_) => Err(ValueError::Json { reason: "is not JSON" }),
            Ok(()) if is_object => Ok(paths),
            Ok(()) => Err(ValueError::Json { reason: "is not an object" }),
        }
    }
}

/// A place in the object; what is in a list has no path.
struct Place<'a> {
    path: Option<String>,
    paths: &'a mut Paths,
    is_object: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.is_object = true;
        while let Some(key) = map.next_key::<String>()? {
            let path = match &self.path {
                Some(outer) => format!("{outer}.{key}"),
                None => key,
            };
            if !self.paths.seen.insert(path.clone()) {
                self.paths.twice = true;
            }
            map.next_value_seed(Place { path: Some(path), paths: self.paths, is_object: &mut true })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        loop {
            // The objects of a list are objects of their own.
            let mut paths = Paths::default();
            let item = Place { path: None, paths: &mut paths, is_object: &mut true };
            let more = items.next_element_seed(item)?.is_some();
            self.paths.twice |= paths.twice;
            self.paths.rounded |= paths.rounded;
            if !more {
                return Ok(());
            }
        }
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.paths.rounded |= value.fract() == 0.0 && value.abs() >= 9_223_372_036_854_775_808.0;
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, String> {
        let mut segments = [SegmentBuffer::default()];
        Encode::<column::Json>::encode(&text.to_string(), &mut segments)
            .map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&segments[0].bytes[1..]).into_owned())
    }

    #[test]
    fn only_what_clickhouse_reads_is_written() {
        for text in ["{}", r#"{"a":{"b":[1,{"b":2},{"b":3}]},"b":null}"#, r#" {"a.b":1,"a":{"c":2}} "#] {
            assert_eq!(written(text).as_deref(), Ok(text));
        }
        assert_eq!(
            written(r#"{"a":18446744073709551616}"#).as_deref(),
            Ok(r#"{"a":1.8446744073709552e+19}"#)
        );
        for (text, reason) in [
            ("", "is not JSON"),
            ("[1]", "is not an object"),
            ("1", "is not an object"),
            ("{} {}", "is followed by something else"),
            (r#"{"a":1e400}"#, "is not JSON"),
            (r#"{"a":1,"a":2}"#, "has a path that stands twice"),
            (r#"{"a":{"b":1},"a.b":2}"#, "has a path that stands twice"),
            (r#"{"a":[{"b":1,"b":2}]}"#, "has a path that stands twice"),
        ] {
            assert_eq!(written(text), Err(format!("the value for the JSON column {reason}")), "{text}");
        }
    }
}
