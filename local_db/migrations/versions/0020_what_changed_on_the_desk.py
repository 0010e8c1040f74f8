"""what changed on the desk since, intents carried out once, who looks at an alarm

Revision 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("alarms") as alarms:
        alarms.add_column(sa.Column("worse_at", UtcDateTime()))
        alarms.add_column(sa.Column("rev", sa.BigInteger(), server_default="0", nullable=False))
        alarms.drop_index(op.f("ix_alarms_tenant_severity"))
        alarms.drop_index(op.f("ix_alarms_tenant_device_id"))
        alarms.create_index(op.f("ix_alarms_tenant_severity_id"), ["tenant", "severity", "id"])
        alarms.create_index(
            op.f("ix_alarms_tenant_device_id_first_seen"), ["tenant", "device_id", "first_seen"]
        )
        alarms.create_index(op.f("ix_alarms_tenant_rev_id"), ["tenant", "rev", "id"])
    op.create_table(
        "alarm_intents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("carried_at", UtcDateTime(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_intents")),
    )
    op.create_index(op.f("ix_alarm_intents_carried_at"), "alarm_intents", ["carried_at"])
    op.create_table(
        "alarm_lookers",
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("alarm_id", _ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_alarm_lookers")),
    )
    op.create_index(op.f("ix_alarm_lookers_tenant_at"), "alarm_lookers", ["tenant", "at"])


def downgrade() -> None:
    op.drop_table("alarm_lookers")
    op.drop_table("alarm_intents")
    with op.batch_alter_table("alarms") as alarms:
        alarms.drop_index(op.f("ix_alarms_tenant_rev_id"))
        alarms.drop_index(op.f("ix_alarms_tenant_device_id_first_seen"))
        alarms.drop_index(op.f("ix_alarms_tenant_severity_id"))
        alarms.create_index(op.f("ix_alarms_tenant_device_id"), ["tenant", "device_id"])
        alarms.create_index(op.f("ix_alarms_tenant_severity"), ["tenant", "severity"])
        alarms.drop_column("rev")
        alarms.drop_column("worse_at")
