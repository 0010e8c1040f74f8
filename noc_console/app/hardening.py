"""Keeps what a process holds in memory out of files: cores, and whoever attaches to it.

A core of the window or a collector holds the vault's keys. Its size is limited to nothing, and on
Linux the process is marked as not dumpable: the kernel then writes none for a crash handler
either, and other processes of the same user cannot read its memory. Whoever is root still can;
and Python copies what it works with, so nothing of ours is wiped for certain.
"""

from __future__ import annotations

import ctypes
import sys

PR_SET_DUMPABLE = 4


def keep_out_of_cores() -> bool:
    """For this process and, as far as sizes go, its children; False where nothing can be done."""
    if sys.platform == "win32":
        return False  # Windows keeps no cores of its own; its error reports are the system's
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if not sys.platform.startswith("linux"):
        return True
    failed: int = ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return failed == 0
