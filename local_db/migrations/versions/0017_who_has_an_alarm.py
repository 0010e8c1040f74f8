"""who has an alarm and what stands behind it

Revision 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("alarms") as alarms:
        alarms.add_column(
            sa.Column("suppressed_by", sa.String(), server_default="", nullable=False)
        )
        alarms.add_column(sa.Column("owner", sa.String()))
        alarms.add_column(sa.Column("owned_at", UtcDateTime()))
        alarms.add_column(sa.Column("ticket", sa.String(), server_default="", nullable=False))
        alarms.add_column(sa.Column("root_id", _ID))
        alarms.add_column(sa.Column("root_why", sa.Text(), server_default="", nullable=False))
        for name in ("devices", "customers", "services", "priority"):
            alarms.add_column(sa.Column(f"hit_{name}", sa.Integer()))
        alarms.add_column(sa.Column("hit_revenue", sa.BigInteger()))
        alarms.add_column(sa.Column("hit_currency", sa.String()))
        alarms.create_index(op.f("ix_alarms_tenant_root_id"), ["tenant", "root_id"])


def downgrade() -> None:
    with op.batch_alter_table("alarms") as alarms:
        alarms.drop_index(op.f("ix_alarms_tenant_root_id"))
        for name in ("currency", "revenue", "priority", "services", "customers", "devices"):
            alarms.drop_column(f"hit_{name}")
        for name in ("root_why", "root_id", "ticket", "owned_at", "owner", "suppressed_by"):
            alarms.drop_column(name)
