"""when feeds are asked again"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MOMENTS = ("next_check_at", "whole_at", "failing_since", "told_at", "moved_since")


def upgrade() -> None:
    with op.batch_alter_table("feeds") as feeds:
        for name in MOMENTS:
            feeds.add_column(sa.Column(name, MOMENT, nullable=True))
        feeds.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        feeds.add_column(sa.Column("moved_to", sa.Text(), nullable=False, server_default=""))
        feeds.add_column(sa.Column("moved_hits", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("feeds") as feeds:
        for name in (*MOMENTS, "failures", "moved_to", "moved_hits"):
            feeds.drop_column(name)
