"""first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ID, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit") as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_what"), ["what"], unique=False)

    op.create_table(
        "editors",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum("writer", "publisher", "admin", name="role", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editors")),
        sa.UniqueConstraint("email", name=op.f("uq_editors_email")),
    )
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("url", name=op.f("uq_feeds_url")),
    )
    op.create_table(
        "issues",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("digest", "comparison", name="issuekind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "review",
                "approved",
                "sending",
                "sent",
                "paused",
                "cancelled",
                "skipped",
                name="issuestate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edited_by", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_fingerprint", sa.Text(), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("send_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("audience_cursor", ID, nullable=False),
        sa.Column("audience_frozen", sa.Boolean(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
    )
    with op.batch_alter_table("issues") as batch_op:
        batch_op.create_index(batch_op.f("ix_issues_state"), ["state"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("job", "period", name=op.f("uq_runs_job_period")),
    )
    op.create_table(
        "schedules",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_schedules")),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "active",
                "unsubscribed",
                "bounced",
                "complained",
                name="subscriberstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum("weekly", "each", name="cadence", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("key", name=op.f("uq_subscribers_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("subscribers") as batch_op:
        batch_op.create_index(batch_op.f("ix_subscribers_state"), ["state"], unique=False)

    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppressions")),
    )
    op.create_table(
        "tools",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("pricing", sa.Text(), nullable=False),
        sa.Column(
            "entry",
            sa.Enum("free", "freemium", "paid", name="entryprice", native_enum=False, length=16),
            nullable=True,
        ),
        sa.Column("best_for", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tools")),
        sa.UniqueConstraint("slug", name=op.f("uq_tools_slug")),
    )
    with op.batch_alter_table("tools") as batch_op:
        batch_op.create_index(batch_op.f("ix_tools_category"), ["category"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_consents_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consents_subscriber_id"), ["subscriber_id"], unique=False
        )

    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", sa.Text(), nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "leased",
                "sending",
                "sent",
                "failed",
                "skipped",
                "unknown",
                name="deliverystate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issues.id"], name=op.f("fk_deliveries_issue_id_issues")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_deliveries_subscriber_id_subscribers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "issue_id", "subscriber_id", name=op.f("uq_deliveries_issue_id_subscriber_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_index(
            "ix_deliveries_held",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state IN ('leased', 'sending')"),
            sqlite_where=sa.text("state IN ('leased', 'sending')"),
        )
        batch_op.create_index(
            "ix_deliveries_message_id",
            ["message_id"],
            unique=False,
            postgresql_where=sa.text("message_id <> ''"),
            sqlite_where=sa.text("message_id <> ''"),
        )
        batch_op.create_index(
            batch_op.f("ix_deliveries_subscriber_id"), ["subscriber_id"], unique=False
        )
        batch_op.create_index(
            "ix_deliveries_waiting",
            ["issue_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "launches",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("published", MOMENT, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "paired",
                "known",
                "unmatched",
                name="launchstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tool_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["tool_id"], ["tools.id"], name=op.f("fk_launches_tool_id_tools")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launches")),
    )
    with op.batch_alter_table("launches") as batch_op:
        batch_op.create_index(
            "ix_launches_new",
            ["id"],
            unique=False,
            postgresql_where=sa.text("state = 'new'"),
            sqlite_where=sa.text("state = 'new'"),
        )
        batch_op.create_index(batch_op.f("ix_launches_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("tool_id", ID, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column(
            "call",
            sa.Enum("ship", "skip", name="call", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_id"], ["tools.id"], name=op.f("fk_reviews_tool_id_tools"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("tool_id", "reviewer", name=op.f("uq_reviews_tool_id_reviewer")),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", ID, nullable=False),
        sa.Column("editor_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"],
            ["editors.id"],
            name=op.f("fk_sign_ins_editor_id_editors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_editor_id"), ["editor_id"], unique=False)

    op.create_table(
        "tool_aliases",
        sa.Column("id", ID, nullable=False),
        sa.Column("tool_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_id"],
            ["tools.id"],
            name=op.f("fk_tool_aliases_tool_id_tools"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_aliases")),
        sa.UniqueConstraint("tool_id", "name", name=op.f("uq_tool_aliases_tool_id_name")),
    )
    with op.batch_alter_table("tool_aliases") as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_aliases_name"), ["name"], unique=False)

    op.create_table(
        "votes",
        sa.Column("tool_id", ID, nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column(
            "call",
            sa.Enum("ship", "skip", name="call", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_id"], ["tools.id"], name=op.f("fk_votes_tool_id_tools"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tool_id", "voter", "call", name=op.f("pk_votes")),
    )
    op.create_table(
        "comparisons",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("challenger_id", ID, nullable=False),
        sa.Column("incumbent_id", ID, nullable=False),
        sa.Column("launch_id", ID, nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("ranker", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["challenger_id"], ["tools.id"], name=op.f("fk_comparisons_challenger_id_tools")
        ),
        sa.ForeignKeyConstraint(
            ["incumbent_id"], ["tools.id"], name=op.f("fk_comparisons_incumbent_id_tools")
        ),
        sa.ForeignKeyConstraint(
            ["launch_id"], ["launches.id"], name=op.f("fk_comparisons_launch_id_launches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint("slug", name=op.f("uq_comparisons_slug")),
    )
    with op.batch_alter_table("comparisons") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comparisons_challenger_id"), ["challenger_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_comparisons_incumbent_id"), ["incumbent_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_comparisons_launch_id"), ["launch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_comparisons_published_at"), ["published_at"], unique=False
        )

    op.create_table(
        "delivery_events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_events_delivery_id_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_delivery_events")),
    )
    with op.batch_alter_table("delivery_events") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delivery_events_delivery_id"), ["delivery_id"], unique=False
        )

    op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("published", MOMENT, nullable=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("launch_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_entries_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["launch_id"], ["launches.id"], name=op.f("fk_entries_launch_id_launches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("feed_id", "identity", name=op.f("uq_entries_feed_id_identity")),
    )
    with op.batch_alter_table("entries") as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_launch_id"), ["launch_id"], unique=False)

    op.create_table(
        "issue_items",
        sa.Column("id", ID, nullable=False),
        sa.Column("issue_id", sa.Text(), nullable=False),
        sa.Column("comparison_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("takeaway", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["comparisons.id"],
            name=op.f("fk_issue_items_comparison_id_comparisons"),
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["issues.id"],
            name=op.f("fk_issue_items_issue_id_issues"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_items")),
        sa.UniqueConstraint(
            "issue_id", "comparison_id", name=op.f("uq_issue_items_issue_id_comparison_id")
        ),
    )
    with op.batch_alter_table("issue_items") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issue_items_comparison_id"), ["comparison_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("issue_items") as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_items_comparison_id"))

    op.drop_table("issue_items")
    with op.batch_alter_table("entries") as batch_op:
        batch_op.drop_index(batch_op.f("ix_entries_launch_id"))

    op.drop_table("entries")
    with op.batch_alter_table("delivery_events") as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_events_delivery_id"))

    op.drop_table("delivery_events")
    with op.batch_alter_table("comparisons") as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparisons_published_at"))
        batch_op.drop_index(batch_op.f("ix_comparisons_launch_id"))
        batch_op.drop_index(batch_op.f("ix_comparisons_incumbent_id"))
        batch_op.drop_index(batch_op.f("ix_comparisons_challenger_id"))

    op.drop_table("comparisons")
    op.drop_table("votes")
    with op.batch_alter_table("tool_aliases") as batch_op:
        batch_op.drop_index(batch_op.f("ix_tool_aliases_name"))

    op.drop_table("tool_aliases")
    with op.batch_alter_table("sign_ins") as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_editor_id"))

    op.drop_table("sign_ins")
    op.drop_table("reviews")
    with op.batch_alter_table("launches") as batch_op:
        batch_op.drop_index(batch_op.f("ix_launches_tool_id"))
        batch_op.drop_index(
            "ix_launches_new",
            postgresql_where=sa.text("state = 'new'"),
            sqlite_where=sa.text("state = 'new'"),
        )

    op.drop_table("launches")
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index(
            "ix_deliveries_waiting",
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(batch_op.f("ix_deliveries_subscriber_id"))
        batch_op.drop_index(
            "ix_deliveries_message_id",
            postgresql_where=sa.text("message_id <> ''"),
            sqlite_where=sa.text("message_id <> ''"),
        )
        batch_op.drop_index(
            "ix_deliveries_held",
            postgresql_where=sa.text("state IN ('leased', 'sending')"),
            sqlite_where=sa.text("state IN ('leased', 'sending')"),
        )

    op.drop_table("deliveries")
    with op.batch_alter_table("consents") as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_subscriber_id"))

    op.drop_table("consents")
    with op.batch_alter_table("tools") as batch_op:
        batch_op.drop_index(batch_op.f("ix_tools_category"))

    op.drop_table("tools")
    op.drop_table("suppressions")
    with op.batch_alter_table("subscribers") as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscribers_state"))

    op.drop_table("subscribers")
    op.drop_table("schedules")
    op.drop_table("runs")
    with op.batch_alter_table("issues") as batch_op:
        batch_op.drop_index(batch_op.f("ix_issues_state"))

    op.drop_table("issues")
    op.drop_table("feeds")
    op.drop_table("editors")
    with op.batch_alter_table("audit") as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_what"))

    op.drop_table("audit")
