"""`Planned` for the alarm desk: what planned work keeps quiet at a moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from noc_console.db.database import Tx
from noc_console.services.alarms.model import AlarmObject
from noc_console.services.alarms.ports import Quiet
from noc_console.services.maintenance import store
from noc_console.services.maintenance.model import Maintenance, Spot


class PlannedWork:
    """Answers within the transaction that asks, so that no alarm slips past work that begins."""

    async def quiet(
        self, tx: Tx, abouts: Collection[AlarmObject], *, at: datetime
    ) -> Mapping[str, Quiet]:
        if not abouts:
            return {}
        found = await store.quiet(tx, at, {about.device_id for about in abouts})
        return covering(found, abouts)


def covering(
    found: Iterable[tuple[Spot, Maintenance]], abouts: Iterable[AlarmObject]
) -> dict[str, Quiet]:
    """Of these objects those that work covers, by key; of several works the longest.

    Work on a device covers all of it, work on a port that port and the sensors in it.
    """
    works: dict[Spot, Quiet] = {}
    for spot, work in found:
        if spot not in works or work.ends_at > works[spot].until:
            works[spot] = Quiet(work.ends_at, work.reason)
    covered = {}
    for about in abouts if works else ():
        around = {Spot(about.device_id)}
        if about.interface_id is not None:
            around.add(Spot(about.device_id, interface_id=about.interface_id))
        if about.sensor_id is not None:
            around.add(Spot(about.device_id, sensor_id=about.sensor_id))
        if reasons := [works[spot] for spot in around if spot in works]:
            covered[about.key] = max(reasons, key=lambda quiet: quiet.until)
    return covered
