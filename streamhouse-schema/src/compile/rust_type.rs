//! What the tokens of a Rust type say about the column. Whether they speak the truth is for rustc to say: the derive
//! asks it for `Encode<…>` of this very type.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::check::MAX_FIXED_STRING;
use crate::types::{Element, Type};

/// Why a type cannot be read: a message and a help.
pub(super) struct Unreadable {
    pub(super) span: Span,
    pub(super) end: Span,
    pub(super) message: String,
    pub(super) help: String,
}

/// The column type of a Rust type.
pub(super) fn read(ty: &syn::Type) -> Result<Type, Unreadable> {
    read_with(ty, None)
}

/// The same, where the declaration says what the decimals in it are: `Decimal`, and any type that is not known.
pub(super) fn read_with(ty: &syn::Type, decimal: Option<&Type>) -> Result<Type, Unreadable> {
    match ty {
        // What `macro_rules!` put in has an invisible group around it.
        syn::Type::Group(group) => read_with(&group.elem, decimal),
        syn::Type::Paren(paren) => read_with(&paren.elem, decimal),
        syn::Type::Path(path) if path.qself.is_none() => named(ty, path, decimal),
        syn::Type::Tuple(tuple) if !tuple.elems.is_empty() => {
            let element = |ty| Ok(Element { name: None, ty: read_with(ty, decimal)? });
            Ok(Type::Tuple(tuple.elems.iter().map(element).collect::<Result<_, _>>()?))
        }
        syn::Type::Reference(reference) => match &*reference.elem {
            syn::Type::Path(path) if path.path.is_ident("str") => Ok(Type::String),
            bytes if is_bytes(bytes) => Ok(Type::String),
            syn::Type::Slice(slice) => list(&slice.elem, decimal),
            _ => Err(unknown(ty)),
        },
        syn::Type::Array(array) if is(&array.elem, "u8") => fixed_string(&array.len),
        syn::Type::Array(array) => list(&array.elem, decimal),
        _ => Err(unknown(ty)),
    }
}

/// Whether the strings that this type is made of are bytes, not text.
pub(super) fn is_binary(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Group(group) => is_binary(&group.elem),
        syn::Type::Paren(paren) => is_binary(&paren.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().any(is_binary),
        syn::Type::Reference(reference) => is_bytes(&reference.elem) || is_binary(&reference.elem),
        syn::Type::Slice(slice) => is_binary(&slice.elem),
        syn::Type::Array(array) => is_binary(&array.elem),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let inner = arguments(last);
            match last.ident.to_string().as_str() {
                "Bytes" => inner.is_empty(),
                "Vec" if inner.len() == 1 && is(inner[0], "u8") => true,
                // A key is text also where the values are bytes.
                "HashMap" | "BTreeMap" => inner.get(1).is_some_and(|value| is_binary(value)),
                _ => inner.iter().any(|inner| is_bytes(inner) || is_binary(inner)),
            }
        }),
        _ => false,
    }
}

fn list(item: &syn::Type, decimal: Option<&Type>) -> Result<Type, Unreadable> {
    Ok(Type::Array(Box::new(read_with(item, decimal)?)))
}

fn fixed_string(length: &syn::Expr) -> Result<Type, Unreadable> {
    let (message, help) = match length {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(length), .. }) => match length.base10_parse() {
            Ok(length @ 1..=MAX_FIXED_STRING) => return Ok(Type::FixedString(length)),
            _ => (
                format!("a FixedString has 1 to {MAX_FIXED_STRING} bytes"),
                "use `Vec<u8>`: a String holds bytes of any number",
            ),
        },
        _ => (
            "the length of a FixedString has to be a number here".into(),
            "write the number itself, or name the column's type with `#[stream(type = FixedString(16))]`",
        ),
    };
    Err(Unreadable { span: length.span(), end: length.span(), message, help: help.into() })
}

fn named(ty: &syn::Type, path: &syn::TypePath, decimal: Option<&Type>) -> Result<Type, Unreadable> {
    let read = |ty: &syn::Type| read_with(ty, decimal);
    let Some(last) = path.path.segments.last() else { return Err(unknown(ty)) };
    let inner = arguments(last);
    let word = last.ident.to_string();
    Ok(match (word.as_str(), &inner[..]) {
        ("u8", []) => Type::UInt8,
        ("u16", []) => Type::UInt16,
        ("u32", []) => Type::UInt32,
        ("u64", []) => Type::UInt64,
        ("u128", []) => Type::UInt128,
        ("i8", []) => Type::Int8,
        ("i16", []) => Type::Int16,
        ("i32", []) => Type::Int32,
        ("i64", []) => Type::Int64,
        ("i128", []) => Type::Int128,
        ("f32", []) => Type::Float32,
        ("f64", []) => Type::Float64,
        ("bool", []) => Type::Bool,
        ("String" | "Bytes", []) => Type::String,
        ("Box" | "Arc" | "Cow", [text]) if is(text, "str") => Type::String,
        ("Box" | "Arc", [bytes]) if is_bytes(bytes) => Type::String,
        ("Box" | "Arc", [syn::Type::Slice(slice)]) => list(&slice.elem, decimal)?,
        ("Box" | "Arc" | "Cow", [inner]) => read(inner)?,
        ("NonZero", [number]) => read(number)?,
        ("NonZeroU8", []) => Type::UInt8,
        ("NonZeroU16", []) => Type::UInt16,
        ("NonZeroU32", []) => Type::UInt32,
        ("NonZeroU64", []) => Type::UInt64,
        ("NonZeroU128", []) => Type::UInt128,
        ("NonZeroI8", []) => Type::Int8,
        ("NonZeroI16", []) => Type::Int16,
        ("NonZeroI32", []) => Type::Int32,
        ("NonZeroI64", []) => Type::Int64,
        ("NonZeroI128", []) => Type::Int128,
        ("Uuid", []) => Type::Uuid,
        ("DateTime", [] | [_])
        | (
            "NaiveDateTime" | "OffsetDateTime" | "UtcDateTime" | "PrimitiveDateTime" | "Timestamp" | "Zoned",
            [],
        ) => Type::DateTime64 { precision: 3, zone: Some("UTC".into()) },
        ("NaiveTime" | "Time", []) => Type::Time64(3),
        ("Value", []) | ("Json", [_]) => Type::Json(Box::default()),
        ("IpNet" | "Ipv4Net" | "Ipv6Net", []) => Type::String,
        ("NaiveDate" | "Date", []) => Type::Date32,
        ("Ipv4Addr", []) => Type::Ipv4,
        ("Ipv6Addr" | "IpAddr", []) => Type::Ipv6,
        ("Decimal", []) => match decimal {
            Some(decimal) => decimal.clone(),
            None => {
                return Err(Unreadable {
                    span: last.ident.span(),
                    end: last.ident.span(),
                    message: "a Decimal needs its digits".into(),
                    help: "add `#[stream(decimal(18, 4))]`: 18 digits, 4 of them after the point".into(),
                });
            }
        },
        ("Vec", [bytes]) if is(bytes, "u8") => Type::String,
        ("Vec" | "VecDeque" | "BTreeSet", [item]) | ("HashSet", [item, ..]) => list(item, decimal)?,
        ("Option", [item]) => {
            let inner = read(item)?;
            let wrong = |message: String, help: &str| Unreadable {
                span: last.ident.span(),
                end: last.ident.span(),
                message,
                help: help.into(),
            };
            match inner {
                Type::Nullable(_) => {
                    return Err(wrong(
                        "ClickHouse has no Nullable in a Nullable".into(),
                        "one Option is enough",
                    ));
                }
                Type::Array(_) | Type::Map(..) => {
                    return Err(wrong(
                        format!("ClickHouse has no Nullable({inner})"),
                        "leave the Option out: an empty list or map says that there is nothing",
                    ));
                }
                Type::Tuple(_) => {
                    return Err(wrong(
                        format!("ClickHouse has no Nullable({inner})"),
                        "put the Option around each element instead",
                    ));
                }
                plain => Type::Nullable(Box::new(plain)),
            }
        }
        ("HashMap", [key, value, ..]) | ("BTreeMap", [key, value]) => {
            let key_type = read(key)?;
            if key_type.is_nullable() {
                return Err(Unreadable {
                    span: key.span(),
                    end: key.span(),
                    message: format!("ClickHouse has no Map with keys of type {key_type}"),
                    help: "use a key that always has a value".into(),
                });
            }
            Type::Map(Box::new(key_type), Box::new(read(value)?))
        }
        (_, []) => decimal.cloned().ok_or_else(|| unknown(ty))?,
        _ => return Err(unknown(ty)),
    })
}

fn arguments(segment: &syn::PathSegment) -> Vec<&syn::Type> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn is(ty: &syn::Type, word: &str) -> bool {
    match ty {
        syn::Type::Group(group) => is(&group.elem, word),
        syn::Type::Path(path) => path.path.is_ident(word),
        _ => false,
    }
}

fn is_bytes(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Slice(slice) if is(&slice.elem, "u8"))
}

fn unknown(ty: &syn::Type) -> Unreadable {
    let (message, help) = why(ty);
    Unreadable {
        span: ty.span(),
        end: ty.to_token_stream().into_iter().last().map_or_else(|| ty.span(), |last| last.span()),
        message: message.into(),
        help: help.into(),
    }
}

const NOT_KNOWN: &str = "it is not known what column this type goes to";

/// What is wrong with a type, and what may stand there instead: types that people reach for first have a way of their own.
fn why(ty: &syn::Type) -> (&'static str, &'static str) {
    let word = match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let borrowed = "an event outlives whatever it could borrow";
    match (ty, word.as_deref().unwrap_or_default()) {
        (syn::Type::Reference(_), _) => {
            (borrowed, "own the value: `String` for `&str`, `Vec<u8>` for `&[u8]`; `&'static str` is fine")
        }
        (syn::Type::Ptr(_) | syn::Type::FnPtr(_), _) => {
            ("no column holds an address", "leave the field out of the event")
        }
        (syn::Type::Tuple(_), _) => ("no column holds nothing", "leave the field out of the event"),
        (_, "usize") => ("how wide this is depends on the machine", "write `u64`, or `u32`"),
        (_, "isize") => ("how wide this is depends on the machine", "write `i64`, or `i32`"),
        (_, "char") => {
            ("ClickHouse has no type for one character", "write `String`, or `u32` for its number")
        }
        (_, "SystemTime") => (
            NOT_KNOWN,
            "a moment is a `chrono::DateTime<Utc>`, a `time::OffsetDateTime` or a `jiff::Timestamp`: `DateTime::<Utc>::from(time)` makes one of it",
        ),
        (_, "Instant") => (
            "it says something only to the process that made it",
            "store a moment, `chrono::DateTime<Utc>`, or how long something took: `#[stream(type = Time64(9))]` on a `Duration`",
        ),
        (_, "Duration" | "TimeDelta" | "SignedDuration") => (
            NOT_KNOWN,
            "say how exactly it is stored: `#[stream(type = Time64(9))]`, up to 999:59:59; or store a number of milliseconds, `u64`",
        ),
        (_, "PathBuf" | "Path" | "OsString" | "CString") => (
            NOT_KNOWN,
            "write `String`, made by `path.display().to_string()`, or `Vec<u8>` for bytes as they are",
        ),
        (_, "Url" | "Uri") => (NOT_KNOWN, "write `String`: `url.to_string()`"),
        (_, "SocketAddr" | "SocketAddrV4" | "SocketAddrV6") => {
            (NOT_KNOWN, "write an `IpAddr` and a `u16` for the port: two columns")
        }
        (_, "Rc" | "RefCell" | "Cell" | "Mutex" | "RwLock") => (
            "events are sent between threads, and their values do not change",
            "store the value itself, or an `Arc` of it",
        ),
        (_, "LinkedList" | "BinaryHeap") => (NOT_KNOWN, "write `Vec`: `list.into_iter().collect()`"),
        (_, "Result") => {
            (NOT_KNOWN, "write two fields, such as `value: Option<…>` and `error: Option<String>`")
        }
        (_, "f16" | "f128") => (NOT_KNOWN, "write `f32` or `f64`"),
        _ => (
            NOT_KNOWN,
            "tokens show nothing of a type that is declared elsewhere, such as an alias or a type of your own: name the column's type, for example `#[stream(type = UInt64)]`, and derive `StreamType` for a type of your own, or implement `streamhouse::value::Encode` for it",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_reach_for_first_has_a_way_of_its_own() {
        for (ty, way) in [
            ("usize", "write `u64`"),
            ("Option<isize>", "write `i64`"),
            ("&'a u32", "own the value"),
            ("std::time::SystemTime", "DateTime::<Utc>::from(time)"),
            ("Duration", "type = Time64(9)"),
            ("Vec<PathBuf>", "path.display()"),
            ("HashMap<String, char>", "write `String`"),
            ("SocketAddr", "two columns"),
            ("()", "leave the field out"),
            ("Price", "derive `StreamType`"),
            ("crate::Amount<u8>", "#[stream(type = UInt64)]"),
        ] {
            let parsed: syn::Type = syn::parse_str(ty).expect(ty);
            let Err(unreadable) = read(&parsed) else { panic!("{ty} is read") };
            assert!(unreadable.help.contains(way), "{ty}: {}", unreadable.help);
        }
        let set: syn::Type = syn::parse_str("HashSet<String>").expect("a type");
        assert!(read(&set).is_ok_and(|ty| ty == Type::Array(Box::new(Type::String))));
    }
}
