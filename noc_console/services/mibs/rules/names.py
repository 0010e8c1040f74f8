"""What people type for an object: a number, a name, a name with its module and index."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OID = re.compile(r"\.?(\d{1,10}(?:\.\d{1,10})*)\.?")
_NAME = re.compile(
    r"(?:(?P<module>[A-Za-z][\w-]*)::)?(?P<name>[A-Za-z][\w-]*)(?P<index>(?:\.\d{1,10})*)"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A name taken apart; `module` and `index` may be empty."""

    module: str
    name: str
    index: str
    """`.3.1`, with its first point."""


def as_oid(text: str) -> str:
    """`1.3.6` of `.1.3.6.`; "" when it is no number."""
    match = _OID.fullmatch(text.strip())
    return match[1] if match else ""


def as_name(text: str) -> Typed | None:
    """`IF-MIB::ifAlias.3` taken apart; None when it cannot be a name."""
    match = _NAME.fullmatch(text.strip())
    return Typed(match["module"] or "", match["name"], match["index"]) if match else None
