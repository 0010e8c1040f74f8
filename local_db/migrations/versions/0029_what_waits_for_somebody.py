"""what waits for somebody, found without going through everything

Revision 0029, after 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_FREE = (
    "acked_by IS NULL AND owner IS NULL AND shelved_until IS NULL AND root_id IS NULL"
    " AND suppressed IS "
)


def upgrade() -> None:
    op.create_index(
        "ix_alarms_waiting",
        "alarms",
        ["tenant", "severity", "last_seen"],
        sqlite_where=sa.text(_FREE + "0"),
        postgresql_where=sa.text(_FREE + "FALSE"),
    )


def downgrade() -> None:
    op.drop_index("ix_alarms_waiting", "alarms")
