//! `Enum8('a' = 1, …)` and its kin.

use std::collections::BTreeSet;

use super::{Parser, Type, TypeError};

impl Parser<'_> {
    /// What is not numbered is counted from the first on; what is not said to be wide is so where it has to be.
    pub(super) fn enumeration(&mut self, wide: Option<bool>) -> Result<Type, TypeError> {
        self.open()?;
        let mut values: Vec<(String, i16)> = Vec::new();
        let mut counted = false;
        loop {
            let name = self.string("a name in quotes, such as `'a' = 1`")?;
            let counts = !self.eat('=');
            // The first may say where the count begins; then all others have a number, or none has.
            let fits = match values.len() {
                0 => true,
                1 => counts || !counted,
                _ => counts == counted,
            };
            if !fits {
                return Err(self.expected("a number for each name, or for none"));
            }
            counted = counts;
            let number = if counts {
                let next = values.last().map_or(1, |(_, last)| i32::from(*last) + 1);
                i16::try_from(next).map_err(|_| range(wide, i128::from(next)))?
            } else {
                self.number("the number of a name", "-32768 to 32767", -32768..=32767)? as i16
            };
            values.push((name, number));
            if !self.more()? {
                break;
            }
        }
        let narrow = values.iter().all(|(_, number)| i8::try_from(*number).is_ok());
        if wide == Some(false)
            && let Some((_, number)) = values.iter().find(|(_, number)| i8::try_from(*number).is_err())
        {
            return Err(range(wide, i128::from(*number)));
        }
        distinct(&values)?;
        values.sort_by_key(|(_, number)| *number);
        Ok(Type::Enum { wide: wide.unwrap_or(!narrow), values })
    }
}

fn range(wide: Option<bool>, found: i128) -> TypeError {
    match wide {
        Some(false) => {
            TypeError::Range { what: "the number of a name in Enum8", range: "-128 to 127", found }
        }
        _ => TypeError::Range { what: "the number of a name", range: "-32768 to 32767", found },
    }
}

fn distinct(values: &[(String, i16)]) -> Result<(), TypeError> {
    let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for (name, number) in values {
        if !names.insert(name) {
            return Err(TypeError::Twice { what: "a name of an Enum", found: name.clone() });
        }
        if !numbers.insert(number) {
            return Err(TypeError::Twice { what: "a number of an Enum", found: number.to_string() });
        }
    }
    Ok(())
}
