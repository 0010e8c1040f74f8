"""One device's readings, as values: what is kept and what is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.detection.pack import our_book
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    InterfaceId,
    OperStatus,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import UNKNOWN, PortReadings, Reading, Subject
from noc_console.services.telemetry.rules.outcome import Outcome
from noc_console.services.telemetry.rules.ports import ports_of
from noc_console.services.telemetry.rules.rates import Tracks
from noc_console.services.telemetry.rules.tracker import Tracker

CREDENTIAL = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
DEVICE = Device(DeviceId(7), "core-1", "192.0.2.1", 161)
UPLINK = PortFact(7, 1, 1, "xe-0", 10**9, OperStatus.UP, True, True)
SPARE = PortFact(7, 2, 2, "xe-1", 10**9, OperStatus.DOWN, True, False)


def sensor(number: int, kind: SensorKind, name: str = "", **changes: object) -> Sensor:
    made = Sensor(SensorId(number), DEVICE.id, kind, name or kind.value, f"1.3.6.1.4.1.{number}")
    return replace(made, **changes)  # type: ignore[arg-type]


def readings(*ports: tuple[int, tuple[int, ...], int, int]) -> PortReadings:
    """Interfaces as read: row, counters, admin, oper."""
    rows, counters, admin, oper = zip(*ports, strict=True)
    return PortReadings(
        np.array(rows),
        np.array(counters, np.int64),
        np.array(admin, np.int8),
        np.array(oper, np.int8),
    )


def told(done: Outcome) -> dict[int, tuple[int, ...]]:
    """What is kept of interfaces, by id."""
    if done.port_ids is None or done.port_rows is None:
        return {}
    return dict(zip(done.port_ids.tolist(), map(tuple, done.port_rows.tolist()), strict=True))


class Watcher:
    """A tracker with the alarms that stand, fed once a minute."""

    def __init__(self, *sensors: Sensor) -> None:
        subject = Subject(
            DEVICE,
            SnmpTarget("192.0.2.1", 161, CREDENTIAL),
            ports_of((SPARE, UPLINK)),
            sensors,
            "Erfurt",
        )
        self.tracker = Tracker(subject, settled_after_s=120.0, book=our_book())
        self.standing: dict[tuple[str, Condition], Severity] = {}
        self.at = 1_000.0
        self.uptime = 500_000.0
        self.octets = 0
        self.packets = 0
        self.errors = 0
        self.texts: dict[Condition, str] = {}

    def poll(
        self,
        *,
        after: float = 60.0,
        mbit: float = 100.0,
        errors: int = 0,
        uplink: int = 1,
        admin: bool = True,
        spare: int = 2,
        sensors: dict[int, float] | None = None,
        uptime: float | None = None,
        wall_jump: float = 0.0,
        whole: bool = True,
    ) -> Outcome:
        self.at += after
        self.uptime = self.uptime + after if uptime is None else uptime
        self.octets += int(mbit * 1e6 / 8 * after)
        self.packets += int(mbit * 1e6 / 8 / 700 * after)
        self.errors += errors
        counters = (self.octets, 0, self.packets, 0, self.errors, 0, 0, 0)
        reading = Reading(
            at=self.at,
            at_ms=round((1_700_000_000 + self.at + wall_jump) * 1000),
            response_s=0.005,
            uptime_ticks=int(self.uptime * 100) % 2**32,
            ports=self.ports(counters, admin, uplink, spare),
            sensors=sensors or {},
            whole=whole,
        )
        done = self.tracker.take(reading, self.standing)
        self._note(done)
        return done

    def ports(
        self, counters: tuple[int, ...], admin: bool, uplink: int, spare: int
    ) -> PortReadings:
        rows = {1: (counters, int(admin), uplink), 2: ((0,) * 8, 1, spare)}
        ids = self.tracker.subject.ports.ids.tolist()
        return readings(*((row, *rows[number]) for row, number in enumerate(ids)))

    def _note(self, done: Outcome) -> None:
        for report in done.reports:
            slot = (report.about.key, report.condition)
            assert self.standing.get(slot, Severity.CLEARED) != report.severity, "news only"
            self.texts[report.condition] = report.text
            if report.severity:
                self.standing[slot] = report.severity
            else:
                del self.standing[slot]

    def stands(self, condition: Condition, about: str = "device:7") -> Severity:
        return self.standing.get((about, condition), Severity.CLEARED)


PORT = "device:7/interface:1"


def test_a_healthy_device_raises_nothing_and_keeps_every_figure() -> None:
    watcher = Watcher(sensor(5, SensorKind.CPU), sensor(6, SensorKind.TEMPERATURE))
    for _ in range(5):
        done = watcher.poll(sensors={5: 12.5, 6: 41.0})
    assert watcher.standing == {}
    assert not done.confirm
    assert done.device == (12_500, None, 41_000, 500_300, 5_000, 1)
    assert done.sensors == {5: 12_500, 6: 41_000}
    assert set(told(done)) == {1, 2}
    assert told(done)[1][8] == OperStatus.UP


def test_an_interface_that_leads_somewhere_goes_down_and_comes_back() -> None:
    watcher = Watcher()
    watcher.poll()
    done = watcher.poll(uplink=2)
    assert watcher.stands(Condition.INTERFACE_DOWN, PORT) is Severity.MAJOR
    assert done.statuses == {1: OperStatus.DOWN}
    assert done.reports[0].about == AlarmObject(7, 1)
    assert (done.reports[0].about.device_name, done.reports[0].about.interface_name) == (
        "core-1",
        "xe-0",
    )
    assert watcher.poll(uplink=2).reports == []
    watcher.poll(uplink=1)
    assert watcher.standing == {}


def test_a_port_that_was_never_up_and_leads_nowhere_is_no_alarm() -> None:
    watcher = Watcher()
    for _ in range(3):
        watcher.poll(spare=2)
    assert watcher.standing == {}
    watcher.poll(spare=1)
    watcher.poll(spare=7)
    assert watcher.stands(Condition.INTERFACE_DOWN, "device:7/interface:2") is Severity.MINOR


def test_a_port_somebody_switched_off_is_no_alarm() -> None:
    watcher = Watcher()
    watcher.poll()
    watcher.poll(uplink=2)
    watcher.poll(uplink=2, admin=False)
    assert watcher.standing == {}


def test_interfaces_of_a_device_that_does_not_answer_are_unknown_not_down() -> None:
    watcher = Watcher()
    watcher.poll()
    done = watcher.tracker.lost()
    assert done.statuses == {1: OperStatus.UNKNOWN, 2: OperStatus.UNKNOWN}
    assert done.reports == []
    assert done.device[-1] == 0
    assert watcher.tracker.lost().statuses == {}
    assert watcher.poll().statuses == {1: OperStatus.UP, 2: OperStatus.DOWN}


def test_load_near_the_line_rate_is_told_with_its_direction() -> None:
    watcher = Watcher()
    watcher.poll()
    assert watcher.poll(mbit=900).confirm
    watcher.poll(mbit=900)
    assert watcher.stands(Condition.UTILISATION, PORT) is Severity.WARNING
    assert watcher.texts[Condition.UTILISATION] == "in 90 % of 1.00 Gb/s"
    watcher.poll(mbit=970)
    watcher.poll(mbit=970)
    assert watcher.stands(Condition.UTILISATION, PORT) is Severity.MAJOR
    for _ in range(3):
        watcher.poll(mbit=100)
    assert watcher.standing == {}


def test_errors_are_told_by_number_or_by_share() -> None:
    watcher = Watcher()
    watcher.poll()
    for _ in range(2):
        watcher.poll(errors=60 * 40)
    assert watcher.stands(Condition.ERRORS, PORT) is Severity.MINOR
    for _ in range(3):
        watcher.poll()
    assert watcher.standing == {}
    for _ in range(2):
        watcher.poll(mbit=1, errors=60 * 3)
    assert watcher.stands(Condition.ERRORS, PORT) is Severity.MAJOR, "1.7 % of few packets"


def test_a_restart_is_told_leaves_a_gap_and_settles() -> None:
    watcher = Watcher()
    watcher.poll()
    before = told(watcher.poll())[1]
    watcher.octets = watcher.packets = 0
    done = watcher.poll(uptime=20.0)
    assert done.restarted
    assert watcher.stands(Condition.RESTARTED) is Severity.WARNING
    assert "5 d 18 h" in watcher.texts[Condition.RESTARTED]
    assert told(done)[1][-1] != before[-1], "another epoch: nobody subtracts across it"
    watcher.poll()
    assert watcher.stands(Condition.RESTARTED) is Severity.WARNING
    watcher.poll()
    assert watcher.standing == {}


def test_a_clock_that_jumps_makes_a_gap_and_no_alarm() -> None:
    watcher = Watcher()
    watcher.poll()
    before = told(watcher.poll())[1][-1]
    jumped = told(watcher.poll(wall_jump=-3600.0))[1][-1]
    assert jumped != before
    watcher.poll(wall_jump=-3600.0)
    assert told(watcher.poll(wall_jump=-3600.0))[1][-1] == jumped
    assert watcher.standing == {}


def test_a_look_in_between_changes_no_judgement() -> None:
    watcher = Watcher()
    watcher.poll()
    for _ in range(59):
        watcher.poll(after=1.0, mbit=990, whole=False)
    assert watcher.standing == {}
    done = watcher.poll(after=1.0, mbit=990)
    assert done.confirm, "the minute as a whole was too busy"


def test_cores_are_averaged_and_processors_are_not() -> None:
    cores = [sensor(n, SensorKind.CPU, oid=f"1.3.6.1.2.1.25.3.3.1.2.{n}") for n in (5, 6, 7, 8)]
    watcher = Watcher(*cores)
    for _ in range(3):
        done = watcher.poll(sensors={5: 100.0, 6: 10.0, 7: 10.0, 8: 10.0})
    assert done.device[0] == 32_500
    assert watcher.standing == {}
    boards = Watcher(sensor(5, SensorKind.CPU, "RP"), sensor(6, SensorKind.CPU, "LC"))
    for _ in range(3):
        boards.poll(sensors={5: 97.0, 6: 10.0})
    assert boards.stands(Condition.CPU) is Severity.MAJOR
    assert boards.texts[Condition.CPU] == "CPU 97 %"


def test_heat_is_told_about_the_sensor() -> None:
    watcher = Watcher(sensor(6, SensorKind.TEMPERATURE, "inlet"))
    for _ in range(2):
        watcher.poll(sensors={6: 68.0})
    assert watcher.stands(Condition.TEMPERATURE, "device:7/sensor:6") is Severity.MINOR


LIGHT = sensor(9, SensorKind.DBM, "xe-0 receive", interface_id=InterfaceId(1))


def test_fading_light_is_told_before_it_is_gone() -> None:
    watcher = Watcher(LIGHT)
    about = "device:7/interface:1/sensor:9"
    watcher.poll(sensors={9: -6.0})
    for _ in range(2):
        watcher.poll(sensors={9: -9.5})
    assert watcher.stands(Condition.OPTICAL_POWER, about) is Severity.WARNING
    for _ in range(2):
        watcher.poll(sensors={9: -28.0})
    assert watcher.stands(Condition.OPTICAL_POWER, about) is Severity.MAJOR
    for _ in range(3):
        watcher.poll(sensors={9: -6.1})
    assert watcher.standing == {}


def test_darkness_on_a_cut_link_is_the_links_alarm_not_the_optics() -> None:
    watcher = Watcher(LIGHT)
    watcher.poll(sensors={9: -6.0})
    for _ in range(3):
        watcher.poll(uplink=2, sensors={9: -40.0})
    assert set(watcher.standing) == {(PORT, Condition.INTERFACE_DOWN)}


def test_a_dark_transmitter_is_not_received_light() -> None:
    watcher = Watcher(replace(LIGHT, name="xe-0 Transmit Power"))
    for _ in range(3):
        watcher.poll(sensors={9: -40.0})
    assert watcher.standing == {}


def test_the_usual_light_is_remembered_across_a_restart_of_ours() -> None:
    watcher = Watcher(LIGHT)
    watcher.tracker.remember_light({9: -6.0}, at=watcher.at)
    for _ in range(2):
        watcher.poll(sensors={9: -10.0})
    assert watcher.stands(Condition.OPTICAL_POWER, "device:7/interface:1/sensor:9")


STATES = ((1, 1, "ok"), (7, 3, "lost"))


def test_supplies_make_one_alarm_that_names_what_is_wrong() -> None:
    supplies = (
        sensor(11, SensorKind.STATE, "Mains supply", states=STATES),
        sensor(12, SensorKind.STATE, "Battery", states=STATES),
        sensor(13, SensorKind.CHARGE, "Battery charge"),
    )
    watcher = Watcher(*supplies)
    watcher.poll(sensors={11: 1.0, 12: 1.0, 13: 100.0})
    assert watcher.standing == {}
    watcher.poll(sensors={11: 7.0, 12: 1.0, 13: 90.0})
    assert watcher.standing == {("device:7", Condition.POWER): Severity.MAJOR}
    assert watcher.texts[Condition.POWER] == "Mains supply: lost"
    for _ in range(2):
        watcher.poll(sensors={11: 1.0, 12: 1.0, 13: 91.0})
    assert watcher.standing == {}


def test_a_fan_is_hardware_not_power() -> None:
    watcher = Watcher(sensor(11, SensorKind.STATE, "Fan tray 1", states=STATES))
    watcher.poll(sensors={11: 7.0})
    assert watcher.standing == {("device:7", Condition.HARDWARE): Severity.MAJOR}


def test_a_state_that_was_not_read_this_time_keeps_its_word() -> None:
    watcher = Watcher(
        sensor(11, SensorKind.STATE, "Fan tray 1", states=STATES),
        sensor(12, SensorKind.STATE, "Fan tray 2", states=STATES),
    )
    watcher.poll(sensors={11: 7.0, 12: 1.0})
    watcher.poll(sensors={12: 1.0})
    assert watcher.standing == {("device:7", Condition.HARDWARE): Severity.MAJOR}
    watcher.poll(sensors={11: 1.0})
    assert watcher.standing == {}


def test_caches_do_not_make_a_box_look_full() -> None:
    watcher = Watcher(
        sensor(5, SensorKind.MEMORY, "RAM", group="system"),
        sensor(6, SensorKind.MEMORY, "Cached", group="cached"),
    )
    for _ in range(3):
        done = watcher.poll(sensors={5: 40.0, 6: 99.0})
    assert done.device[1] == 40_000
    assert watcher.standing == {}


def test_a_light_of_no_interface_and_no_limit_is_nobodys_alarm() -> None:
    watcher = Watcher(sensor(9, SensorKind.DBM, "ONU 7 receive"))
    for _ in range(3):
        watcher.poll(sensors={9: -40.0})
    assert watcher.standing == {}


def test_a_sensor_that_says_nothing_changes_nothing() -> None:
    watcher = Watcher(sensor(5, SensorKind.CPU))
    for _ in range(2):
        watcher.poll(sensors={5: 90.0})
    for _ in range(5):
        done = watcher.poll(sensors={})
    assert watcher.stands(Condition.CPU) is Severity.MINOR
    assert done.device[0] is None


def test_an_interface_that_left_the_inventory_is_forgotten() -> None:
    watcher = Watcher()
    watcher.poll()
    watcher.tracker.follow(replace(watcher.tracker.subject, ports=ports_of((SPARE,))))
    assert set(told(watcher.poll())) == {2}


def test_the_part_a_device_plays_says_how_bad_its_silence_is() -> None:
    def of(type: DeviceType) -> Severity:
        tracker = Watcher().tracker
        tracker.follow(replace(tracker.subject, device=replace(DEVICE, type=type)))
        return tracker.unreachable()

    assert of(DeviceType.ROUTER) is of(DeviceType.OLT) is Severity.CRITICAL
    assert of(DeviceType.SWITCH) is Severity.MAJOR
    assert of(DeviceType.OTHER) is Severity.MINOR


@given(
    st.lists(
        st.tuples(
            st.floats(0, 1_000),
            st.integers(0, 10**6),
            st.integers(1, 7),
            st.booleans(),
            st.floats(-60, 120),
        ),
        max_size=20,
    )
)
def test_whatever_comes_the_outcome_is_consistent(
    polls: list[tuple[float, int, int, bool, float]],
) -> None:
    watcher = Watcher(sensor(5, SensorKind.CPU), LIGHT)
    epochs = []
    for mbit, errors, status, admin, value in polls:
        done = watcher.poll(
            mbit=mbit, errors=errors, uplink=status, admin=admin, sensors={5: value, 9: value}
        )
        assert len(told(done)[1]) == 10
        assert told(done)[1][8] in set(OperStatus)
        epochs.append(told(done)[1][-1])
    assert all(a <= b for a, b in pairwise(epochs))


def test_a_status_that_is_none_is_neither_down_nor_up_again() -> None:
    watcher = Watcher()
    watcher.poll()
    watcher.poll(uplink=2)
    watcher.at += 60
    nothing = readings((0, (UNKNOWN,) * 8, -1, OperStatus.UNKNOWN))
    reading = Reading(at=watcher.at, at_ms=1, response_s=0.0, uptime_ticks=None, ports=nothing)
    done = watcher.tracker.take(reading, watcher.standing)
    assert told(done) == {1: (*[UNKNOWN] * 8, OperStatus.UNKNOWN, 1)}
    assert done.reports == []


def test_what_a_rediscovery_wrote_is_corrected_by_the_next_reading() -> None:
    watcher = Watcher()
    watcher.poll()
    assert watcher.poll().statuses == {}
    stale = UPLINK._replace(oper_status=OperStatus.DOWN)
    watcher.tracker.follow(replace(watcher.tracker.subject, ports=ports_of((stale, SPARE))))
    assert watcher.poll().statuses == {1: OperStatus.UP}
    assert watcher.standing == {}


def test_interfaces_that_come_and_go_take_nothing_from_the_others() -> None:
    watcher = Watcher()
    watcher.poll()
    before = told(watcher.poll())[2]
    new = SPARE._replace(id=1, if_index=9, name="xe-9")
    watcher.tracker.follow(
        replace(watcher.tracker.subject, ports=ports_of((SPARE, new._replace(is_linked=False))))
    )
    done = told(watcher.poll(mbit=0.0))
    assert done[2][-1] == before[-1], "the same counters, one history"
    watcher.tracker.follow(replace(watcher.tracker.subject, ports=ports_of((UPLINK, SPARE))))
    assert told(watcher.poll())[2][-1] == before[-1]


def test_a_device_that_tells_of_one_interface_only_says_nothing_of_the_other() -> None:
    watcher = Watcher()
    watcher.poll()
    watcher.at += 60
    reading = Reading(
        at=watcher.at,
        at_ms=round((1_700_000_000 + watcher.at) * 1000),
        response_s=0.0,
        uptime_ticks=None,
        ports=readings((1, (5,) * 8, 1, 2)),
    )
    done = watcher.tracker.take(reading, watcher.standing)
    assert set(told(done)) == {2}
    assert watcher.standing == {} and done.reports == []
    assert set(told(watcher.poll())) == {1, 2}


def test_counters_remembered_from_the_store_go_on_in_their_epoch() -> None:
    watcher = Watcher()
    ids = np.array([2, 50])
    values = np.zeros((2, 8), np.int64)
    found = Tracks(np.array([watcher.at, watcher.at]), values, np.array([17, 99]))
    watcher.tracker.remember_counters(found, ids)
    done = told(watcher.poll())
    assert done[2][-1] == 17
    assert done[1][-1] > 10**12, "of this one nothing was known"


def test_an_interface_near_its_limit_is_remembered_and_forgotten_when_it_is_calm() -> None:
    watcher = Watcher()
    watcher.poll()
    watcher.poll(mbit=900)
    watcher.poll(mbit=100)
    watcher.poll(mbit=900)
    assert watcher.stands(Condition.UTILISATION, PORT) is Severity.WARNING, "two of three"
    for _ in range(6):
        watcher.poll(mbit=100)
    assert watcher.standing == {}
    watcher.poll(mbit=900)
    assert watcher.standing == {}, "one alone is none, whatever was long ago"
