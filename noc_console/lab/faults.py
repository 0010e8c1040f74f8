"""What can be broken, how it looks from outside, and how it is mended.

A fault is given a target (a link end `device:port`, a device, a site) or picks a sensible one.
While it lasts it owns its effects under its id, so two faults on one link do not heal each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.lab.model import Device, Link
from noc_console.lab.notices import Notice, What
from noc_console.lab.world import Line, World
from noc_console.services.lab.model import ActiveFault, FaultKind

REBOOT_S = 25.0
BATTERY_S = 60.0
FLAP_S = 8.0
STEP_S = 5.0
MAX_FADE = 17.0
MAX_ERRORS = 2_000.0


@dataclass(frozen=True, slots=True)
class Handling:
    """How a fault begins and is mended; both get the moment."""

    kind: FaultKind
    default: Callable[[World], str]
    begin: Callable[[World, ActiveFault, float], None]
    mend: Callable[[World, ActiveFault, float], None]


class Faults:
    """What is broken right now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.active: dict[str, ActiveFault] = {}

    def begin(self, name: str, target: str | None, at: float) -> ActiveFault:
        """Break something; refuses an unknown fault or target and the same fault twice."""
        handling = CATALOGUE.get(name)
        if handling is None:
            raise NotFound(f"no fault is called {name}; known are {', '.join(CATALOGUE)}")
        target = self._resolve(handling, target or handling.default(self._world))
        fault = ActiveFault(
            id=f"{name}@{target}",
            name=name,
            target=target,
            since=at,
            ends_by_itself=name == "reboot",
        )
        if fault.id in self.active:
            raise Conflict(f"{target} already suffers from {name}")
        self.active[fault.id] = fault
        handling.begin(self._world, fault, at)
        if fault.ends_by_itself:
            end = at + REBOOT_S + 1
            self._world.agenda.add(end, lambda _at: self.forget(fault.id), owner=fault.id)
        return fault

    def mend(self, what: str, at: float) -> list[ActiveFault]:
        """Mend by id, or every fault of a name; refuses when there is none."""
        chosen = [each for each in self.active.values() if what in (each.id, each.name)]
        if not chosen:
            raise NotFound(f"nothing called {what} is broken")
        for fault in chosen:
            self._end(fault, at)
        return chosen

    def mend_all(self, at: float) -> list[ActiveFault]:
        """Everything whole again."""
        chosen = list(self.active.values())
        for fault in chosen:
            self._end(fault, at)
        return chosen

    def resume(self, faults: list[ActiveFault], at: float) -> None:
        """Take up what was broken when the lab was last stopped; what no longer fits is dropped."""
        for fault in faults:
            handling = CATALOGUE.get(fault.name)
            if handling is None or fault.ends_by_itself or not self._exists(handling, fault.target):
                continue
            self.active[fault.id] = fault
            handling.begin(self._world, fault, at)

    def _exists(self, handling: Handling, target: str) -> bool:
        try:
            return self._resolve(handling, target) == target
        except (NotFound, Invalid):
            return False

    def forget(self, fault_id: str) -> None:
        self.active.pop(fault_id, None)

    def _end(self, fault: ActiveFault, at: float) -> None:
        self._world.agenda.cancel(fault.id)
        CATALOGUE[fault.name].mend(self._world, fault, at)
        self.active.pop(fault.id, None)

    def _resolve(self, handling: Handling, target: str) -> str:
        """The target in its full form; refuses what is not there."""
        plan, kind = self._world.plan, handling.kind
        if kind.target == "site":
            if target not in plan.sites:
                raise NotFound(f"no site {target}; there are {', '.join(plan.sites)}")
            return target
        if kind.target == "device":
            if target not in plan.devices:
                raise NotFound(f"no device is called {target}")
            return target
        port = plan.find_port(target)
        if port is None and target in plan.devices:
            port = next((p for p in plan.devices[target].ports if p.far), None)
        if port is None:
            raise NotFound(f"no port {target}; name it as device:port")
        if port.link is None:
            raise Invalid(f"nothing is plugged into {target}", field="target")
        return port.key


def _device(world: World, fault: ActiveFault) -> Device:
    return world.plan.devices[fault.target]


def _line(world: World, fault: ActiveFault) -> Line:
    port = world.plan.find_port(fault.target)
    assert port is not None and port.link is not None
    return world.line(port.link)


# -- links -------------------------------------------------------------------------------


def _cut(world: World, fault: ActiveFault, at: float) -> None:
    _line(world, fault).cuts.add(fault.id)
    world.settle(at)


def _splice(world: World, fault: ActiveFault, at: float) -> None:
    _line(world, fault).cuts.discard(fault.id)
    world.settle(at)


def _flap(world: World, fault: ActiveFault, at: float) -> None:
    """Down, up, down … until mended; a little longer up than down."""
    line = _line(world, fault)
    if fault.id in line.cuts:
        _splice(world, fault, at)
        pause = FLAP_S * 1.25
    else:
        _cut(world, fault, at)
        pause = FLAP_S
    world.agenda.add(at + pause, lambda then: _flap(world, fault, then), owner=fault.id)


def _set_errors(line: Line, per_second: float, at: float) -> None:
    for way, meter in enumerate(line.errors):
        floor = line.error_floor / (way + 1)
        meter.change(floor + (per_second if way == 0 else per_second / 3), at)


def _errors(world: World, fault: ActiveFault, at: float) -> None:
    """From 40 errors a second, half as many again every five seconds."""
    line = _line(world, fault)
    now = line.errors[0].level
    if now < 1:
        for end in line.link.ends:
            world.tell(Notice(What.ERRORS_RISING, end.device, at, end, 40.0))
    rate = min(MAX_ERRORS, now * 1.5 if now >= 1 else 40.0)
    _set_errors(line, rate, at)
    if rate < MAX_ERRORS:
        world.agenda.add(at + STEP_S, lambda then: _errors(world, fault, then), owner=fault.id)


def _no_errors(world: World, fault: ActiveFault, at: float) -> None:
    line = _line(world, fault)
    _set_errors(line, 0.0, at)
    for end in line.link.ends:
        world.tell(Notice(What.ERRORS_GONE, end.device, at, end))


def _fade(world: World, fault: ActiveFault, at: float) -> None:
    """Six dB at once, then one more every five seconds; from 10 dB on frames get hurt."""
    line = _line(world, fault)
    line.fade = min(MAX_FADE, line.fade + 1.0) if line.fade else 6.0
    if line.fade in (6.0, 12.0, MAX_FADE):
        for end in line.link.ends:
            received, _ = world.optics(end, at)
            world.tell(Notice(What.OPTICS_LOW, end.device, at, end, received))
    if line.fade >= 10.0:
        _set_errors(line, 10.0 * 2 ** (line.fade - 10.0), at)
    if line.fade < MAX_FADE:
        world.agenda.add(at + STEP_S, lambda then: _fade(world, fault, then), owner=fault.id)


def _clean(world: World, fault: ActiveFault, at: float) -> None:
    line = _line(world, fault)
    line.fade = 0.0
    _set_errors(line, 0.0, at)
    for end in line.link.ends:
        received, _ = world.optics(end, at)
        world.tell(Notice(What.OPTICS_NORMAL, end.device, at, end, received))


# -- devices -----------------------------------------------------------------------------


def _down(world: World, fault: ActiveFault, at: float) -> None:
    world.power_off(_device(world, fault), fault.id, at)
    world.settle(at)


def _up(world: World, fault: ActiveFault, at: float) -> None:
    world.power_on(_device(world, fault), fault.id, at)


def _reboot(world: World, fault: ActiveFault, at: float) -> None:
    device = _device(world, fault)
    _down(world, fault, at)
    world.power_on(device, fault.id, at, silent_s=REBOOT_S)


def _busy(world: World, fault: ActiveFault, at: float) -> None:
    device = _device(world, fault)
    world.node(device).extra_cpu = 86.0
    world.tell(Notice(What.CPU_HIGH, device, at, value=float(world.cpu(device, at))))


def _calm(world: World, fault: ActiveFault, at: float) -> None:
    device = _device(world, fault)
    world.node(device).extra_cpu = 0.0
    world.tell(Notice(What.CPU_NORMAL, device, at, value=float(world.cpu(device, at))))


# -- sites -------------------------------------------------------------------------------


def _supplies(world: World, site: str) -> list[Device]:
    return [device for device in world.plan.at(site) if device.role == "ups"]


def _outage(world: World, fault: ActiveFault, at: float) -> None:
    """The UPS carries the site for a minute, warns, and then everything is dark."""
    for ups in _supplies(world, fault.target):
        world.node(ups).on_battery_since = at
        world.tell(Notice(What.ON_BATTERY, ups, at))

    def low(then: float) -> None:
        for ups in _supplies(world, fault.target):
            world.tell(Notice(What.BATTERY_LOW, ups, then, value=20.0))

    def dark(then: float) -> None:
        for device in world.plan.at(fault.target):
            world.power_off(device, fault.id, then)
        world.settle(then)

    # Counted from when it began: a lab that is restarted later goes on where it stood.
    world.agenda.add(max(at, fault.since + BATTERY_S * 0.7), low, owner=fault.id)
    world.agenda.add(max(at, fault.since + BATTERY_S), dark, owner=fault.id)


def _restore(world: World, fault: ActiveFault, at: float) -> None:
    for ups in _supplies(world, fault.target):
        world.node(ups).on_battery_since = None
        world.tell(Notice(What.POWER_BACK, ups, at))
    for device in world.plan.at(fault.target):
        world.power_on(device, fault.id, at)


# -- what is offered ---------------------------------------------------------------------


def _ring(world: World) -> str:
    """A cable between two cities: the one everybody would notice."""
    return _cable(world, 0, lambda link: link.purpose == "ring")


def _other_ring(world: World) -> str:
    return _cable(world, 1, lambda link: link.purpose == "ring")


def _uplink(world: World) -> str:
    """The cable from the aggregation to an access switch."""
    return _cable(world, 0, lambda link: link.purpose == "access" and _serves_access(link))


def _serves_access(link: Link) -> bool:
    return link.a.device.role == "agg" and link.b is not None and link.b.device.role == "acc"


def _cable(world: World, which: int, wanted: Callable[[Link], bool]) -> str:
    cables = [link for link in world.plan.links if link.b is not None]
    if not cables:
        raise Invalid("this lab has no cables to break", field="target")
    fitting = [link for link in cables if wanted(link)] or cables
    return fitting[which % len(fitting)].a.key


def _any(*roles: str) -> Callable[[World], str]:
    def choose(world: World) -> str:
        devices = world.plan.devices.values()
        for role in roles:
            for device in devices:
                if device.role == role:
                    return device.name
        return next(iter(world.plan.devices))

    return choose


def _site_with_ups(world: World) -> str:
    sites = [d.site.key for d in world.plan.devices.values() if d.role == "ups"]
    return sites[1] if len(sites) > 1 else (sites or list(world.plan.sites))[0]


def _offer(
    name: str,
    title: str,
    target: str,
    does: str,
    alarm: str,
    default: Callable[[World], str],
    begin: Callable[[World, ActiveFault, float], None],
    mend: Callable[[World, ActiveFault, float], None],
) -> tuple[str, Handling]:
    return name, Handling(FaultKind(name, title, target, does, alarm), default, begin, mend)


CATALOGUE: dict[str, Handling] = dict(
    (
        _offer(
            "link-down", "Cut a link", "link",
            "Both ends lose the link and say so; traffic takes the remaining paths.",
            "interface down at both ends", _ring, _cut, _splice,
        ),
        _offer(
            "device-down", "Switch a device off", "device",
            "It stops answering SNMP and SSH at once; its neighbours lose their links. "
            "Mended, it boots and counts from nought.",
            "device unreachable, interfaces down at its neighbours", _any("acc", "agg"),
            _down, _up,
        ),
        _offer(
            "reboot", "Reboot a device", "device",
            f"Silent for {REBOOT_S:.0f} seconds, then a cold start: uptime and counters from "
            "nought, one more engine boot. Ends by itself.",
            "device unreachable for a moment; no false rates afterwards",
            _any("bng", "agg", "edge"), _reboot, _up,
        ),
        _offer(
            "high-cpu", "Keep a CPU busy", "device",
            "The processor stays above 90 %; the device also gets warmer.",
            "CPU", _any("edge", "core"), _busy, _calm,
        ),
        _offer(
            "rising-errors", "Damage a cable", "link",
            f"Receive errors from 40 a second up to {MAX_ERRORS:.0f}, half as many again every "
            f"{STEP_S:.0f} seconds.",
            "errors at both ends", _uplink, _errors, _no_errors,
        ),
        _offer(
            "fading-optical", "Bend a fibre", "link",
            f"Received light falls by 6 dB, then 1 dB every {STEP_S:.0f} seconds, down to "
            f"{MAX_FADE:.0f} dB; from 10 dB on frames get damaged.",
            "low receive power, then errors at both ends", _other_ring, _fade, _clean,
        ),
        _offer(
            "power-loss", "Cut the power of a site", "site",
            f"The UPS goes on battery, warns after {BATTERY_S * 0.7:.0f} seconds, and after "
            f"{BATTERY_S:.0f} seconds everything in the site is dark.",
            "on battery, then every device of the site unreachable", _site_with_ups,
            _outage, _restore,
        ),
        _offer(
            "flapping", "Let a link flap", "link",
            f"Down for {FLAP_S:.0f} and up for {FLAP_S * 1.25:.0f} seconds, again and again.",
            "interface down, again and again: one alarm, not many", _uplink, _flap, _splice,
        ),
    )
)  # fmt: skip
