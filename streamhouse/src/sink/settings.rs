//! What of its settings a server lets nobody change.

use streamhouse_schema::frame_schema::FrameSchema;

use super::insert::PINNED;
use super::{Sink, SinkError};

impl Sink {
    /// Checks that the server takes the settings that inserts are sent with.
    pub(crate) async fn check_settings(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let names: Vec<&str> = PINNED.iter().map(|(name, _)| *name).collect();
        let fixed: Vec<(String, String)> = self
            .in_default()
            .query("SELECT name, value FROM system.settings WHERE readonly = 1 AND name IN ? ORDER BY name")
            .bind(&names)
            .fetch_all()
            .await
            .map_err(|error| {
                SinkError::from_client(&self.endpoint, "reading the server's settings", &error)
            })?;
        match other(&fixed) {
            None => Ok(()),
            Some((setting, value, needed)) => Err(SinkError::FixedSetting {
                event: schema.event.clone(),
                setting: setting.into(),
                value: value.into(),
                needed: needed.into(),
            }),
        }
    }
}

/// The first of some settings that is not as inserts need it: its name, its value, and that one.
fn other(fixed: &[(String, String)]) -> Option<(&str, &str, &'static str)> {
    fixed.iter().find_map(|(name, value)| {
        let (_, needed) = PINNED.iter().find(|(pinned, _)| pinned == name)?;
        (value != needed).then_some((name.as_str(), value.as_str(), *needed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_may_be_fixed_where_inserts_need_it() {
        let fixed = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        assert_eq!(other(&fixed(&[])), None);
        assert_eq!(other(&fixed(&[("async_insert", "0"), ("insert_deduplicate", "1")])), None);
        let all = fixed(&[("async_insert", "0"), ("materialized_views_ignore_errors", "1")]);
        assert_eq!(other(&all), Some(("materialized_views_ignore_errors", "1", "0")));
    }
}
