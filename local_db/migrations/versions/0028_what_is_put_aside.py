"""what is put aside, and what is wrong, found without going through everything

Revision 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_alarms_tenant_condition_severity"), "alarms", ["tenant", "condition", "severity"]
    )
    op.create_index(
        "ix_alarms_shelved",
        "alarms",
        ["tenant", "shelved_until"],
        sqlite_where=sa.text("shelved_until IS NOT NULL"),
        postgresql_where=sa.text("shelved_until IS NOT NULL"),
    )
    op.create_index(
        "ix_alarms_suppressed",
        "alarms",
        ["tenant"],
        sqlite_where=sa.text("suppressed IS 1"),
        postgresql_where=sa.text("suppressed IS TRUE"),
    )


def downgrade() -> None:
    op.drop_index("ix_alarms_suppressed", "alarms")
    op.drop_index("ix_alarms_shelved", "alarms")
    op.drop_index(op.f("ix_alarms_tenant_condition_severity"), "alarms")
