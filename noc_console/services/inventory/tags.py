"""Tags: the words people give devices to choose them by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.text import visible

LONGEST = 40
MOST_OF_A_DEVICE = 50
MOST_AT_ONCE = 50
"""Tags named in one call."""
WORD = "tag:"
"""Before a tag in words that choose devices: `tag:edge`."""

# No blank, colon or comma: tags stand in filter lines and in lists. No `*`: it stands in patterns.
_TAG = re.compile(r"\w[\w.+/-]*")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in use, and how many devices have it."""

    tag: str
    devices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTagged(Event):
    """A device was given tags, or lost some; each separated by blanks."""

    device_id: int
    added: str
    removed: str


def normal(tag: str) -> str:
    """The tag as it is kept: lower case, no blanks around it. Raises Invalid."""
    kept = unicodedata.normalize("NFC", tag.strip()).lower()
    if not kept:
        raise Invalid("a tag is a word", field="tags")
    if len(kept) > LONGEST:
        raise Invalid(f"a tag has at most {LONGEST} characters", field="tags")
    if not _TAG.fullmatch(kept):
        raise Invalid(
            f"“{visible(kept)}” is no tag: letters, digits and -_.+/ in one word", field="tags"
        )
    return kept


def normals(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept, each once, in their order. Raises Invalid."""
    found = tuple(dict.fromkeys(map(normal, tags)))
    if len(found) > MOST_AT_ONCE:
        raise Invalid(f"at most {MOST_AT_ONCE} tags at once", field="tags")
    return found


def is_about_tags(word: str) -> bool:
    """Whether a word of a choice asks for a tag: `tag:edge`."""
    return word.startswith(WORD)


def fits(word: str, tags: Iterable[str]) -> bool:
    """Whether one of the tags is meant by `tag:edge`, or by `tag:edge-*`; the whole tag counts."""
    pattern = word.removeprefix(WORD)
    return any(fnmatchcase(tag, pattern) for tag in tags)
