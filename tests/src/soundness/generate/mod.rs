//! Random declarations over the whole language, as source text.

mod exprs;
mod table;
mod types;

use streamhouse_schema::types::Type;

use super::random::Random;
use super::sketch::{Field, Sketch};
use exprs::{Column, Columns};

const COMMENTS: &[&str] =
    &["plain", "it's", "back\\slash and `tick`", "? -- /* \"", "ünïcödé 🦀", "{x:String}", "\t tab"];
/// Names of columns that Rust, SQL or both would read as something else.
const NAMES: &[&str] = &[
    "order",
    "select",
    "a b",
    "größe",
    "it's",
    "back`tick",
    "back\\slash",
    "null",
    "true",
    "x.y",
    "x.z",
    "1",
    "$",
    "-",
    "COMMENT",
    "index",
    "?",
    "{a:UInt8}",
    "🦀",
    "primary",
    "ttl",
    "$session.id",
    "interval",
    "values",
    "from",
    "key",
    "_batch",
    "f1",
    "_block_number",
    "_part",
];

/// A declaration, the same for the same numbers.
pub fn declaration(random: &mut Random) -> Sketch {
    let mut sketch = Sketch::default();
    let mut columns = Columns { list: Vec::new(), wild: random.chance(25) };
    if random.chance(15) {
        sketch.comment = Some(random.pick(COMMENTS));
    }
    let count = random.weighted(&[(2, 1), (3, 2), (4, 3), (4, 4), (3, 6), (1, 12)]);
    let mut types = Vec::new();
    for at in 0..count {
        let (field, column) = field(at, columns.wild, random);
        sketch.fields.push(field);
        types.push(column.clone());
        columns.list.extend(column);
    }
    // What keys, TTLs and views ask for, so that most declarations have one.
    if random.chance(60) {
        let attributes = if random.chance(70) { vec!["timestamp".to_string()] } else { Vec::new() };
        sketch.fields.push(Field {
            attributes,
            name: "at".into(),
            rust: "DateTime<Utc>".into(),
            comment: None,
        });
        columns.list.push(Column {
            name: "at".into(),
            ty: Type::DateTime64 { precision: 3, zone: Some("UTC".into()) },
        });
    }
    if random.chance(20) {
        sketch.fields.push(Field {
            attributes: vec!["id".into()],
            name: "id".into(),
            rust: "Uuid".into(),
            comment: None,
        });
        columns.list.push(Column { name: "id".into(), ty: Type::Uuid });
    }
    if columns.list.is_empty() {
        columns.list.push(Column { name: "f0".into(), ty: Type::UInt8 });
    }
    table::attributes(&mut sketch, &columns, random);
    for (at, own) in types.into_iter().enumerate() {
        table::field_attributes(&mut sketch.fields[at], own.as_ref(), &columns, random);
    }
    if columns.wild { sketch } else { mended(&sketch, random) }
}

/// An expression over columns that are given, as SQL text, the same for the same numbers.
pub fn expression(columns: &[(String, Type)], random: &mut Random) -> String {
    const HOLES: &[&str] = &[
        "int", "float", "decimal", "text", "date", "moment", "cond", "list", "ints", "texts", "map", "tuple",
        "uuid", "any",
    ];
    let list = columns.iter().map(|(name, ty)| Column { name: name.clone(), ty: ty.clone() }).collect();
    let columns = Columns { list, wild: random.chance(25) };
    exprs::sql(&exprs::expr(random.pick(HOLES), &columns, random, 0))
}

/// The same declaration without most of what the rules refuse, so that the engine has something to say.
fn mended(sketch: &Sketch, random: &mut Random) -> Sketch {
    let compiles = |sketch: &Sketch| {
        syn::parse_str(&sketch.text()).is_ok_and(|input| streamhouse_schema::compile::compile(&input).is_ok())
    };
    if compiles(sketch) {
        return sketch.clone();
    }
    let is_type = |attribute: &str| {
        ["type", "decimal", "low_cardinality", "id", "timestamp"]
            .iter()
            .any(|word| attribute.starts_with(word))
    };
    let engine = sketch.attributes.iter().any(|attribute| attribute == "engine = Null");
    let plain = |field: &Field| Field {
        attributes: field.attributes.iter().filter(|one| is_type(one)).cloned().collect(),
        ..field.clone()
    };
    // What everything else needs: the fields, an order, and an engine with all that it asks for.
    let ordered = |attribute: &&String| {
        ["order_by", "delivery", "engine"].iter().any(|word| attribute.starts_with(word))
    };
    let mut base = Sketch {
        comment: sketch.comment,
        attributes: sketch.attributes.iter().filter(ordered).cloned().collect(),
        fields: sketch.fields.iter().map(plain).collect(),
    };
    if !compiles(&base) {
        let mut plainer = Sketch { attributes: vec!["order_by = ()".into()], ..base.clone() };
        if engine {
            plainer.attributes = vec!["engine = Null".into(), "delivery = at_least_once".into()];
        }
        if compiles(&plainer) {
            base = plainer;
        } else {
            return sketch.clone();
        }
    }
    // One after the other, what compiles; and sometimes what does not.
    for attribute in sketch.attributes.iter().filter(|one| !ordered(one)) {
        let mut more = base.clone();
        more.attributes.push(attribute.clone());
        if compiles(&more) || random.chance(1) {
            base = more;
        }
    }
    for (at, field) in sketch.fields.iter().enumerate() {
        for attribute in field.attributes.iter().filter(|one| !is_type(one)) {
            let mut more = base.clone();
            more.fields[at].attributes.push(attribute.clone());
            if compiles(&more) || random.chance(1) {
                base = more;
            }
        }
    }
    base
}

/// A field and, where its type is one, the column of it.
fn field(at: usize, wild: bool, random: &mut Random) -> (Field, Option<Column>) {
    let mut field = Field { name: format!("f{at}"), ..Field::default() };
    let mut name = field.name.clone();
    if random.chance(12) {
        field.comment = Some(random.pick(COMMENTS));
    }
    let written = if random.chance(50) {
        let (rust, attribute) = types::RUST[random.below(types::RUST.len())];
        field.rust = rust.into();
        if !attribute.is_empty() {
            field.attributes.push(attribute.into());
        }
        None
    } else {
        let ty = types::column(wild, random);
        field.rust = "Own".into();
        field.attributes.push(format!("type = {}", type_text(&ty, random)));
        Some(ty)
    };
    if random.chance(10) {
        name = random.pick(if wild { NAMES } else { &NAMES[..NAMES.len() - 4] }).to_string();
        field.attributes.push(format!("rename = {name:?}"));
    }
    let ty = match written {
        Some(ty) => ty.parse().ok(),
        None => type_of(&field),
    };
    (field, ty.map(|ty| Column { name, ty }))
}

/// What the compiler makes of a field by itself.
fn type_of(field: &Field) -> Option<Type> {
    let one = Sketch {
        attributes: vec!["order_by = ()".into()],
        fields: vec![Field { name: "f".into(), ..field.clone() }],
        comment: None,
    };
    let input = syn::parse_str(&one.text()).ok()?;
    let unchecked = streamhouse_schema::compile::unchecked(&input).filter(|unchecked| unchecked.whole)?;
    unchecked.schema.columns.into_iter().next().map(|column| column.ty)
}

/// A type as Rust tokens, or as a string.
fn type_text(ty: &str, random: &mut Random) -> String {
    let tokens = ty.replace('\'', "\"");
    if random.chance(70) && !ty.contains(['`', '\\']) && !ty.contains("REGEXP") {
        tokens
    } else {
        format!("{ty:?}")
    }
}

/// An expression as it stands after `=`: as tokens where it can be, and sometimes as text.
fn written(text: &str, random: &mut Random) -> String {
    match exprs::tokens(text) {
        Some(tokens) if random.chance(85) => tokens,
        _ => format!("{:?}", exprs::sql(text)),
    }
}
