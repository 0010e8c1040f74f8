"""What differs after work from before it, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import OperStatus
from noc_console.services.maintenance.model import Finding, Kind, Turn
from noc_console.services.maintenance.snapshot import ConfigState, PortState, Snapshot

ERRORS = 0.1
"""Broken frames a second from which a port that had none, or half as many, is told."""
_RESTART = timedelta(minutes=2).total_seconds() * 1000
"""Boot times are reckoned from uptimes and tremble by seconds."""
_WORST = {Turn.WORSE: 0, Turn.CHANGED: 1, Turn.BETTER: 2}
_KINDS = {kind: at for at, kind in enumerate(Kind)}
_UP, _GONE = int(OperStatus.UP), int(OperStatus.NOT_PRESENT)


def findings(before: Snapshot, after: Snapshot, *, optical_db: float) -> tuple[Finding, ...]:
    """Everything that is not as it was; what is worse first, then by kind and name."""
    found = [
        *_devices(before, after),
        *_ports(before, after),
        *_links(before, after),
        *_sessions(before, after),
        *_lights(before, after, optical_db),
        *_errors(before, after),
        *_alarms(before, after),
        *_configs(before, after),
    ]
    return tuple(sorted(found, key=lambda f: (_WORST[f.turn], _KINDS[f.kind], f.object)))


def notes(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    """What could not be compared, so that nobody takes silence for health."""
    told = []
    old = [
        device
        for device in _with_sessions(before)
        if after.looked.get(device, 0) <= before.looked.get(device, 0)
    ]
    if old:
        told.append(
            f"Routing sessions of {plural(len(old), 'device')} were not read again since before"
            " the work; they are read with the next discovery."
        )
    reasons: dict[str, int] = {}
    for device in before.configs.keys() | after.configs.keys():
        why = next(
            (
                state.why
                for state in (before.configs.get(device), after.configs.get(device))
                if state is not None and state.why
            ),
            "",
        )
        if why:
            reasons[why] = reasons.get(why, 0) + 1
    for why, count in sorted(reasons.items(), key=lambda each: -each[1])[:5]:
        told.append(f"Configuration of {plural(count, 'device')} not compared: {why}.")
    unknown = sum(
        1
        for number, was in before.devices.items()
        if was.answers and after.devices.get(number) and after.devices[number].answers is None
    )
    if unknown:
        told.append(f"Whether {plural(unknown, 'device')} answers is not known: nobody polled it.")
    return tuple(told)


def looked_at(before: Snapshot, after: Snapshot) -> tuple[tuple[str, int], ...]:
    """How much was compared, by kind."""
    return tuple(
        (name, len(getattr(before, name).keys() & getattr(after, name).keys()))
        for name in ("devices", "ports", "lights", "links", "sessions")
    )


def _devices(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for number, was in before.devices.items():
        now = after.devices.get(number)
        if now is None:
            yield Finding(Kind.DEVICE, Turn.WORSE, was.name, "known", "gone", number)
            continue
        if was.answers and now.answers is False:
            yield Finding(Kind.DEVICE, Turn.WORSE, was.name, "answered", "does not answer", number)
        elif was.answers is False and now.answers:
            yield Finding(Kind.DEVICE, Turn.BETTER, was.name, "did not answer", "answers", number)
        elif was.booted_ms and now.booted_ms and now.booted_ms - was.booted_ms > _RESTART:
            yield Finding(Kind.DEVICE, Turn.CHANGED, was.name, "running", "restarted", number)


def _ports(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for number, was in before.ports.items():
        now = after.ports.get(number) or was._replace(status=_GONE)
        if (was.status == _UP) == (now.status == _UP):
            continue
        if now.status == int(OperStatus.UNKNOWN):
            continue
        turn = Turn.WORSE if was.status == _UP else Turn.BETTER
        yield Finding(
            Kind.PORT,
            turn,
            _port(after, before, was),
            _word(was.status),
            _word(now.status),
            was.device_id,
            number,
        )


def _links(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for key in before.links.keys() - after.links.keys():
        gone = before.links[key]
        yield Finding(Kind.LINK, Turn.WORSE, gone.name, "neighbours", "not seen", gone.a)
    for key in after.links.keys() - before.links.keys():
        new = after.links[key]
        yield Finding(Kind.LINK, Turn.CHANGED, new.name, "", "new neighbours", new.a)


def _sessions(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for key, was in before.sessions.items():
        if after.looked.get(was.device_id, 0) <= before.looked.get(was.device_id, 0):
            continue  # not read again: told in the notes
        now = after.sessions.get(key)
        state, is_up = (now.state, now.is_up) if now else ("gone", False)
        if was.is_up == is_up:
            continue
        turn = Turn.WORSE if was.is_up else Turn.BETTER
        name = f"{_device(before, was.device_id)} · {was.name}"
        yield Finding(Kind.SESSION, turn, name, was.state, state, was.device_id)


def _lights(before: Snapshot, after: Snapshot, optical_db: float) -> Iterator[Finding]:
    for number, was in before.lights.items():
        now = after.lights.get(number)
        if now is None or abs(now.dbm - was.dbm) <= optical_db:
            continue
        change = now.dbm - was.dbm
        yield Finding(
            Kind.LIGHT,
            Turn.WORSE if change < 0 else Turn.CHANGED,
            f"{_device(before, was.device_id)} · {was.name}",
            f"{was.dbm:.1f} dBm",
            f"{now.dbm:.1f} dBm ({change:+.1f} dB)",
            was.device_id,
        )


def _errors(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for number, now in after.ports.items():
        was = before.ports.get(number)
        if was is None:
            continue
        for way, then, rate in (
            ("in", was.in_errors, now.in_errors),
            ("out", was.out_errors, now.out_errors),
        ):
            if then is None or rate is None or rate < ERRORS or rate <= 2 * then:
                continue
            yield Finding(
                Kind.ERRORS,
                Turn.WORSE,
                f"{_port(after, before, was)} ({way})",
                f"{then:.2g} errors/s",
                f"{rate:.2g} errors/s",
                was.device_id,
                number,
            )


def _alarms(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for key, now in after.alarms.items():
        was = before.alarms.get(key)
        if was is None or now.severity > was.severity:
            then = "" if was is None else Severity(was.severity).name.lower()
            text = f"{Severity(now.severity).name.lower()}: {now.text}"
            yield Finding(
                Kind.ALARM,
                Turn.WORSE,
                f"{now.object} · {now.condition.replace('-', ' ')}",
                then or "no alarm",
                text,
                now.device_id,
                now.interface_id,
            )
    for key in before.alarms.keys() - after.alarms.keys():
        gone = before.alarms[key]
        yield Finding(
            Kind.ALARM,
            Turn.BETTER,
            f"{gone.object} · {gone.condition.replace('-', ' ')}",
            f"{Severity(gone.severity).name.lower()}: {gone.text}",
            "cleared",
            gone.device_id,
            gone.interface_id,
        )


def _configs(before: Snapshot, after: Snapshot) -> Iterator[Finding]:
    for number, was in before.configs.items():
        now = after.configs.get(number)
        if now is None or was.why or now.why or was.hash == now.hash:
            continue
        yield Finding(
            Kind.CONFIGURATION,
            Turn.CHANGED,
            _device(before, number),
            _hashed(was),
            _hashed(now),
            number,
        )


def _hashed(state: ConfigState) -> str:
    return f"{plural(state.lines, 'line')} ({state.hash[:8]})"


def _with_sessions(snapshot: Snapshot) -> set[int]:
    return {session.device_id for session in snapshot.sessions.values()}


def _device(snapshot: Snapshot, number: int) -> str:
    known = snapshot.devices.get(number)
    return known.name if known else f"device {number}"


def _port(after: Snapshot, before: Snapshot, port: PortState) -> str:
    return f"{_device(before if port.device_id in before.devices else after, port.device_id)}" + (
        f" · {port.name}"
    )


def _word(status: int) -> str:
    known = {int(each): each.name.lower().replace("_", " ") for each in OperStatus}
    return "gone" if status == _GONE else known.get(status, "unknown")
