"""what feeds showed before, and launches that are the same"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FALSE = sa.false()

# An identity that began with http:// is known without the scheme from here on, unless the same
# feed holds it both ways.
WITHOUT_SCHEME = """
UPDATE entries SET identity = substr(identity, length(:scheme) + 1)
WHERE substr(identity, 1, length(:scheme)) = :scheme AND NOT EXISTS (
  SELECT 1 FROM entries AS other WHERE other.feed_id = entries.feed_id
  AND other.identity = substr(entries.identity, length(:scheme) + 1)
)
"""


def upgrade() -> None:
    with op.batch_alter_table("feeds") as feeds:
        feeds.add_column(sa.Column("backlog", sa.Boolean(), nullable=False, server_default=FALSE))
        feeds.add_column(sa.Column("seeded_at", MOMENT, nullable=True))
        feeds.add_column(sa.Column("notice", sa.Text(), nullable=False, server_default=""))
        feeds.add_column(sa.Column("noticed_at", MOMENT, nullable=True))
    with op.batch_alter_table("entries") as entries:
        entries.add_column(sa.Column("updated", MOMENT, nullable=True))
        entries.add_column(sa.Column("content", sa.Text(), nullable=False, server_default=""))
        entries.add_column(sa.Column("changed_at", MOMENT, nullable=True))
        entries.add_column(sa.Column("kind", sa.String(16), nullable=False, server_default=""))
    with op.batch_alter_table("launches") as launches:
        launches.add_column(sa.Column("address", sa.Text(), nullable=False, server_default=""))
        launches.add_column(sa.Column("key", sa.Text(), nullable=False, server_default=""))
        launches.add_column(sa.Column("page_read_at", MOMENT, nullable=True))
        launches.add_column(sa.Column("tried_at", MOMENT, nullable=True))
        launches.create_index("ix_launches_address", ["address"])
        launches.create_index("ix_launches_key", ["key"])
    op.execute("UPDATE feeds SET seeded_at = checked_at WHERE id IN (SELECT feed_id FROM entries)")
    for scheme in ("https:", "http:"):
        op.execute(sa.text(WITHOUT_SCHEME).bindparams(scheme=scheme))


def downgrade() -> None:
    with op.batch_alter_table("launches") as launches:
        launches.drop_index("ix_launches_key")
        launches.drop_index("ix_launches_address")
        for name in ("tried_at", "page_read_at", "key", "address"):
            launches.drop_column(name)
    with op.batch_alter_table("entries") as entries:
        for name in ("kind", "changed_at", "content", "updated"):
            entries.drop_column(name)
    with op.batch_alter_table("feeds") as feeds:
        for name in ("noticed_at", "notice", "seeded_at", "backlog"):
            feeds.drop_column(name)
