"""Which device is meant by an address or a name that somebody typed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from sqlalchemy import select

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.services.inventory import store
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.rules import neighbours

_ANSWERED, _HELD = 0, 1


class Locator:
    """Finds devices by what people call them; whoever asks decides what many mean."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def at(self, actor: Actor, *, address: str, is_far: bool = False) -> tuple[Device, ...]:
        """The device managed at an address; else those that answered there, else those with a
        port that has it. Several: it cannot be told which.

        `is_far`: the address is meant as another host sees it, whose loopback is its own.
        """
        actor.require("inventory.read")
        ip = _parsed(address)
        if ip is None or (is_far and _is_local(ip)):
            return ()
        words = {address.strip().lower(), str(ip)}
        async with self._db.read(actor) as tx:
            held = await _held(tx, words)
            numbers = {number for number, _ in held}
            found = [one for n in sorted(numbers) if (one := await store.get_device(tx, n))]
        managed = [one for one in found if one.address.lower() in words]
        answered = {number for number, rank in held if rank == _ANSWERED}
        ranked = (
            managed,
            [one for one in found if int(one.id) in answered],
            [] if _is_local(ip) else found,
        )
        return _likeliest(next(filter(None, ranked), []))

    async def called(self, actor: Actor, *, name: str) -> tuple[Device, ...]:
        """The devices of a name, with or without its domain; the whole name goes first."""
        actor.require("inventory.read")
        name = name.strip().lower().rstrip(".")
        async with self._db.read(actor) as tx:
            key = neighbours.name_key(name)
            found = await store.devices_called(tx, name_key=key, address="") if key else ()
        whole = [one for one in found if one.name.lower() == name]
        return _likeliest(whole or [one for one in found if neighbours.names_agree(one.name, name)])


async def _held(tx: Tx, words: set[str]) -> tuple[tuple[int, int], ...]:
    """Who has an address, and whether it answered there."""
    table = store.addresses.c
    asked = select(table.device_id, table.port).where(
        table.tenant == tx.actor.tenant, table.address.in_(sorted(words))
    )
    return await tx.rows(
        asked, lambda row: (int(row.device_id), _ANSWERED if row.port > 0 else _HELD)
    )


def _likeliest(found: list[Device]) -> tuple[Device, ...]:
    """Of several, those that are managed: the others were only heard of."""
    return tuple([one for one in found if one.is_managed] or found)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        ip = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def _is_local(ip: IPv4Address | IPv6Address) -> bool:
    """Whether every box may have it."""
    return ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast
