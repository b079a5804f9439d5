//! `Tuple(…)`, `Nested(…)` and `Variant(…)`.

use std::collections::BTreeSet;

use super::super::Element;
use super::{Parser, Type, TypeError, nesting};

impl Parser<'_> {
    pub(super) fn tuple(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let mut elements: Vec<Element> = Vec::new();
        if self.eat(')') {
            return Ok(Type::Tuple(elements));
        }
        loop {
            let named = self.name_follows();
            if elements.first().is_some_and(|first| first.name.is_some() != named) {
                return Err(self.expected("names for all elements of the Tuple, or for none"));
            }
            let name = if named { Some(self.identifier()?) } else { None };
            elements.push(Element { name, ty: self.parse(depth + 1)? });
            if !self.more()? {
                break;
            }
        }
        distinct(&elements)?;
        Ok(Type::Tuple(elements))
    }

    pub(super) fn nested(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let mut elements = Vec::new();
        loop {
            let name = self.identifier()?;
            elements.push(Element { name: Some(name), ty: self.parse(depth + 1)? });
            if !self.more()? {
                break;
            }
        }
        distinct(&elements)?;
        Ok(Type::Nested(elements))
    }

    /// ClickHouse sorts the types by their text, and keeps one of each.
    pub(super) fn variant(&mut self, depth: usize) -> Result<Type, TypeError> {
        self.open()?;
        let mut types = Vec::new();
        loop {
            let ty = self.parse(depth + 1)?;
            nesting::variant(&ty)?;
            types.push(ty);
            if !self.more()? {
                break;
            }
        }
        types.sort_by_cached_key(Type::to_string);
        types.dedup();
        Ok(Type::Variant(types))
    }
}

/// Two elements have two names, and none is called `null`: that is where an element's NULLs are.
fn distinct(elements: &[Element]) -> Result<(), TypeError> {
    let mut names = BTreeSet::new();
    for name in elements.iter().filter_map(|element| element.name.as_deref()) {
        if name == "null" {
            return Err(TypeError::Reserved { name: name.to_string() });
        }
        if !names.insert(name) {
            return Err(TypeError::Twice { what: "the name of an element", found: name.to_string() });
        }
    }
    Ok(())
}
