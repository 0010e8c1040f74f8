"""when devices said that somebody changed how they are set up

Revision 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intake_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("device_id", _ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_changes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("intake_changes") as changes:
        changes.create_index(
            op.f("ix_intake_changes_tenant_device_id_at"), ["tenant", "device_id", "at"]
        )
        changes.create_index(op.f("ix_intake_changes_tenant_at"), ["tenant", "at"])


def downgrade() -> None:
    op.drop_table("intake_changes")
