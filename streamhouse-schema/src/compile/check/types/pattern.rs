//! The regular expressions that need no engine: characters, any character, and how often.

/// A character that may stand here, none for any, and how often: at least, and whether without limit.
pub(super) struct Step {
    character: Option<char>,
    least: usize,
    unlimited: bool,
}

/// The steps of a regular expression; none where it has anything else in it.
pub(super) fn read(regexp: &str) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut chars = regexp.chars();
    let mut repeatable = false;
    while let Some(c) = chars.next() {
        let character = match c {
            '*' | '+' if repeatable => {
                let last = steps.last_mut()?;
                last.least = usize::from(c == '+');
                last.unlimited = true;
                repeatable = false;
                continue;
            }
            '.' => None,
            '\\' => Some(chars.next().filter(|c| c.is_ascii_punctuation())?),
            c if c.is_alphanumeric() || "_- /@:".contains(c) => Some(c),
            _ => return None,
        };
        steps.push(Step { character, least: 1, unlimited: false });
        repeatable = true;
    }
    Some(steps)
}

/// Whether the whole text is what the steps say.
pub(super) fn matches(steps: &[Step], text: &str) -> bool {
    let Some((step, rest)) = steps.split_first() else { return text.is_empty() };
    let fits = |c: char| step.character.is_none_or(|wanted| wanted == c);
    let (mut left, mut count) = (text, 0);
    loop {
        if count >= step.least && matches(rest, left) {
            return true;
        }
        let next = left.chars().next().filter(|c| fits(*c) && (step.unlimited || count < step.least));
        let Some(next) = next else { return false };
        left = &left[next.len_utf8()..];
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_expressions_are_read_and_others_are_not() {
        for (regexp, yes, no) in [
            ("abc", "abc", "abcd"),
            ("tmp_.*", "tmp_", "tmp"),
            (".*x", "a.x", "a.y"),
            ("a\\.b", "a.b", "axb"),
            ("a+b", "aab", "b"),
        ] {
            let steps = read(regexp).expect(regexp);
            assert!(matches(&steps, yes) && !matches(&steps, no), "{regexp}");
        }
        for regexp in ["(", "[a", "a|b", "*", "a**", "a{2", "\\d", "^a"] {
            assert!(read(regexp).is_none(), "{regexp}");
        }
    }
}
