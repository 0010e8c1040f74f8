"""One command for many devices, in order: who they are, what is expected, when it stops.

The canary goes first. What it answers is what the others are compared with; at the first device
that answers otherwise, does not know the command or falls silent, nobody else is asked. Who is not
connected stops it as well, unless the operator passes over those, or any answer is right.

Makers differ in their words: a device may have words of its own, and is compared with the first
that had the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum

from noc_console.kernel.errors import Invalid
from noc_console.services.inventory.model import Device
from noc_console.services.terminal.comparing import Leaving, normal
from noc_console.services.terminal.patience import TooSlow, patience

MOST_MEMBERS = 500
MOST_LINES = 50
LONGEST_COMMAND = 1_000
MOST_AT_ONCE = 16


class Phase(StrEnum):
    """Where a device of the ring is."""

    CLOSED = "closed"
    CONNECTING = "connecting"
    READY = "ready"
    ASKED = "asked"
    SAME = "same"
    DIFFERENT = "different"
    ERROR = "error"
    """It did not know the command."""
    FAILED = "failed"
    """No connection, no prompt, or not allowed."""
    SKIPPED = "skipped"
    """Not asked: another one stopped the ring, or there is nothing to be sent to it."""
    PASSED = "passed over"
    """Not connected when it was its turn; the ring went on without it."""
    LEFT_OUT = "left out"
    """The operator wants nothing sent to it."""


STOPS = frozenset({Phase.DIFFERENT, Phase.ERROR, Phase.FAILED})


class Expecting(StrEnum):
    """Which answers are right."""

    SAME = "same"
    """The canary's, but for what is left out."""
    PATTERN = "pattern"
    ANY = "any"
    """Whatever the device says, as long as it knows the command."""


@dataclass(frozen=True, slots=True)
class Member:
    """A device of the ring."""

    device_id: int
    name: str
    address: str
    platform: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent, and what is expected of it."""

    command: str
    """One or more lines, sent one after the other."""
    canary: int
    """The device that is asked first."""
    expecting: Expecting = Expecting.SAME
    pattern: str = ""
    leaving: Leaving = field(default_factory=Leaving)
    at_once: int = 1
    """How many of the others are asked at a time."""
    passes_over: bool = False
    """Who is not connected stops nobody."""
    words: Mapping[int, str] | None = None
    """What each device gets instead of the command; it gets nothing where it has no words here."""

    @property
    def goes_on(self) -> bool:
        """Whether somebody without a connection is passed over."""
        return self.passes_over or self.expecting is Expecting.ANY

    @property
    def lines(self) -> tuple[str, ...]:
        """What all get who have no words of their own."""
        return _lines(self.command)

    def text_for(self, device_id: int) -> str:
        """What a device gets; "" for nothing."""
        return self.command if self.words is None else self.words.get(device_id, "")

    def lines_for(self, device_id: int) -> tuple[str, ...]:
        return _lines(self.text_for(device_id))

    def kind_of(self, member: Member) -> str:
        """Devices of the same kind are asked alike and must answer alike."""
        return "" if self.words is None else member.platform


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a device in this turn."""

    phase: Phase
    text: str = ""
    """Its answer, or why there is none."""
    took_s: float = 0.0


def members_of(devices: Iterable[Device], sites: Mapping[int, str]) -> tuple[Member, ...]:
    """Devices as members, in the order given, each once; those without an address are left out."""
    found: dict[int, Member] = {}
    for device in devices:
        number = int(device.id)
        if not device.address or number in found:
            continue
        site = sites.get(int(device.site_id), "") if device.site_id is not None else ""
        found[number] = Member(
            number, device.name or device.address, device.address, device.platform, site
        )
    if len(found) > MOST_MEMBERS:
        raise Invalid(f"a ring has at most {MOST_MEMBERS} devices, not {len(found)}")
    return tuple(found.values())


def checked(order: Order, members: Sequence[Member]) -> Order:
    """The order as it can be carried out. Raises Invalid."""
    texts = {order.command} if order.words is None else set(order.words.values())
    for text in texts or {""}:
        _check_text(text)
    if order.canary not in {member.device_id for member in members}:
        raise Invalid("the canary is not among the chosen devices", field="canary")
    if not order.lines_for(order.canary):
        raise Invalid("there is nothing to be sent to the canary: choose another", field="canary")
    if not 1 <= order.at_once <= MOST_AT_ONCE:
        raise Invalid(f"1 to {MOST_AT_ONCE} devices at a time", field="at_once")
    if order.expecting is Expecting.PATTERN:
        try:
            re.compile(order.pattern)
        except re.error as error:
            raise Invalid(f"no regular expression: {error}", field="pattern") from None
        if not order.pattern:
            raise Invalid("type what every answer must contain", field="pattern")
    return order


def firsts_of(
    order: Order, members: Sequence[Member], connected: Set[int] | None = None
) -> tuple[Member, ...]:
    """The canary, then the first of each other kind: they are asked alone, one by one.

    Where those without a connection are passed over, they are none of them (`connected`).
    """
    firsts: dict[str, Member] = {}
    for member in sorted(members, key=lambda one: one.device_id != order.canary):
        is_out = order.goes_on and connected is not None and member.device_id not in connected
        if order.lines_for(member.device_id) and not is_out:
            firsts.setdefault(order.kind_of(member), member)
    return tuple(firsts.values())


def in_order(
    order: Order, members: Sequence[Member], connected: Set[int] | None = None
) -> tuple[Member, ...]:
    """The canary, the first of each other kind, then the others as they stand on the way."""
    firsts = firsts_of(order, members, connected)
    return firsts + tuple(member for member in members if member not in firsts)


def stands_in(order: Order, members: Sequence[Member], connected: Set[int]) -> Order:
    """The order with another canary where the chosen one is passed over: the next connected."""
    if not order.goes_on or order.canary in connected:
        return order
    able = (one.device_id for one in members if order.lines_for(one.device_id))
    return replace(order, canary=next((one for one in able if one in connected), order.canary))


def phase_of(order: Order, answer: str, member: Member, canary: tuple[Member, str] | None) -> Phase:
    """What an answer is, compared with the canary's (None for the canary itself)."""
    if order.expecting is Expecting.PATTERN:
        try:
            with patience():
                is_right = re.search(order.pattern, answer, re.MULTILINE) is not None
        except TooSlow:
            return Phase.DIFFERENT  # it cannot be told that the answer is right
        return Phase.SAME if is_right else Phase.DIFFERENT
    if order.expecting is Expecting.ANY or canary is None:
        return Phase.SAME
    first, told = canary
    ours = normal(answer, names=names_of(member), leaving=order.leaving)
    theirs = normal(told, names=names_of(first), leaving=order.leaving)
    return Phase.SAME if ours == theirs else Phase.DIFFERENT


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())


def _check_text(text: str) -> None:
    lines = _lines(text)
    if not lines:
        raise Invalid("type a command first", field="command")
    if len(lines) > MOST_LINES:
        raise Invalid(f"at most {MOST_LINES} lines at once", field="command")
    if any(len(line) > LONGEST_COMMAND for line in lines):
        raise Invalid(f"a line has at most {LONGEST_COMMAND} characters", field="command")
    if any(not line.isprintable() for line in lines):
        raise Invalid("there are control characters in the command", field="command")


def names_of(member: Member) -> tuple[str, ...]:
    """What a device is called in its own answers."""
    short = member.name.partition(".")[0]
    return tuple({member.name, short, member.address} - {""})
