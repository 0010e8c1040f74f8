"""filters with names

Revision 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "filters",
        sa.Column("id", kind, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filters"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_filters_tenant_list_owner", "filters", ["tenant", "list", "owner"])


def downgrade() -> None:
    op.drop_table("filters")
