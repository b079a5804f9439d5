//! `AggregateFunction(…)` and `SimpleAggregateFunction(…)`.

use super::super::{Aggregate, print};
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
                parameters.push(self.parameter()?);
                if !self.more()? {
                    break;
                }
            }
        }
        let mut arguments = Vec::new();
        while self.more()? {
            arguments.push(self.parse(depth + 1)?);
        }
        Ok(Aggregate { version, function, parameters, arguments })
    }

    /// A number or a string, as ClickHouse prints it.
    fn parameter(&mut self) -> Result<String, TypeError> {
        self.skip_spaces();
        if self.text[self.at..].starts_with('\'') {
            return Ok(print::Text(&self.string("a string")?).to_string());
        }
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || ".-".contains(c))).unwrap_or(rest.len());
        let digits = &rest[..end];
        if digits.parse::<f64>().is_err() {
            return Err(self.expected("a number or a string"));
        }
        self.at += end;
        // A fraction ends with its last digit that counts.
        Ok(if digits.contains('.') { digits.trim_end_matches('0').to_string() } else { digits.to_string() })
    }
}
