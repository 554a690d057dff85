"""names that editors gave to tools"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tool_aliases") as aliases:
        aliases.add_column(
            sa.Column("by_editor", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("tool_aliases") as aliases:
        aliases.drop_column("by_editor")
