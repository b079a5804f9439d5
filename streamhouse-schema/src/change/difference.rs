//! Where two tables differ, part by part, in words: for people who ask what somebody has changed.

use std::fmt;

use serde::Serialize;

use super::columns::columns;
use super::{Change, Origins};
use crate::table::{Column, Part, Table, View, is_of_statements};

/// Something that a table has otherwise than it should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What: ``column `amount`, type``.
    pub part: String,
    /// As it is; nothing where it is missing.
    pub found: Option<String>,
    /// As it should be; nothing where it should not be there.
    pub wanted: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.found, &self.wanted) {
            (Some(found), Some(wanted)) => write!(f, "{} is {found} and should be {wanted}", self.part),
            (Some(found), None) => write!(f, "{} is there ({found}) and should not be", self.part),
            (None, Some(wanted)) => write!(f, "{} is missing; it should be {wanted}", self.part),
            (None, None) => write!(f, "{} differs", self.part),
        }
    }
}

/// Where a table that was found differs from the one that is wanted.
pub fn differences(found: &Table, wanted: &Table) -> Vec<Difference> {
    let mut all = Vec::new();
    one(&mut all, "the name", Some(&found.name), Some(&wanted.name));
    each(&mut all, "column", &found.columns, &wanted.columns, |column| &column.name, shown, column);
    for change in columns(found, wanted, &Origins::default()).moved {
        if let Change::MoveColumn { column, before, after } = change {
            let place = |behind: Option<String>| {
                Some(behind.map_or("first".into(), |name| format!("behind `{name}`")))
            };
            all.push(Difference {
                part: format!("column `{column}`, place"),
                found: place(before),
                wanted: place(after),
            });
        }
    }
    for (word, found, wanted) in [
        ("index", &found.indexes, &wanted.indexes),
        ("projection", &found.projections, &wanted.projections),
        ("constraint", &found.constraints, &wanted.constraints),
    ] {
        let differs = |all: &mut Vec<Difference>, part: &str, found: &Part, wanted: &Part| {
            one(all, part, Some(&found.text), Some(&wanted.text));
        };
        each(&mut all, word, found, wanted, |part| &part.name, |part| part.text.clone(), differs);
        order(&mut all, word, found, wanted);
    }
    one(&mut all, "the engine", Some(&found.engine), Some(&wanted.engine));
    one(&mut all, "the partition key", found.partition_by.as_ref(), wanted.partition_by.as_ref());
    let key = |key: &Option<Vec<String>>| key.as_ref().map(|items| format!("({})", items.join(", ")));
    let primary = |table: &Table| key(&table.primary_key).or_else(|| key(&table.order_by));
    one(&mut all, "the sorting key", key(&found.order_by).as_ref(), key(&wanted.order_by).as_ref());
    one(&mut all, "the primary key", primary(found).as_ref(), primary(wanted).as_ref());
    one(&mut all, "the sample", found.sample_by.as_ref(), wanted.sample_by.as_ref());
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(", "));
    one(&mut all, "the TTL", list(&found.ttl).as_ref(), list(&wanted.ttl).as_ref());
    settings(&mut all, "", &found.settings, &wanted.settings);
    one(&mut all, "the comment", quoted(&found.comment).as_ref(), quoted(&wanted.comment).as_ref());
    let spread = |table: &Table| {
        let spread = table.distributed.as_ref()?;
        let key = spread.sharding_key.as_deref().unwrap_or("no key");
        Some(format!("`{}` over `{}` by {key}", spread.name, spread.cluster))
    };
    one(&mut all, "the distributed table", spread(found).as_ref(), spread(wanted).as_ref());
    let differs = |all: &mut Vec<Difference>, part: &str, found: &View, wanted: &View| {
        one(all, part, Some(&text_of(found)), Some(&text_of(wanted)));
    };
    each(&mut all, "view", &found.views, &wanted.views, |view| &view.name, text_of, differs);
    all
}

fn column(all: &mut Vec<Difference>, part: &str, found: &Column, wanted: &Column) {
    let text = |what: &str| format!("{part}, {what}");
    let default = |column: &Column| column.default.as_ref().map(ToString::to_string);
    let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(", "));
    one(all, &text("type"), Some(&found.ty), Some(&wanted.ty));
    one(all, &text("default"), default(found).as_ref(), default(wanted).as_ref());
    one(all, &text("comment"), quoted(&found.comment).as_ref(), quoted(&wanted.comment).as_ref());
    one(all, &text("codec"), found.codec.as_ref(), wanted.codec.as_ref());
    let (there, should) = (list(&found.statistics), list(&wanted.statistics));
    one(all, &text("statistics"), there.as_ref(), should.as_ref());
    one(all, &text("TTL"), found.ttl.as_ref(), wanted.ttl.as_ref());
    settings(all, &format!("{part}, "), &found.settings, &wanted.settings);
}

fn shown(column: &Column) -> String {
    match &column.default {
        Some(default) => format!("{} {default}", column.ty),
        None => column.ty.clone(),
    }
}

fn text_of(view: &View) -> String {
    let into = match (&view.to, &view.engine) {
        (Some(to), _) => format!("TO {to} "),
        (None, Some(engine)) => format!("ENGINE = {engine} "),
        (None, None) => String::new(),
    };
    let refresh = view.refresh.as_ref().map(|refresh| format!("REFRESH {refresh} ")).unwrap_or_default();
    format!("{refresh}{into}AS {}", view.select)
}

fn quoted(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("{text:?}"))
}

fn one(all: &mut Vec<Difference>, part: &str, found: Option<&String>, wanted: Option<&String>) {
    if found != wanted {
        let part = part.to_string();
        all.push(Difference { part, found: found.cloned(), wanted: wanted.cloned() });
    }
}

/// Things that have names: those that are missing, those that differ, those that are too many.
fn each<T: PartialEq>(
    all: &mut Vec<Difference>,
    word: &str,
    found: &[T],
    wanted: &[T],
    name: impl Fn(&T) -> &String,
    shown: impl Fn(&T) -> String,
    differs: impl Fn(&mut Vec<Difference>, &str, &T, &T),
) {
    let part = |one: &T| format!("{word} `{}`", name(one));
    for one in wanted {
        match found.iter().find(|other| name(other) == name(one)) {
            None => all.push(Difference { part: part(one), found: None, wanted: Some(shown(one)) }),
            Some(other) => differs(all, &part(one), other, one),
        }
    }
    let is_wanted = |one: &&T| wanted.iter().any(|other| name(other) == name(one));
    for one in found.iter().filter(|one| !is_wanted(one)) {
        all.push(Difference { part: part(one), found: Some(shown(one)), wanted: None });
    }
}

/// Parts that both have, in another order.
fn order(all: &mut Vec<Difference>, word: &str, found: &[Part], wanted: &[Part]) {
    let common = |list: &[Part], other: &[Part]| -> Vec<String> {
        let both = list.iter().filter(|part| other.iter().any(|one| one.name == part.name));
        both.map(|part| part.name.clone()).collect()
    };
    let (found, wanted) = (common(found, wanted), common(wanted, found));
    if found != wanted {
        let (found, wanted) = (found.join(", "), wanted.join(", "));
        let part = format!("the order of each {word}");
        all.push(Difference { part, found: Some(found), wanted: Some(wanted) });
    }
}

fn settings(all: &mut Vec<Difference>, part: &str, found: &[(String, String)], wanted: &[(String, String)]) {
    let value = |list: &[(String, String)], name: &str| {
        list.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let mut names: Vec<&String> = found.iter().chain(wanted).map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    for name in names.into_iter().filter(|name| !is_of_statements(name)) {
        let (there, should) = (value(found, name), value(wanted, name));
        one(all, &format!("{part}setting `{name}`"), there.as_ref(), should.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::diff;

    fn table() -> Table {
        let column = |name: &str, ty: &str| Column { name: name.into(), ty: ty.into(), ..Column::default() };
        Table {
            name: "t".into(),
            columns: vec![column("a", "UInt8"), column("b", "String"), column("c", "String")],
            engine: "MergeTree".into(),
            order_by: Some(vec!["a".into()]),
            ..Table::default()
        }
    }

    #[test]
    fn differences_are_said_part_by_part() {
        let (mut found, wanted) = (table(), table());
        assert!(differences(&found, &wanted).is_empty());
        found.columns[0].ty = "UInt16".into();
        found.columns[0].comment = "By hand".into();
        found.columns.remove(1);
        found.columns[1].name = "d".into();
        found.settings.push(("ttl_only_drop_parts".into(), "1".into()));
        let said: Vec<String> = differences(&found, &wanted).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "column `a`, type is UInt16 and should be UInt8",
                "column `a`, comment is there (\"By hand\") and should not be",
                "column `b` is missing; it should be String",
                "column `c` is missing; it should be String",
                "column `d` is there (String) and should not be",
                "setting `ttl_only_drop_parts` is there (1) and should not be",
            ]
        );
    }

    #[test]
    fn a_place_is_a_difference() {
        let (mut found, wanted) = (table(), table());
        found.columns.swap(1, 2);
        let said = differences(&found, &wanted);
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].to_string(), "column `b`, place is behind `c` and should be behind `a`");
        assert!(!diff(&found, &wanted, &Origins::default()).is_empty());
    }
}
