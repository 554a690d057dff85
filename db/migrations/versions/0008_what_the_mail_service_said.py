"""what the mail service said of each message, and whose address is suppressed"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "deliveries", sa.Column("copies", sa.Integer(), nullable=False, server_default="0")
    )
    # Nothing wrote events before, so there is nothing to bring along.
    op.drop_table("delivery_events")
    op.create_table(
        "delivery_events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", ID),
        sa.Column("subscriber_id", ID),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("meaning", sa.String(16), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_delivery_events"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name="fk_delivery_events_delivery_id_deliveries",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name="fk_delivery_events_subscriber_id_subscribers",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_delivery_events_delivery_id", "delivery_events", ["delivery_id"])
    op.create_index(
        "ix_delivery_events_subscriber_id", "delivery_events", ["subscriber_id", "meaning"]
    )
    op.create_table(
        "unreadable_events",
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("body_hash", name="pk_unreadable_events"),
    )
    op.create_index("ix_unreadable_events_created_at", "unreadable_events", ["created_at"])
    with op.batch_alter_table("suppressions") as suppressions:
        suppressions.add_column(sa.Column("subscriber_id", ID))
        suppressions.add_column(sa.Column("mirrored_at", MOMENT))
        suppressions.create_foreign_key(
            "fk_suppressions_subscriber_id_subscribers",
            "subscribers",
            ["subscriber_id"],
            ["id"],
            ondelete="SET NULL",
        )
        suppressions.create_index("ix_suppressions_subscriber_id", ["subscriber_id"])


def downgrade() -> None:
    with op.batch_alter_table("suppressions") as suppressions:
        suppressions.drop_index("ix_suppressions_subscriber_id")
        suppressions.drop_constraint(
            "fk_suppressions_subscriber_id_subscribers", type_="foreignkey"
        )
        suppressions.drop_column("mirrored_at")
        suppressions.drop_column("subscriber_id")
    op.drop_table("unreadable_events")
    op.drop_table("delivery_events")
    op.create_table(
        "delivery_events",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", ID),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_delivery_events"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name="fk_delivery_events_delivery_id_deliveries",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_delivery_events_delivery_id", "delivery_events", ["delivery_id"])
    op.drop_column("deliveries", "copies")
