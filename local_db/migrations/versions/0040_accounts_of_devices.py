"""accounts of devices

Revision 0040, after 0039.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounting_records",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("moment", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("port", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("privilege", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("is_change", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime()),
        sa.Column("elapsed_s", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_records")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_accounting_records_tenant_device_id_at"),
        "accounting_records",
        ["tenant", "device_id", "at"],
    )
    op.create_index(op.f("ix_accounting_records_tenant_at"), "accounting_records", ["tenant", "at"])
    op.create_table(
        "accounting_peers",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("device_id", _ID),
        sa.Column("records", _ID, nullable=False),
        sa.Column("refused", _ID, nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source", name=op.f("pk_accounting_peers")),
    )


def downgrade() -> None:
    op.drop_table("accounting_peers")
    op.drop_table("accounting_records")
