"""Who takes part in what, and how much of it is fair.

Everybody reckons for itself, from the same rows: no collector leads. Nobody takes more than
its part of what is free, and who has more gives the rest up, so the shares settle within a
heartbeat or two; what is held stays where it is as long as it is no surplus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

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

Standings = Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many shards of each zone, and how many duties, are one collector's fair part."""

    shards: Mapping[ZoneId, int]
    duties: int

    def of(self, share: Share) -> int:
        return self.duties if share.duty is not None else self.shards.get(share.zone, 0)


def partners(zone: ZoneId, alive: Collection[Lease], standings: Standings) -> tuple[Lease, ...]:
    """Those who divide a zone among them: they reach it and are not told to leave.

    A window's own collector steps back while there is one that runs in its own right: a
    desk that is switched off at night, and may not reach every device, is no data centre.
    """
    willing = [
        lease
        for lease in alive
        if not standing_of(lease, standings).is_draining
        and standing_of(lease, standings).serves(zone)
    ]
    own_right = [lease for lease in willing if not lease.is_child]
    return tuple(own_right or willing)


def quota(
    me: Lease, zones: Iterable[ZoneId], alive: Collection[Lease], standings: Standings
) -> Quota:
    """My fair part: everything divided by those who take part, rounded up."""
    shards = {}
    for zone in (COMMON, *zones):
        among = partners(zone, alive, standings)
        if me in among:
            shards[zone] = _part(SHARDS, len(among))
    dutiful = _dutiful(alive, standings)
    return Quota(shards, _part(len(Duty), len(dutiful)) if me in dutiful else 0)


def surplus(held: Collection[Share], fair: Quota) -> frozenset[Share]:
    """What to give up: the last of each zone beyond the fair part."""
    return frozenset(
        share
        for group in _grouped(held)
        for share in sorted(group, key=_place)[fair.of(group[0]) :]
    )


def wanted(held: Collection[Share], fair: Quota) -> tuple[Mapping[ZoneId, int], int]:
    """How many shards of each zone, and how many duties, are still missing to the fair part."""
    shards: dict[ZoneId, int] = defaultdict(int)
    duties = 0
    for share in held:
        if share.duty is None:
            shards[share.zone] += 1
        else:
            duties += 1
    missing = {zone: part - shards[zone] for zone, part in fair.shards.items()}
    return {zone: count for zone, count in missing.items() if count > 0}, max(
        0, fair.duties - duties
    )


def state_of(lease: Lease, held: int, standings: Standings) -> CollectorState:
    """What a living collector does; `held` counts its shards and duties."""
    if not lease.is_live:
        return CollectorState.GONE
    if standing_of(lease, standings).is_draining:
        return CollectorState.DRAINING
    return CollectorState.ACTIVE if held else CollectorState.STANDBY


def standing_of(lease: Lease, standings: Standings) -> Standing:
    return standings.get(lease.name) or Standing(lease.name)


def zone_of(
    device_id: int,
    site_id: int | None,
    *,
    devices: Mapping[int, ZoneId],
    sites: Mapping[int, ZoneId],
) -> ZoneId:
    """A device's own zone, else its site's, else the common one."""
    own = devices.get(device_id)
    if own is not None:
        return own
    return COMMON if site_id is None else sites.get(site_id, COMMON)


def labels(name: str) -> Iterator[str]:
    """What a process may be called whose name is taken: `noc~2`, `noc~3` …"""
    yield name
    for number in range(2, 100):
        yield f"{name}~{number}"


def _dutiful(alive: Collection[Lease], standings: Standings) -> tuple[Lease, ...]:
    """Duties are done near the store: by those who serve the common zone, if there are any."""
    return partners(COMMON, alive, standings) or tuple(
        lease for lease in alive if not standing_of(lease, standings).is_draining
    )


def _part(things: int, among: int) -> int:
    return -(-things // among)


def _grouped(held: Collection[Share]) -> list[list[Share]]:
    groups: dict[tuple[ZoneId, bool], list[Share]] = defaultdict(list)
    for share in held:
        groups[share.zone, share.duty is None].append(share)
    return list(groups.values())


def _place(share: Share) -> tuple[int, str]:
    return (int(share.item) if share.duty is None else 0, share.item)
