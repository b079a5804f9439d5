//! Publishing: what producers do by themselves where they may, and else a deployer.

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;

use crate::config::Config;
use crate::error::Error;
use crate::event::StreamSchema;
use crate::redis::{Connector, Keys, Registry};

/// Publishes an event and its schema, where they are not there yet; gives the number of partitions that the event has. Only Redis
/// is needed, and of it what [`Role::Deployer`](crate::acl::Role::Deployer) may.
pub async fn publish<E: StreamSchema>(config: &Config) -> Result<u16, Error> {
    write(config, E::EVENT, E::FINGERPRINT, E::FRAME_SCHEMA).await
}

/// As [`publish`], without the Rust type.
pub async fn publish_schema(config: &Config, schema: &FrameSchema) -> Result<u16, Error> {
    write(config, &schema.event, schema.fingerprint(), &schema.to_json()).await
}

async fn write(config: &Config, event: &str, fingerprint: Fingerprint, document: &str) -> Result<u16, Error> {
    config.check()?;
    let mut connection = Connector::new(&config.redis)?.connect().await?;
    let registry = Registry::new(Keys::new(&config.redis.prefix));
    registry.publish(&mut connection, event, fingerprint, document, config.producer.partitions).await
}
