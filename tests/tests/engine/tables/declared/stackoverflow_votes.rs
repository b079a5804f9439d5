//! Votes of Stack Overflow.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

#[derive(StreamSchema)]
#[stream(
    name = "stackoverflow.vote",
    table = "votes",
    order_by = (VoteTypeId, CreationDate, PostId, UserId),
    delivery = at_least_once,
)]
pub(crate) struct Vote {
    #[stream(rename = "Id")]
    id: u32,
    #[stream(rename = "PostId")]
    post_id: i32,
    #[stream(rename = "VoteTypeId")]
    vote_type_id: u8,
    #[stream(rename = "CreationDate", timestamp)]
    creation_date: DateTime<Utc>,
    #[stream(rename = "UserId")]
    user_id: i32,
    #[stream(rename = "BountyAmount")]
    bounty_amount: u8,
}
