"""Files for people: written whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from noc_console.kernel.errors import Invalid

_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "access is not permitted",
    errno.EPERM: "access is not permitted",
    errno.ENOENT: "the folder is gone",
}


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place once it is on the disk entirely; an older one stays until then.

    Raises Invalid, in the operator's words, when that cannot be: the older file is untouched.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or "the disk reported an error")
        raise Invalid(f"{path.name} could not be written: {why}", field="path") from error
    finally:
        part.unlink(missing_ok=True)
