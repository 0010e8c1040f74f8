"""Refuses to open a window on a pair of Python and Qt that is known to abort.

PySide6 6.12.0 was built for interpreters on which `None` and `True` are immortal (3.12 and later).
On 3.11 every signal it emits and every void call it answers takes away one reference that it
never owned, until the interpreter stops with `none_dealloc` in the middle of a night shift.
pip installs the pair without complaint, so the program itself has to say no.

Nothing here imports Qt: the answer must come before the first of its objects exists.
"""

from __future__ import annotations

import sys
from importlib import metadata

from noc_console.kernel.errors import Broken

_IMMORTAL_SINCE = (3, 12)
"""The first Python on which reference counts of None and True no longer matter."""

_BAD_BELOW_IMMORTAL = {"6.12.0": "6.11.2"}
"""PySide6 releases that abort on older interpreters, and the release to use there instead."""


def check(python: tuple[int, ...], pyside: str) -> str | None:
    """Say what is wrong with this pair and which pin to install, or nothing when it is good."""
    instead = _BAD_BELOW_IMMORTAL.get(pyside)
    if instead is None or python[:2] >= _IMMORTAL_SINCE:
        return None
    version = ".".join(str(part) for part in python[:3])
    return (
        f"PySide6 {pyside} crashes on Python {version}: it takes away references it does not own. "
        f'Install the release that works here: pip install "PySide6_Essentials=={instead}" '
        f'"shiboken6=={instead}", or use Python 3.12 or newer.'
    )


def refuse_bad_pair() -> None:
    """Raise `Broken` when the installed pair is known to abort, or when Qt is not installed."""
    try:
        pyside = metadata.version("PySide6_Essentials")
    except metadata.PackageNotFoundError:
        raise Broken(
            "The window needs Qt, which is not installed here: "
            'pip install "noc-console[window]". A collector runs without it: noc-console collect.'
        ) from None
    if problem := check(sys.version_info[:3], pyside):
        raise Broken(problem)
