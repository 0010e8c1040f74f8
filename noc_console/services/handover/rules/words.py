"""What people write down: bounded, and about something that can be named."""

from __future__ import annotations

import re

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible

LONGEST_ENTRY = 4_000
LONGEST_HANDOVER = 100_000
_ABOUT = re.compile(r"[a-z]{2,20}:[^\s\x00-\x1f]{1,100}")


def clean(text: str, *, limit: int = LONGEST_ENTRY) -> str:
    """Lines stay lines, control characters become visible. Raises Invalid when empty or long."""
    if len(text) > limit:
        raise Invalid(f"that is longer than {limit:,} characters", field="text")
    lines = (line.expandtabs(4).rstrip() for line in text.splitlines())
    kept = "\n".join(visible(line, limit=limit) for line in lines).strip()
    if not kept:
        raise Invalid("write something", field="text")
    return kept


def about(key: str) -> str:
    """The key of an object, or "". Raises Invalid."""
    if key and not _ABOUT.fullmatch(key):
        raise Invalid("an object is named like device:7 or ticket:CHG-7", field="about")
    return key
