"""ssh keys that took another's place

Revision 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ssh_host_keys") as table:
        # Until now the newest key alone counted: each had replaced the ones before.
        table.add_column(
            sa.Column("replaces", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.add_column(
            sa.Column("is_gone", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    # What was forgotten must not count again.
    op.execute(sa.text("DELETE FROM ssh_host_keys WHERE is_gone"))
    with op.batch_alter_table("ssh_host_keys") as table:
        table.drop_column("reason")
        table.drop_column("is_gone")
        table.drop_column("replaces")
