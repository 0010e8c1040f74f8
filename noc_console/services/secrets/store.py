"""Where sealed secrets are kept, and for whom their keys are wrapped. Nothing here opens them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from noc_console.db.database import BigId, Tx, metadata
from noc_console.db.types import UtcDateTime
from noc_console.kernel.secret import SecretRef
from noc_console.services.secrets.model import Holder, HolderId, HolderKind, Kept

secrets = Table(
    "secrets",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # The key that seals it, as its first bytes say; null where the text lies elsewhere.
    Column("generation", Integer, server_default="0"),
    Column("used_at", UtcDateTime),
    Column("used_by", String, nullable=False, server_default=""),
)

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
)

vault_holders = Table(
    "vault_holders",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("public", LargeBinary, nullable=False),
    # A person's private key behind their pass phrase; a machine's follows from its own key.
    Column("shut", LargeBinary),
    # That whoever had the vault's key let them in; null: they ask.
    Column("proof", LargeBinary),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", String, nullable=False),
    UniqueConstraint("tenant", "name"),
    UniqueConstraint("tenant", "public"),
)

vault_wraps = Table(
    "vault_wraps",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("holder_id", BigId, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)


# --- secrets -------------------------------------------------------------------------------


async def get(tx: Tx, name: SecretRef) -> bytes | None:
    found = await tx.scalar(
        select(secrets.c.sealed).where(secrets.c.tenant == tx.actor.tenant, secrets.c.name == name)
    )
    return None if found is None else bytes(found)


async def put(
    tx: Tx, name: SecretRef, sealed: bytes, *, at: datetime, generation: int | None
) -> None:
    values = {"sealed": sealed, "changed_at": at, "generation": generation}
    if not await tx.execute(secrets.update().where(*_mine(tx, name)).values(**values)):
        await tx.execute(secrets.insert().values(tenant=tx.actor.tenant, name=name, **values))


async def add(
    tx: Tx, name: SecretRef, sealed: bytes, *, at: datetime, generation: int | None
) -> bool:
    """False when there is one of that name, also one of a transaction that was first."""
    values = {"sealed": sealed, "changed_at": at, "generation": generation}
    return await _added(tx, secrets, {"tenant": tx.actor.tenant, "name": name, **values})


async def some(tx: Tx, names: Collection[SecretRef]) -> tuple[tuple[SecretRef, bytes], ...]:
    """Those of these secrets that there are."""
    return await tx.rows(
        select(secrets.c.name, secrets.c.sealed).where(
            secrets.c.tenant == tx.actor.tenant, secrets.c.name.in_(list(names))
        ),
        lambda row: (SecretRef(row.name), bytes(row.sealed)),
    )


async def reseal(
    tx: Tx, name: SecretRef, sealed: bytes, *, generation: int | None, before: bytes
) -> bool:
    """The same secret under another key; False when it was changed meanwhile."""
    return bool(
        await tx.execute(
            secrets.update()
            .where(*_mine(tx, name), secrets.c.sealed == before)
            .values(sealed=sealed, generation=generation)
        )
    )


async def remove(tx: Tx, name: SecretRef) -> bool:
    return bool(await tx.execute(secrets.delete().where(*_mine(tx, name))))


async def every(tx: Tx) -> tuple[Kept, ...]:
    """What is known of every secret, by name."""
    return await tx.rows(
        select(secrets).where(secrets.c.tenant == tx.actor.tenant).order_by(secrets.c.name), _kept
    )


async def behind(tx: Tx, generation: int, *, most: int) -> tuple[tuple[SecretRef, bytes], ...]:
    """Secrets sealed with an older key."""
    return await tx.rows(
        select(secrets.c.name, secrets.c.sealed)
        .where(secrets.c.tenant == tx.actor.tenant, secrets.c.generation < generation)
        .order_by(secrets.c.name)
        .limit(most),
        lambda row: (SecretRef(row.name), bytes(row.sealed)),
    )


async def everywhere(tx: Tx, *, after: str, most: int) -> tuple[tuple[SecretRef, bytes], ...]:
    """Secrets by name, some at a time."""
    return await tx.rows(
        select(secrets.c.name, secrets.c.sealed)
        .where(secrets.c.tenant == tx.actor.tenant, secrets.c.name > after)
        .order_by(secrets.c.name)
        .limit(most),
        lambda row: (SecretRef(row.name), bytes(row.sealed)),
    )


async def counts(tx: Tx, generation: int) -> tuple[int, int]:
    """How many there are, and how many are sealed with an older key."""
    mine = secrets.c.tenant == tx.actor.tenant
    whole = await tx.scalar(select(func.count()).select_from(secrets).where(mine))
    old = await tx.scalar(
        select(func.count()).select_from(secrets).where(mine, secrets.c.generation < generation)
    )
    return int(whole), int(old)


async def note_use(tx: Tx, name: str, *, at: datetime, by: str) -> None:
    await tx.execute(
        secrets.update().where(*_mine(tx, SecretRef(name))).values(used_at=at, used_by=by)
    )


# --- keys ----------------------------------------------------------------------------------


async def newest(tx: Tx, *, hold: bool = False) -> int:
    """The number of the key that seals what is written now; 0 when there is none yet.

    `hold` keeps a rotation from forgetting it before this transaction ends.
    """
    asked = (
        select(vault_keys.c.generation)
        .where(vault_keys.c.tenant == tx.actor.tenant)
        .order_by(vault_keys.c.generation.desc())
        .limit(1)
    )
    return int(await tx.scalar(asked.with_for_update(read=True) if hold else asked) or 0)


async def made_at(tx: Tx, generation: int) -> datetime | None:
    found = await tx.scalar(
        select(vault_keys.c.made_at).where(
            vault_keys.c.tenant == tx.actor.tenant, vault_keys.c.generation == generation
        )
    )
    assert found is None or isinstance(found, datetime)
    return found


async def generations(tx: Tx) -> tuple[int, ...]:
    return await tx.rows(
        select(vault_keys.c.generation)
        .where(vault_keys.c.tenant == tx.actor.tenant)
        .order_by(vault_keys.c.generation),
        lambda row: int(row.generation),
    )


async def add_key(tx: Tx, generation: int, *, at: datetime) -> bool:
    """False when another process was first."""
    values = {
        "tenant": tx.actor.tenant,
        "generation": generation,
        "made_at": at,
        "made_by": tx.actor.name,
    }
    return await _added(tx, vault_keys, values)


async def forget_keys(tx: Tx, before: int) -> bool:
    """Forget keys that seal nothing any more; False while one still does."""
    old = (vault_keys.c.tenant == tx.actor.tenant, vault_keys.c.generation < before)
    # Whoever is writing with an old key holds its row: this waits for them.
    await tx.rows(
        select(vault_keys.c.generation).where(*old).with_for_update(), lambda row: row.generation
    )
    if (await counts(tx, before))[1]:
        return False
    await tx.execute(
        vault_wraps.delete().where(
            vault_wraps.c.tenant == tx.actor.tenant, vault_wraps.c.generation < before
        )
    )
    await tx.execute(vault_keys.delete().where(*old))
    return True


# --- holders -------------------------------------------------------------------------------


async def holders(tx: Tx) -> tuple[tuple[Holder, bytes | None], ...]:
    """Everybody, with the proof that they were let in."""
    return await tx.rows(
        select(vault_holders)
        .where(vault_holders.c.tenant == tx.actor.tenant)
        .order_by(vault_holders.c.kind.desc(), vault_holders.c.name),
        lambda row: (_holder(row), None if row.proof is None else bytes(row.proof)),
    )


async def holder(tx: Tx, holder_id: int) -> Holder | None:
    return await tx.one(select(vault_holders).where(*_one(tx, holder_id)), _holder)


async def holder_by_key(tx: Tx, public: bytes) -> Holder | None:
    return await tx.one(
        select(vault_holders).where(
            vault_holders.c.tenant == tx.actor.tenant, vault_holders.c.public == public
        ),
        _holder,
    )


async def people(tx: Tx) -> int:
    """How many people can open the vault."""
    found = await tx.scalar(
        select(func.count())
        .select_from(vault_holders)
        .where(
            vault_holders.c.tenant == tx.actor.tenant,
            vault_holders.c.kind == HolderKind.PERSON.value,
        )
    )
    return int(found)


async def shut_of(tx: Tx, name: str) -> tuple[Holder, bytes] | None:
    """A person, with their private key behind its pass phrase."""
    return await tx.one(
        select(vault_holders).where(
            vault_holders.c.tenant == tx.actor.tenant,
            vault_holders.c.kind == HolderKind.PERSON.value,
            vault_holders.c.name == name,
        ),
        lambda row: (_holder(row), bytes(row.shut)),
    )


async def add_holder(
    tx: Tx,
    *,
    name: str,
    kind: HolderKind,
    public: bytes,
    shut: bytes | None,
    proof: bytes | None,
    at: datetime,
) -> HolderId:
    return HolderId(
        await tx.insert(
            vault_holders,
            tenant=tx.actor.tenant,
            name=name,
            kind=kind.value,
            public=public,
            shut=shut,
            proof=proof,
            added_at=at,
            added_by=tx.actor.name,
        )
    )


async def change_holder(tx: Tx, holder_id: int, **values: bytes) -> None:
    """Another proof, or another pass phrase."""
    await tx.execute(vault_holders.update().where(*_one(tx, holder_id)).values(**values))


async def remove_holder(tx: Tx, holder_id: int) -> None:
    """With every key that was wrapped for them."""
    await tx.execute(
        vault_wraps.delete().where(
            vault_wraps.c.tenant == tx.actor.tenant, vault_wraps.c.holder_id == holder_id
        )
    )
    await tx.execute(vault_holders.delete().where(*_one(tx, holder_id)))


async def add_wraps(tx: Tx, generation: int, wraps: Mapping[HolderId, bytes]) -> None:
    for holder_id, wrapped in wraps.items():
        await tx.execute(
            vault_wraps.insert().values(
                tenant=tx.actor.tenant,
                generation=generation,
                holder_id=holder_id,
                wrapped=wrapped,
            )
        )


async def wrap_for(tx: Tx, generation: int, public: bytes) -> bytes | None:
    """The key as it was wrapped for whoever has this public key."""
    found = await tx.scalar(
        select(vault_wraps.c.wrapped)
        .join(vault_holders, vault_holders.c.id == vault_wraps.c.holder_id)
        .where(
            vault_wraps.c.tenant == tx.actor.tenant,
            vault_wraps.c.generation == generation,
            vault_holders.c.tenant == tx.actor.tenant,
            vault_holders.c.public == public,
        )
    )
    return None if found is None else bytes(found)


async def names_of(tx: Tx, names: Collection[str]) -> frozenset[str]:
    """Which of these secrets there are."""
    found = await tx.rows(
        select(secrets.c.name).where(
            secrets.c.tenant == tx.actor.tenant, secrets.c.name.in_(list(names))
        ),
        lambda row: str(row.name),
    )
    return frozenset(found)


async def _added(tx: Tx, table: Table, values: Mapping[str, Any]) -> bool:
    """Add a row unless there is one of that key, also one of a transaction that was first."""

    def add(connection: Connection) -> bool:
        is_sqlite = connection.dialect.name == "sqlite"
        made = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
        # Not by the count of rows: PostgreSQL's driver tells none for an insert.
        added = made.values(**values).on_conflict_do_nothing().returning(table.c.tenant)
        return connection.execute(added).first() is not None

    is_added = await tx.work(add, writes=False)
    tx.wrote |= is_added  # where nothing was added there is nothing to record
    return is_added


def _mine(tx: Tx, name: SecretRef) -> tuple[Any, ...]:
    return (secrets.c.tenant == tx.actor.tenant, secrets.c.name == name)


def _one(tx: Tx, holder_id: int) -> tuple[Any, ...]:
    return (vault_holders.c.tenant == tx.actor.tenant, vault_holders.c.id == holder_id)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        name=SecretRef(row.name),
        changed_at=row.changed_at,
        generation=int(row.generation or 0),
        used_at=row.used_at,
        used_by=row.used_by,
        is_elsewhere=row.generation is None,
    )


def _holder(row: Row[Any]) -> Holder:
    return Holder(
        id=HolderId(row.id),
        name=row.name,
        kind=HolderKind(row.kind),
        public=bytes(row.public),
        added_at=row.added_at,
        added_by=row.added_by,
        is_let_in=row.proof is not None,
    )
