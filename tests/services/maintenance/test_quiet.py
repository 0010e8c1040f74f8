"""What planned work keeps off the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import AlarmObject
from noc_console.services.alarms.ports import Quiet
from noc_console.services.maintenance.model import Maintenance, Spot
from noc_console.services.maintenance.quiet import covering

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def work(spot: Spot, hours: int, reason: str) -> tuple[Spot, Maintenance]:
    return spot, Maintenance(spot.device_id, NOW, NOW + timedelta(hours=hours), reason, "mira")


def quiet(hours: int, reason: str) -> Quiet:
    return Quiet(NOW + timedelta(hours=hours), reason)


def test_work_on_a_device_covers_all_of_it() -> None:
    abouts = (AlarmObject(7), AlarmObject(7, interface_id=1), AlarmObject(7, sensor_id=2),
              AlarmObject(7, other="bgp:10.0.0.1"), AlarmObject(8))  # fmt: skip
    found = covering([work(Spot(7), 2, "card")], abouts)
    assert found == {about.key: quiet(2, "card") for about in abouts[:4]}


def test_work_on_a_port_covers_the_port_and_its_sensors_only() -> None:
    works = [work(Spot(7, interface_id=1), 2, "splice"), work(Spot(7, sensor_id=2), 2, "splice")]
    abouts = (AlarmObject(7, interface_id=1), AlarmObject(7, sensor_id=2))
    others = (AlarmObject(7), AlarmObject(7, interface_id=9), AlarmObject(8, interface_id=1))
    assert covering(works, (*abouts, *others)).keys() == {about.key for about in abouts}


def test_of_several_works_the_longest_counts() -> None:
    works = [
        work(Spot(7), 2, "short"),
        work(Spot(7), 5, "long"),
        work(Spot(7), 3, "middle"),
        work(Spot(7, interface_id=1), 9, "splice"),
    ]
    found = covering(works, (AlarmObject(7), AlarmObject(7, interface_id=1)))
    assert found["device:7"] == quiet(5, "long")
    assert found["device:7/interface:1"] == quiet(9, "splice")


def test_without_work_nothing_is_quiet() -> None:
    assert covering([], (AlarmObject(7),)) == {}
