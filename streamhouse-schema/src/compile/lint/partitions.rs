//! Partitions, and rows that end (<https://clickhouse.com/docs/best-practices/choosing-a-partitioning-key>).

use proc_macro2::Span;

use super::names::ends_with;
use super::{Advice, finding};
use crate::compile::check::{parts, place_of};
use crate::compile::declaration::Declaration;
use crate::expr::{Binary, Expr, Literal};
use crate::schema::TtlAction;
use crate::types::Type;

const DAY: u64 = 24;
const YEAR: u64 = 365 * DAY;
/// What ends in so many hours is no matter of these years.
const FAR: u64 = 10 * YEAR;

/// The hours of a partition by time, and the column that says which.
fn unit(expr: &Expr<Span>, declaration: &Declaration) -> Option<(u64, Vec<String>)> {
    let names = || expr.columns().into_iter().map(|name| name.text.clone()).collect();
    match expr {
        Expr::Column(name) => {
            let ty = declaration.column_type(&name.text)?;
            matches!(ty.inner(), Type::Date | Type::Date32).then(|| (DAY, names()))
        }
        Expr::Call { function, arguments, .. } => {
            let hours = match function.text.as_str() {
                "toYear" | "toStartOfYear" | "toISOYear" => YEAR,
                "toStartOfQuarter" => 91 * DAY,
                "toYYYYMM" | "toStartOfMonth" => 30 * DAY,
                "toMonday" | "toStartOfWeek" | "toYearWeek" => 7 * DAY,
                "toDate" | "toDate32" | "toYYYYMMDD" | "toStartOfDay" => DAY,
                "toStartOfHour" => 1,
                "toStartOfInterval" => interval(arguments.get(1)?)?,
                _ => return None,
            };
            Some((hours, names()))
        }
        _ => None,
    }
}

/// The hours of an interval that is written out.
fn interval(expr: &Expr<Span>) -> Option<u64> {
    match expr {
        Expr::Call { function, arguments, .. } => {
            let [Expr::Literal(Literal::Number(digits), _)] = &arguments[..] else { return None };
            let count: u64 = digits.parse().ok()?;
            Some(match function.text.as_str() {
                "toIntervalHour" => count,
                "toIntervalDay" => count.saturating_mul(DAY),
                "toIntervalWeek" => count.saturating_mul(7 * DAY),
                "toIntervalMonth" => count.saturating_mul(30 * DAY),
                "toIntervalQuarter" => count.saturating_mul(91 * DAY),
                "toIntervalYear" => count.saturating_mul(YEAR),
                _ => return None,
            })
        }
        Expr::Binary(Binary::Plus, left, right) => interval(left)?.checked_add(interval(right)?),
        _ => None,
    }
}

/// Where all rows end: its place, after how many hours if that is written out, and the columns that it counts from.
fn end_of_rows(declaration: &Declaration) -> Option<(Span, Option<u64>, Vec<String>)> {
    let ttl = declaration.ttl.iter().find(|ttl| matches!(ttl.value.action, TtlAction::Delete(None)))?;
    let at = &ttl.value.at;
    let mut columns: Vec<String> = at.columns().into_iter().map(|name| name.text.clone()).collect();
    if columns.is_empty() {
        columns.extend(declaration.timestamp().map(|field| field.name.value.clone()));
    }
    let hours = interval(at).or_else(|| match at {
        Expr::Binary(Binary::Plus, left, right) => interval(right).or_else(|| interval(left)),
        _ => None,
    });
    Some((ttl.span, hours, columns))
}

/// Every partition has parts of its own, which are never merged with those of another one: queries open all of them, and
/// beyond some thousands inserts are refused.
pub(super) fn too_many_partitions(declaration: &Declaration, advice: &mut Advice) {
    const MANY: u64 = 500;
    let Some(partition) = &declaration.partition_by else { return };
    for expr in parts(&partition.value) {
        let Some((unit, columns)) = unit(expr, declaration) else { continue };
        let kept = end_of_rows(declaration).and_then(|(_, hours, _)| hours);
        let many = match kept {
            Some(hours) => hours / unit.max(1) > MANY,
            // Rows that stay, in partitions of hours, are that many within weeks.
            None => unit < DAY && end_of_rows(declaration).is_none(),
        };
        if !many {
            continue;
        }
        let column = columns.first().map_or("…", String::as_str);
        let message = match kept {
            Some(hours) => format!(
                "rows are kept in {} partitions, and each of them has parts of its own",
                hours / unit.max(1)
            ),
            None => "rows are kept for ever in partitions of less than a day".into(),
        };
        let help = format!("make partitions larger: `partition_by = toYYYYMM({column})`");
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        advice.add(finding("SH0534", place_of(expr, partition.span), message, "too fine", help), &names);
    }
}

/// A partition is for dropping data at once, not for finding it: that is what the sorting key does.
pub(super) fn partition_by_value(declaration: &Declaration, advice: &mut Advice) {
    let Some(partition) = &declaration.partition_by else { return };
    for expr in parts(&partition.value) {
        let Expr::Column(name) = expr else { continue };
        let Some(ty) = declaration.column_type(&name.text) else { continue };
        let wide = matches!(
            ty.inner(),
            Type::UInt32
                | Type::UInt64
                | Type::UInt128
                | Type::UInt256
                | Type::Int32
                | Type::Int64
                | Type::Int128
                | Type::Int256
                | Type::Ipv4
                | Type::Ipv6
        );
        let text = matches!(ty, Type::String | Type::FixedString(_));
        // Days and hashes as numbers have names of their own, and so do retentions.
        if !(text || wide && ends_with(&name.text, &["id", "key", "ip", "hash"])) {
            continue;
        }
        let message = format!(
            "each `{}` is a partition of its own, and nobody knows how many there will be",
            name.text
        );
        let help = "partition by time, or by a remainder of it such as `cityHash64(…) % 16`, and put the column into `order_by`";
        advice.add(finding("SH0535", name.at, message, "many values", help), &[&name.text]);
    }
}

/// Rows that end lie in one part with rows that do not, so the part is written anew without them, again and again.
pub(super) fn ttl_without_partition(declaration: &Declaration, advice: &mut Advice) {
    let Some((span, hours, columns)) = end_of_rows(declaration) else { return };
    if declaration.partition_by.is_some() || hours.is_some_and(|hours| hours >= FAR) {
        return;
    }
    let column = columns.first().map_or("…", String::as_str);
    let unit = if hours.is_some_and(|hours| hours < 60 * DAY) { "toDate" } else { "toYYYYMM" };
    let message = "rows end, and there are no partitions that could be dropped with them: parts are written anew instead";
    let help = format!(
        "add `partition_by = {unit}({column})`, and `settings(ttl_only_drop_parts = 1)` where whole parts may go at once"
    );
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    advice.add(finding("SH0536", span, message, "deletes rows one by one", help), &names);
}

/// Where a partition is much shorter than rows are kept, whole parts end at about the same time, and dropping them costs
/// nothing. Where there is none, a part never ends as a whole, and with the setting nothing is ever deleted.
pub(super) fn ttl_rewrites_parts(declaration: &Declaration, advice: &mut Advice) {
    let Some((span, hours, columns)) = end_of_rows(declaration) else { return };
    let setting = declaration.settings.iter().find(|(name, _)| name.value == "ttl_only_drop_parts");
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let on = |value: &Expr<Span>| {
        !matches!(value, Expr::Literal(Literal::Number(digits), _) if digits == "0")
            && !matches!(value, Expr::Literal(Literal::Bool(false), _))
    };
    match (&declaration.partition_by, setting) {
        (None, Some((name, value))) if on(&value.value) => {
            let message = "parts are dropped once all of their rows have ended, and without partitions new rows are merged into the old ones";
            let help = "partition by the time that the TTL counts from, such as `toYYYYMM(…)`, or leave the setting out";
            advice.add(finding("SH0537", name.span, message, "never the case", help), &names);
        }
        (Some(partition), None) => {
            let units = parts(&partition.value).iter().filter_map(|expr| unit(expr, declaration));
            let same =
                units.filter(|(_, by)| by.iter().any(|name| columns.contains(name))).map(|(unit, _)| unit);
            let (Some(unit), Some(hours)) = (same.min(), hours) else { return };
            if hours >= 4 * unit && hours < FAR {
                let message = "parts are written anew without the rows that have ended, although whole partitions end at once";
                let help = "add `settings(ttl_only_drop_parts = 1)`: rows go with their part, at most one partition's time later";
                advice.add(finding("SH0537", span, message, "deletes rows one by one", help), &names);
            }
        }
        _ => {}
    }
}
