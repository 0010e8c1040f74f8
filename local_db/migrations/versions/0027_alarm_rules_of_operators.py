"""alarm rules of operators

Revision 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "alarm_rule_steps",
        sa.Column("id", kind, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarm_rule_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alarm_rule_steps_tenant_rule_id_id", "alarm_rule_steps", ["tenant", "rule_id", "id"]
    )


def downgrade() -> None:
    op.drop_table("alarm_rule_steps")
