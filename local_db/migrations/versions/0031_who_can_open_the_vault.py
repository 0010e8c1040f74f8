"""who can open the vault, and which devices a credential is for

Revision 0031, after 0030. Secrets stay as they are sealed (key number 0, the machine's own);
the vault seals them anew with its first own key when something is written next.
"""

import sqlalchemy as sa
from alembic import op

from noc_console.db.types import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "vault_keys",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "generation", name=op.f("pk_vault_keys")),
    )
    op.create_table(
        "vault_holders",
        sa.Column("id", big, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("shut", sa.LargeBinary()),
        sa.Column("proof", sa.LargeBinary()),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_holders")),
        sa.UniqueConstraint("tenant", "name", name=op.f("uq_vault_holders_tenant_name")),
        sa.UniqueConstraint("tenant", "public", name=op.f("uq_vault_holders_tenant_public")),
    )
    op.create_table(
        "vault_wraps",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder_id", big, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "generation", "holder_id", name=op.f("pk_vault_wraps")),
    )
    with op.batch_alter_table("secrets") as table:
        table.add_column(sa.Column("generation", sa.Integer(), server_default="0"))
        table.add_column(sa.Column("used_at", UtcDateTime()))
        table.add_column(sa.Column("used_by", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("credentials") as table:
        table.add_column(sa.Column("match", sa.JSON(), nullable=False, server_default="{}"))
        table.add_column(sa.Column("certificate", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Only what is still sealed with the machines' own key stays readable: write it out first."""
    with op.batch_alter_table("credentials") as table:
        table.drop_column("certificate")
        table.drop_column("match")
    with op.batch_alter_table("secrets") as table:
        table.drop_column("used_by")
        table.drop_column("used_at")
        table.drop_column("generation")
    op.drop_table("vault_wraps")
    op.drop_table("vault_holders")
    op.drop_table("vault_keys")
