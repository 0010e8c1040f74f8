"""Software images on this machine: a folder, each file under its SHA-512."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
from pathlib import Path

from noc_console.kernel.errors import Invalid, Refused
from noc_console.services.flights.model import Image

LARGEST = 8 << 30
_BLOCK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,99}")


class ImageShelf:
    """See `services.flights.ports.Shelf`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: dict[str, tuple[int, ...]] = {}
        self._turn = threading.Lock()

    def add(self, source: Path, version: str) -> Image:
        """Copy a file in; its sums are counted on the way."""
        source = source.expanduser()
        name = source.name
        if not _NAME.fullmatch(name):
            raise Invalid(
                "the name of an image has letters, digits, dots, dashes and underscores only",
                field="file",
            )
        if not version or len(version.split()) != 1:
            raise Invalid("say which version the device tells once it runs", field="version")
        try:
            size = source.stat().st_size
            if not source.is_file() or not 0 < size <= LARGEST:
                raise Invalid(f"{name} is no image: empty, too large or no file", field="file")
            return self._take(source, name, size, version)
        except OSError as error:
            raise Invalid(f"{name} cannot be read: {error.strerror}", field="file") from error

    def path(self, image: Image) -> Path:
        """Where it lies. Its sum is counted again: what was changed is not sent anywhere.

        A wave asks for it many times; only a file that was touched since is read anew.
        """
        place = self._folder / image.sha512
        if not place.is_file():
            raise Refused(
                f"this machine does not have the image {image.name}: add it here, or start the"
                " flight where it is"
            )
        with self._turn:
            told = place.stat()
            stamp = (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
            if self._checked.get(image.sha512) != stamp:
                if _sums(place)[0] != image.sha512:
                    raise Refused(
                        f"the image {image.name} on this machine was changed: add it again"
                    )
                self._checked[image.sha512] = stamp
        return place

    def _take(self, source: Path, name: str, size: int, version: str) -> Image:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name_of_fresh = tempfile.mkstemp(prefix=".", suffix=".new", dir=self._folder)
        os.close(handle)
        fresh = Path(name_of_fresh)
        try:
            shutil.copyfile(source, fresh)
            sha512, sha256 = _sums(fresh)
            fresh.replace(self._folder / sha512)
        finally:
            fresh.unlink(missing_ok=True)
        return Image(name=name, size=size, sha512=sha512, sha256=sha256, version=version)


def _sums(path: Path) -> tuple[str, str]:
    long, short = hashlib.sha512(), hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            long.update(block)
            short.update(block)
    return long.hexdigest(), short.hexdigest()
