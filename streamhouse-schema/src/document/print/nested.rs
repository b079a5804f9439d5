//! What holds values: lists, maps and structs.

use std::fmt::Error;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct};

use super::Printer;
use super::quote::{line, quote};

/// Writes the values of a list.
pub(super) struct Items<'a> {
    text: &'a mut String,
    depth: usize,
    count: usize,
}

/// Writes the keys and values of a map, or of a struct.
pub(super) struct Entries<'a> {
    text: &'a mut String,
    depth: usize,
    count: usize,
    /// The fields of a struct, and where in the text each begins and ends.
    fields: Vec<(&'static str, usize, usize)>,
}

impl<'a> Items<'a> {
    pub(super) fn of(printer: Printer<'a>) -> Self {
        printer.text.push('[');
        Self { text: printer.text, depth: printer.depth + 1, count: 0 }
    }
}

impl<'a> Entries<'a> {
    pub(super) fn of(printer: Printer<'a>) -> Self {
        printer.text.push('{');
        Self { text: printer.text, depth: printer.depth + 1, count: 0, fields: Vec::new() }
    }
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        next(self.count, self.depth, self.text);
        self.count += 1;
        value.serialize(Printer { text: self.text, depth: self.depth })
    }

    fn close(self) -> Result<(), Error> {
        close(self.count, self.depth, self.text);
        self.text.push(']');
        Ok(())
    }
}

impl Entries<'_> {
    fn close(self) -> Result<(), Error> {
        close(self.count, self.depth, self.text);
        self.text.push('}');
        Ok(())
    }

    /// Brings fields into order that are not.
    fn sort(&mut self) {
        let Some(&(_, start, _)) = self.fields.first() else { return };
        if self.fields.is_sorted() {
            return;
        }
        self.fields.sort_unstable();
        let body = self.text.split_off(start);
        for (at, (_, from, to)) in self.fields.iter().enumerate() {
            if at > 0 {
                next(at, self.depth, self.text);
            }
            self.text.push_str(&body[from - start..to - start]);
        }
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeTupleStruct for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        next(self.count, self.depth, self.text);
        self.count += 1;
        let start = self.text.len();
        key.serialize(Printer { text: self.text, depth: self.depth })?;
        if self.text[start..].starts_with('"') { Ok(()) } else { Err(Error) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.text.push_str(": ");
        value.serialize(Printer { text: self.text, depth: self.depth })
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeStruct for Entries<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        next(self.count, self.depth, self.text);
        self.count += 1;
        let start = self.text.len();
        quote(key, self.text);
        self.text.push_str(": ");
        value.serialize(Printer { text: self.text, depth: self.depth })?;
        self.fields.push((key, start, self.text.len()));
        Ok(())
    }

    fn end(mut self) -> Result<(), Error> {
        self.sort();
        self.close()
    }
}

/// Begins the next of several.
fn next(at: usize, depth: usize, text: &mut String) {
    if at > 0 {
        text.push(',');
    }
    line(depth, text);
}

/// Ends several, of which there may be none.
fn close(count: usize, depth: usize, text: &mut String) {
    if count > 0 {
        line(depth - 1, text);
    }
}
