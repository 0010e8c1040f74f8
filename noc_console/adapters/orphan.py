"""For children of ours: end when the process that began us is gone, however that happened.

Most see it by the end of their standard input; who is busy with something that takes for ever, or
was stopped, reads no input. Linux then ends it (prctl(2), PR_SET_PDEATHSIG). Elsewhere the limits
a child sets itself are all there is.
"""

from __future__ import annotations

import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> bool:
    """From here on; False where the system knows no such thing.

    Linux means the thread that began us: it has to live as long as it wants our answers.
    """
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    failed: int = ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    return failed == 0
