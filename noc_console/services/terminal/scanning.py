"""Finding what a terminal's host has to look at, in a stream that is nearly all for the engine.

Most sequences move the cursor or change a colour. They are passed over at several hundred
megabytes a second: by a regular expression that stops at nothing else, and where there is an
escape every few bytes, by looking at all of them at once.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

_PASSED = b"@ABCDEFGHJKLMPSTXZ`adefghlmrsu"
"""Finals of control sequences that the engine may have without anybody looking."""

START = re.compile(
    rb"\x1b(?:\[[0-9:;?]*+(?![%b])|\[\?[0-9:;]*?40[0-9:;]*h|[P\]X^_69 c\x80-\x9f]|\Z)"
    % re.escape(_PASSED)
)
"""Where something for the host begins: strings, questions, requests, mode 40, the unfinished."""

START_UNDER_TEST = re.compile(rb"\x1b(?:\[|[P\]X^_69 c\x80-\x9f]|\Z)")
"""All control sequences: suites ask for more."""

_COLUMNS = re.compile(rb"\[\?[0-9:;]*?40[0-9:;]*h")

_SHORTEST = 4_096
_SPARSE = 50
"""With an escape in fewer bytes than this, all at once is faster than one after the other."""

_NOT_PASSED = np.ones(256, bool)
_NOT_PASSED[list(_PASSED)] = False
_ESCAPE, _BRACKET, _SET_MODE = 0x1B, 0x5B, 0x68


def unsuspicious(received: bytes) -> int:
    """How many bytes at the beginning hold nothing for the host; nought when it is not known."""
    if len(received) < _SHORTEST:
        return 0
    values = np.frombuffer(received, np.uint8)
    escapes = int(np.count_nonzero(values == _ESCAPE))
    if escapes * _SPARSE < len(received):
        return 0
    # The last sequence may be unfinished: whoever goes on looks at it.
    end = received.rindex(b"\x1b")
    return end if _is_passed(values[:end], escapes - 1, received) else 0


def _is_passed(values: npt.NDArray[np.uint8], escapes: int, received: bytes) -> bool:
    """Is every escape the begin of a control sequence that the engine may have?"""
    # Within a control sequence nothing is above "?", so its final is the next byte that is.
    above = np.flatnonzero(values >= 0x40)
    brackets = np.flatnonzero(values[above] == _BRACKET)
    begins = brackets[values[above[brackets] - 1] == _ESCAPE]
    if len(begins) != escapes or (escapes and begins[-1] + 1 == len(above)):
        return False
    at = above[begins + 1]
    finals = values[at]
    if _NOT_PASSED[finals].any():
        return False
    # An intermediate before the final makes another sequence of it.
    if ((values[at - 1] & 0xF0) == 0x20).any():
        return False
    return not (finals == _SET_MODE).any() or _COLUMNS.search(received, 0, len(values)) is None
