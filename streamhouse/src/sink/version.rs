//! Whether a server is as new as what tables use.

use streamhouse_schema::frame_schema::FrameSchema;
use streamhouse_schema::version::Version;

use super::{Sink, SinkError};

impl Sink {
    /// Checks that the server is not older than something that an event's table uses.
    pub(crate) async fn check_version(
        &self,
        event: &str,
        what: &str,
        since: Version,
    ) -> Result<(), SinkError> {
        let found: String = self
            .in_default()
            .query("SELECT version()")
            .fetch_one()
            .await
            .map_err(|error| SinkError::from_client(&self.endpoint, "asking for its version", &error))?;
        match Version::of_server(&found) {
            Some(version) if version < since => Err(SinkError::TooOld {
                event: event.to_string(),
                what: what.to_string(),
                since,
                endpoint: self.endpoint.clone(),
                found,
            }),
            // Somebody's own build may say anything; what it refuses, it refuses in its own words.
            _ => Ok(()),
        }
    }

    /// Where something is missing, whether that is because the server does not have a column's type. What is there is not
    /// asked for: an older server may have been told to allow it.
    pub(super) async fn knows_types(&self, schema: &FrameSchema) -> Result<(), SinkError> {
        let needs = schema.columns.iter().filter_map(|column| column.ty.need());
        match needs.max_by_key(|need| need.since) {
            Some(need) => self.check_version(&schema.event, &need.what, need.since).await,
            None => Ok(()),
        }
    }
}
