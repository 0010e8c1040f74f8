"""Which way a change is taken back, and what is refused because there is none."""

from __future__ import annotations

from collections.abc import Sequence

from noc_console.services.flights.model import Way
from noc_console.services.flights.rules.forecast import Forecast, Tree
from noc_console.services.flights.rules.hidden import told as without_secrets
from noc_console.services.flights.rules.ways import Manner


def way(
    manner: Manner | None, told: Forecast | None, before: Tree, *, address: str
) -> tuple[Way, str]:
    """How this change comes back, or NONE and why nobody may fly it."""
    if manner is None:
        return Way.NONE, "nobody has told yet how changes of this platform are taken back"
    if told is None or told.is_empty:
        return Way.NONE, ""
    if manner.hold:
        return Way.COMMIT, ""
    if manner.safe is not None:
        changes = max(len(told.sends), len(told.adds) + len(told.removes))
        if changes > manner.safe.most:
            return Way.NONE, (
                f"{changes} changes are too many for its safe mode: beyond {manner.safe.most} the"
                " device may forget the way back; fly them in parts"
            )
        return Way.SAFE, ""
    if told.why_not:
        return Way.NONE, f"it could not be taken back: {told.why_not}"
    cut = cuts_off(manner, told, before, address=address)
    if manner.guard:
        return Way.GUARDED, ""
    if cut:
        return Way.NONE, (
            f"“{without_secrets(cut)}” may cut us off, and this platform has nothing that brings"
            " it back by itself"
        )
    return Way.INVERSE, ""


def cuts_off(manner: Manner, told: Forecast, before: Tree, *, address: str) -> str:
    """The line of a change on which reaching the device may depend; "" when there is none."""
    changed = (*told.adds, *told.removes)
    for line in changed:
        plain = line.removeprefix(f"{manner.negate} ")
        if any(pattern.search(plain) for pattern in manner.reached_by):
            return line
    section = _where(before, address)
    if section and section in told.sends:
        below = _typed_within(told.sends, section, manner)
        risky = [x for x in below if not x.startswith(("description", "no description"))]
        return risky[0] if risky else ""
    return next((line for line in changed if address and address in line), "")


def _where(before: Tree, address: str) -> str:
    """The section that has the address we reach it at."""
    for line, below in before.items():
        if any(address in one.replace("/", " ").split() for one in below):
            return line
    return ""


def _typed_within(sent: Sequence[str], section: str, manner: Manner) -> list[str]:
    found: list[str] = []
    inside = False
    for line in sent:
        if line == section:
            inside = True
        elif inside and line == manner.leave:
            inside = False
        elif inside:
            found.append(line)
    return found
