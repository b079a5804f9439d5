//! Strings, hashes, and JSON in strings.

use super::Takes::{
    Address, Byte, Figure, Filled, Hashed, Integer, Ipv4, Plain, Range, Shown, String, Text, TextOrList,
    Texts, Whole, Word,
};
use super::{Gives, Known};
use crate::types::Type;

fn texts() -> Type {
    Type::Array(Box::new(Type::String))
}

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["lower", "upper", "reverse"], &[Text], Gives::Same),
    Known::new(
        &[
            "lowerUTF8",
            "upperUTF8",
            "reverseUTF8",
            "initcap",
            "trim",
            "domain",
            "domainWithoutWWW",
            "topLevelDomain",
            "firstSignificantSubdomain",
            "cutToFirstSignificantSubdomain",
            "protocol",
            "path",
            "pathFull",
            "queryString",
            "fragment",
            "cutQueryString",
            "cutFragment",
            "cutQueryStringAndFragment",
            "cutWWW",
            "decodeURLComponent",
            "encodeURLComponent",
            "toValidUTF8",
        ],
        &[String],
        Gives::Is(|| Type::String),
    ),
    Known::new(&["trimLeft", "trimRight", "trimBoth"], &[String, Word], Gives::Is(|| Type::String))
        .optional(1),
    Known::new(&["base64Encode", "base64URLEncode", "tryBase64Decode"], &[Text], Gives::Is(|| Type::String)),
    Known::new(&["unhex"], &[Text], Gives::Is(|| Type::String)),
    Known::new(&["extractURLParameter"], &[String, Word], Gives::Is(|| Type::String)),
    Known::new(&["length"], &[TextOrList], Gives::Is(|| Type::UInt64)),
    Known::new(&["lengthUTF8"], &[Text], Gives::Is(|| Type::UInt64)),
    Known::new(&["empty", "notEmpty"], &[Filled], Gives::Is(|| Type::UInt8)),
    Known::new(&["isValidUTF8"], &[Text], Gives::Is(|| Type::UInt8)),
    Known::new(&["char"], &[Integer], Gives::Is(|| Type::String)).many(),
    Known::new(&["ascii"], &[String], Gives::Is(|| Type::Int32)),
    Known::new(&["concat"], &[Plain], Gives::Is(|| Type::String)).many(),
    Known::new(&["substring", "substr"], &[Text, Integer, Integer], Gives::Is(|| Type::String)).optional(1),
    Known::new(&["substringUTF8"], &[String, Integer, Integer], Gives::Is(|| Type::String)).optional(1),
    Known::new(&["left", "right"], &[String, Integer], Gives::Is(|| Type::String)),
    Known::new(&["leftPad", "rightPad"], &[String, Figure, Word], Gives::Is(|| Type::String)).optional(1),
    Known::new(&["repeat"], &[String, Figure], Gives::Is(|| Type::String)),
    Known::new(
        &["replaceAll", "replaceOne", "replaceRegexpAll", "replaceRegexpOne"],
        &[Text, Word, Word],
        Gives::Is(|| Type::String),
    ),
    Known::new(&["extract"], &[String, Word], Gives::Is(|| Type::String)),
    Known::new(&["extractAll"], &[String, Word], Gives::Is(texts)),
    Known::new(&["startsWith", "endsWith"], &[String, String], Gives::Is(|| Type::UInt8)),
    Known::new(&["match"], &[String, Word], Gives::Is(|| Type::UInt8)),
    Known::new(
        &["position", "positionCaseInsensitive", "positionUTF8", "countSubstrings"],
        &[String, String],
        Gives::Is(|| Type::UInt64),
    ),
    Known::new(&["splitByChar"], &[Byte, String, Figure], Gives::Is(texts)).optional(1),
    Known::new(&["splitByString", "splitByRegexp"], &[Word, String, Figure], Gives::Is(texts)).optional(1),
    Known::new(
        &["splitByWhitespace", "splitByNonAlpha", "alphaTokens", "tokens"],
        &[String],
        Gives::Is(texts),
    ),
    Known::new(&["ngrams"], &[Text, Figure], Gives::Is(texts)),
    Known::new(&["arrayStringConcat"], &[Texts, Word], Gives::Is(|| Type::String)).optional(1),
    Known::new(
        &[
            "cityHash64",
            "farmHash64",
            "metroHash64",
            "sipHash64",
            "xxHash64",
            "murmurHash2_64",
            "murmurHash3_64",
        ],
        &[Hashed],
        Gives::Is(|| Type::UInt64),
    )
    .many(),
    Known::new(&["xxHash32", "murmurHash2_32", "murmurHash3_32"], &[Hashed], Gives::Is(|| Type::UInt32))
        .many(),
    Known::new(&["sipHash128", "murmurHash3_128"], &[Hashed], Gives::Is(|| Type::FixedString(16))).many(),
    Known::new(&["halfMD5"], &[Text], Gives::Is(|| Type::UInt64)).many(),
    Known::new(&["intHash32"], &[Integer], Gives::Is(|| Type::UInt32)),
    Known::new(&["intHash64"], &[Integer], Gives::Is(|| Type::UInt64)),
    Known::new(&["MD5"], &[String], Gives::Is(|| Type::FixedString(16))),
    Known::new(&["SHA1"], &[String], Gives::Is(|| Type::FixedString(20))),
    Known::new(&["SHA224"], &[String], Gives::Is(|| Type::FixedString(28))),
    Known::new(&["SHA256"], &[String], Gives::Is(|| Type::FixedString(32))),
    Known::new(&["SHA512"], &[String], Gives::Is(|| Type::FixedString(64))),
    Known::new(&["CRC32"], &[String], Gives::Is(|| Type::UInt32)),
    Known::new(&["CRC64"], &[String], Gives::Is(|| Type::UInt64)),
    Known::new(&["hex"], &[Plain], Gives::By(hex)),
    Known::new(&["bin"], &[Whole], Gives::Is(|| Type::String)),
    Known::new(&["JSONExtractString", "JSONExtractRaw"], &[String, Word], Gives::Is(|| Type::String))
        .optional(1)
        .many()
        .no_null(),
    Known::new(&["JSONExtractInt"], &[String, Word], Gives::Is(|| Type::Int64)).optional(1).many().no_null(),
    Known::new(&["JSONExtractUInt"], &[String, Word], Gives::Is(|| Type::UInt64))
        .optional(1)
        .many()
        .no_null(),
    Known::new(&["JSONExtractFloat"], &[String, Word], Gives::Is(|| Type::Float64))
        .optional(1)
        .many()
        .no_null(),
    Known::new(&["JSONExtractBool"], &[String, Word], Gives::Is(|| Type::UInt8)).optional(1).many().no_null(),
    Known::new(&["JSONLength"], &[String, Word], Gives::Is(|| Type::UInt64)).optional(1).many().no_null(),
    Known::new(&["JSONHas"], &[String, Word], Gives::Is(|| Type::UInt8)).optional(1).many().no_null(),
    Known::new(&["JSONExtractKeys", "JSONExtractArrayRaw"], &[String, Word], Gives::Is(texts))
        .optional(1)
        .many()
        .no_null(),
    Known::new(&["isValidJSON"], &[String], Gives::Is(|| Type::UInt8)).no_null(),
    Known::new(
        &["simpleJSONExtractString", "simpleJSONExtractRaw"],
        &[String, Word],
        Gives::Is(|| Type::String),
    ),
    Known::new(&["simpleJSONExtractInt"], &[String, Word], Gives::Is(|| Type::Int64)),
    Known::new(&["simpleJSONExtractUInt"], &[String, Word], Gives::Is(|| Type::UInt64)),
    Known::new(&["simpleJSONExtractFloat"], &[String, Word], Gives::Is(|| Type::Float64)),
    Known::new(&["simpleJSONHas"], &[String, Word], Gives::Is(|| Type::UInt8)),
    Known::new(&["toJSONString"], &[Shown], Gives::Is(|| Type::String)),
    Known::new(&["isIPv4String", "isIPv6String"], &[String], Gives::Is(|| Type::UInt8)),
    Known::new(&["isIPAddressInRange"], &[Address, Range], Gives::Is(|| Type::UInt8)),
    Known::new(&["IPv4NumToString"], &[Ipv4], Gives::Is(|| Type::String)),
];

/// The digits of the bytes of strings, and of numbers that are stored as such.
fn hex(given: &[crate::expr::shape::Given<'_>]) -> Option<Type> {
    let ty = given.first()?.shape.ty.as_ref()?;
    let fits = matches!(
        ty,
        Type::String
            | Type::FixedString(_)
            | Type::UInt8
            | Type::UInt16
            | Type::UInt32
            | Type::UInt64
            | Type::UInt128
            | Type::UInt256
            | Type::Int8
            | Type::Int16
            | Type::Int32
            | Type::Int64
            | Type::Int128
            | Type::Int256
            | Type::Float32
            | Type::Float64
            | Type::Uuid
            | Type::Date
            | Type::DateTime(_)
    );
    fits.then_some(Type::String)
}
