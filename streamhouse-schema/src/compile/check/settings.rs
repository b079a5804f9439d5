//! Settings of the table.

use super::super::declaration::Declaration;
use super::setting_values;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::{Expr, Literal};
use crate::near::nearest;
use crate::schema::TtlAction;
use crate::table::is_of_statements;
use crate::types::Type;

/// A setting is one of a MergeTree table, stands once, and has a value of its type. Settings of queries vanish from a
/// table without a word, so they are refused too, but for those that let a type be.
pub(super) fn known(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, (name, value)) in declaration.settings.iter().enumerate() {
        if is_of_statements(&name.value) {
            if !is_on(&value.value) {
                let message = format!("`{}` does not take this value", name.value);
                diagnostics.error("SH0802", value.span, message, "write `1`, or leave it out");
            }
            continue;
        }
        let Some((_, ty)) = engine::settings().find(|(known, _)| *known == name.value) else {
            let names: Vec<&str> = engine::settings().map(|(known, _)| known).collect();
            let near = nearest(&name.value, &names);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "see <https://clickhouse.com/docs/operations/settings/merge-tree-settings>".into(),
            };
            let message = format!("`{}` is not a setting of a MergeTree table", name.value);
            diagnostics
                .push(Diagnostic::error("SH0801", name.span, message, help).replacement(&name.value, near));
            continue;
        };
        if let Some(help) = misfit(&name.value, ty, &value.value) {
            diagnostics.error(
                "SH0802",
                value.span,
                format!("`{}` does not take this value", name.value),
                help,
            );
        }
        if declaration.settings[..at].iter().any(|(earlier, _)| earlier.value == name.value) {
            diagnostics.error(
                "SH0803",
                name.span,
                format!("`{}` is set twice", name.value),
                "keep one of them",
            );
        }
    }
}

/// What ClickHouse compares with each other when it creates a table: the first is less than the second, or at most as much.
/// With each stands what it is where nothing is said.
const TOGETHER: &[(&str, f64, bool, &str, f64)] = &[
    ("cleanup_delay_period", 30.0, false, "max_cleanup_delay_period", 300.0),
    ("merge_selecting_sleep_ms", 5000.0, false, "max_merge_selecting_sleep_ms", 60_000.0),
    (
        "zero_copy_merge_mutation_min_parts_size_sleep_no_scale_before_lock",
        0.0,
        true,
        "zero_copy_merge_mutation_min_parts_size_sleep_before_lock",
        1_073_741_824.0,
    ),
    ("min_index_granularity_bytes", 1024.0, true, "index_granularity_bytes", 10_485_760.0),
];

/// Some settings limit others.
pub(super) fn go_together(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let set = |wanted: &str| {
        declaration.settings.iter().find(|(name, _)| name.value == wanted).and_then(|(name, value)| {
            match &value.value {
                Expr::Literal(Literal::Number(digits), _) => Some((name.span, digits.parse::<f64>().ok()?)),
                Expr::Literal(Literal::Text(text), _) => Some((name.span, size(text)?)),
                _ => None,
            }
        })
    };
    for (less, less_default, or_equal, more, more_default) in TOGETHER {
        let (lesser, greater) = (set(less), set(more));
        let Some((span, _)) = lesser.or(greater) else { continue };
        let value = |given: Option<(_, f64)>, default: f64| given.map_or(default, |(_, value)| value);
        let (least, most) = (value(lesser, *less_default), value(greater, *more_default));
        // Granules of any size are not of a least one, and too small a size is refused by itself.
        let off = *more == "index_granularity_bytes" && (most == 0.0 || most < *less_default);
        let fits = off || least < most || (*or_equal && least == most);
        if !fits {
            diagnostics.error(
                "SH0452",
                span,
                format!("`{less}` is {least}, and `{more}`, which has to be greater, is {most}"),
                "set both of them",
            );
        }
    }
}

/// A table lies on the disks of its policy, or on one disk, which then has no volumes to move rows between.
pub(super) fn disk_or_policy(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let set = |wanted: &str| declaration.settings.iter().find(|(name, _)| name.value == wanted);
    let Some((disk, _)) = set("disk") else { return };
    if let Some((policy, _)) = set("storage_policy") {
        diagnostics.error(
            "SH0452",
            policy.span,
            "`disk` and `storage_policy` say the same thing twice",
            "keep one of them: a policy has several disks",
        );
    }
    for ttl in &declaration.ttl {
        if matches!(ttl.value.action, TtlAction::Move { volume: true, .. }) {
            diagnostics.error(
                "SH0452",
                disk.span,
                "a table on one `disk` has no volume to move rows to",
                "name a policy instead: `settings(storage_policy = \"tiered\")`",
            );
        }
    }
}

/// Rows are put into another order by their values, which takes everything but an object that may be NULL (code 48 at an insert).
pub(super) fn row_order(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let set = declaration.settings.iter().find(|(name, _)| name.value == "optimize_row_order");
    let Some((name, _)) = set.filter(|(_, value)| is_on(&value.value)) else { return };
    let object = declaration
        .columns()
        .find(|column| matches!(column.ty, Type::Nullable(inner) if matches!(**inner, Type::Json(_))));
    if let Some(column) = object {
        diagnostics.error(
            "SH0452",
            name.span,
            format!("`optimize_row_order` does not take `{}`, which is {}", column.name.value, column.ty),
            "leave it out, or let the object be empty instead of NULL",
        );
    }
}

/// The bytes that `64Mi` stands for.
fn size(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: f64 = match &text[digits.len()..] {
        "" => 1.0,
        "K" => 1e3,
        "Ki" => 1024.0,
        "M" => 1e6,
        "Mi" => 1024.0 * 1024.0,
        "G" => 1e9,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "T" => 1e12,
        _ => 1024.0 * 1024.0 * 1024.0 * 1024.0,
    };
    Some(digits.parse::<f64>().ok()? * unit)
}

/// Whether a setting that is true or false is true.
pub(super) fn is_on<A>(value: &Expr<A>) -> bool {
    match value {
        Expr::Literal(Literal::Bool(value), _) => *value,
        Expr::Literal(Literal::Number(digits), _) => digits != "0",
        _ => false,
    }
}

/// What a column may set.
const OF_COLUMNS: &[&str] = &["min_compress_block_size", "max_compress_block_size"];

/// Columns have two settings, both numbers of bytes: a size such as `64Ki` ClickHouse takes for a column too, and fails at the
/// first part that is large enough to have a file for each column.
pub(super) fn of_columns(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (name, value) in declaration.fields.iter().flat_map(|field| &field.settings) {
        if !OF_COLUMNS.contains(&name.value.as_str()) {
            diagnostics.error(
                "SH0804",
                name.span,
                format!("`{}` is not a setting of a column", name.value),
                format!("valid here: {}", OF_COLUMNS.join(", ")),
            );
        } else if !is_whole(&value.value) {
            diagnostics.error(
                "SH0802",
                value.span,
                format!("`{}` does not take this value", name.value),
                format!("write a number of bytes: `{} = 65536`", name.value),
            );
        }
    }
}

fn is_whole<A>(value: &Expr<A>) -> bool {
    matches!(value, Expr::Literal(Literal::Number(digits), _) if digits.parse::<u64>().is_ok())
}

/// The form that a setting takes, where the value has another.
fn misfit<A>(name: &str, ty: &str, value: &Expr<A>) -> Option<String> {
    if let Some(help) = setting_values::misfit(name, ty, value) {
        return Some(help);
    }
    let seconds = || {
        let right =
            matches!(value, Expr::Literal(Literal::Number(digits), _) if digits.parse::<u32>().is_ok());
        (!right).then(|| format!("write a number of seconds up to {}: `{name} = 1`", u32::MAX))
    };
    let plain = || (!is_whole(value)).then(|| format!("write a whole number: `{name} = 1`"));
    let whole = |least: u64| {
        let right = match value {
            Expr::Literal(Literal::Number(digits), _) => {
                digits.parse().is_ok_and(|number: u64| number >= least)
            }
            Expr::Literal(Literal::Text(text), _) => is_size(text),
            _ => false,
        };
        (!right).then(|| format!("write a whole number from {least}: `{name} = {}`", least.max(1)))
    };
    match (name, ty) {
        ("index_granularity", _) => whole(1),
        // Smaller ones are refused, but for 0, which turns it off.
        ("index_granularity_bytes", _) => match value {
            Expr::Literal(Literal::Number(digits), _) if digits == "0" => None,
            _ => whole(1024),
        },
        (_, "Bool") => {
            let right = match value {
                Expr::Literal(Literal::Bool(_), _) => true,
                Expr::Literal(Literal::Number(digits), _) => digits == "0" || digits == "1",
                _ => false,
            };
            (!right).then(|| format!("write `{name} = true` or `{name} = false`"))
        }
        // A whole number is taken where a float of 32 bits has all of its digits.
        (_, "Float") => {
            let right = matches!(value, Expr::Literal(Literal::Number(digits), _)
                if digits.parse::<f64>().is_ok_and(|number| digits.contains('.') || number.abs() <= 16_777_216.0));
            (!right).then(|| format!("write a number: `{name} = 0.5`"))
        }
        (_, "NonZeroUInt64") => whole(1),
        (_, "Seconds") => seconds(),
        (_, "MaxThreads") => plain(),
        (_, "UInt32") => {
            let right =
                matches!(value, Expr::Literal(Literal::Number(digits), _) if digits.parse::<u32>().is_ok());
            (!right).then(|| format!("write a whole number up to {}: `{name} = 1`", u32::MAX))
        }
        (_, "UInt64" | "Milliseconds" | "UInt64Auto") => whole(0),
        (_, "Int64") => {
            let right =
                matches!(value, Expr::Literal(Literal::Number(digits), _) if digits.parse::<i64>().is_ok());
            (!right).then(|| format!("write a whole number: `{name} = 1`"))
        }
        _ => {
            let right = matches!(value, Expr::Literal(Literal::Text(_), _));
            (!right).then(|| format!("write a string: `{name} = \"…\"`"))
        }
    }
}

/// `64Mi`, as ClickHouse writes sizes.
fn is_size(text: &str) -> bool {
    let digits = text.trim_end_matches('i').trim_end_matches(['K', 'M', 'G', 'T']);
    !digits.is_empty() && digits.len() < 16 && digits.chars().all(|c| c.is_ascii_digit())
}
