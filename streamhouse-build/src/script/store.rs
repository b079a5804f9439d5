//! Numbers and texts as bytes, each text after its length: what is kept between two runs is read at once, also by a build
//! script that nobody optimised. What cannot be read is as good as not there.

use std::ops::Range;

use super::walk::{Include, Inline, Module, Slice, Walk};

/// Writes.
#[derive(Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

/// Reads what was written.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

/// Something that is kept.
pub(crate) trait Kept: Sized {
    fn put(&self, to: &mut Writer);
    fn get(from: &mut Reader<'_>) -> Option<Self>;
}

impl Writer {
    pub(crate) fn text(&mut self, text: &str) {
        (text.len() as u64).put(self);
        self.0.extend_from_slice(text.as_bytes());
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(u64::get(self)?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

impl Kept for u64 {
    fn put(&self, to: &mut Writer) {
        to.0.extend_from_slice(&self.to_le_bytes());
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        let (bytes, rest) = from.0.split_first_chunk()?;
        from.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }
}

impl Kept for usize {
    fn put(&self, to: &mut Writer) {
        (*self as u64).put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        usize::try_from(u64::get(from)?).ok()
    }
}

impl Kept for u32 {
    fn put(&self, to: &mut Writer) {
        u64::from(*self).put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        u32::try_from(u64::get(from)?).ok()
    }
}

impl Kept for bool {
    fn put(&self, to: &mut Writer) {
        u64::from(*self).put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(u64::get(from)? == 1)
    }
}

impl Kept for String {
    fn put(&self, to: &mut Writer) {
        to.text(self);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        from.text().map(str::to_string)
    }
}

impl Kept for Range<usize> {
    fn put(&self, to: &mut Writer) {
        self.start.put(to);
        self.end.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(usize::get(from)?..usize::get(from)?)
    }
}

impl<A: Kept, B: Kept> Kept for (A, B) {
    fn put(&self, to: &mut Writer) {
        self.0.put(to);
        self.1.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::get(from)?, B::get(from)?))
    }
}

impl<T: Kept> Kept for Option<T> {
    fn put(&self, to: &mut Writer) {
        self.is_some().put(to);
        if let Some(one) = self {
            one.put(to);
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        Some(if bool::get(from)? { Some(T::get(from)?) } else { None })
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn put(&self, to: &mut Writer) {
        self.len().put(to);
        self.iter().for_each(|one| one.put(to));
    }

    fn get(from: &mut Reader<'_>) -> Option<Self> {
        // Nothing is reserved: what was written is trusted to be ours, and not to be whole.
        let mut all = Vec::new();
        for _ in 0..usize::get(from)? {
            all.push(T::get(from)?);
        }
        Some(all)
    }
}

/// Keeps a struct by its fields, in this order.
macro_rules! kept {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl $crate::script::store::Kept for $name {
            fn put(&self, to: &mut $crate::script::store::Writer) {
                $($crate::script::store::Kept::put(&self.$field, to);)*
            }

            fn get(from: &mut $crate::script::store::Reader<'_>) -> Option<Self> {
                $(let $field = $crate::script::store::Kept::get(from)?;)*
                Some(Self { $($field),* })
            }
        })*
    };
}
pub(crate) use kept;

kept! {
    Slice { bytes, name }
    Inline { name, path }
    Module { name, path, inside, in_macro, at }
    Include { variable, path, inside }
    Walk { declarations, modules, includes, remarks, broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_what_is_cut_short_does_not() {
        let inside = vec![Inline { name: "a".into(), path: Some("b".into()) }];
        let walk = Walk {
            declarations: vec![Slice { bytes: 3..77, name: "a::Order".into() }],
            modules: vec![Module {
                name: "m".into(),
                path: None,
                inside: inside.clone(),
                in_macro: true,
                at: 5,
            }],
            includes: vec![Include { variable: Some("OUT_DIR".into()), path: "/x.rs".into(), inside }],
            remarks: vec![(9, "remark".into())],
            broken: Some(12),
        };
        let mut writer = Writer::default();
        walk.put(&mut writer);
        assert_eq!(Walk::get(&mut Reader(&writer.0)), Some(walk));
        for length in 0..writer.0.len() {
            assert_eq!(Walk::get(&mut Reader(&writer.0[..length])), None, "{length}");
        }
    }
}
