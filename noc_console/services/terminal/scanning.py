"""Finding what a terminal's host has to look at, in a stream that is nearly all for the engine.

Most sequences move the cursor or change a colour. They are passed over at several hundred
megabytes a second: by a regular expression that stops at nothing else, and where there is an
escape every few bytes, by looking at all of them at once.
"""

from __future__ import annotations

import re

import numpy as np

_PASSED = b"@ABCDEFGHJKLMPSTXZ`adefhlmrsu"
"""Finals of control sequences that the engine may have without anybody looking."""

_MOVING = b"DG`aders"
"""Finals of those that the host has to look at in origin mode, or beside a left margin: movements,
and what chooses the margins."""

# Looking ahead for the end first, each character is seen twice at most, whatever a device sends.
_MODES = rb"\[\?(?=[0-9:;]*+h)[0-9:;]*?(?<![0-9])0*+(?:6|40|69)(?![0-9])"
"""Setting origin mode, the choice of widths, or side margins."""


def _starting(passed: bytes) -> bytes:
    return rb"\x1b(?:\[[0-9:;?]*+(?![%b])|%b|[P\]X^_69 c\x80-\x9f]|\Z)" % (
        re.escape(passed),
        _MODES,
    )


START = re.compile(_starting(_PASSED))
"""Where something for the host begins: strings, questions, requests, some modes, the unfinished."""

START_MOVING = re.compile(rb"\x08|" + _starting(bytes(set(_PASSED) - set(_MOVING))))
"""The same in origin mode and with side margins: movements, too."""

START_UNDER_TEST = re.compile(rb"\x08|\x1b(?:\[|[P\]X^_69VW c\x80-\x9f]|\Z)")
"""All control sequences: suites ask for more."""

_SETS_MODES = re.compile(_MODES)

_SHORTEST = 4_096
_SPARSE = 50
"""With an escape in fewer bytes than this, all at once is faster than one after the other."""

_PARAMETERS = b"0123456789:;?"
_PADDING = b"\0\0"
_COLOR, _PLACE = b"\x1b[m", b"\x1b[H"
_NOT_PASSED = np.ones(256, bool)
_NOT_PASSED[list(_PASSED)] = False
_ESCAPE, _BRACKET, _SET_MODE = 0x1B, 0x5B, 0x68


def unsuspicious(received: bytes) -> int:
    """How many bytes at the beginning hold nothing for the host; nought when it is not known."""
    if len(received) < _SHORTEST:
        return 0
    escapes = int(np.count_nonzero(np.frombuffer(received, np.uint8) == _ESCAPE))
    if escapes * _SPARSE < len(received):
        return 0
    # The last sequence may be unfinished: whoever goes on looks at it.
    end = received.rindex(b"\x1b")
    return end if _is_passed(received, end, escapes - 1) else 0


def _is_passed(received: bytes, end: int, escapes: int) -> bool:
    """Is every escape before the end that of a control sequence which the engine may have?

    Without their parameters the final stands right behind the bracket; anything else that is
    there (an intermediate, a control character, what follows a sequence cut off) is not passed.
    """
    text = received[:end].translate(None, _PARAMETERS)
    if text.count(_COLOR) + text.count(_PLACE) == escapes:
        return True  # a screen that is painted: nothing else in it, and nothing else to look at
    bare = np.frombuffer(text + _PADDING, np.uint8)
    begins = np.flatnonzero(bare == _ESCAPE)
    finals = bare[begins + 2]
    if (bare[begins + 1] != _BRACKET).any() or _NOT_PASSED[finals].any():
        return False
    return not (finals == _SET_MODE).any() or _SETS_MODES.search(received, 0, end) is None
