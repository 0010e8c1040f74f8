"""where the collectors stand in the network

Revision 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rootcause_vantage",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rootcause_vantage")),
        sa.UniqueConstraint(
            "tenant", "device_id", name=op.f("uq_rootcause_vantage_tenant_device_id")
        ),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("rootcause_vantage")
