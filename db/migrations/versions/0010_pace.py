"""the rate of mail that all senders share; issues that go on by themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("free_at", MOMENT, nullable=True),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("slowed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_paces"),
    )
    with op.batch_alter_table("issues") as issues:
        issues.add_column(sa.Column("resume_at", MOMENT, nullable=True))
    doubtful = sa.text("state = 'unknown'")
    op.create_index(
        "ix_deliveries_unknown",
        "deliveries",
        ["issue_id"],
        postgresql_where=doubtful,
        sqlite_where=doubtful,
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_unknown", "deliveries")
    with op.batch_alter_table("issues") as issues:
        issues.drop_column("resume_at")
    op.drop_table("paces")
