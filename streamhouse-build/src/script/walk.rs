//! What a file holds: declarations, and the way to other files.
//!
//! Tokens are enough for that. A function that is half written does not matter, and no time goes into reading it.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

use super::conditions::{Conditions, split};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk {
    pub(crate) declarations: Vec<Slice>,
    pub(crate) modules: Vec<Module>,
    pub(crate) includes: Vec<Include>,
    /// What cannot be followed, each with the byte where it stands.
    pub(crate) remarks: Vec<(usize, String)>,
    /// Why the file cannot be read, where it cannot.
    pub(crate) broken: Option<String>,
}

/// A declaration: which bytes of the file, and its name with those of the modules around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) bytes: Range<usize>,
    pub(crate) name: String,
}

/// `mod name;`, and the modules of the file around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) name: String,
    /// `#[path = "…"]`.
    pub(crate) path: Option<String>,
    pub(crate) inside: Vec<Inline>,
    /// Written in a macro, which may do with it what it likes.
    pub(crate) in_macro: bool,
    pub(crate) at: usize,
}

/// `mod name { … }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inline {
    pub(crate) name: String,
    pub(crate) path: Option<String>,
}

/// `include!("…")`: from a folder that cargo knows by a variable, or from that of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Include {
    pub(crate) variable: Option<String>,
    pub(crate) path: String,
    pub(crate) inside: Vec<Inline>,
}

/// Whether a file may hold anything of interest; most do not, and are not taken apart.
pub(crate) fn is_of_interest(text: &str) -> bool {
    text.contains("StreamSchema") || text.contains("include!") || names_files(text)
}

/// Whether there is something like `mod name;`.
fn names_files(text: &str) -> bool {
    text.match_indices("mod").any(|(at, _)| {
        let rest = &text[at + 3..];
        let name = rest.trim_start();
        name.len() < rest.len()
            && name
                .trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '#'))
                .trim_start()
                .starts_with(';')
    })
}

/// Takes a file apart.
pub(crate) fn walk(text: &str, conditions: &Conditions) -> Walk {
    let mut walker = Walker { walk: Walk::default(), conditions, inside: Vec::new(), in_macro: false };
    match text.parse::<TokenStream>() {
        Ok(tokens) => walker.items(tokens),
        Err(error) => {
            let start = error.span().start();
            walker.walk.broken = Some(format!("{}:{}", start.line, start.column + 1));
        }
    }
    walker.walk
}

/// Words after which `!` is no call of a macro.
const BEFORE_NOT: &[&str] = &["if", "while", "match", "return", "in", "else", "break", "move"];

struct Walker<'a> {
    walk: Walk,
    conditions: &'a Conditions,
    inside: Vec<Inline>,
    in_macro: bool,
}

/// The attributes before an item.
#[derive(Default)]
struct Attributes {
    start: Option<usize>,
    excluded: bool,
    declares: bool,
    path: Option<String>,
}

impl Walker<'_> {
    fn items(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut attributes = Attributes::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let next = |further: usize| tokens.get(at + further);
            match (token, next(1), next(2)) {
                // `#![cfg(…)]` is about all that is here.
                (TokenTree::Punct(hash), Some(TokenTree::Punct(bang)), Some(TokenTree::Group(group)))
                    if hash.as_char() == '#' && bang.as_char() == '!' =>
                {
                    let mut inner = Attributes::default();
                    self.attribute(&group.stream(), &mut inner);
                    if inner.excluded {
                        return;
                    }
                    at += 3;
                }
                (TokenTree::Punct(hash), Some(TokenTree::Group(group)), _) if hash.as_char() == '#' => {
                    attributes.start.get_or_insert_with(|| token.span().byte_range().start);
                    self.attribute(&group.stream(), &mut attributes);
                    at += 2;
                }
                _ if attributes.excluded => {
                    at = end(&tokens, at) + 1;
                    attributes = Attributes::default();
                }
                (TokenTree::Ident(word), Some(TokenTree::Ident(name)), following) if word == "mod" => {
                    let name = name.to_string().trim_start_matches("r#").to_string();
                    let path = attributes.path.take();
                    match following {
                        Some(TokenTree::Group(group)) => {
                            self.inside.push(Inline { name, path });
                            self.items(group.stream());
                            self.inside.pop();
                        }
                        _ => self.walk.modules.push(Module {
                            name,
                            path,
                            inside: self.inside.clone(),
                            in_macro: self.in_macro,
                            at: token.span().byte_range().start,
                        }),
                    }
                    attributes = Attributes::default();
                    at += 3;
                }
                (TokenTree::Ident(word), Some(name), _)
                    if attributes.declares && ["struct", "enum", "union"].iter().any(|one| word == one) =>
                {
                    let last = end(&tokens, at);
                    let first = attributes.start.unwrap_or_else(|| token.span().byte_range().start);
                    let last_token = tokens.get(last).or(tokens.last());
                    let bytes = first..last_token.map_or(first, |token| token.span().byte_range().end);
                    if self.in_macro {
                        let name = match name {
                            TokenTree::Ident(name) => format!("`{name}`"),
                            _ => "events".to_string(),
                        };
                        self.walk.remarks.push((first, format!("a macro makes {name}, and only rustc sees what a macro makes: declare it outside of macros")));
                    } else {
                        let modules = self.inside.iter().map(|module| format!("{}::", module.name));
                        let name = format!("{}{name}", modules.collect::<String>());
                        self.walk.declarations.push(Slice { bytes, name });
                    }
                    attributes = Attributes::default();
                    at = last + 1;
                }
                (TokenTree::Ident(word), Some(TokenTree::Punct(bang)), Some(_))
                    if bang.as_char() == '!' && !BEFORE_NOT.iter().any(|one| word == one) =>
                {
                    at += 2;
                    // `macro_rules! name { … }`
                    if let Some(TokenTree::Ident(_)) = tokens.get(at) {
                        at += 1;
                    }
                    if let Some(TokenTree::Group(group)) = tokens.get(at) {
                        self.call(&word.to_string(), group);
                        at += 1;
                    }
                    attributes = Attributes::default();
                }
                (TokenTree::Group(group), ..) => {
                    self.items(group.stream());
                    if group.delimiter() == Delimiter::Brace {
                        attributes = Attributes::default();
                    }
                    at += 1;
                }
                (TokenTree::Punct(end), ..) if end.as_char() == ';' => {
                    attributes = Attributes::default();
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    fn attribute(&mut self, tokens: &TokenStream, attributes: &mut Attributes) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        match &tokens[..] {
            [TokenTree::Ident(word), TokenTree::Group(group)] => match word.to_string().as_str() {
                "cfg" => {
                    let held = self.holds(&group.stream(), group.span().byte_range().start);
                    attributes.excluded |= !held;
                }
                "cfg_attr" => {
                    let mut parts = split(&group.stream()).into_iter();
                    let held =
                        parts.next().is_some_and(|one| self.holds(&one, group.span().byte_range().start));
                    if held {
                        parts.for_each(|part| self.attribute(&part, attributes));
                    }
                }
                "derive" => {
                    let names = split(&group.stream());
                    attributes.declares |= names.into_iter().any(
                        |path| matches!(path.into_iter().last(), Some(TokenTree::Ident(last)) if last == "StreamSchema"),
                    );
                }
                _ => {}
            },
            [TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Literal(path)] if word == "path" => {
                attributes.path = text(path);
            }
            // `#[test]`, `#[tokio::test]`
            [.., TokenTree::Ident(word)] if word == "test" => attributes.excluded = true,
            _ => {}
        }
    }

    fn holds(&mut self, predicate: &TokenStream, at: usize) -> bool {
        let mut unknown = BTreeSet::new();
        let held = self.conditions.hold(predicate, &mut unknown);
        let remark = |name| {
            (at, format!("nothing tells a build script whether `cfg({name})` holds; it is taken not to"))
        };
        self.walk.remarks.extend(unknown.into_iter().map(remark));
        held
    }

    /// A call of a macro: files that are included, and what would be of interest if it were no macro.
    fn call(&mut self, name: &str, group: &Group) {
        if name == "include" {
            match included(&group.stream()) {
                Some((variable, path)) => {
                    self.walk.includes.push(Include { variable, path, inside: self.inside.clone() });
                }
                None => self.walk.remarks.push((
                    group.span().byte_range().start,
                    "what is included is known to rustc alone: write the path as a text, or after `env!(\"OUT_DIR\")`".into(),
                )),
            }
            return;
        }
        let outer = std::mem::replace(&mut self.in_macro, true);
        self.items(group.stream());
        self.in_macro = outer;
    }
}

/// Where an item ends that begins here: with its braces or a semicolon.
fn end(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens[from..].iter().position(ends).map_or(tokens.len(), |at| from + at)
}

/// `"a/b.rs"`, or `concat!(env!("OUT_DIR"), "/b.rs")`.
fn included(tokens: &TokenStream) -> Option<(Option<String>, String)> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Literal(path)] => Some((None, text(path)?)),
        [TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Group(group), ..] if word == "concat" => {
            let (mut variable, mut path) = (None, String::new());
            for part in split(&group.stream()) {
                match &part.into_iter().collect::<Vec<_>>()[..] {
                    [TokenTree::Literal(part)] => path.push_str(&text(part)?),
                    [TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Group(name)]
                        if word == "env" && variable.is_none() && path.is_empty() =>
                    {
                        let Some(TokenTree::Literal(name)) = name.stream().into_iter().next() else {
                            return None;
                        };
                        variable = Some(text(&name)?);
                    }
                    _ => return None,
                }
            }
            Some((variable, path))
        }
        _ => None,
    }
}

/// What a text says.
fn text(literal: &Literal) -> Option<String> {
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|literal| literal.value())
}
