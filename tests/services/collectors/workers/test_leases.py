"""Shares of collectors alive, on a real PostgreSQL: taken, renewed, lost, handed over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from noc_console.kernel.clock import SystemClock
from noc_console.services.collectors import leasing
from noc_console.services.collectors.model import COMMON, SHARDS, CollectorState, Duty
from noc_console.services.collectors.workers import Rhythm
from noc_console.services.inventory.service import InventoryService
from tests.lab.impair import impaired_tcp
from tests.services.collectors.conftest import (
    ACTOR,
    QUICK,
    Member,
    Team,
    box,
    make_tables,
    team_on,
    until,
)

ALL = set(range(SHARDS))


def divided(*members: Member) -> bool:
    """Everything is somebody's, nothing is two's, and the parts are fair."""
    parts = [member.shards() for member in members]
    most = -(-SHARDS // len(members))
    return (
        set().union(*parts) == ALL
        and sum(map(len, parts)) == SHARDS
        and all(len(part) <= most for part in parts)
    )


def overlap(*members: Member) -> set[int]:
    seen: set[int] = set()
    twice: set[int] = set()
    for member in members:
        twice |= seen & member.shards()
        seen |= member.shards()
    return twice


@pytest.mark.postgres
async def test_those_who_come_get_their_part_and_nothing_is_ever_two_s(team: Team) -> None:
    """S15: two collectors never poll the same device, while shares move between them too."""
    calm = Rhythm(heartbeat_s=0.3, ttl_s=10.0)  # no lease is to run out on a busy machine
    first = team.start("a", rhythm=calm)
    await until(lambda: first.shards() == ALL)
    second, third = team.start("b", rhythm=calm), team.start("c", rhythm=calm)
    everybody = (first, second, third)
    twice: set[int] = set()

    def settled() -> bool:
        twice.update(overlap(*everybody))
        return divided(*everybody)

    await until(settled)
    assert twice == set()
    held = [member.shards() for member in everybody]
    for _ in range(20):  # a few heartbeats later everybody still has what it had
        await asyncio.sleep(0.05)
        assert [member.shards() for member in everybody] == held
    duties = [duty for duty in Duty for member in everybody if member.keeper.has(duty)]
    assert sorted(duties) == sorted(Duty)


@pytest.mark.postgres
async def test_what_a_collector_is_just_asking_it_keeps_until_it_has_the_answer(
    team: Team,
) -> None:
    first = team.start("a")
    await until(lambda: first.shards() == ALL)
    first.asked.update(ALL)
    second = team.start("b")
    await until(lambda: len(first.shards()) == SHARDS // 2)
    await asyncio.sleep(3 * QUICK.heartbeat_s)
    assert second.shards() == set()
    first.asked.clear()
    await until(lambda: divided(first, second))


@pytest.mark.postgres
async def test_who_stops_in_good_order_is_followed_at_once(team: Team) -> None:
    slow = Rhythm(heartbeat_s=30.0, ttl_s=90.0)
    first, second = team.start("a", rhythm=slow), team.start("b", rhythm=slow)
    third = team.start("c", rhythm=slow)
    everybody = (first, second, third)
    await until(lambda: divided(*everybody))
    await team.stop("b")
    # Long before anybody's next heartbeat: the one who left told the others.
    await until(lambda: divided(first, third))
    shown = await first.service.shares(ACTOR)
    assert [each.name for each in shown] == ["a", "c"]


@pytest.mark.postgres
async def test_a_lease_that_cannot_be_renewed_ends_by_our_own_clock_first(
    postgres_url: str,
) -> None:
    """S12: only the steady clock counts; what the wall clock does meanwhile changes nothing."""
    await make_tables(postgres_url)
    now = [1_000.0]
    async with team_on(postgres_url) as team:
        alone = team.start("a", steady=lambda: now[0], rhythm=Rhythm(30.0, 6.0))
        await until(lambda: alone.shards() == ALL and bool(_rows(team.url, "is_watched")))
        await asyncio.sleep(0.1)  # until it has the answer to that heartbeat
        told: list[int] = []
        alone.keeper.listen(lambda: told.append(len(alone.shards())))
        now[0] += 5.4
        assert alone.shards() == ALL
        now[0] += 0.2  # 5.6 of 6 s: nothing was renewed since
        assert alone.shards() == set()
        assert not any(alone.keeper.has(duty) for duty in Duty)
        await until(lambda: told == [0])


@pytest.mark.postgres
async def test_a_second_process_of_a_name_is_told_apart_and_shares_the_work(team: Team) -> None:
    """S15: leases carry an instance, so no two ever take themselves for the same."""
    first = team.start("noc-1")
    await until(lambda: first.shards() == ALL)
    second = team.start("noc-1")
    await until(lambda: divided(first, second))
    assert (first.keeper.label, second.keeper.label) == ("noc-1", "noc-1~2")


@pytest.mark.postgres
async def test_after_a_crash_the_same_name_comes_back_as_itself(team: Team) -> None:
    gone = team.member("noc-1")
    lost = leasing.Me("acme", "an instance that crashed", "noc-1", "host", 1, False, 77)
    await gone.db.keep(lambda c: leasing.join(c, lost, "noc-1", ttl_s=1.0, is_watched=False))
    back = team.start("noc-1")
    await until(lambda: back.shards() == ALL)
    assert back.keeper.label == "noc-1"


@pytest.mark.postgres
async def test_a_collector_whose_connection_ended_is_gone_after_a_second_look(
    team: Team,
) -> None:
    """As after kill -9: with a time to live of minutes, nobody waits for it."""
    patient = Rhythm(heartbeat_s=0.3, ttl_s=120.0, hint_s=0.2)
    crashed = leasing.Me("acme", "an instance that crashed", "b", "host", 1, False, 77)
    living = team.start("a", rhythm=patient)
    await until(lambda: living.shards() == ALL)
    await living.db.keep(lambda c: leasing.join(c, crashed, "b", ttl_s=120.0, is_watched=True))
    await living.db.keep(lambda c: leasing.claim(c, crashed, COMMON, 3, duties=False))
    await until(lambda: not any(True for _ in _rows(team.url, "label = 'b'")))
    await until(lambda: living.shards() == ALL)


@pytest.mark.postgres
async def test_who_loses_its_connection_and_can_renew_goes_on(team: Team) -> None:
    """An administrator ends every connection: the lease is renewed before anybody draws a wrong
    conclusion from it."""
    patient = Rhythm(heartbeat_s=20.0, ttl_s=60.0, hint_s=10.0)
    alone = team.start("a", rhythm=patient)
    await until(lambda: alone.shards() == ALL and bool(_rows(team.url, "is_watched")))
    await asyncio.sleep(0.1)
    counts: list[int] = []
    alone.keeper.listen(lambda: counts.append(len(alone.shards())))
    with psycopg.connect(team.url, autocommit=True) as admin:
        [before] = admin.execute("SELECT renewed_at FROM collector_leases").fetchall()
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'noc-console%' AND datname = current_database()"
        )
        await until(
            lambda: admin.execute("SELECT renewed_at FROM collector_leases").fetchall() != [before]
        )
    assert alone.shards() == ALL and 0 not in counts


@pytest.mark.postgres
async def test_who_loses_its_connection_and_cannot_renew_stops_before_others_look_again(
    team: Team,
) -> None:
    """S15: a reset that the server sees as well; with leases of minutes it is soon sorted out."""
    patient = Rhythm(heartbeat_s=0.3, ttl_s=120.0, hint_s=0.5)
    port = int(team.url.rpartition(":")[2].partition("/")[0])
    with impaired_tcp(port) as proxy:
        way = team.url.replace(f":{port}/", f":{proxy.port}/")
        cut_off, other = team.start("a", url=way, rhythm=patient), team.start("b", rhythm=patient)
        await until(lambda: divided(cut_off, other))
        await until(lambda: len(_rows(team.url, "is_watched")) == 2)
        proxy.cut()
        twice: set[int] = set()

        def taken_over() -> bool:
            twice.update(overlap(cut_off, other))
            return other.shards() == ALL

        await until(taken_over)
        proxy.mend()
        await until(lambda: bool(twice.update(overlap(cut_off, other))) or divided(cut_off, other))
        assert twice == set()


@pytest.mark.postgres
async def test_a_window_s_own_collector_stands_by_until_it_is_needed(team: Team) -> None:
    server = team.start("server")
    await until(lambda: server.shards() == ALL)
    desk = team.start("desk", is_child=True)
    await until(lambda: desk.keeper.label == "desk" and bool(_rows(team.url, "label = 'desk'")))
    await asyncio.sleep(3 * QUICK.heartbeat_s)
    assert (server.shards(), desk.shards()) == (ALL, set())
    states = {each.name: each.state for each in await server.service.shares(ACTOR)}
    assert states == {"server": CollectorState.ACTIVE, "desk": CollectorState.STANDBY}
    await team.stop("server")
    await until(lambda: desk.shards() == ALL)


@pytest.mark.postgres
async def test_a_drained_collector_hands_everything_over_and_may_come_back(team: Team) -> None:
    first, second = team.start("a"), team.start("b")
    await until(lambda: divided(first, second))
    await second.service.drain(ACTOR, collector="a")
    await until(lambda: second.shards() == ALL)
    assert first.shards() == set() and not any(first.keeper.has(duty) for duty in Duty)
    await second.service.resume(ACTOR, collector="a")
    await until(lambda: divided(first, second))


@pytest.mark.postgres
async def test_a_zone_is_polled_by_those_who_reach_it_only(team: Team) -> None:
    general, pop = team.start("general"), team.start("pop-1")
    await until(lambda: divided(general, pop))
    zone = await general.service.add_zone(ACTOR, name="POP 1")
    inventory = InventoryService(general.db, clock=SystemClock())
    device = await inventory.record(ACTOR, inspected=box("r1"))
    await general.service.place_device(ACTOR, device="r1", zone="POP 1")
    for member in (general, pop):
        await member.keeper._read_places()  # what the tail's event would have it do
    assert not general.keeper.mine(device) and not pop.keeper.mine(device)
    await general.service.serve(ACTOR, collector="pop-1", zone="POP 1", only_zones=True)
    await until(lambda: pop.keeper.mine(device))
    assert not general.keeper.mine(device)
    await until(lambda: general.shards() == ALL)
    assert pop.keeper.serves(zone.name) and not pop.keeper.serves("")
    assert general.keeper.serves("") and not general.keeper.serves(zone.name)
    assert pop.keeper.in_zone(zone.name, 5) and not general.keeper.in_zone(zone.name, 5)
    assert general.keeper.in_zone("", 5) and not general.keeper.in_zone("nowhere", 5)


@pytest.mark.postgres
async def test_a_device_that_changes_its_zone_is_nobody_s_until_both_sides_know(
    team: Team,
) -> None:
    alone = team.start("a")
    await until(lambda: alone.shards() == ALL)
    inventory = InventoryService(alone.db, clock=SystemClock())
    device = await inventory.record(ACTOR, inspected=box("r1"))
    await alone.service.add_zone(ACTOR, name="POP 1")
    await alone.service.serve(ACTOR, collector="a", zone="POP 1")
    await until(lambda: _count(team.url, "zone_id > 0 AND owner IS NOT NULL") == SHARDS)
    assert alone.keeper.mine(device)
    await alone.service.place_device(ACTOR, device="r1", zone="POP 1")
    await alone.keeper._read_places()
    assert not alone.keeper.mine(device)
    await until(lambda: alone.keeper.mine(device))


async def test_on_sqlite_the_only_collector_has_everything_whatever_its_store_does(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/noc.db"
    await make_tables(url)
    now = [0.0]
    async with team_on(url) as team:
        alone = team.start("a", steady=lambda: now[0])
        await until(lambda: alone.shards() == ALL)
        now[0] += 3_600
        assert alone.shards() == ALL and all(alone.keeper.has(duty) for duty in Duty)
        assert alone.keeper.health()["shards"] == SHARDS


def _rows(url: str, where: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        query = f"SELECT label FROM collector_leases WHERE {where}"
        return connection.execute(query.encode()).fetchall()


def _count(url: str, where: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        query = f"SELECT count(*) FROM collector_shares WHERE {where}"
        return int(connection.execute(query.encode()).fetchall()[0][0])
