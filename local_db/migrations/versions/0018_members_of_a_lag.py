"""members of a lag

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("interfaces") as interfaces:
        interfaces.add_column(sa.Column("lag_index", kind))


def downgrade() -> None:
    with op.batch_alter_table("interfaces") as interfaces:
        interfaces.drop_column("lag_index")
