//! Codecs that cost and save nothing (<https://clickhouse.com/docs/sql-reference/statements/create/table#column_compression_codec>).

use super::{Advice, finding};
use crate::compile::declaration::Declaration;
use crate::expr::{Expr, Literal};
use crate::types::Type;

/// Differences of what has no order are as many as the values, and no smaller.
pub(super) fn delta_of_no_order(declaration: &Declaration, advice: &mut Advice) {
    for column in declaration.columns() {
        let unordered = matches!(column.ty.inner(), Type::Bool | Type::Enum { .. } | Type::Ipv4)
            || declaration
                .field(&column.name.value)
                .is_some_and(|field| super::names::ends_with(&field.name.value, &["hash"]));
        let deltas =
            column.codec.iter().filter(|codec| matches!(codec.value.name.as_str(), "Delta" | "DoubleDelta"));
        for codec in deltas.filter(|_| unordered) {
            let name = &column.name.value;
            let message = format!(
                "neighbours in `{name}` have nothing to do with each other, so their differences save nothing"
            );
            let help = "leave it out: `codec(ZSTD(1))`";
            advice.add(finding("SH0540", codec.span, message, "saves nothing here", help), &[name]);
        }
    }
}

/// Beyond these levels a byte less costs many times the time, at every insert and at every merge.
pub(super) fn slow_compression(declaration: &Declaration, advice: &mut Advice) {
    for column in declaration.columns() {
        for codec in column.codec {
            let level = match &codec.value.parameters[..] {
                [Expr::Literal(Literal::Number(digits), _)] => digits.parse::<u32>().unwrap_or(0),
                _ => continue,
            };
            let usual = match codec.value.name.as_str() {
                "ZSTD" => 9,
                "LZ4HC" => 9,
                _ => continue,
            };
            if level <= usual {
                continue;
            }
            let name = &column.name.value;
            let message = format!("`{name}` is compressed at level {level}, by every insert and every merge");
            let help = "write a level up to 3, and compress old rows harder: `ttl(at + days(30) RECOMPRESS CODEC(ZSTD(12)))`";
            advice.add(finding("SH0541", codec.span, message, "slow", help), &[name]);
        }
    }
}
