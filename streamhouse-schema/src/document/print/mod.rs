//! A value as text, as serde_json writes a [`Value`](serde_json::Value) for people: over several lines, with the keys in their
//! order. A build script that nobody optimises writes a thousand of them. Making a value first, and giving it back, takes
//! longer than writing it; and most texts have nothing in them that would have to be written otherwise.

mod nested;
mod quote;
#[cfg(test)]
mod tests;

use std::fmt::{Display, Error};

use serde::Serialize;
use serde::ser::{Impossible, Serializer};

use nested::{Entries, Items};
use quote::quote;

/// The value over several lines, two spaces for each level. Maps have to be in order; structs need not be.
pub fn pretty<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::new();
    if value.serialize(Printer { text: &mut text, depth: 0 }).is_err() {
        // Forms that no document has; and what is no JSON at all has no text.
        return serde_json::to_value(value).map(|value| format!("{value:#}")).unwrap_or_default();
    }
    text
}

/// Writes a value at a level.
struct Printer<'a> {
    text: &'a mut String,
    depth: usize,
}

impl Printer<'_> {
    fn shown(self, value: impl Display) -> Result<(), Error> {
        self.text.push_str(&value.to_string());
        Ok(())
    }
}

/// Numbers are written as they are shown.
macro_rules! whole {
    ($($method:ident($ty:ty))*) => {
        $(fn $method(self, value: $ty) -> Result<(), Error> {
            self.shown(value)
        })*
    };
}

impl<'a> Serializer for Printer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    whole! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        // The shortest digits that are this number, and `null` for what is none.
        self.shown(serde_json::Value::from(value))
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        quote(value, self.text);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(Error)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(Items::of(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Error> {
        Ok(Items::of(self))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, Error> {
        Ok(Items::of(self))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a>, Error> {
        Ok(Entries::of(self))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries<'a>, Error> {
        Ok(Entries::of(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error)
    }
}
