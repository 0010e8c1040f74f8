"""what the desk was at any moment: the steps of alarms by time

Revision 0014, after 0013.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_alarm_steps_tenant_at"), "alarm_steps", ["tenant", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_alarm_steps_tenant_at"), "alarm_steps")
