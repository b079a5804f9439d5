//! One declaration, judged by its text alone, so that what was judged once is known while the text stays the same.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use streamhouse_schema::compile::compile_for;
use streamhouse_schema::diagnostic::Severity;
use streamhouse_schema::project::Project;
use streamhouse_schema::rules;
use streamhouse_schema::schema::Schema;
use syn::{Attribute, DeriveInput, Meta};

use super::conditions::{Conditions, split};
use super::store::kept;
use crate::finding::{Finding, Place, Source};
use crate::product::{Product, Script};

/// What there is to know of a declaration.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// What it makes; nothing where it is wrong, or no Rust.
    pub(crate) product: Option<Product>,
    /// What is said about it, with bytes of its own text.
    said: Vec<Said>,
    /// The bytes of its name.
    name: Range<usize>,
}

/// A finding without its file.
#[derive(Clone, Debug)]
struct Said {
    code: String,
    is_error: bool,
    bytes: Range<usize>,
    message: String,
    label: String,
    help: String,
    replacement: Option<String>,
}

kept! {
    Judged { product, said, name }
    Said { code, is_error, bytes, message, label, help, replacement }
    Product { event, version, table, second_names, targets, snapshot, create }
    Script { slug, up, down, plan }
}

/// Judges the text of a declaration.
pub(crate) fn judge(text: &str, project: &Project, conditions: &Conditions) -> Judged {
    let mut judged = Judged { product: None, said: Vec::new(), name: 0..0 };
    // What is half written is rustc's to report.
    let Some(input) = read(text, conditions) else { return judged };
    let source = Arc::new(Source { path: "".into(), text: text.to_string() });
    judged.name = Place::of(&source, input.ident.span(), input.ident.span()).bytes;
    let diagnostics = match compile_for(&input, project) {
        Ok(compiled) => {
            judged.product = Some(Product::of(&compiled.schema));
            std::mem::forget(compiled.schema);
            compiled.warnings
        }
        Err(rejected) => rejected.diagnostics,
    };
    // The process ends soon: what a declaration is made of is not given back piece by piece.
    std::mem::forget(input);
    judged.said = diagnostics.iter().map(|diagnostic| Said::of(Finding::of(diagnostic, &source))).collect();
    judged
}

/// The schema of a declaration that was judged to have one.
pub(crate) fn schema(text: &str, project: &Project, conditions: &Conditions) -> Option<Schema> {
    Some(compile_for(&read(text, conditions)?, project).ok()?.schema)
}

fn read(text: &str, conditions: &Conditions) -> Option<DeriveInput> {
    let mut input = syn::parse_str::<DeriveInput>(text).ok()?;
    resolve(&mut input.attrs, conditions);
    if let syn::Data::Struct(data) = &mut input.data {
        data.fields.iter_mut().for_each(|field| resolve(&mut field.attrs, conditions));
    }
    Some(input)
}

/// `#[cfg_attr(…)]` as rustc reads it before a derive sees anything.
fn resolve(attributes: &mut Vec<Attribute>, conditions: &Conditions) {
    let all = std::mem::take(attributes);
    for attribute in all {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let mut parts = split(&list.tokens).into_iter();
                if parts.next().is_some_and(|one| conditions.hold(&one, &mut BTreeSet::new())) {
                    let metas = parts.filter_map(|part| syn::parse2::<Meta>(part).ok());
                    let mut inner = metas.map(|meta| Attribute { meta, ..attribute.clone() }).collect();
                    resolve(&mut inner, conditions);
                    attributes.extend(inner);
                }
            }
            _ => attributes.push(attribute),
        }
    }
}

impl Said {
    fn of(finding: Finding) -> Self {
        Self {
            code: finding.code.unwrap_or_default().to_string(),
            is_error: finding.severity == Severity::Error,
            bytes: finding.place.bytes,
            message: finding.message,
            label: finding.label,
            help: finding.help,
            replacement: finding.replacement,
        }
    }
}

impl Judged {
    /// Where the name stands in a file in which the declaration begins at a byte.
    pub(crate) fn place(&self, source: &Arc<Source>, at: usize) -> Place {
        Place { source: Arc::clone(source), bytes: self.name.start + at..self.name.end + at }
    }

    /// What is said about it in a file in which it begins at a byte.
    pub(crate) fn findings(&self, source: &Arc<Source>, at: usize) -> Vec<Finding> {
        let finding = |said: &Said| Finding {
            code: rules::rule(&said.code).map(|rule| rule.code),
            severity: if said.is_error { Severity::Error } else { Severity::Warning },
            place: Place { source: Arc::clone(source), bytes: said.bytes.start + at..said.bytes.end + at },
            message: said.message.clone(),
            label: said.label.clone(),
            help: said.help.clone(),
            replacement: said.replacement.clone(),
            other: None,
        };
        self.said.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "#[derive(StreamSchema)]\n#[cfg_attr(unix, stream(name = \"shop.order\"))]\n#[cfg_attr(windows, stream(name = \"shop.other\"))]\n#[stream(order_by = id)]\nstruct Order { id: u64, #[cfg_attr(unix, stream(low_cardinality))] state: String, price: f64 }";

    #[test]
    fn a_declaration_is_judged_as_rustc_hands_it_to_the_derive() {
        let variables = [("CARGO_CFG_UNIX".to_string(), String::new())];
        let judged = judge(ORDER, &Project::default(), &Conditions::of(&variables.into()));
        let product = judged.product.as_ref().expect("a product");
        assert_eq!(product.event, "shop.order");
        let create = product.create.as_ref().expect("a migration");
        assert!(create.up.contains("LowCardinality(String)"), "{}", create.up);

        let source = Arc::new(Source { path: "a.rs".into(), text: format!("// Ours.\n{ORDER}") });
        assert_eq!(judged.place(&source, 9).to_string(), "a.rs:6:8");
        let findings = judged.findings(&source, 9);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Some("SH0525")]);
        assert_eq!(&source.text[findings[0].place.bytes.clone()], "f64");
    }

    #[test]
    fn what_is_half_written_makes_nothing() {
        let judged = judge(
            "#[derive(StreamSchema)] struct Order { id: }",
            &Project::default(),
            &Conditions::default(),
        );
        assert!(judged.product.is_none());
    }
}
