//! The named rules of compatibility. A declaration names one where it breaks it knowingly.

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A field of an older version is gone.
    FieldRemoved,
    /// A field of an older version has another name.
    FieldRenamed,
    /// A field is new, and nothing says what it is in older rows.
    FieldAdded,
    /// A field could be left out, and cannot any more.
    MadeRequired,
    /// A field can be left out, and could not before.
    MadeOptional,
    /// Some values of the older type have no place in the new one.
    TypeNarrowed,
    /// Some values of the new type have no place in the older one.
    TypeWidened,
    /// The values of one type are no values of the other.
    TypeChanged,
    /// A number of an enumeration stands for another name.
    EnumNumberReused,
    /// A name of an enumeration is gone, or has another number.
    EnumNameRemoved,
    /// A name of an enumeration is new.
    EnumNameAdded,
    /// Rows are sorted, or told apart, by something else.
    KeyChanged,
    /// Rows are partitioned by something else.
    PartitionChanged,
    /// Something else becomes of rows.
    EngineChanged,
}

const NAMES: &[(Rule, &str, &str)] = &[
    (Rule::FieldRemoved, "field_removed", "SH1011"),
    (Rule::FieldRenamed, "field_renamed", "SH1012"),
    (Rule::FieldAdded, "field_added", "SH1013"),
    (Rule::MadeRequired, "made_required", "SH1014"),
    (Rule::MadeOptional, "made_optional", "SH1015"),
    (Rule::TypeNarrowed, "type_narrowed", "SH1016"),
    (Rule::TypeWidened, "type_widened", "SH1017"),
    (Rule::TypeChanged, "type_changed", "SH1018"),
    (Rule::EnumNumberReused, "enum_number_reused", "SH1019"),
    (Rule::EnumNameRemoved, "enum_name_removed", "SH1020"),
    (Rule::EnumNameAdded, "enum_name_added", "SH1021"),
    (Rule::KeyChanged, "key_changed", "SH1022"),
    (Rule::PartitionChanged, "partition_changed", "SH1023"),
    (Rule::EngineChanged, "engine_changed", "SH1024"),
];

impl Rule {
    /// The rule of a name.
    pub fn of(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known, _)| *known == name).map(|(rule, _, _)| *rule)
    }

    /// All names.
    pub fn names() -> Vec<&'static str> {
        NAMES.iter().map(|(_, name, _)| *name).collect()
    }

    /// Its name: `field_removed`.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// Its code: `SH1011`.
    pub fn code(self) -> &'static str {
        self.entry().2
    }

    /// Whether it is about a field that is declared, so that the field says that it is broken.
    pub fn is_of_field(self) -> bool {
        !matches!(self, Rule::FieldRemoved | Rule::KeyChanged | Rule::PartitionChanged | Rule::EngineChanged)
    }

    fn entry(self) -> (Rule, &'static str, &'static str) {
        // Every rule has its line; a test counts them.
        NAMES.iter().find(|(rule, _, _)| *rule == self).copied().unwrap_or(NAMES[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_and_a_code_of_its_own() {
        assert_eq!(NAMES.len(), Rule::EngineChanged as usize + 1);
        for (at, (rule, name, code)) in NAMES.iter().enumerate() {
            assert_eq!(*rule as usize, at);
            assert_eq!(Rule::of(name), Some(*rule));
            assert_eq!((rule.name(), rule.code()), (*name, *code));
        }
        assert_eq!(Rule::of("field"), None);
    }
}
