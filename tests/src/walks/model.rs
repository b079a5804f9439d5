//! A declaration whose parts are known.

use std::fmt::Write;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unsigned(u8),
    Signed(u8),
    Single,
    Double,
    Text,
    Flag,
    Moment,
    List,
    /// The names of an enumeration, numbered from 1.
    Choice(usize),
}

/// A column that a field fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Parts of the table name it by this.
    pub(super) key: usize,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) optional: bool,
    pub(super) dictionary: bool,
    pub(super) default: Option<String>,
    pub(super) codec: Option<&'static str>,
    pub(super) comment: Option<String>,
    /// What is said of the version before, and forgotten afterwards.
    pub(super) origin: Vec<String>,
    /// What its values were made of last: the same again would be taken for what was forgotten there.
    pub(super) made_of: Option<String>,
    /// It has changed in this version already.
    pub(super) touched: bool,
}

/// Something that uses a column: `{}` in its text stands for the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) column: usize,
    pub(super) text: String,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) version: u32,
    pub(super) columns: Vec<Column>,
    /// Keys of columns; the first is the id.
    pub(super) order: Vec<usize>,
    /// How many of them are the primary key.
    pub(super) primary: usize,
    pub(super) partition: Option<&'static str>,
    pub(super) engine: Option<&'static str>,
    pub(super) parts: Vec<Part>,
    pub(super) ttl: Option<u32>,
    pub(super) settings: Vec<(&'static str, u32)>,
    pub(super) comment: Option<String>,
    /// What is said of the version before.
    pub(super) breaks: Vec<String>,
    pub(super) next: usize,
}

/// The columns that are always there.
pub(super) const ID: usize = 0;
pub(super) const AT: usize = 1;

impl Model {
    /// An event with an id and a time.
    pub(super) fn new() -> Self {
        let mut id = Column::new(ID, "id", Kind::Unsigned(64));
        id.comment = Some("Which one".into());
        Self {
            version: 1,
            columns: vec![id, Column::new(AT, "at", Kind::Moment)],
            order: vec![ID],
            primary: 1,
            partition: None,
            engine: None,
            parts: Vec::new(),
            ttl: None,
            settings: Vec::new(),
            comment: None,
            breaks: Vec::new(),
            next: 2,
        }
    }

    pub(super) fn column(&self, key: usize) -> &Column {
        // Parts of columns that go, go with them.
        self.columns.iter().find(|column| column.key == key).unwrap_or(&self.columns[0])
    }

    /// Whether anything of the table is made of a column.
    pub(super) fn is_used(&self, key: usize) -> bool {
        key <= AT || self.order.contains(&key) || self.parts.iter().any(|part| part.column == key)
    }

    /// The declaration.
    pub(super) fn text(&self) -> String {
        let name = |key: &usize| self.column(*key).name.clone();
        let key = |keys: &[usize]| format!("({},)", keys.iter().map(name).collect::<Vec<_>>().join(", "));
        let mut attributes = vec![
            "name = \"walk.event\"".to_string(),
            format!("version = {}", self.version),
            format!("order_by = {}", key(&self.order)),
        ];
        if self.primary < self.order.len() {
            attributes.push(format!("primary_key = {}", key(&self.order[..self.primary])));
        }
        attributes.extend(self.partition.map(|by| format!("partition_by = {by}")));
        attributes.extend(self.engine.map(|engine| format!("engine = {engine}")));
        attributes.extend(self.ttl.map(|days| format!("ttl = at + INTERVAL {days} DAY")));
        attributes.extend(self.parts.iter().map(|part| part.text.replace("{}", &name(&part.column))));
        if !self.settings.is_empty() {
            let settings: Vec<String> =
                self.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            attributes.push(format!("settings({})", settings.join(", ")));
        }
        attributes.extend(self.breaks.iter().cloned());
        let mut out = String::new();
        // Writing to a String cannot fail.
        if let Some(comment) = &self.comment {
            let _ = writeln!(out, "/// {comment}");
        }
        let _ = writeln!(out, "#[stream(\n    {},\n)]\nstruct Event {{", attributes.join(",\n    "));
        for column in &self.columns {
            column.write(&mut out);
        }
        out.push('}');
        out
    }
}

impl Column {
    pub(super) fn new(key: usize, name: impl Into<String>, kind: Kind) -> Self {
        Self {
            key,
            name: name.into(),
            kind,
            optional: false,
            dictionary: false,
            default: None,
            codec: None,
            comment: None,
            origin: Vec::new(),
            made_of: None,
            touched: false,
        }
    }

    /// Says something of the version before.
    pub(super) fn says(&mut self, origin: String) {
        self.origin.push(origin);
        self.touched = true;
    }

    fn write(&self, out: &mut String) {
        let mut attributes = Vec::new();
        if self.key == ID {
            attributes.push("id".to_string());
        }
        if self.key == AT {
            attributes.push("timestamp".into());
        }
        if let Kind::Choice(count) = self.kind {
            let names: Vec<String> = (1..=count).map(|number| format!("\"n{number}\" = {number}")).collect();
            let ty = format!("Enum8({})", names.join(", "));
            attributes.push(match self.optional {
                true => format!("type = Nullable({ty})"),
                false => format!("type = {ty}"),
            });
        }
        if self.dictionary {
            attributes.push("low_cardinality".into());
        }
        attributes.extend(self.default.iter().map(|default| format!("default = {default}")));
        attributes.extend(self.codec.iter().map(|codec| format!("codec({codec})")));
        attributes.extend(self.origin.iter().cloned());
        if let Some(comment) = &self.comment {
            let _ = writeln!(out, "    /// {comment}");
        }
        if !attributes.is_empty() {
            let _ = writeln!(out, "    #[stream({})]", attributes.join(", "));
        }
        let rust = match &self.kind {
            Kind::Unsigned(bits) => format!("u{bits}"),
            Kind::Signed(bits) => format!("i{bits}"),
            Kind::Single => "f32".into(),
            Kind::Double => "f64".into(),
            Kind::Text => "String".into(),
            Kind::Flag => "bool".into(),
            Kind::Moment => "DateTime<Utc>".into(),
            Kind::List => "Vec<String>".into(),
            Kind::Choice(_) => "Choice".into(),
        };
        let rust = if self.optional { format!("Option<{rust}>") } else { rust };
        let _ = writeln!(out, "    {}: {rust},", self.name);
    }

    /// A value as an attribute takes it.
    pub(super) fn literal(&self, number: usize) -> Option<String> {
        Some(match &self.kind {
            Kind::Unsigned(_) | Kind::Signed(_) => (number % 100).to_string(),
            Kind::Single | Kind::Double => format!("{}.5", number % 100),
            Kind::Text => format!("\"t{number}\""),
            Kind::Flag => number.is_multiple_of(2).to_string(),
            Kind::Choice(count) => format!("\"n{}\"", number % count + 1),
            Kind::Moment | Kind::List => return None,
        })
    }
}
