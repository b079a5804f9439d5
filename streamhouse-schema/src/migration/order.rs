//! Which migration comes after which, and which cannot stand beside each other.

use std::collections::BTreeMap;

use super::{Migration, MigrationError, State};

/// Sorts migrations by their numbers, and refuses two of the same.
pub fn in_order(mut migrations: Vec<Migration>) -> Result<Vec<Migration>, MigrationError> {
    migrations.sort_by_key(|migration| migration.number);
    if let Some(pair) = migrations.windows(2).find(|pair| pair[0].number == pair[1].number) {
        return Err(MigrationError::SameNumber { first: pair[0].name(), second: pair[1].name() });
    }
    match fork(&migrations) {
        Some(error) => Err(error),
        None => Ok(migrations),
    }
}

/// Each sealed migration of an event leads on from where the one before it has led.
fn fork(migrations: &[Migration]) -> Option<MigrationError> {
    let mut reached: BTreeMap<&str, (u32, &Migration)> = BTreeMap::new();
    for migration in migrations.iter().filter(|migration| migration.plan.state == State::Sealed) {
        for change in &migration.plan.changes {
            let known = reached.get(change.event.as_str());
            let other = known
                .filter(|(to, other)| other.number != migration.number && change.from.unwrap_or(0) < *to);
            if let Some((to, other)) = other {
                return Some(MigrationError::Fork {
                    first: other.name(),
                    second: migration.name(),
                    event: change.event.clone(),
                    from: change.from.map_or("nothing".into(), |from| format!("version {from}")),
                    next: change.to.max(*to) + 1,
                });
            }
            reached.insert(&change.event, (change.to, migration));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::{PlanFile, Planned};
    use super::*;
    use crate::plan::Safety;

    fn read(folder: &str, up: &str, plan: Option<&str>) -> Result<Migration, MigrationError> {
        Migration::read(folder, up.into(), None, plan)
    }

    #[test]
    fn two_of_the_same_number_are_refused() {
        let one = |folder| read(folder, "", None).expect("a migration");
        assert!(in_order(vec![one("0002_b"), one("0001_a")]).is_ok_and(|all| all[0].number == 1));
        let error = in_order(vec![one("0002_b"), one("2_c")]).expect_err("twice");
        assert!(error.to_string().starts_with("0002_b and 0002_c have the same number"), "{error}");
    }

    #[test]
    fn two_that_lead_on_from_the_same_version_are_refused() {
        let one = |folder: &str, from: Option<u32>, to: u32, state: State| {
            let change = Planned {
                event: "a".into(),
                table: "a".into(),
                from,
                to,
                what: String::new(),
                safety: Safety::Safe,
                column: None,
            };
            let checksum = Some(read(folder, "", None).expect("a draft").checksum());
            let changes = vec![change.clone(), change];
            let plan = PlanFile { state, checksum, changes, ..PlanFile::default() };
            let plan = serde_json::to_string(&plan).expect("a plan");
            read(folder, "", Some(&plan)).expect("a migration")
        };
        let (first, second) =
            (one("0001_a", None, 1, State::Sealed), one("0002_b", Some(1), 2, State::Sealed));
        // A version without a change of the table has no migration.
        let later = one("0003_c", Some(4), 5, State::Sealed);
        assert!(in_order(vec![first.clone(), second.clone(), later]).is_ok());
        let twin = one("0003_c", Some(1), 2, State::Sealed);
        let error = in_order(vec![first.clone(), second.clone(), twin]).expect_err("a fork").to_string();
        assert!(
            error.starts_with(
                "0002_b and 0003_c are both sealed, and both lead the event `a` on from version 1"
            ),
            "{error}"
        );
        assert!(error.ends_with("declare what it changed as version 3"), "{error}");
        // A draft is written anew.
        assert!(in_order(vec![first, second, one("0003_c", Some(1), 2, State::Draft)]).is_ok());
    }
}
