"""what the outcome of an issue is counted by"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_consents_act", "consents", ["act", "created_at"])
    op.create_index("ix_delivery_events_meaning", "delivery_events", ["meaning", "delivery_id"])


def downgrade() -> None:
    op.drop_index("ix_delivery_events_meaning", "delivery_events")
    op.drop_index("ix_consents_act", "consents")
