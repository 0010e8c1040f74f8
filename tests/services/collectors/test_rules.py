from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.collectors import rules
from noc_console.services.collectors.model import (
    COMMON,
    SHARDS,
    CollectorState,
    Duty,
    Lease,
    Share,
    Standing,
    ZoneId,
)

POP = ZoneId(7)


def lease(name: str, *, is_child: bool = False) -> Lease:
    return Lease(
        instance=f"instance of {name}",
        name=name,
        label=name,
        host="host",
        pid=1,
        is_child=is_child,
        since=datetime(2026, 3, 1, tzinfo=UTC),
        age_s=0.5,
    )


def shards(count: int, *, zone: ZoneId = COMMON) -> frozenset[Share]:
    return frozenset(Share(zone, str(number)) for number in range(count))


A, B, C = lease("a"), lease("b"), lease("c")


@given(st.integers(1, 200))
def test_fair_parts_cover_every_shard(count: int) -> None:
    alive = [lease(f"c{number}") for number in range(count)]
    part = rules.quota(alive[-1], (), alive, {}).shards[COMMON]
    assert SHARDS <= part * count < SHARDS + count


def test_a_window_s_own_collector_stands_by_while_another_one_works() -> None:
    desk, other_desk = lease("desk", is_child=True), lease("desk 2", is_child=True)
    assert rules.partners(COMMON, [desk, A], {}) == (A,)
    assert rules.partners(COMMON, [desk, other_desk], {}) == (desk, other_desk)
    assert rules.quota(desk, (), [desk, A], {}).shards == {}


def test_who_drains_takes_no_part_and_gives_everything_up() -> None:
    standings = {"a": Standing("a", is_draining=True)}
    fair = rules.quota(A, (), [A, B], standings)
    assert rules.surplus(shards(64) | {Share(COMMON, "desk")}, fair) == shards(64) | {
        Share(COMMON, "desk")
    }
    assert rules.quota(B, (), [A, B], standings).shards == {COMMON: SHARDS}


def test_a_zone_is_divided_among_those_who_reach_it_only() -> None:
    standings = {"a": Standing("a", zones=frozenset({POP}), only_zones=True)}
    assert rules.quota(A, [POP], [A, B], standings).shards == {POP: SHARDS}
    assert rules.quota(B, [POP], [A, B], standings).shards == {COMMON: SHARDS}


def test_duties_are_done_near_the_store_if_anybody_is_there() -> None:
    pop = {"a": Standing("a", zones=frozenset({POP}), only_zones=True)}
    assert rules.quota(A, [POP], [A, B], pop).duties == 0
    assert rules.quota(B, [POP], [A, B], pop).duties == len(Duty)
    assert rules.quota(A, [POP], [A], pop).duties == len(Duty)


def test_only_the_surplus_moves_when_one_joins() -> None:
    held = shards(SHARDS // 2)
    assert rules.surplus(held, rules.quota(A, (), [A, B], {})) == frozenset()
    given_up = rules.surplus(held, rules.quota(A, (), [A, B, C], {}))
    assert len(given_up) == 64 - 43
    assert held - given_up == shards(43)


def test_what_is_missing_is_asked_for_by_zone() -> None:
    standings = {"a": Standing("a", zones=frozenset({POP}))}
    fair = rules.quota(A, [POP], [A, B], standings)
    missing, duties = rules.wanted(shards(60) | {Share(COMMON, "desk")}, fair)
    assert missing == {COMMON: 4, POP: SHARDS}
    assert duties == fair.duties - 1
    assert rules.wanted(shards(64), rules.quota(B, [POP], [A, B], standings))[0] == {}


def test_a_device_s_own_zone_counts_more_than_its_site_s() -> None:
    devices, sites = {5: POP}, {1: ZoneId(9)}
    assert rules.zone_of(5, 1, devices=devices, sites=sites) == POP
    assert rules.zone_of(6, 1, devices=devices, sites=sites) == ZoneId(9)
    assert rules.zone_of(6, 2, devices=devices, sites=sites) == COMMON
    assert rules.zone_of(6, None, devices=devices, sites=sites) == COMMON


def test_states_tell_who_works_and_who_waits() -> None:
    draining = {"a": Standing("a", is_draining=True)}
    assert rules.state_of(A, 3, {}) is CollectorState.ACTIVE
    assert rules.state_of(A, 0, {}) is CollectorState.STANDBY
    assert rules.state_of(A, 3, draining) is CollectorState.DRAINING
    assert rules.state_of(replace(A, is_live=False), 3, {}) is CollectorState.GONE


def test_a_second_process_of_a_name_is_told_apart() -> None:
    names = rules.labels("noc-1")
    assert [next(names), next(names), next(names)] == ["noc-1", "noc-1~2", "noc-1~3"]
