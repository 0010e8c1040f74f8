"""the journal is read by transactions

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_journal_txid_id",
        "journal",
        ["txid", "id"],
        postgresql_where=sa.text("txid IS NOT NULL"),
        sqlite_where=sa.text("txid IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_journal_txid_id", "journal")
