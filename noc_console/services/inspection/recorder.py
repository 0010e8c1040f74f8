"""Making a recording: everything a device answers, written as it comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from noc_console.kernel.errors import Conflict, Invalid, Unreachable
from noc_console.services.credentials.model import SnmpTarget
from noc_console.services.inspection.live import Budget
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.ports import Walker
from noc_console.services.inspection.redact import redacted
from noc_console.wire import oid
from noc_console.wire.snmp import Varbind
from noc_console.wire.snmprec import line_of

MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that was made."""

    file: str
    objects: int
    seconds: float
    is_whole: bool
    """Whether the device was walked to its end."""
    is_redacted: bool
    problems: tuple[Problem, ...] = ()


class Recorder:
    """Walks one device into one file.

    The file is whole lines at any time and gets its name at the end. A walk that was cancelled,
    or that the device did not survive, leaves what it had got by then.
    """

    def __init__(
        self,
        walker: Walker,
        target: SnmpTarget,
        *,
        budget: Budget,
        redact: bool = False,
        products: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        """`products` is asked, in a thread, for words that are no person's name."""
        self.objects = 0
        """How many there are so far."""
        self.at = ""
        """The last object that was told, as an OID."""
        self._walker = walker
        self._target = target
        self._budget = budget
        self._redact = redact
        self._products = products
        self._problems: list[Problem] = []
        self._held: list[Varbind] = []
        self._is_whole = False
        self._is_stopped = False

    @property
    def peer(self) -> str:
        """The device as people write it."""
        return self._target.peer

    def stop(self) -> None:
        """End after the answer that is under way; what was got is kept."""
        self._is_stopped = True

    async def record(self, file: Path, *, overwrite: bool = False) -> Recorded:
        """Walk the device to its end. Unreachable when it never answered.

        Invalid when the file cannot be written, Conflict when it is there already.
        """
        began = time.monotonic()
        part = await asyncio.to_thread(_open, file, overwrite=overwrite)
        try:
            await self._walk(part)
        finally:  # also when cancelled: what was got is kept
            await asyncio.to_thread(self._finish, part, file)
        return Recorded(
            file=str(file),
            objects=self.objects,
            seconds=time.monotonic() - began,
            is_whole=self._is_whole,
            is_redacted=self._redact,
            problems=tuple(self._problems),
        )

    async def _walk(self, lines: TextIO) -> None:
        try:
            await self._budget.ready()
            async for batch in self._walker.sweep(self._target):
                self._budget.pay(1)
                if batch.problem:
                    self._note(batch.problem)
                self._take(batch.varbinds, lines)
                if self._is_stopped:
                    self._note("stopped before its end")
                    return
                await self._budget.ready()
        except Unreachable as error:
            if not self.objects:
                raise
            self._note(f"{error}; what it had told by then was kept")
            return
        self._is_whole = True

    def _take(self, varbinds: Iterable[Varbind], lines: TextIO) -> None:
        for varbind in varbinds:
            try:
                line = line_of(varbind)
            except ValueError as error:
                self._note(f"a value was left out: {error}")
                continue
            self.objects += 1
            self.at = oid.decode(varbind[0])
            if self._redact:
                self._held.append(varbind)  # who is a subscriber shows only at the end
            else:
                self._write(lines, line)

    def _finish(self, part: TextIO, file: Path) -> None:
        """Give the file its name; without an object in it there is none."""
        written = Path(part.name)
        try:
            with part:
                part.writelines(f"{line_of(each)}\n" for each in self._redacted())
            if self.objects:
                written.replace(file)
        except OSError as error:
            raise _unwritable(file, error) from error
        finally:
            written.unlink(missing_ok=True)

    def _write(self, lines: TextIO, line: str) -> None:
        try:
            lines.write(f"{line}\n")
        except OSError as error:
            raise _unwritable(Path(lines.name), error) from error

    def _redacted(self) -> list[Varbind]:
        credential = self._target.credential
        words = [credential.community.reveal(), credential.user, self._target.address]
        if not self._held:
            return []
        return redacted(self._held, secrets=words, products=self._products())

    def _note(self, why: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(Problem(self._target.peer, why))


def _open(file: Path, *, overwrite: bool) -> TextIO:
    """A file beside the wanted one, for nobody's eyes but ours: it may hold communities."""
    try:
        if file.exists() and not overwrite:
            raise Conflict(f"{file} is there already")
        part = file.with_name(f".{file.name}.part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        return part.open("w", encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, error: Exception) -> Invalid:
    why = getattr(error, "strerror", None) or str(error)
    return Invalid(f"{file} cannot be written: {why}", field="file")
