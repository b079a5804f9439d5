//! What settings of a table take: the words of those that are one of several, and the bounds of numbers. ClickHouse tells
//! them in its errors only; where it has others, random declarations find it out.

use crate::expr::{Expr, Literal};

/// For each type whose values are words, the words.
const WORDS: &[(&str, &[&str])] = &[
    ("AlterColumnSecondaryIndexMode", &["compatibility", "rebuild", "drop", "throw"]),
    ("CleanDeletedRows", &["Always", "Never"]),
    ("DeduplicateMergeProjectionMode", &["rebuild", "throw", "drop", "ignore"]),
    ("LightweightMutationProjectionMode", &["rebuild", "drop", "throw"]),
    ("MergeCoordinatorDistributionAlgorithm", &["water_filling"]),
    ("MergeSelectorAlgorithm", &["Manual", "Trivial", "StochasticSimple", "Simple"]),
    ("MergeTreeDynamicSerializationVersion", &["v3", "v2", "v1"]),
    ("MergeTreeMapBucketsStrategy", &["linear", "sqrt", "constant"]),
    ("MergeTreeMapSerializationVersion", &["with_buckets", "basic"]),
    ("MergeTreeNullableSerializationVersion", &["allow_sparse", "basic"]),
    ("MergeTreeObjectSerializationVersion", &["v3", "v2", "v1"]),
    ("MergeTreeObjectSharedDataSerializationVersion", &["advanced", "map_with_buckets", "map"]),
    ("MergeTreePartMinMaxIndexColumns", &["with_block_number_offset", "partition_key_only"]),
    ("MergeTreeSerializationInfoVersion", &["with_types", "basic"]),
    ("MergeTreeStringSerializationVersion", &["with_size_stream", "single_stream"]),
    ("SearchOrphanedPartsDisks", &["none", "local", "any"]),
    ("TextIndexPostingListCodec", &["bitpacking", "none"]),
];
/// Bounds that the type of a setting does not tell.
const BOUNDS: &[(&str, f64, f64)] = &[
    ("map_buckets_coefficient", f64::MIN_POSITIVE, f64::MAX),
    ("max_buckets_in_map", 1.0, 256.0),
    // Beyond it the server takes no more rows, and a table of one part is never merged to have fewer.
    ("max_parts_in_total", 2.0, f64::MAX),
    ("merge_selecting_sleep_slowdown_factor", 1.0, f64::MAX),
    // A petabyte, more than which is free on no disk.
    ("min_free_disk_bytes_to_perform_insert", 0.0, 1_125_899_906_842_624.0),
    // A share of the disk that has to be free: no disk is wholly.
    ("min_free_disk_ratio_to_perform_insert", 0.0, 0.99),
    ("object_shared_data_buckets_for_compact_part", 1.0, 256.0),
    ("object_shared_data_buckets_for_wide_part", 1.0, 256.0),
    ("parts_to_throw_insert", 2.0, f64::MAX),
    ("shared_merge_tree_range_for_merge_window_size", 1.0, f64::MAX),
    // No more than the threads that a server has for merges, which are 16 unless it is told otherwise.
    ("number_of_free_entries_in_pool_to_execute_mutation", 0.0, 16.0),
    ("number_of_free_entries_in_pool_to_execute_optimize_entire_partition", 0.0, 16.0),
    ("number_of_free_entries_in_pool_to_lower_max_size_of_merge", 0.0, 16.0),
];
/// What `auto_statistics_types` lists.
const STATISTICS: &[&str] = &["basic", "countmin", "minmax", "tdigest", "uniq", "uniq_v2"];
const COMPRESSING: &[&str] = &["NONE", "LZ4", "LZ4HC", "ZSTD"];

/// The form that a setting takes, where its value is out of its bounds or none of its words.
pub(super) fn misfit<A>(name: &str, ty: &str, value: &Expr<A>) -> Option<String> {
    let text = match value {
        Expr::Literal(Literal::Text(text), _) => Some(text.as_str()),
        _ => None,
    };
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == ty) {
        let fits = text.is_some_and(|text| words.contains(&text));
        let all: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        return (!fits).then(|| format!("write one of {}", all.join(", ")));
    }
    if let Some((_, least, most)) = BOUNDS.iter().find(|(known, ..)| *known == name) {
        let fits = match value {
            Expr::Literal(Literal::Number(digits), _) => {
                digits.parse().is_ok_and(|number: f64| (*least..=*most).contains(&number))
            }
            _ => false,
        };
        let bounds = if *most < f64::MAX {
            format!("from {least} to {most}")
        } else {
            format!("from {}", least.ceil())
        };
        return (!fits).then(|| format!("write a number {bounds}"));
    }
    match (name, text) {
        // 0 turns it off.
        ("inactive_parts_to_throw_insert", _) => {
            let one = matches!(value, Expr::Literal(Literal::Number(digits), _) if digits == "1");
            one.then(|| "write 0 or a number from 2: the second insert would be refused".into())
        }
        // 0 turns it off; less than a part may grow to is refused.
        ("min_bytes_to_rebalance_partition_over_jbod", _) => {
            let fits = match value {
                Expr::Literal(Literal::Number(digits), _) => {
                    digits.parse().is_ok_and(|bytes: u64| bytes == 0 || bytes >= 157_286_400)
                }
                _ => false,
            };
            (!fits).then(|| "write 0, or a number of bytes from 157286400".into())
        }
        ("table_disk" | "table_readonly", _) => {
            let off = matches!(value, Expr::Literal(Literal::Bool(false), _))
                || matches!(value, Expr::Literal(Literal::Number(digits), _) if digits == "0");
            (!off).then(|| "leave it out: no event could be inserted".into())
        }
        ("auto_statistics_types", Some(text)) => {
            let fits = text.is_empty() || text.split(',').all(|one| STATISTICS.contains(&one.trim()));
            (!fits).then(|| format!("list some of {}", STATISTICS.join(", ")))
        }
        (name, Some(text)) if name.ends_with("_compression_codec") => {
            let codec = |one: &str| COMPRESSING.contains(&one.split('(').next().unwrap_or_default().trim());
            let fits = (text.is_empty() && name == "default_compression_codec") || codec(text);
            (!fits).then(|| format!("write a codec that compresses: `{name} = \"ZSTD(3)\"`"))
        }
        _ => None,
    }
}
