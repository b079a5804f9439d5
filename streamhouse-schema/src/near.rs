//! "Did you mean": the known word that is nearest to a misspelt one.

/// The nearest of `known` to `word`, if few enough letters differ, the first one among equals; else the one that goes on
/// where `word` ends, if there is just one.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    misspelt(word, known).or_else(|| {
        let mut longer = known.iter().filter(|known| word.len() > 3 && known.starts_with(word));
        longer.next().filter(|_| longer.next().is_none()).copied()
    })
}

fn misspelt<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let letters = word.chars().count();
    let limit = 1 + letters / 4;
    known
        .iter()
        // Whose length alone tells is not compared: a word may come from anybody, and be as long as a document.
        .filter(|candidate| letters.abs_diff(candidate.chars().count()) <= limit + 1)
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_slip_of_a_key_and_nothing_far() {
        let known = ["order_by", "partition_by", "ttl", "engine"];
        assert_eq!(nearest("ordre_by", &known), Some("order_by"));
        assert_eq!(nearest("Engine", &known), Some("engine"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("part", &known), Some("partition_by"));
        assert_eq!(nearest("place", &["placed_at", "placed_by"]), None);
    }
}
