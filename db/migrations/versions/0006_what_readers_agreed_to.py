"""what readers agreed to, the links that were mailed to them, and how often they were asked"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("subscribers") as subscribers:
        subscribers.add_column(sa.Column("paused_until", MOMENT))
    with op.batch_alter_table("consents") as consents:
        for name, kind in (
            ("form", sa.String(32)),
            ("form_hash", sa.String(64)),
            ("message_id", sa.Text()),
            ("ip", sa.String(64)),
            ("agent", sa.Text()),
            ("page", sa.Text()),
        ):
            consents.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        consents.add_column(sa.Column("detail", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "mailed_links",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subscriber_id", ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_mailed_links"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name="fk_mailed_links_subscriber_id_subscribers",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_mailed_links_subscriber_id", "mailed_links", ["subscriber_id"])
    op.create_index("ix_mailed_links_expires_at", "mailed_links", ["expires_at"])
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("bucket", sa.String(64), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("domain", sa.String(255), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
    )
    op.create_index("ix_invitations_bucket", "invitations", ["bucket", "created_at"])
    op.create_index("ix_invitations_network", "invitations", ["network", "created_at"])
    op.create_index("ix_invitations_domain", "invitations", ["domain", "created_at"])
    op.create_index("ix_invitations_created_at", "invitations", ["created_at"])


def downgrade() -> None:
    op.drop_table("invitations")
    op.drop_table("mailed_links")
    with op.batch_alter_table("consents") as consents:
        for name in ("form", "form_hash", "message_id", "ip", "agent", "page", "detail"):
            consents.drop_column(name)
    with op.batch_alter_table("subscribers") as subscribers:
        subscribers.drop_column("paused_until")
