//! A declaration in parts, so that it can be made smaller while it still fails.

use std::fmt::Write;

/// A struct with its attributes, each as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The doc comment.
    pub comment: Option<&'static str>,
    /// What stands in `#[stream(…)]` on the struct, besides the name.
    pub attributes: Vec<String>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field with its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The doc comment.
    pub comment: Option<&'static str>,
    /// What stands in `#[stream(…)]`.
    pub attributes: Vec<String>,
    /// Its name.
    pub name: String,
    /// Its type in Rust.
    pub rust: String,
}

impl Sketch {
    /// The declaration as it would stand in a source file.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        if let Some(comment) = self.comment {
            let _ = writeln!(out, "/// {comment}");
        }
        out.push_str("#[stream(\n    name = \"random.case\",\n");
        for attribute in &self.attributes {
            let _ = writeln!(out, "    {attribute},");
        }
        out.push_str(")]\nstruct Case {\n");
        for field in &self.fields {
            if let Some(comment) = field.comment {
                let _ = writeln!(out, "    /// {comment}");
            }
            if !field.attributes.is_empty() {
                let _ = writeln!(out, "    #[stream({})]", field.attributes.join(", "));
            }
            let _ = writeln!(out, "    {}: {},", field.name, field.rust);
        }
        out.push('}');
        out
    }

    fn is_viewed(&self, field: &Field) -> bool {
        let views = self.attributes.iter().filter(|one| one.starts_with("view("));
        let renamed = field.attributes.iter().find_map(|one| one.strip_prefix("rename = "));
        let name = renamed.map_or(field.name.as_str(), |name| name.trim_matches('"'));
        views.into_iter().any(|view| view.contains(name))
    }

    /// The same declaration with one part left out, for each part.
    pub fn smaller(&self) -> Vec<Sketch> {
        let mut all = Vec::new();
        for at in 0..self.fields.len() {
            // What a view selects is text, which nobody mends when its column goes.
            if !self.is_viewed(&self.fields[at]) {
                let mut one = self.clone();
                one.fields.remove(at);
                all.push(one);
            }
        }
        for at in 0..self.attributes.len() {
            let mut one = self.clone();
            one.attributes.remove(at);
            all.push(one);
        }
        for (at, field) in self.fields.iter().enumerate() {
            for attribute in 0..field.attributes.len() {
                let mut one = self.clone();
                one.fields[at].attributes.remove(attribute);
                all.push(one);
            }
            if field.comment.is_some() {
                let mut one = self.clone();
                one.fields[at].comment = None;
                all.push(one);
            }
        }
        if self.comment.is_some() {
            all.push(Sketch { comment: None, ..self.clone() });
        }
        all
    }
}
