"""tags of devices

Revision 0038, after 0037.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORD = sa.String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "device_tags",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("tag", _WORD, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_device_tags_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_tags")),
        sa.UniqueConstraint(
            "tenant", "device_id", "tag", name=op.f("uq_device_tags_tenant_device_id_tag")
        ),
    )
    op.create_index(op.f("ix_device_tags_tenant_tag"), "device_tags", ["tenant", "tag"])


def downgrade() -> None:
    op.drop_table("device_tags")
