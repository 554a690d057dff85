"""who voted how, and what hubs were told of our feeds"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", ID, nullable=False),
        sa.Column("tool_id", ID, nullable=False),
        sa.Column("browser", sa.String(64)),
        sa.Column("network", sa.String(64)),
        sa.Column("reader", sa.String(64)),
        sa.Column("call", sa.String(16), nullable=False),
        sa.Column("cast_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ballots"),
        sa.UniqueConstraint("browser", "tool_id", name="uq_ballots_browser_tool_id"),
        sa.UniqueConstraint("network", "tool_id", name="uq_ballots_network_tool_id"),
        sa.UniqueConstraint("reader", "tool_id", name="uq_ballots_reader_tool_id"),
        sa.ForeignKeyConstraint(
            ["tool_id"], ["tools.id"], name="fk_ballots_tool_id_tools", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "announcements",
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hub", "topic", name="pk_announcements"),
    )


def downgrade() -> None:
    op.drop_table("announcements")
    op.drop_table("ballots")
    op.execute("DELETE FROM votes WHERE voter = 'readers'")
