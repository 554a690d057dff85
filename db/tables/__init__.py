"""The rows, one class a table, and nothing else. One schema for SQLite and PostgreSQL."""

from db.tables.base import COLUMN_TYPES, ENUMS, NAMING, NEVER_REUSED, Id, Moment, Table, words
from db.tables.clock import AnnouncementRow, RunRow, ScheduleRow
from db.tables.desk import (
    ApiTokenRow,
    AuditHeadRow,
    AuditRow,
    EditorRow,
    EditorSessionRow,
    PasskeyRow,
    SignInRow,
    WebhookCallRow,
    WebhookRow,
)
from db.tables.issues import ApprovalRow, IssueRow, ItemRow
from db.tables.launches import EntryRow, FeedRow, LaunchRow
from db.tables.readers import (
    ConsentRow,
    InvitationRow,
    MailedLinkRow,
    SubscriberRow,
    SuppressionRow,
)
from db.tables.sending import DeliveryEventRow, DeliveryRow, PaceRow, UnreadableEventRow
from db.tables.tools import (
    AliasRow,
    BallotRow,
    ComparisonRow,
    EmbeddingRow,
    ReviewRow,
    ToolRow,
    VoteRow,
)

__all__ = [
    "COLUMN_TYPES",
    "ENUMS",
    "NAMING",
    "NEVER_REUSED",
    "AliasRow",
    "AnnouncementRow",
    "ApiTokenRow",
    "ApprovalRow",
    "AuditHeadRow",
    "AuditRow",
    "BallotRow",
    "ComparisonRow",
    "ConsentRow",
    "DeliveryEventRow",
    "DeliveryRow",
    "EditorRow",
    "EditorSessionRow",
    "EmbeddingRow",
    "EntryRow",
    "FeedRow",
    "Id",
    "InvitationRow",
    "IssueRow",
    "ItemRow",
    "LaunchRow",
    "MailedLinkRow",
    "Moment",
    "PaceRow",
    "PasskeyRow",
    "ReviewRow",
    "RunRow",
    "ScheduleRow",
    "SignInRow",
    "SubscriberRow",
    "SuppressionRow",
    "Table",
    "ToolRow",
    "UnreadableEventRow",
    "VoteRow",
    "WebhookCallRow",
    "WebhookRow",
    "words",
]
