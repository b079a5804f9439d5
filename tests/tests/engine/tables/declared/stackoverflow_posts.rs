//! Posts of Stack Overflow: a codec for each kind of value, and times in UTC.

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "stackoverflow.post",
    table = "posts",
    partition_by = toYear(CreationDate),
    order_by = (PostTypeId, toDate(CreationDate), CreationDate),
    delivery = at_least_once,
)]
pub(crate) struct Post {
    #[stream(rename = "Id", codec(Delta(4), ZSTD(1)))]
    id: i32,
    #[stream(rename = "PostTypeId", type = Enum8("Question" = 1, "Answer" = 2, "Wiki" = 3, "TagWikiExcerpt" = 4, "TagWiki" = 5, "ModeratorNomination" = 6, "WikiPlaceholder" = 7, "PrivilegeWiki" = 8))]
    post_type_id: PostKind,
    #[stream(rename = "AcceptedAnswerId")]
    accepted_answer_id: u32,
    #[stream(rename = "CreationDate", timestamp)]
    creation_date: DateTime<Utc>,
    #[stream(rename = "Score")]
    score: i32,
    #[stream(rename = "ViewCount", codec(Delta(4), ZSTD(1)))]
    view_count: u32,
    #[stream(rename = "Body")]
    body: String,
    #[stream(rename = "OwnerUserId")]
    owner_user_id: i32,
    #[stream(rename = "OwnerDisplayName")]
    owner_display_name: String,
    #[stream(rename = "LastEditorUserId")]
    last_editor_user_id: i32,
    #[stream(rename = "LastEditorDisplayName")]
    last_editor_display_name: String,
    #[stream(rename = "LastEditDate", codec(Delta(8), ZSTD(1)))]
    last_edit_date: DateTime<Utc>,
    #[stream(rename = "LastActivityDate")]
    last_activity_date: DateTime<Utc>,
    #[stream(rename = "Title")]
    title: String,
    #[stream(rename = "Tags")]
    tags: String,
    #[stream(rename = "AnswerCount", codec(Delta(2), ZSTD(1)))]
    answer_count: u16,
    #[stream(rename = "CommentCount")]
    comment_count: u8,
    #[stream(rename = "FavoriteCount")]
    favorite_count: u8,
    #[stream(rename = "ContentLicense", low_cardinality)]
    content_license: String,
    #[stream(rename = "ParentId")]
    parent_id: String,
    #[stream(rename = "CommunityOwnedDate")]
    community_owned_date: DateTime<Utc>,
    #[stream(rename = "ClosedDate")]
    closed_date: DateTime<Utc>,
}

#[derive(StreamType)]
pub(crate) enum PostKind {
    Question = 1,
    Answer = 2,
    Wiki = 3,
    TagWikiExcerpt = 4,
    TagWiki = 5,
    ModeratorNomination = 6,
    WikiPlaceholder = 7,
    PrivilegeWiki = 8,
}
