"""Where sealed secrets are kept. Nothing in here can open them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table, select

from noc_console.db.database import Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.kernel.secret import SecretRef

secrets = Table(
    "secrets",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)


async def get(tx: Tx, name: SecretRef) -> bytes | None:
    found = await tx.scalar(
        select(secrets.c.sealed).where(secrets.c.tenant == tx.actor.tenant, secrets.c.name == name)
    )
    return None if found is None else bytes(found)


async def put(tx: Tx, name: SecretRef, sealed: bytes, *, at: object) -> None:
    values = {"sealed": sealed, "changed_at": at}
    mine = (secrets.c.tenant == tx.actor.tenant, secrets.c.name == name)
    if not await tx.execute(secrets.update().where(*mine).values(**values)):
        await tx.execute(secrets.insert().values(tenant=tx.actor.tenant, name=name, **values))


async def remove(tx: Tx, name: SecretRef) -> bool:
    mine = (secrets.c.tenant == tx.actor.tenant, secrets.c.name == name)
    return bool(await tx.execute(secrets.delete().where(*mine)))
