//! When a view is computed anew.

use super::super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::expr::{Token, statement_tokens};

const UNITS: &[&str] = &["SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"];
const REFRESH: &str = "write `refresh = \"EVERY 1 HOUR\"`, perhaps with `OFFSET 5 MINUTE`, `RANDOMIZE FOR 1 MINUTE`, `DEPENDS ON other` and `APPEND`; or `AFTER 1 HOUR`";

/// When a view is computed anew is said in ClickHouse's words.
pub(in crate::compile::check) fn refresh(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for text in declaration.views.iter().filter_map(|view| view.refresh.as_ref()) {
        // What cannot be read is reported already.
        let Ok(tokens) = statement_tokens(&text.value) else { continue };
        if let Err(message) = schedule(&tokens) {
            diagnostics.error("SH0748", text.span, message, REFRESH);
        }
    }
}

fn schedule(tokens: &[Token]) -> Result<(), String> {
    let mut words = Words { tokens, at: 0 };
    let every = words.eat("EVERY");
    if !every && !words.eat("AFTER") {
        return Err("it begins with EVERY or AFTER".into());
    }
    words.spans()?;
    if every && words.eat("OFFSET") {
        words.spans()?;
    }
    if words.eat("RANDOMIZE") {
        if !words.eat("FOR") {
            return Err("behind RANDOMIZE stands FOR".into());
        }
        words.spans()?;
    }
    if words.eat("DEPENDS") {
        if !words.eat("ON") {
            return Err("behind DEPENDS stands ON".into());
        }
        loop {
            words.name()?;
            while words.symbol(".") {
                words.name()?;
            }
            if !words.symbol(",") {
                break;
            }
        }
    }
    if words.eat("SETTINGS") {
        // They are the server's to judge; APPEND stands behind them.
        while words.at < tokens.len() && !words.is("APPEND") {
            words.at += 1;
        }
    }
    words.eat("APPEND");
    match tokens.get(words.at) {
        None => Ok(()),
        Some(token) => Err(format!("{} has no meaning there", shown(token))),
    }
}

struct Words<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Words<'_> {
    fn is(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Symbol(found)) if *found == symbol);
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Result<(), String> {
        match self.tokens.get(self.at) {
            Some(Token::Word(_) | Token::Quoted(_)) => {
                self.at += 1;
                Ok(())
            }
            _ => Err("behind DEPENDS ON stands the name of a view".into()),
        }
    }

    /// `1 HOUR 30 MINUTE`.
    fn spans(&mut self) -> Result<(), String> {
        let mut count = 0;
        while let Some(Token::Number(digits)) = self.tokens.get(self.at) {
            self.at += 1;
            let unit = match self.tokens.get(self.at) {
                Some(Token::Word(unit)) => unit.to_uppercase(),
                _ => String::new(),
            };
            let known = UNITS.contains(&unit.trim_end_matches('S'));
            if !known || digits.parse::<u32>().is_err() {
                return Err(format!("behind {digits} stands a unit: {}", UNITS.join(", ")));
            }
            self.at += 1;
            count += 1;
        }
        if count == 0 { Err("a span of time is missing, such as 1 HOUR".into()) } else { Ok(()) }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(text) | Token::Quoted(text) | Token::Number(text) => format!("`{text}`"),
        Token::Text(text) => format!("the string {text:?}"),
        Token::Symbol(symbol) => format!("`{symbol}`"),
    }
}
