//! What the types of indexes take (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree#available-types-of-indices>).

use crate::expr::{Binary, Expr, Literal};
use crate::schema::IndexKind;

/// The largest filter, in bytes.
const MAX_FILTER: f64 = 1_073_741_824.0;

/// Whether a type of index takes its parameters.
pub(super) fn parameters_fit(kind: &IndexKind) -> bool {
    match kind.name.as_str() {
        "text" => return text_parameters(&kind.parameters),
        "vector_similarity" => return vector_parameters(&kind.parameters),
        _ => {}
    }
    let Some(numbers) = kind.parameters.iter().map(number).collect::<Option<Vec<f64>>>() else {
        return false;
    };
    match (kind.name.as_str(), &numbers[..]) {
        ("minmax" | "bloom_filter", []) => true,
        ("set", [rows]) => whole(*rows) && *rows < 9e18,
        ("bloom_filter", [rate]) => *rate > 0.0 && *rate < 1.0,
        ("tokenbf_v1", filter) => filter_fits(filter),
        ("ngrambf_v1", [ngram, filter @ ..]) => ngram_fits(*ngram) && filter_fits(filter),
        ("sparse_grams", [least, most, filter @ ..]) => {
            let filter = match filter {
                [cutoff, filter @ ..] if filter.len() == 3 && whole(*cutoff) => filter,
                filter => filter,
            };
            whole(*least) && whole(*most) && *least >= 3.0 && most >= least && filter_fits(filter)
        }
        _ => false,
    }
}

fn number(parameter: &Expr) -> Option<f64> {
    match parameter {
        Expr::Literal(Literal::Number(digits), _) => digits.parse::<f64>().ok(),
        _ => None,
    }
}

fn whole(number: f64) -> bool {
    number >= 0.0 && number.fract() == 0.0
}

fn ngram_fits(ngram: f64) -> bool {
    whole(ngram) && (1.0..=8.0).contains(&ngram)
}

/// The bytes of a bloom filter, its hash functions and their seed.
fn filter_fits(filter: &[f64]) -> bool {
    match filter {
        [bytes, hashes, seed] => {
            [*bytes, *hashes, *seed].into_iter().all(whole)
                && (1.0..=MAX_FILTER).contains(bytes)
                && (1.0..=16.0).contains(hashes)
                && *seed < 4_294_967_296.0
        }
        _ => false,
    }
}

/// `tokenizer = …`, which has to be there, and what tunes the index
/// (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/textindexes>).
fn text_parameters(parameters: &[Expr]) -> bool {
    const TOKENIZERS: &[&str] =
        &["splitByNonAlpha", "splitByString", "ngrams", "sparseGrams", "array", "asciiCJK"];
    let mut seen: Vec<&str> = Vec::new();
    for parameter in parameters {
        let Expr::Binary(Binary::Equal, key, value) = parameter else { return false };
        let Expr::Column(key) = &**key else { return false };
        if seen.contains(&key.text.as_str()) {
            return false;
        }
        seen.push(&key.text);
        let fits = match key.text.as_str() {
            "tokenizer" => match &**value {
                Expr::Column(name) => TOKENIZERS.contains(&name.text.as_str()),
                Expr::Literal(Literal::Text(name), _) => TOKENIZERS.contains(&name.as_str()),
                Expr::Call { function, .. } => TOKENIZERS.contains(&function.text.as_str()),
                _ => false,
            },
            "preprocessor" => matches!(**value, Expr::Call { .. }),
            "dictionary_block_size" => number(value).is_some_and(|size| whole(size) && size >= 1.0),
            "dictionary_block_frontcoding_compression" => {
                number(value).is_some_and(|choice| choice == 0.0 || choice == 1.0)
            }
            "posting_list_block_size" => number(value).is_some_and(|size| whole(size) && size >= 1.0),
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    seen.contains(&"tokenizer")
}

/// The method, the distance and the dimensions; then, all three or none, how a vector is quantised, with how many others
/// it is connected, and how many candidates are looked at.
fn vector_parameters(parameters: &[Expr]) -> bool {
    let text = |parameter: &Expr, valid: &[&str]| matches!(parameter, Expr::Literal(Literal::Text(text), _) if valid.contains(&text.as_str()));
    let [method, distance, dimensions, tuning @ ..] = parameters else { return false };
    let Some(dimensions) = number(dimensions).filter(|count| whole(*count) && *count >= 1.0) else {
        return false;
    };
    let tuned = match tuning {
        [] => true,
        [quantisation, connections, candidates] => {
            let binary = text(quantisation, &["b1"]);
            text(quantisation, &["f64", "f32", "f16", "bf16", "i8", "b1"])
                && !(binary && dimensions % 8.0 != 0.0)
                && (!binary || text(distance, &["cosineDistance"]))
                // 0 leaves it to the engine; one connection makes no graph.
                && number(connections).is_some_and(|count| whole(count) && count != 1.0)
                && number(candidates).is_some_and(whole)
        }
        _ => false,
    };
    tuned && text(method, &["hnsw"]) && text(distance, &["L2Distance", "cosineDistance", "dotProduct"])
}
