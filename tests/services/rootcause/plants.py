"""Networks made up for the scenarios, and what is seen of them when something breaks.

`Plant` knows what is really broken. It says what a collector at the vantage would see: who is
unreachable, which ports are down at devices that can still be asked, and (optionally) what the
cut-off devices still said before the light went out. The engine is shown only that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Severity,
)
from noc_console.services.inventory.model import DeviceType, Reachability
from noc_console.services.rootcause.model import Box, Cable, Network, Plug
from noc_console.services.rootcause.rules.engine import Correlator

AT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NAMES = {"r": DeviceType.ROUTER, "s": DeviceType.SWITCH, "o": DeviceType.OLT}
NAMES |= {"u": DeviceType.POWER, "h": DeviceType.SERVER}


@dataclass
class Plant:
    """Devices by name (the first letter says the kind), wired in pairs; `@` gives the site."""

    wires: list[tuple[str, str]]
    sites: dict[str, int] = field(default_factory=dict)
    vantage: tuple[str, ...] = ()
    unmanaged: frozenset[str] = frozenset()
    zones: dict[str, int] = field(default_factory=dict)
    alone: tuple[str, ...] = ()
    bundles: dict[int, tuple[int, ...]] = field(default_factory=dict)
    onus: dict[tuple[int, str], int] = field(default_factory=dict)
    ports_named: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = sorted({end for wire in self.wires for end in wire} | set(self.alone))
        self.ids = {name: 100 + at for at, name in enumerate(self.names)}
        self.dead: set[str] = set()
        self.at_work: set[str] = set()
        self.cut: set[int] = set()
        self.oob: set[str] = set()
        """Reached another way, that no map shows; it carries what is behind them as well."""
        self.extra: list[Alarm] = []
        self.unknown: set[str] = set()
        self._alarms: dict[tuple[str, str], int] = {}

    # -- the network

    def network(self) -> Network:
        boxes = tuple(
            Box(
                self.ids[name],
                name,
                NAMES[name[0]],
                site_id=self.sites.get(name),
                site=f"site {self.sites.get(name)}",
                zone=self.zones.get(name, 0),
                is_managed=name not in self.unmanaged,
            )
            for name in self.names
        )
        cables = tuple(
            Cable(
                Plug(self.ids[a], self.port(at, a), self.port_name(at, a)),
                Plug(self.ids[b], self.port(at, b), self.port_name(at, b)),
            )
            for at, (a, b) in enumerate(self.wires)
        )
        return Network(
            boxes,
            cables,
            vantage=frozenset(self.ids[name] for name in self.vantage),
            addresses={f"10.0.0.{self.ids[name]}": self.ids[name] for name in self.names},
            bundles=self.bundles,
            onus=self.onus,
        )

    def wire(self, a: str, b: str, which: int = 0) -> int:
        """The number of a wire by its ends."""
        found = [at for at, ends in enumerate(self.wires) if set(ends) == {a, b}]
        return found[which]

    def port(self, wire: int, name: str) -> int:
        return 10_000 + 2 * wire + (self.wires[wire][1] == name)

    def port_name(self, wire: int, name: str) -> str:
        port = self.port(wire, name)
        return self.ports_named.get(port, f"xe-0/0/{port - 10_000}")

    # -- what breaks

    def kill(self, *names: str) -> Plant:
        self.dead |= set(names)
        return self

    def work(self, *names: str) -> Plant:
        """Somebody works on them: what they tell is shelved until that is over."""
        self.at_work |= set(names)
        return self

    def revive(self, *names: str) -> Plant:
        self.dead -= set(names)
        return self

    def snap(self, a: str, b: str, which: int = 0) -> Plant:
        self.cut.add(self.wire(a, b, which))
        return self

    def splice(self, a: str, b: str, which: int = 0) -> Plant:
        self.cut.discard(self.wire(a, b, which))
        return self

    def say(self, *alarms: Alarm) -> Plant:
        self.extra += alarms
        return self

    # -- what is seen

    def reached(self) -> set[str]:
        """Who really answers: from the vantage over living devices and whole wires."""
        start = (*(self.vantage or (self.names[0],)), *sorted(self.oob))
        found = [name for name in start if name not in self.dead]
        seen = set(found)
        for name in found:
            for at, (a, b) in enumerate(self.wires):
                if at in self.cut or name not in (a, b):
                    continue
                other = b if name == a else a
                if other not in self.dead and other not in seen:
                    seen.add(other)
                    found.append(other)
        return seen

    def alarms(self, *, traps: bool = False) -> list[Alarm]:
        """What stands on the desk; with `traps` what cut-off devices said of a cut wire as well."""
        lit = self.reached()
        told = [
            self.unreachable(name)
            for name in self.names
            if name not in lit and name not in self.unmanaged and name not in self.unknown
        ]
        for at, ends in enumerate(self.wires):
            is_dark = at in self.cut or any(end in self.dead for end in ends)
            for name in ends:
                is_asked = name in lit and name not in self.unmanaged
                is_heard = traps and at in self.cut and name not in self.dead
                if is_dark and (is_asked or is_heard) and name not in self.unknown:
                    told.append(self.down(at, name))
        shelved_until = LATER + timedelta(hours=1)
        return self.extra + [
            replace(alarm, shelved_until=shelved_until)
            if alarm.device_name in self.at_work
            else alarm
            for alarm in told
        ]

    def answers(self) -> dict[int, Reachability]:
        lit = self.reached()
        told = {}
        for name in self.names:
            if name in self.unmanaged or name in self.unknown:
                continue
            told[self.ids[name]] = Reachability.UP if name in lit else Reachability.DOWN
        return told

    def engine(self, **with_: object) -> Correlator:
        return Correlator(self.network(), answers=self.answers(), **with_)  # type: ignore[arg-type]

    # -- alarms

    def unreachable(self, name: str) -> Alarm:
        return self.alarm(name, Condition.UNREACHABLE, severity=Severity.CRITICAL)

    def down(self, wire: int, name: str) -> Alarm:
        return self.alarm(
            name,
            Condition.INTERFACE_DOWN,
            port=self.port(wire, name),
            port_name=self.port_name(wire, name),
        )

    def alarm(
        self,
        name: str,
        condition: Condition | str,
        *,
        port: int | None = None,
        port_name: str = "",
        other: str = "",
        text: str = "",
        severity: Severity = Severity.MAJOR,
        at: datetime = AT,
        suppressed: bool = False,
    ) -> Alarm:
        about = AlarmObject(
            self.ids[name],
            port,
            device_name=name,
            interface_name=port_name,
            site_name=f"site {self.sites.get(name)}",
            other=other,
        )
        slot = (about.key, str(condition))
        number = self._alarms.setdefault(slot, len(self._alarms) + 1)
        return Alarm(
            id=AlarmId(number),
            about=about,
            condition=Condition(condition),
            severity=severity,
            was=severity,
            text=text,
            first_seen=at,
            last_seen=at,
            device_name=name,
            interface_name=port_name,
            suppressed=suppressed,
        )


def cleared(alarm: Alarm) -> Alarm:
    return replace(alarm, severity=Severity.CLEARED, cleared_at=LATER)


def called(alarm: Alarm) -> str:
    """`s1 unreachable`, `r1:xe-0/0/3 interface-down`, `o1 onu:0/1/1:3 onu-down`."""
    place = f":{alarm.interface_name}" if alarm.interface_name else ""
    other = f" {alarm.about.other}" if alarm.about.other else ""
    return f"{alarm.device_name}{place}{other} {alarm.condition}"


def folded(engine: Correlator) -> dict[str, str]:
    """Each folded alarm and its root, by what they are called."""
    alarms = engine.standing.alarms
    found = {}
    for alarm_id, alarm in alarms.items():
        root = engine.root_of(alarm_id)
        if root is not None:
            found[called(alarm)] = called(alarms[root])
    return found


def roots(engine: Correlator) -> set[str]:
    """The lines on the desk."""
    return {
        called(alarm)
        for alarm_id, alarm in engine.standing.alarms.items()
        if engine.root_of(alarm_id) is None
    }


def look(plant: Plant, alarms: Iterable[Alarm] | None = None, **with_: object) -> Correlator:
    """An engine that has seen everything there is, long enough ago to be settled."""
    engine = plant.engine(**with_)
    engine.look(plant.alarms() if alarms is None else alarms, now=LATER)
    return engine


def tree(*, width: int = 3, depth: int = 3) -> Plant:
    """r0 at the top, below it switches in a tree: s1…; the names tell the branch."""
    wires = []
    level = ["r0"]
    for _ in range(depth):
        below = []
        for parent in level:
            for at in range(1, width + 1):
                child = f"s{at}" if parent == "r0" else f"{parent}{at}"
                wires.append((parent, child))
                below.append(child)
        level = below
    return Plant(wires, vantage=("r0",))


def ring(size: int = 6) -> Plant:
    """r0 and s1 … in a circle."""
    names = ["r0", *(f"s{at}" for at in range(1, size))]
    wires = list(zip(names, [*names[1:], "r0"], strict=True))
    return Plant(wires, vantage=("r0",))


def chain(pops: int = 4, each: int = 3) -> Plant:
    """POPs one behind the other: r0 – r1 – …, each with switches of its own and a UPS."""
    wires = [(f"r{at}", f"r{at + 1}") for at in range(pops - 1)]
    sites = {}
    for at in range(pops):
        sites[f"r{at}"] = at + 1
        for number in range(1, each + 1):
            wires.append((f"r{at}", f"s{at}{number}"))
            sites[f"s{at}{number}"] = at + 1
        wires.append((f"s{at}1", f"u{at}"))
        sites[f"u{at}"] = at + 1
    return Plant(wires, sites=sites, vantage=("r0",))


def dual_homed(leaves: int = 4) -> Plant:
    """Two cores, two aggregations on both, and leaves on both aggregations."""
    wires = [("r0", "r1"), ("r0", "s1"), ("r0", "s2"), ("r1", "s1"), ("r1", "s2")]
    for at in range(leaves):
        wires += [("s1", f"s9{at}"), ("s2", f"s9{at}")]
    return Plant(wires, vantage=("r0", "r1"))


def access(onus: int = 16) -> Plant:
    """A core, an aggregation, and two OLTs with PON ports 0/1/1 and 0/1/2 each."""
    plant = Plant([("r0", "s1"), ("s1", "o1"), ("s1", "o2")], vantage=("r0",))
    for name in ("o1", "o2"):
        for pon in ("0/1/1", "0/1/2"):
            plant.onus[plant.ids[name], pon] = onus
    return plant
