//! What a file holds: declarations, and the way to other files.
//!
//! Tokens are enough for that. A function that is half written does not matter, and no time goes into reading it.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{Literal, TokenStream, TokenTree};

use super::conditions::{Conditions, split};
use super::lexer::{Kind, Token, lex};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk {
    pub(crate) declarations: Vec<Slice>,
    pub(crate) modules: Vec<Module>,
    pub(crate) includes: Vec<Include>,
    /// What cannot be followed, each with the byte where it stands.
    pub(crate) remarks: Vec<(usize, String)>,
    /// The byte where something has no end, where that is so.
    pub(crate) broken: Option<usize>,
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
    let mut walker = Walker { walk: Walk::default(), text, conditions, inside: Vec::new(), in_macro: false };
    match lex(text) {
        Ok(tokens) => walker.items(&tokens),
        Err(at) => walker.walk.broken = Some(at),
    }
    walker.walk
}

/// Words after which `!` is no call of a macro.
const BEFORE_NOT: &[&str] = &["if", "while", "match", "return", "in", "else", "break", "move"];
/// Attributes that say whether and where something is; all others are passed over.
const OF_INTEREST: &[&str] = &["cfg", "cfg_attr", "derive", "path", "test"];

struct Walker<'a> {
    walk: Walk,
    text: &'a str,
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
    fn items(&mut self, tokens: &[Token<'_>]) {
        let mut attributes = Attributes::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let kind = |further: usize| tokens.get(at + further).map(|token| &token.kind);
            match (&token.kind, kind(1), kind(2)) {
                // `#![cfg(…)]` is about all that is here.
                (Kind::Punct(b'#'), Some(Kind::Punct(b'!')), Some(Kind::Group(b'[', inner))) => {
                    let mut about = Attributes::default();
                    self.read(inner, &tokens[at + 2], &mut about);
                    if about.excluded {
                        return;
                    }
                    at += 3;
                }
                (Kind::Punct(b'#'), Some(Kind::Group(b'[', inner)), _) => {
                    attributes.start.get_or_insert(token.start);
                    self.read(inner, &tokens[at + 1], &mut attributes);
                    at += 2;
                }
                _ if attributes.excluded => {
                    at = end(tokens, at) + 1;
                    attributes = Attributes::default();
                }
                (Kind::Word("mod"), Some(Kind::Word(name)), following) => {
                    let (name, path) = (name.to_string(), attributes.path.take());
                    match following {
                        Some(Kind::Group(_, inner)) => {
                            self.inside.push(Inline { name, path });
                            self.items(inner);
                            self.inside.pop();
                        }
                        _ => self.walk.modules.push(Module {
                            name,
                            path,
                            inside: self.inside.clone(),
                            in_macro: self.in_macro,
                            at: token.start,
                        }),
                    }
                    attributes = Attributes::default();
                    at += 3;
                }
                (Kind::Word("struct" | "enum" | "union"), Some(name), _) if attributes.declares => {
                    let last = end(tokens, at);
                    let first = attributes.start.unwrap_or(token.start);
                    let end = tokens.get(last).or(tokens.last()).map_or(first, |token| token.end);
                    self.declaration(name, first..end);
                    attributes = Attributes::default();
                    at = last + 1;
                }
                (Kind::Word(word), Some(Kind::Punct(b'!')), Some(_)) if !BEFORE_NOT.contains(word) => {
                    at += 2;
                    // `macro_rules! name { … }`
                    if let Some(Kind::Word(_)) = tokens.get(at).map(|token| &token.kind) {
                        at += 1;
                    }
                    if let Some(group) = tokens.get(at)
                        && let Kind::Group(_, inner) = &group.kind
                    {
                        self.call(word, inner, group);
                        at += 1;
                    }
                    attributes = Attributes::default();
                }
                (Kind::Group(open, inner), ..) => {
                    self.items(inner);
                    if *open == b'{' {
                        attributes = Attributes::default();
                    }
                    at += 1;
                }
                (Kind::Punct(b';'), ..) => {
                    attributes = Attributes::default();
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// A struct with the derive; it is rustc's matter where it ends in no name.
    fn declaration(&mut self, name: &Kind<'_>, bytes: Range<usize>) {
        if self.in_macro {
            let name = match name {
                Kind::Word(name) => format!("`{name}`"),
                _ => "events".to_string(),
            };
            self.walk.remarks.push((bytes.start, format!("a macro makes {name}, and only rustc sees what a macro makes: declare it outside of macros")));
        } else if let Kind::Word(name) = name {
            let modules = self.inside.iter().map(|module| format!("{}::", module.name));
            let name = format!("{}{name}", modules.collect::<String>());
            self.walk.declarations.push(Slice { bytes, name });
        }
    }

    /// Reads an attribute, if it is one of interest.
    fn read(&mut self, inner: &[Token<'_>], group: &Token<'_>, attributes: &mut Attributes) {
        let is_of_interest =
            |token: &Token<'_>| matches!(token.kind, Kind::Word(word) if OF_INTEREST.contains(&word));
        // `#[tokio::test]` ends with the word.
        if inner.first().is_some_and(is_of_interest) || inner.last().is_some_and(is_of_interest) {
            let content = self.content(group);
            self.attribute(&content, group.start, attributes);
        }
    }

    /// What stands in delimiters, as all that know Rust read it.
    fn content(&self, group: &Token<'_>) -> TokenStream {
        let text = self.text.get(group.start + 1..group.end.saturating_sub(1)).unwrap_or_default();
        text.parse().unwrap_or_default()
    }

    fn attribute(&mut self, tokens: &TokenStream, at: usize, attributes: &mut Attributes) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        match &tokens[..] {
            [TokenTree::Ident(word), TokenTree::Group(group)] => match word.to_string().as_str() {
                "cfg" => attributes.excluded |= !self.holds(&group.stream(), at),
                "cfg_attr" => {
                    let mut parts = split(&group.stream()).into_iter();
                    if parts.next().is_some_and(|one| self.holds(&one, at)) {
                        parts.for_each(|part| self.attribute(&part, at, attributes));
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
    fn call(&mut self, name: &str, inner: &[Token<'_>], group: &Token<'_>) {
        if name == "include" {
            match included(&self.content(group)) {
                Some((variable, path)) => {
                    self.walk.includes.push(Include { variable, path, inside: self.inside.clone() });
                }
                None => self.walk.remarks.push((
                    group.start,
                    "what is included is known to rustc alone: write the path as a text, or after `env!(\"OUT_DIR\")`".into(),
                )),
            }
            return;
        }
        let outer = std::mem::replace(&mut self.in_macro, true);
        self.items(inner);
        self.in_macro = outer;
    }
}

/// Where an item ends that begins here: with its braces or a semicolon.
fn end(tokens: &[Token<'_>], from: usize) -> usize {
    let ends = |token: &Token<'_>| matches!(token.kind, Kind::Group(b'{', _) | Kind::Punct(b';'));
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
