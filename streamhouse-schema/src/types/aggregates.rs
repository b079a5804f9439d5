//! The names of aggregate functions, as the engine prints them in types.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Aggregate, Type};

/// `name [any_case] [the name that it is another one for]`, an aggregate function a line.
pub(crate) const NAMES: &str = include_str!("../engine/aggregates.txt");
/// What may follow the name of an aggregate function.
pub(crate) const COMBINATORS: &str = include_str!("../engine/combinators.txt");

/// Other names that the engine's list does not call so.
const MAPPED: &[(&str, &str)] =
    &[("sumMappedArrays", "sumMap"), ("minMappedArrays", "minMap"), ("maxMappedArrays", "maxMap")];

/// The engine's own names by all names, and by the small letters of those that any case will do for.
static OWN: LazyLock<[HashMap<String, &str>; 2]> = LazyLock::new(|| {
    let (mut exact, mut any_case) = (HashMap::new(), HashMap::new());
    for line in NAMES.lines() {
        let mut words = line.split(' ');
        let Some(name) = words.next() else { continue };
        let mut own = name;
        let mut is_any = false;
        for word in words {
            if word == "any_case" { is_any = true } else { own = word }
        }
        exact.insert(name.to_string(), own);
        if is_any {
            any_case.insert(name.to_ascii_lowercase(), own);
        }
    }
    exact.extend(MAPPED.iter().map(|(name, own)| (name.to_string(), *own)));
    [exact, any_case]
});

/// The longest name that is looked for, in bytes: one ending is taken off after the other, and a name may come from anybody.
const MAX_NAME: usize = 256;

/// The name under which the engine knows an aggregate function, with what follows it; `None` where it knows none, or where the name is longer
/// than 256 bytes.
pub fn own_name(name: &str) -> Option<String> {
    if name.len() > MAX_NAME {
        return None;
    }
    let [exact, any_case] = &*OWN;
    if let Some(own) = exact.get(name).or_else(|| any_case.get(&name.to_ascii_lowercase())) {
        return Some((*own).to_string());
    }
    COMBINATORS.lines().find_map(|combinator| {
        let base = name.strip_suffix(combinator).filter(|base| !base.is_empty())?;
        own_name(base).map(|own| format!("{own}{combinator}"))
    })
}

/// All names, without what may follow them.
#[cfg(feature = "compile")]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines().filter_map(|line| line.split(' ').next())
}

/// The form of a state that the engine prints: its own name for the function, and the version where that is not the first
/// one.
pub(super) fn normal(mut aggregate: Aggregate, is_state: bool) -> Aggregate {
    if let Some(own) = own_name(&aggregate.function) {
        aggregate.function = own;
    }
    // Sums of lists by lists were kept otherwise at first.
    let of_lists = ["sumMap", "minMap", "maxMap"].iter().any(|name| aggregate.function.starts_with(name))
        && matches!(aggregate.arguments.first(), Some(Type::Array(_)));
    match aggregate.version {
        Some(0) => aggregate.version = None,
        None if is_state && of_lists => aggregate.version = Some(1),
        _ => {}
    }
    aggregate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_engines_own() {
        for (name, own) in [
            ("sum", Some("sum")),
            ("SUM", Some("sum")),
            ("median", Some("quantile")),
            ("medianIf", Some("quantileIf")),
            ("STDOrNull", Some("stddevPopOrNull")),
            ("Median", None),
            ("uniqif", None),
            ("If", None),
            ("toDate", None),
        ] {
            assert_eq!(own_name(name).as_deref(), own, "{name}");
        }
    }
}
