"""host keys somebody trusted

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ssh_host_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ssh_host_keys")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_ssh_host_keys_tenant_host_port"), "ssh_host_keys", ["tenant", "host", "port"]
    )


def downgrade() -> None:
    op.drop_table("ssh_host_keys")
