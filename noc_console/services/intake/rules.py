"""What a notification means, in words, and whether it is worth a look at the device.

A trap is a claim: its source can be forged and it may be late. So nothing here raises an
alarm; what matters makes the poller look, and what the poller sees decides.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from noc_console.kernel.text import visible
from noc_console.services.intake.model import IntakeLine, LineKind, LogLine, Trap
from noc_console.services.telemetry.ports import Value

TEXT_LIMIT = 1_000
_VARBINDS_SHOWN = 12
_VALUE_LIMIT = 120
_FIELD_LIMIT = 255
NOTICE, WARNING, ERROR, CRITICAL, INFO = 5, 4, 3, 2, 6


@dataclass(frozen=True, slots=True)
class Meaning:
    """A notification's name and how bad it sounds (syslog's scale).

    `look` says that the device should be asked now; `shown` names the varbinds (by OID
    prefix) that tell the story, all of them when empty.
    """

    name: str
    severity: int = NOTICE
    look: bool = False
    shown: tuple[tuple[str, str], ...] = ()


_IF = "1.3.6.1.2.1.2.2.1"
_PORT = (
    ("1.3.6.1.2.1.31.1.1.1.1", "interface"),
    (f"{_IF}.2", "description"),
    (f"{_IF}.1", "ifIndex"),
)
_GENERIC = "1.3.6.1.6.3.1.1.5"
_UPS = "1.3.6.1.2.1.33.2"
_POWERNET = "1.3.6.1.4.1.318.0"
_CISCO = "1.3.6.1.4.1.9"

MEANINGS: dict[str, Meaning] = {
    # SNMPv2-MIB and IF-MIB
    f"{_GENERIC}.1": Meaning("cold start", WARNING, look=True),
    f"{_GENERIC}.2": Meaning("warm start", WARNING, look=True),
    f"{_GENERIC}.3": Meaning("link down", ERROR, look=True, shown=_PORT),
    f"{_GENERIC}.4": Meaning("link up", NOTICE, look=True, shown=_PORT),
    f"{_GENERIC}.5": Meaning("authentication failure", WARNING),
    f"{_GENERIC}.6": Meaning("EGP neighbour lost", WARNING),
    # BGP4-MIB (RFC 4273), and its older numbering (RFC 1657)
    "1.3.6.1.2.1.15.0.1": Meaning("BGP session established"),
    "1.3.6.1.2.1.15.0.2": Meaning("BGP session lost", ERROR),
    "1.3.6.1.2.1.15.7.1": Meaning("BGP session established"),
    "1.3.6.1.2.1.15.7.2": Meaning("BGP session lost", ERROR),
    # OSPF-TRAP-MIB (RFC 4750)
    "1.3.6.1.2.1.14.16.2.2": Meaning("OSPF neighbour changed", WARNING),
    # ENTITY-MIB, ENTITY-STATE-MIB
    "1.3.6.1.2.1.47.2.0.1": Meaning("hardware changed", NOTICE, look=True),
    # UPS-MIB (RFC 1628)
    f"{_UPS}.1": Meaning("on battery", CRITICAL, look=True),
    f"{_UPS}.2": Meaning("battery test completed"),
    f"{_UPS}.3": Meaning("UPS alarm entry added", ERROR, look=True),
    f"{_UPS}.4": Meaning("UPS alarm entry removed", NOTICE, look=True),
    # PowerNet (APC)
    f"{_POWERNET}.5": Meaning("on battery", CRITICAL, look=True),
    f"{_POWERNET}.7": Meaning("battery low", CRITICAL, look=True),
    f"{_POWERNET}.9": Meaning("power restored", NOTICE, look=True),
    f"{_POWERNET}.11": Meaning("battery charged", INFO, look=True),
    # CISCO-PROCESS-MIB, CISCO-ENTITY-SENSOR-MIB, CISCO-ENVMON-MIB, CISCO-CONFIG-MAN-MIB
    f"{_CISCO}.9.109.2.0.1": Meaning("CPU above its threshold", ERROR, look=True),
    f"{_CISCO}.9.109.2.0.2": Meaning("CPU below its threshold", NOTICE, look=True),
    f"{_CISCO}.9.91.2.0.1": Meaning("sensor beyond its threshold", WARNING, look=True),
    f"{_CISCO}.9.13.3.0.5": Meaning("redundant power supply failed", ERROR, look=True),
    f"{_CISCO}.9.13.3.0.3": Meaning("temperature beyond its limit", ERROR, look=True),
    f"{_CISCO}.9.43.2.0.1": Meaning("configuration changed"),
    # JUNIPER-MIB chassis traps
    "1.3.6.1.4.1.2636.4.1.1": Meaning("power supply failed", ERROR, look=True),
    "1.3.6.1.4.1.2636.4.1.2": Meaning("fan failed", ERROR, look=True),
    "1.3.6.1.4.1.2636.4.1.3": Meaning("over temperature", ERROR, look=True),
}


NameOf = Callable[[str], str]
"""The name a MIB has for an OID, "" when none has."""


def nameless(_oid: str) -> str:
    """No MIB is asked."""
    return ""


def meaning(trap: Trap, name_of: NameOf = nameless) -> Meaning:
    """What a notification says; one we do not know is called as its MIB calls it, or by number."""
    known = MEANINGS.get(trap.trap_oid)
    return known or Meaning(f"trap {_short(trap.trap_oid, name_of)}")


def line_of_trap(trap: Trap, device_id: int | None, name_of: NameOf = nameless) -> IntakeLine:
    """A notification as a line to keep."""
    known = meaning(trap, name_of)
    return IntakeLine(
        at=trap.received_at,
        device_id=device_id,
        source=trap.source,
        kind=LineKind.TRAP,
        severity=known.severity,
        text=visible(_story(known, trap, name_of), limit=TEXT_LIMIT),
    )


def line_of_log(line: LogLine, device_id: int | None) -> IntakeLine:
    """A log line as a line to keep. Its text is safe already; it is bounded here."""
    return IntakeLine(
        at=line.received_at,
        device_id=device_id,
        source=line.source,
        kind=LineKind.SYSLOG,
        severity=min(7, max(0, line.severity)),
        text=visible(_told(line), limit=TEXT_LIMIT),
        facility=min(23, max(0, line.facility)),
        host=visible(line.host, limit=_FIELD_LIMIT),
        app=visible(line.app, limit=_FIELD_LIMIT),
        process=visible(line.process, limit=_FIELD_LIMIT),
        message_id=visible(line.message_id, limit=_FIELD_LIMIT),
        mnemonic=visible(line.mnemonic, limit=_FIELD_LIMIT),
        structured=visible(line.structured, limit=TEXT_LIMIT),
    )


def _told(line: LogLine) -> str:
    """The text with its program in front, unless it says so itself."""
    if not line.app or line.text.startswith(line.app):
        return line.text
    return f"{line.app}: {line.text}"


def _story(known: Meaning, trap: Trap, name_of: NameOf) -> str:
    if known.shown:
        for prefix, label in known.shown:
            for name, value in trap.varbinds:
                if name.startswith(prefix + ".") and value not in (None, b"", ""):
                    return f"{known.name}: {label} {_shown(value)}"
        return known.name
    told = [
        f"{_short(name, name_of)} = {_shown(value)}"
        for name, value in trap.varbinds[:_VARBINDS_SHOWN]
    ]
    return f"{known.name}: {', '.join(told)}" if told else known.name


def _short(oid: str, name_of: NameOf) -> str:
    """`ifIndex.7`: in a line of a log the module would only be in the way."""
    return name_of(oid).rpartition("::")[2] or oid


def _shown(value: Value) -> str:
    """Text when it reads as text, else hex: a MAC must not look like mojibake."""
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if not text or not text.replace("\n", " ").replace("\t", " ").isprintable():
            text = value[:_VALUE_LIMIT].hex(" ")
    else:
        text = str(value)
    return visible(text, limit=_VALUE_LIMIT)


def same(item: Trap | LogLine) -> Hashable:
    """Two that say the same have this in common."""
    if isinstance(item, Trap):
        return item.source, item.trap_oid, item.varbinds
    return item.source, item.text, item.severity, item.app, item.host, item.facility


def bundled(lines: Iterable[IntakeLine]) -> tuple[IntakeLine, ...]:
    """Equal lines of one batch as one with a count; order by first appearance."""
    found: dict[tuple[str, LineKind, str], IntakeLine] = {}
    for line in lines:
        key = (line.source, line.kind, line.text)
        known = found.get(key)
        if known is None:
            found[key] = line
        else:
            found[key] = replace(known, count=known.count + line.count, at=line.at)
    return tuple(found.values())


def is_urgent(item: Trap | LogLine) -> bool:
    """What is kept longest when more comes in than can be written."""
    if isinstance(item, Trap):
        return meaning(item).look
    return item.severity <= ERROR
