"""Searches of the inventory stay quick when it is large."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory import store


def fill(connection: Connection, tenant: str, count: int) -> None:
    device = {"name": "d", "name_key": "d", "address": "10.0.0.1", "port": 161}
    others = "type vendor platform model version serial sys_object_id sys_descr location"
    empty = dict.fromkeys([*others.split(" "), "contact", "engine_id", "chassis_mac"], "")
    statement = (
        store.devices.insert()
        .values(tenant=tenant, reachability="up", **device, **empty)
        .returning(store.devices.c.id)
    )
    device_id = connection.execute(statement).scalar_one()
    store.upsert_all(
        connection,
        store.terms,
        tenant,
        add=[
            {
                "device_id": device_id,
                "term": f"port-{number:06}",
                "kind": "interface",
                "interface_id": None,
                "title": f"d · port-{number:06}",
                "detail": "",
            }
            for number in range(count)
        ],
    )


async def test_a_search_goes_by_an_index(db: Database, operator: Actor) -> None:
    async with db.read(operator) as tx:
        assert await store.search(tx, ["port"], limit=5) == ()
    await db.keep(lambda c: fill(c, operator.tenant, 3000))
    async with db.read(operator) as tx:
        found = await store.search(tx, ["port-0012"], limit=500)
        assert [hit.title for hit in found][:2] == ["d · port-001200", "d · port-001201"]
        assert len(found) == 100
        if db.is_sqlite:
            plan = await tx.rows(
                text(
                    "EXPLAIN QUERY PLAN SELECT * FROM inventory_terms WHERE tenant = 't'"
                    " AND term >= 'a' AND term < 'b' ORDER BY term LIMIT 5"
                ),
                str,
            )
            assert "ix_inventory_terms_tenant_term" in str(plan)


async def test_many_values_are_asked_for_in_parts(db: Database, operator: Actor) -> None:
    await db.keep(lambda c: fill(c, operator.tenant, 1000))
    wanted = [f"port-{number:06}" for number in range(1000)]

    def ask(connection: Connection) -> int:
        found = store.grouped(
            connection, operator.tenant, store.terms.c.term, wanted, lambda row: str(row.title)
        )
        return sum(map(len, found.values()))

    async with db.read(operator) as tx:
        assert await tx.work(ask, writes=False) == 1000


async def test_a_site_is_made_once_and_gets_its_coordinates_later(
    db: Database, operator: Actor
) -> None:
    async def site(latitude: float | None, longitude: float | None) -> int:
        return await db.keep(
            lambda c: store.site_id_of(c, operator.tenant, "Delft", latitude, longitude)
        )

    first = await site(None, None)
    assert await site(52.01, 4.36) == first
    async with db.read(operator) as tx:
        (found,) = await store.all_sites(tx)
    assert (found.name, found.latitude) == ("Delft", pytest.approx(52.01))
