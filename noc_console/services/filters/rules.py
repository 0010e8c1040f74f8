"""What a kept filter may be called, and whose it is."""

from __future__ import annotations

import re

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.text import visible
from noc_console.services.filters.model import SavedFilter

LONGEST_NAME = 60
LONGEST_TEXT = 2_000
_LIST = re.compile(r"[a-z][a-z-]{0,39}")


def checked_list(name: str) -> str:
    """The word of a list. Raises Invalid."""
    if not _LIST.fullmatch(name):
        raise Invalid(f"{name[:60]!r} is no name of a list", field="list")
    return name


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises Invalid."""
    name = visible(name.strip())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"a filter's name has 1 to {LONGEST_NAME} characters", field="name")
    return name


def checked_text(text: str) -> str:
    """The words on one line. Raises Invalid."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid("there is nothing to keep: narrow the list first", field="text")
    return text


def must_own(kept: SavedFilter, name: str) -> None:
    """A shared filter is used by all and changed by its owner."""
    if kept.owner != name:
        raise NotAllowed(f"this filter is {kept.owner}'s: save it under a name of your own")
