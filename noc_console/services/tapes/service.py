"""What people do with recordings: begin one, find it again, throw it away; hide more in them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from pathlib import Path

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret
from noc_console.services.configs.masking import masked
from noc_console.services.configs.patterns import pattern as judged
from noc_console.services.tapes import store
from noc_console.services.tapes.model import (
    Pattern,
    PatternsChanged,
    RecordingRemoved,
    SessionRecorded,
    TapeFile,
)
from noc_console.services.terminal.connecting import Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.recording import About, Recorder, TextLog
from noc_console.services.terminal.redacting import Redactor, compiled
from noc_console.services.terminal.replaying import Tape, read_header, read_tape

CAST, LOG = ".cast", ".log"
MOST_LISTED = 5_000
_HINTS = (
    "pass", "secret", "communit", "key", "psk", "wpa", "auth", "priv", "token", "md5", "bind-pw",
    "://", "ascii-text", "usm-user", "cipher", "hash",
)  # fmt: skip
"""A line without any of these has nothing that `masked` knows; most lines have none."""


class TapeService:
    """Keeps recordings in a folder of this machine, readable by its owner only."""

    def __init__(self, db: Database, folder: Path, *, clock: Clock) -> None:
        self._db = db
        self._folder = folder
        self._clock = clock

    async def begin(
        self,
        actor: Actor,
        *,
        target: Target,
        size: Size,
        is_text: bool = False,
        secrets: Collection[Secret] = (),
    ) -> Recorder | TextLog:
        """Start a recording (or a text file) and write down who did: the tap of a session, whose
        own `secrets` it masks, also those that come into them later.

        Raises Invalid when the file cannot be made.
        """
        actor.require("tapes.record")
        async with self._db.read(actor) as tx:
            hidden = compiled(one.pattern for one in await store.every(tx))
        about = About(
            target.title,
            self._clock.now(),
            size.columns,
            size.rows,
            actor.name,
            target.address,
            target.device_id,
            {"platform": target.platform} if target.platform else {},
        )
        redactor = Redactor(mask, patterns=hidden, secrets=secrets)
        try:
            made = await asyncio.to_thread(self._open, about, redactor, is_text)
        except OSError as error:
            raise Invalid(f"a recording cannot be made: {error.strerror}", field="path") from error
        async with self._db.begin(actor) as tx:
            tx.record(
                SessionRecorded(
                    name=made.path.name,
                    title=target.title,
                    device_id=target.device_id,
                    is_text=is_text,
                )
            )
        made.start()
        return made

    @operation("tapes.list", right="tapes.see")
    async def tapes(self, actor: Actor) -> tuple[TapeFile, ...]:
        """List the recordings of terminal sessions on this machine, the newest first."""
        return await asyncio.to_thread(_listed, self._folder)

    async def tape(self, actor: Actor, *, name: str) -> Tape:
        """A whole recording, to be played. Raises Invalid, NotFound."""
        actor.require("tapes.see")
        return await asyncio.to_thread(read_tape, self._path(name))

    async def tape_of(self, actor: Actor, *, path: Path) -> Tape:
        """A recording of somebody else's. Raises Invalid."""
        actor.require("tapes.see")
        return await asyncio.to_thread(read_tape, path)

    @operation("tapes.remove")
    async def remove(self, actor: Actor, *, name: str) -> None:
        """Throw a recording away."""
        path = self._path(name)
        async with self._db.begin(actor) as tx:
            tx.record(RecordingRemoved(name=path.name))
        await asyncio.to_thread(path.unlink, missing_ok=True)

    @operation("tapes.patterns", right="tapes.see")
    async def patterns(self, actor: Actor) -> tuple[Pattern, ...]:
        """List what else is hidden in recordings, beside what looks like a secret."""
        async with self._db.read(actor) as tx:
            return await store.every(tx)

    @operation("tapes.hide", right="tapes.set-up")
    async def hide(self, actor: Actor, *, pattern: str) -> None:
        """Hide what a regular expression matches, or its groups, in all recordings from now on."""
        checked(pattern)
        async with self._db.begin(actor) as tx:
            known = await store.every(tx)
            if any(one.pattern == pattern for one in known):
                raise Conflict("this is hidden already")
            await store.add(tx, pattern)
            tx.record(PatternsChanged(count=len(known) + 1))

    @operation("tapes.show", right="tapes.set-up")
    async def show(self, actor: Actor, *, pattern_id: int) -> None:
        """No longer hide what a pattern matches."""
        async with self._db.begin(actor) as tx:
            if not await store.remove(tx, pattern_id):
                raise NotFound(f"there is no pattern {pattern_id}")
            tx.record(PatternsChanged(count=len(await store.every(tx))))

    def _open(self, about: About, redactor: Redactor, is_text: bool) -> Recorder | TextLog:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        title = re.sub(r"[^\w.-]+", "_", about.title)[:60].strip("._") or "session"
        stamp = f"{about.at:%Y%m%d-%H%M%S}"
        for number in range(100):
            more = f"-{number}" if number else ""
            path = self._folder / f"{stamp}-{title}{more}{LOG if is_text else CAST}"
            try:
                kind = TextLog if is_text else Recorder
                return kind(path, about, self._clock, redactor)
            except FileExistsError:
                continue
        raise Invalid("there are a hundred recordings of this second already", field="path")

    def _path(self, name: str) -> Path:
        if Path(name).name != name or not name.endswith((CAST, LOG)):
            raise Invalid("that is no recording", field="name")
        path = self._folder / name
        if not path.is_file():
            raise NotFound(f"there is no recording {name}")
        return path


def mask(text: str) -> str:
    """What looks like a secret masked, as in configurations."""
    low = text.lower()
    return masked(text)[0] if any(hint in low for hint in _HINTS) else text


def checked(pattern: str) -> None:
    """Raise Invalid for what cannot be hidden: no pattern, or one that could take for ever.

    Recordings are written beside the window, where no clock can end a match.
    """
    if not pattern.strip():
        raise Invalid("type a regular expression", field="pattern")
    judged(pattern, ignore_case=False)


def hidden_in(line: str, patterns: tuple[str, ...]) -> str:
    """A line as a recording with these patterns has it. Raises Invalid."""
    for pattern in patterns:
        checked(pattern)
    return Redactor(mask, patterns=compiled(patterns)).masked(line)


def _listed(folder: Path) -> tuple[TapeFile, ...]:
    if not folder.is_dir():
        return ()
    found = []
    for path in sorted(folder.glob(f"*{CAST}"), reverse=True)[:MOST_LISTED]:
        try:
            with path.open("rb") as file:
                header = read_header(file.readline(1 << 16))
            size = path.stat().st_size
        except (OSError, Invalid):
            continue  # being begun, or no recording
        found.append(
            TapeFile(
                path.name,
                header.title,
                header.begun,
                size,
                header.who,
                header.address,
                header.device_id,
            )
        )
    return tuple(found)
