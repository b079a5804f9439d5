//! `AggregateFunction(…)` and `SimpleAggregateFunction(…)`.

use super::super::{Aggregate, aggregates, print};
use super::{Parser, TypeError};

impl Parser<'_> {
    /// The function's name, its parameters, and the types of its arguments; a state may say its version first.
    pub(super) fn aggregate(&mut self, depth: usize, is_state: bool) -> Result<Aggregate, TypeError> {
        self.open()?;
        self.skip_spaces();
        let versioned = is_state && self.text[self.at..].starts_with(|c: char| c.is_ascii_digit());
        let version = if versioned {
            let range = 0..=i128::from(u64::MAX);
            let version = self.number("the version of the state", "a whole number", range)? as u64;
            self.comma()?;
            Some(version)
        } else {
            None
        };
        let function = self.identifier()?;
        let mut parameters = Vec::new();
        if self.eat('(') && !self.eat(')') {
            loop {
                parameters.push(self.parameter(depth)?);
                if !self.more()? {
                    break;
                }
            }
        }
        let mut arguments = Vec::new();
        while self.more()? {
            arguments.push(self.parse(depth + 1)?);
        }
        Ok(aggregates::normal(Aggregate { version, function, parameters, arguments }, is_state))
    }

    /// A number, a string or a list of them, as ClickHouse prints it.
    fn parameter(&mut self, depth: usize) -> Result<String, TypeError> {
        if depth > super::MAX_DEPTH {
            return Err(TypeError::TooLarge);
        }
        self.skip_spaces();
        if self.text[self.at..].starts_with('\'') {
            return Ok(print::Text(&self.string("a string")?).to_string());
        }
        if self.eat('[') {
            let mut items = Vec::new();
            while !self.eat(']') {
                items.push(self.parameter(depth + 1)?);
                self.skip_spaces();
                if !self.eat(',') && !self.text[self.at..].starts_with(']') {
                    return Err(self.expected("`,` or `]`"));
                }
            }
            return Ok(format!("[{}]", items.join(", ")));
        }
        let rest = &self.text[self.at..];
        let mut before = ' ';
        let end = rest.find(|c: char| {
            let sign = "+-".contains(c) && " eE".contains(before);
            before = c;
            !(c.is_ascii_alphanumeric() || c == '.' || sign)
        });
        let digits = &rest[..end.unwrap_or(rest.len())];
        let Some(number) = figure(digits) else { return Err(self.expected("a number or a string")) };
        self.at += digits.len();
        Ok(number)
    }
}

/// A number as ClickHouse prints it: a whole one, or the shortest text that reads back as the same double.
fn figure(digits: &str) -> Option<String> {
    let unsigned = digits.strip_prefix('+').unwrap_or(digits);
    if let Ok(whole) = unsigned.parse::<i128>()
        && (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&whole)
    {
        return Some(whole.to_string());
    }
    let plain = unsigned.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c));
    let number = unsigned.parse::<f64>().ok().filter(|number| plain && number.is_finite())?;
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        return Some(format!("{number:e}"));
    }
    let text = number.to_string();
    Some(if text.contains('.') { text } else { format!("{text}.") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_the_engine_prints_them() {
        for (written, printed) in [
            ("0.50", "0.5"),
            (".5", "0.5"),
            ("5e-1", "0.5"),
            ("1.", "1."),
            ("1.0", "1."),
            ("-0", "0"),
            ("+3", "3"),
            ("007", "7"),
            ("1e-7", "1e-7"),
            ("1.5e-7", "1.5e-7"),
            ("0.000001", "0.000001"),
            ("1e5", "100000."),
            ("1e20", "100000000000000000000."),
            ("1e21", "1e21"),
            ("18446744073709551616", "18446744073709552000."),
            ("0.123456789012345678901", "0.12345678901234568"),
        ] {
            assert_eq!(figure(written).as_deref(), Some(printed), "{written}");
        }
        for wrong in ["", "x", "1e400", "1.2.3", "nan", "inf"] {
            assert_eq!(figure(wrong), None, "{wrong}");
        }
    }
}
