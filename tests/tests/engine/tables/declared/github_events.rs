//! Events of GitHub: enumerations, lists of words, and many numbers.

use chrono::{DateTime, Utc};
use streamhouse::{StreamSchema, StreamType};

#[derive(StreamSchema)]
#[stream(
    name = "github.event",
    table = "github_events",
    order_by = (event_type, repo_name, created_at),
    delivery = at_least_once,
)]
pub(crate) struct GithubEvent {
    #[stream(type = DateTime)]
    file_time: DateTime<Utc>,
    #[stream(type = Enum8("CommitCommentEvent" = 1, "CreateEvent" = 2, "DeleteEvent" = 3, "ForkEvent" = 4, "GollumEvent" = 5, "IssueCommentEvent" = 6, "IssuesEvent" = 7, "MemberEvent" = 8, "PublicEvent" = 9, "PullRequestEvent" = 10, "PullRequestReviewCommentEvent" = 11, "PushEvent" = 12, "ReleaseEvent" = 13, "SponsorshipEvent" = 14, "WatchEvent" = 15, "GistEvent" = 16, "FollowEvent" = 17, "DownloadEvent" = 18, "PullRequestReviewEvent" = 19, "ForkApplyEvent" = 20, "Event" = 21, "TeamAddEvent" = 22))]
    event_type: Kind,
    #[stream(low_cardinality)]
    actor_login: String,
    #[stream(low_cardinality)]
    repo_name: String,
    #[stream(timestamp, type = DateTime)]
    created_at: DateTime<Utc>,
    #[stream(type = DateTime)]
    updated_at: DateTime<Utc>,
    #[stream(type = Enum8("none" = 0, "created" = 1, "added" = 2, "edited" = 3, "deleted" = 4, "opened" = 5, "closed" = 6, "reopened" = 7, "assigned" = 8, "unassigned" = 9, "labeled" = 10, "unlabeled" = 11, "review_requested" = 12, "review_request_removed" = 13, "synchronize" = 14, "started" = 15, "published" = 16, "update" = 17, "create" = 18, "fork" = 19, "merged" = 20))]
    action: Action,
    comment_id: u64,
    body: String,
    path: String,
    position: i32,
    line: i32,
    #[stream(low_cardinality)]
    r#ref: String,
    #[stream(type = Enum8("none" = 0, "branch" = 1, "tag" = 2, "repository" = 3, "unknown" = 4))]
    ref_type: RefKind,
    #[stream(low_cardinality)]
    creator_user_login: String,
    number: u32,
    title: String,
    #[stream(type = Array(LowCardinality(String)))]
    labels: Vec<String>,
    #[stream(type = Enum8("none" = 0, "open" = 1, "closed" = 2))]
    state: State,
    locked: u8,
    #[stream(low_cardinality)]
    assignee: String,
    #[stream(type = Array(LowCardinality(String)))]
    assignees: Vec<String>,
    comments: u32,
    #[stream(type = Enum8("NONE" = 0, "CONTRIBUTOR" = 1, "OWNER" = 2, "COLLABORATOR" = 3, "MEMBER" = 4, "MANNEQUIN" = 5))]
    author_association: Association,
    #[stream(type = DateTime)]
    closed_at: DateTime<Utc>,
    #[stream(type = DateTime)]
    merged_at: DateTime<Utc>,
    merge_commit_sha: String,
    #[stream(type = Array(LowCardinality(String)))]
    requested_reviewers: Vec<String>,
    #[stream(type = Array(LowCardinality(String)))]
    requested_teams: Vec<String>,
    #[stream(low_cardinality)]
    head_ref: String,
    head_sha: String,
    #[stream(low_cardinality)]
    base_ref: String,
    base_sha: String,
    merged: u8,
    mergeable: u8,
    rebaseable: u8,
    #[stream(type = Enum8("unknown" = 0, "dirty" = 1, "clean" = 2, "unstable" = 3, "draft" = 4))]
    mergeable_state: Mergeable,
    #[stream(low_cardinality)]
    merged_by: String,
    review_comments: u32,
    maintainer_can_modify: u8,
    commits: u32,
    additions: u32,
    deletions: u32,
    changed_files: u32,
    diff_hunk: String,
    original_position: u32,
    commit_id: String,
    original_commit_id: String,
    push_size: u32,
    push_distinct_size: u32,
    #[stream(low_cardinality)]
    member_login: String,
    release_tag_name: String,
    release_name: String,
    #[stream(type = Enum8("none" = 0, "approved" = 1, "changes_requested" = 2, "commented" = 3, "dismissed" = 4, "pending" = 5))]
    review_state: Review,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Kind {
    CommitCommentEvent = 1,
    CreateEvent = 2,
    DeleteEvent = 3,
    ForkEvent = 4,
    GollumEvent = 5,
    IssueCommentEvent = 6,
    IssuesEvent = 7,
    MemberEvent = 8,
    PublicEvent = 9,
    PullRequestEvent = 10,
    PullRequestReviewCommentEvent = 11,
    PushEvent = 12,
    ReleaseEvent = 13,
    SponsorshipEvent = 14,
    WatchEvent = 15,
    GistEvent = 16,
    FollowEvent = 17,
    DownloadEvent = 18,
    PullRequestReviewEvent = 19,
    ForkApplyEvent = 20,
    Event = 21,
    TeamAddEvent = 22,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Action {
    #[stream(rename = "none")]
    None = 0,
    #[stream(rename = "created")]
    Created = 1,
    #[stream(rename = "added")]
    Added = 2,
    #[stream(rename = "edited")]
    Edited = 3,
    #[stream(rename = "deleted")]
    Deleted = 4,
    #[stream(rename = "opened")]
    Opened = 5,
    #[stream(rename = "closed")]
    Closed = 6,
    #[stream(rename = "reopened")]
    Reopened = 7,
    #[stream(rename = "assigned")]
    Assigned = 8,
    #[stream(rename = "unassigned")]
    Unassigned = 9,
    #[stream(rename = "labeled")]
    Labeled = 10,
    #[stream(rename = "unlabeled")]
    Unlabeled = 11,
    #[stream(rename = "review_requested")]
    ReviewRequested = 12,
    #[stream(rename = "review_request_removed")]
    ReviewRequestRemoved = 13,
    #[stream(rename = "synchronize")]
    Synchronize = 14,
    #[stream(rename = "started")]
    Started = 15,
    #[stream(rename = "published")]
    Published = 16,
    #[stream(rename = "update")]
    Update = 17,
    #[stream(rename = "create")]
    Create = 18,
    #[stream(rename = "fork")]
    Fork = 19,
    #[stream(rename = "merged")]
    Merged = 20,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum RefKind {
    #[stream(rename = "none")]
    None = 0,
    #[stream(rename = "branch")]
    Branch = 1,
    #[stream(rename = "tag")]
    Tag = 2,
    #[stream(rename = "repository")]
    Repository = 3,
    #[stream(rename = "unknown")]
    Unknown = 4,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum State {
    #[stream(rename = "none")]
    None = 0,
    #[stream(rename = "open")]
    Open = 1,
    #[stream(rename = "closed")]
    Closed = 2,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Association {
    NONE = 0,
    CONTRIBUTOR = 1,
    OWNER = 2,
    COLLABORATOR = 3,
    MEMBER = 4,
    MANNEQUIN = 5,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Mergeable {
    #[stream(rename = "unknown")]
    Unknown = 0,
    #[stream(rename = "dirty")]
    Dirty = 1,
    #[stream(rename = "clean")]
    Clean = 2,
    #[stream(rename = "unstable")]
    Unstable = 3,
    #[stream(rename = "draft")]
    Draft = 4,
}

#[derive(StreamType)]
#[allow(clippy::upper_case_acronyms, reason = "the names are those of the table")]
pub(crate) enum Review {
    #[stream(rename = "none")]
    None = 0,
    #[stream(rename = "approved")]
    Approved = 1,
    #[stream(rename = "changes_requested")]
    ChangesRequested = 2,
    #[stream(rename = "commented")]
    Commented = 3,
    #[stream(rename = "dismissed")]
    Dismissed = 4,
    #[stream(rename = "pending")]
    Pending = 5,
}
