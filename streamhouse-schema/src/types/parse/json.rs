//! `JSON(…)`.

use super::super::Json;
use super::{Parser, Type, TypeError};

impl Parser<'_> {
    pub(super) fn json(&mut self, depth: usize) -> Result<Type, TypeError> {
        let mut json = Json::default();
        if !self.eat('(') {
            return Ok(Type::Json(Box::new(json)));
        }
        loop {
            self.json_part(depth, &mut json)?;
            if !self.more()? {
                break;
            }
        }
        // ClickHouse sorts them all; what is skipped twice is skipped.
        json.paths.sort_by(|(a, _), (b, _)| a.cmp(b));
        if let Some(pair) = json.paths.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(TypeError::Twice { what: "a path of JSON", found: pair[0].0.clone() });
        }
        // ClickHouse compares texts, not steps: `SKIP a` skips `ab` too.
        let skipped = |path: &str| json.skip.iter().any(|skip| path.starts_with(skip.as_str()));
        if let Some((path, _)) = json.paths.iter().find(|(path, _)| skipped(path)) {
            let what = "a path of JSON, once with a type and once after SKIP,";
            return Err(TypeError::Twice { what, found: path.clone() });
        }
        for skipped in [&mut json.skip, &mut json.skip_regexp] {
            skipped.sort();
            skipped.dedup();
        }
        Ok(Type::Json(Box::new(json)))
    }

    fn json_part(&mut self, depth: usize, json: &mut Json) -> Result<(), TypeError> {
        if self.eat_word("SKIP") {
            if self.eat_word("REGEXP") {
                json.skip_regexp.push(self.string("a regular expression in quotes")?);
            } else {
                json.skip.push(self.path()?);
            }
        } else if self.assigned("max_dynamic_paths") {
            let what = "max_dynamic_paths of JSON";
            json.max_dynamic_paths =
                self.setting("max_dynamic_paths", what, "0 to 10000", 0..=10_000)? as u16;
        } else if self.assigned("max_dynamic_types") {
            let what = "max_dynamic_types of JSON";
            json.max_dynamic_types = self.setting("max_dynamic_types", what, "0 to 254", 0..=254)? as u8;
        } else {
            let path = self.path()?;
            let ty = self.parse(depth + 1)?;
            // "JSON serialization doesn't support" them.
            if ty.any(&|ty| matches!(ty, Type::QBit(_))) {
                return Err(TypeError::Nesting { outer: "JSON", inner: ty.to_string() });
            }
            json.paths.push((path, ty));
        }
        Ok(())
    }

    /// Whether this parameter, and not a path of its name, stands here.
    fn assigned(&mut self, name: &str) -> bool {
        self.skip_spaces();
        let rest = self.text[self.at..].strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start_matches(' ').starts_with('='))
    }

    /// Names joined by dots.
    fn path(&mut self) -> Result<String, TypeError> {
        let mut path = self.identifier()?;
        while self.eat('.') {
            path.push('.');
            path.push_str(&self.identifier()?);
        }
        Ok(path)
    }
}
