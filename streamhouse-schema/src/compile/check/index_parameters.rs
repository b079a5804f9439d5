//! What the types of indexes take (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree#available-types-of-indices>).

use crate::expr::{Binary, Expr, Literal, place};
use crate::schema::IndexKind;

/// The largest filter, in bytes.
const MAX_FILTER: f64 = 1_073_741_824.0;

/// What a type of index takes: `None` where these are its parameters, else where the first one stands that is not, or
/// nothing where it is their number.
pub(super) fn misfit<A: Copy>(kind: &IndexKind<A>) -> Option<Option<A>> {
    let parameters = &kind.parameters[..];
    match kind.name.as_str() {
        "text" => return text_misfit(parameters),
        "vector_similarity" => return vector_misfit(parameters),
        _ => {}
    }
    let Some(takes) = takes(&kind.name, parameters.len()) else { return Some(None) };
    let given: Vec<Option<f64>> = parameters.iter().map(number).collect();
    let wrong = takes.iter().zip(&given).position(|(takes, number)| !number.is_some_and(takes));
    if let Some(wrong) = wrong {
        return Some(place(&parameters[wrong]));
    }
    // The longest gram is no shorter than the shortest.
    match (kind.name.as_str(), &given[..]) {
        ("sparse_grams", [least, most, ..]) if most < least => Some(place(&parameters[1])),
        _ => None,
    }
}

type TakesNumber = fn(f64) -> bool;

/// What each parameter is, where there may be so many.
fn takes(kind: &str, count: usize) -> Option<Vec<TakesNumber>> {
    let filter: [TakesNumber; 3] = [
        |bytes| whole(bytes) && (1.0..=MAX_FILTER).contains(&bytes),
        |hashes| whole(hashes) && (1.0..=16.0).contains(&hashes),
        |seed| whole(seed) && seed < 4_294_967_296.0,
    ];
    let gram: TakesNumber = |gram| whole(gram) && gram >= 3.0;
    Some(match (kind, count) {
        ("minmax" | "bloom_filter", 0) => Vec::new(),
        ("set", 1) => vec![|rows| whole(rows) && rows < 9e18],
        ("bloom_filter", 1) => vec![|rate| rate > 0.0 && rate < 1.0],
        ("tokenbf_v1", 3) => filter.to_vec(),
        ("ngrambf_v1", 4) => {
            let ngram: TakesNumber = |ngram| whole(ngram) && (1.0..=8.0).contains(&ngram);
            [&[ngram][..], &filter].concat()
        }
        ("sparse_grams", 5) => [&[gram, whole][..], &filter].concat(),
        ("sparse_grams", 6) => [&[gram, whole, whole][..], &filter].concat(),
        _ => return None,
    })
}

fn number<A>(parameter: &Expr<A>) -> Option<f64> {
    match parameter {
        Expr::Literal(Literal::Number(digits), _) => digits.parse::<f64>().ok(),
        _ => None,
    }
}

fn whole(number: f64) -> bool {
    number >= 0.0 && number.fract() == 0.0
}

/// `tokenizer = …`, which has to be there, and what tunes the index
/// (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/textindexes>).
fn text_misfit<A: Copy>(parameters: &[Expr<A>]) -> Option<Option<A>> {
    const TOKENIZERS: &[&str] =
        &["splitByNonAlpha", "splitByString", "ngrams", "sparseGrams", "array", "asciiCJK"];
    const KEYS: &[&str] = &[
        "tokenizer",
        "preprocessor",
        "dictionary_block_size",
        "dictionary_block_frontcoding_compression",
        "posting_list_block_size",
    ];
    let mut seen: Vec<&str> = Vec::new();
    for parameter in parameters {
        let at = place(parameter);
        let Expr::Binary(Binary::Equal, key, value) = parameter else { return Some(at) };
        let Expr::Column(key) = &**key else { return Some(at) };
        if seen.contains(&key.text.as_str()) {
            return Some(at);
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
            let known = KEYS.contains(&key.text.as_str());
            return Some(if known { place(value) } else { at });
        }
    }
    if seen.contains(&"tokenizer") { None } else { Some(None) }
}

/// The method, the distance and the dimensions; then, all three or none, how a vector is quantised, with how many others
/// it is connected, and how many candidates are looked at.
fn vector_misfit<A: Copy>(parameters: &[Expr<A>]) -> Option<Option<A>> {
    let text = |parameter: &Expr<A>, valid: &[&str]| matches!(parameter, Expr::Literal(Literal::Text(text), _) if valid.contains(&text.as_str()));
    let [method, distance, dimensions, tuning @ ..] = parameters else { return Some(None) };
    if !text(method, &["hnsw"]) {
        return Some(place(method));
    }
    if !text(distance, &["L2Distance", "cosineDistance", "dotProduct"]) {
        return Some(place(distance));
    }
    let Some(length) = number(dimensions).filter(|count| whole(*count) && *count >= 1.0) else {
        return Some(place(dimensions));
    };
    match tuning {
        [] => None,
        [quantisation, connections, candidates] => {
            let binary = text(quantisation, &["b1"]);
            let known = text(quantisation, &["f64", "f32", "f16", "bf16", "i8", "b1"]);
            if !known || (binary && (length % 8.0 != 0.0 || !text(distance, &["cosineDistance"]))) {
                return Some(place(quantisation));
            }
            // 0 leaves it to the engine; one connection makes no graph.
            if !number(connections).is_some_and(|count| whole(count) && count != 1.0) {
                return Some(place(connections));
            }
            (!number(candidates).is_some_and(whole)).then(|| place(candidates))
        }
        [extra, ..] => Some(place(extra)),
    }
}
