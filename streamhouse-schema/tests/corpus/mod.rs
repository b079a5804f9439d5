//! The corpus of broken declarations: each of them is an error of the compiler, on the token that causes it, and each says what
//! ClickHouse would do with it.
//!
//! A file is a family of rules, and a section one kind of mistake:
//!
//! ```text
//! ## What is wrong.
//! SH0402
//! refused 44
//! #[stream(name = "a", order_by = «b»)] struct E { b: Option<u8> }
//! ```
//!
//! First the codes, in the order of the marks. Then the outcome:
//!
//! - `refused 44`: the engine refuses the table with this code. The table is what the declaration would make without the
//!   rules; `refused 44: CREATE TABLE …` names another one, where the declaration cannot be read.
//! - Steps, of which the last one shows the harm: `> statement` works, `! 70 statement` is refused, `? query => result` says what
//!   is left. `@create` stands for the statements of the declaration.
//! - `rust: …`: what is wrong is wrong in Rust, so there is nothing that an engine could be asked.
//!
//! The rest is the declaration, with `«` and `»` around what the error underlines.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::LineColumn;
use streamhouse_schema::compile::{Rejected, compile, compile_type, unchecked};
use streamhouse_schema::schema::Schema;

/// One kind of mistake.
pub(crate) struct Case {
    /// `keys: What is wrong.`
    pub(crate) title: String,
    /// The codes, in the order of the marks.
    pub(crate) codes: Vec<String>,
    /// What the engine does.
    pub(crate) outcome: Outcome,
    /// The declaration, without marks.
    pub(crate) source: String,
    /// Where the marks stand.
    pub(crate) marks: Vec<(LineColumn, LineColumn)>,
}

/// What the engine does with a broken declaration.
pub(crate) enum Outcome {
    /// It refuses the table with this code.
    Refused(u32, Option<String>),
    /// It takes the table, and something goes wrong later.
    Steps(Vec<Step>),
    /// It is never asked.
    Rust,
}

/// A statement, and what becomes of it.
pub(crate) enum Step {
    /// It works.
    Works(String),
    /// It is refused with a code.
    Fails(u32, String),
    /// It gives this.
    Gives(String, String),
}

/// All cases, by family.
pub(crate) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let folder = folder.join("streamhouse-schema/tests/corpus");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files.iter().flat_map(|path| read(path)).collect()
}

fn read(path: &Path) -> Vec<Case> {
    let text = fs::read_to_string(path).expect("text");
    let family = path.file_stem().expect("a name").to_string_lossy();
    let mut sections = text.split("\n## ");
    sections.next();
    sections.map(|section| case(&family, section)).collect()
}

fn case(family: &str, section: &str) -> Case {
    let mut lines = section.lines().peekable();
    let title = format!("{family}: {}", lines.next().unwrap_or_default());
    let codes: Vec<String> =
        lines.next().unwrap_or_default().split_whitespace().map(str::to_string).collect();
    let mut steps = Vec::new();
    let outcome = loop {
        let Some(line) = lines.next_if(|line| outcome_begins(line)) else { break Outcome::Steps(steps) };
        let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{title}: {line}"));
        if let Some(rest) = line.strip_prefix("refused ") {
            let (code, statement) = match rest.split_once(": ") {
                Some((code, statement)) => (code, Some(statement.to_string())),
                None => (rest, None),
            };
            break Outcome::Refused(number(code), statement);
        }
        if line.starts_with("rust: ") {
            break Outcome::Rust;
        }
        if let Some(statement) = line.strip_prefix("> ") {
            steps.push(Step::Works(statement.to_string()));
        } else if let Some((code, statement)) = line.strip_prefix("! ").and_then(|rest| rest.split_once(' '))
        {
            steps.push(Step::Fails(number(code), statement.to_string()));
        } else if let Some((query, result)) = line.strip_prefix("? ").and_then(|rest| rest.split_once(" =>"))
        {
            steps.push(Step::Gives(query.to_string(), result.trim().to_string()));
        } else {
            panic!("{title}: {line}");
        }
    };
    let (source, marks) = unmarked(&lines.collect::<Vec<_>>().join("\n"));
    Case { title, codes, outcome, source, marks }
}

fn outcome_begins(line: &str) -> bool {
    ["refused ", "rust: ", "> ", "! ", "? "].iter().any(|start| line.starts_with(start))
}

/// Takes the marks out, and says where they stood.
fn unmarked(text: &str) -> (String, Vec<(LineColumn, LineColumn)>) {
    let (mut source, mut marks, mut open) = (String::new(), Vec::new(), Vec::new());
    let mut at = LineColumn { line: 1, column: 0 };
    for c in text.trim_end().chars() {
        match c {
            '«' => open.push(at),
            '»' => marks.push((open.pop().expect("an opening mark"), at)),
            c => {
                source.push(c);
                at = match c {
                    '\n' => LineColumn { line: at.line + 1, column: 0 },
                    _ => LineColumn { line: at.line, column: at.column + 1 },
                };
            }
        }
    }
    (source, marks)
}

impl Case {
    /// What the compiler finds: code, begin and end of each finding, in the order in which they stand.
    pub(crate) fn findings(&self) -> Vec<(String, (LineColumn, LineColumn), String)> {
        let input = self.input();
        let rejected: Option<Rejected> =
            if self.is_part() { compile_type(&input).err() } else { compile(&input).err() };
        let mut found: Vec<_> = rejected
            .iter()
            .flat_map(|rejected| rejected.diagnostics.iter())
            .map(|one| {
                let end = one.end.unwrap_or(one.span).end();
                (
                    one.code.to_string(),
                    (one.span.start(), end),
                    format!("{}\n  help: {}", one.message, one.help),
                )
            })
            .collect();
        found.sort_by_key(|(_, place, _)| *place);
        found
    }

    /// The schema without the rules, where the declaration can be read at all.
    pub(crate) fn unchecked(&self) -> Option<Schema> {
        unchecked(&self.input()).map(|unchecked| unchecked.schema)
    }

    fn is_part(&self) -> bool {
        self.source.contains("#[derive(StreamType)]")
    }

    fn input(&self) -> syn::DeriveInput {
        syn::parse_str(&self.source).unwrap_or_else(|error| panic!("{}: {error}", self.title))
    }
}
