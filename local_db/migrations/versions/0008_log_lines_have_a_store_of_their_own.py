"""log lines have a store of their own

Revision 0008, after 0007. The last days of log lines are not taken over: what is asked of them is
what happened just now.
"""

import sqlalchemy as sa
from alembic import op

import noc_console.db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("intake_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_lines_tenant_id"))
        batch_op.drop_index(batch_op.f("ix_intake_lines_tenant_device_id_id"))
        batch_op.drop_index(batch_op.f("ix_intake_lines_at"))

    op.drop_table("intake_lines")


def downgrade() -> None:
    op.create_table(
        "intake_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("at", noc_console.db.types.UtcDateTime(), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_lines")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("intake_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intake_lines_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_intake_lines_tenant_device_id_id"),
            ["tenant", "device_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_intake_lines_tenant_id"), ["tenant", "id"], unique=False
        )
