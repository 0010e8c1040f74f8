"""Notifications and log lines as lines to keep, in words; which of them matter in a flood."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from noc_console.kernel.text import visible
from noc_console.services.detection.events.book import Entry, EventBook
from noc_console.services.detection.events.model import Proof, Varbinds
from noc_console.services.intake.model import IntakeLine, LineKind, LogLine, Trap
from noc_console.services.telemetry.ports import Value

TEXT_LIMIT = 1_000
_VARBINDS_SHOWN = 12
_VARBINDS_LIMIT = 600
_VALUE_LIMIT = 120
_FIELD_LIMIT = 255
NOTICE, ERROR = 5, 3
_OID = re.compile(r"\d{1,10}(?:\.\d{1,10}){1,127}")
_WHOLE = re.compile(r"-?\d{1,20}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


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


NameOf = Callable[[str], str]
"""The name a MIB has for an OID, "" when none has."""


def nameless(_oid: str) -> str:
    """No MIB is asked."""
    return ""


def meaning(trap: Trap, book: EventBook, name_of: NameOf = nameless) -> Meaning:
    """What a notification says; one we do not know is called as its MIB calls it, or by number."""
    known = book.of_trap(trap.trap_oid)
    exact = next((each.pattern for each in known if each.pattern.trap == trap.trap_oid), None)
    if exact is None:
        look = any(each.pattern.look for each in known)
        return Meaning(f"trap {_short(trap.trap_oid, name_of)}", look=look)
    looks = any(each.pattern.look or _is_polled(each) for each in known)
    found = book.find_trap(trap.trap_oid, trap.varbinds)
    said = found[0].pattern if found else exact
    return Meaning(said.says, said.tone, looks, said.shown)


def _is_polled(entry: Entry) -> bool:
    return entry.rule is not None and entry.rule.proof is Proof.POLL


def line_of_trap(
    trap: Trap, device_id: int | None, book: EventBook, name_of: NameOf = nameless
) -> IntakeLine:
    """A notification as a line to keep."""
    known = meaning(trap, book, name_of)
    return IntakeLine(
        at=trap.received_at,
        device_id=device_id,
        source=trap.source,
        kind=LineKind.TRAP,
        severity=known.severity,
        text=visible(_story(known, trap, name_of), limit=TEXT_LIMIT),
        mnemonic=trap.trap_oid[:_FIELD_LIMIT],
        structured=packed_varbinds(trap.varbinds),
    )


def packed_varbinds(varbinds: Varbinds) -> str:
    """Varbinds as one text, from which `unpacked_varbinds` makes them again; bounded."""
    parts: list[str] = []
    size = 0
    for name, value in varbinds:
        part = f"{name}={_packed(value)}"
        size += len(part) + 1
        if size > _VARBINDS_LIMIT:
            break
        parts.append(part)
    return " ".join(parts)


def unpacked_varbinds(text: str) -> Varbinds:
    """The varbinds again; what is no varbind is left out."""
    found: list[tuple[str, Value]] = []
    for part in text.split(" "):
        name, equals, value = part.partition("=")
        if equals and _OID.fullmatch(name) and (known := _unpacked(value)) is not _NO_VALUE:
            found.append((name, known))
    return tuple(found)


def _packed(value: Value) -> str:
    if isinstance(value, bytes):
        return f"x{value[:_VALUE_LIMIT].hex()}"
    if value is None:
        return "n"
    return f"i{value}" if isinstance(value, int) else f"s{visible(value, limit=_VALUE_LIMIT)}"


_NO_VALUE: Value = "\0"


def _unpacked(text: str) -> Value:
    kind, rest = text[:1], text[1:]
    if kind == "i" and _WHOLE.fullmatch(rest):
        return int(rest)
    if kind == "x" and _HEX.fullmatch(rest):
        return bytes.fromhex(rest)
    return {"s": rest, "n": None}.get(kind, _NO_VALUE)


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
        return item.source, item.trap_oid, item.varbinds, item.trust
    return item.source, item.text, item.severity, item.app, item.host, item.facility, item.trust


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


def is_urgent(item: Trap | LogLine, book: EventBook) -> bool:
    """What is kept longest when more comes in than can be written."""
    if isinstance(item, Trap):
        return book.is_urgent_trap(item.trap_oid)
    return item.severity <= ERROR or book.is_urgent_line(item.mnemonic, item.app)
