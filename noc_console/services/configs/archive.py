"""Configurations that were kept: their versions, shown, compared, searched and exported."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Invalid, NotFound, Refused
from noc_console.kernel.operation import operation
from noc_console.services.configs import gitstream, store
from noc_console.services.configs.backup import LOOK_BACK, KeyOf
from noc_console.services.configs.comparison import Comparison, Side, side_by_side
from noc_console.services.configs.masking import mask_lines, mask_some
from noc_console.services.configs.model import (
    Commit,
    ConfigRevealed,
    ConfigsExported,
    Exported,
    Match,
    Overview,
    SearchResult,
    ShownText,
    Standing,
    Version,
    Written,
)
from noc_console.services.configs.ports import Repository
from noc_console.services.configs.rules import sealing
from noc_console.services.configs.rules.normal import lines_of
from noc_console.services.configs.rules.search import Wanted, matches, shown, wanted
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService

PATIENCE_S = 3.0
"""How long one search looks back; it says so when that was not far enough."""
AT_ONCE = 64
"""Texts opened in one trip."""
MOST_OF_A_TEXT = 50
"""Lines of one version that a search tells."""
MOST_HISTORY = 10_000

Can = Callable[[Device], Awaitable[str]]


class ArchiveService:
    """Looks at what was kept. Secrets are masked for whoever may not see them."""

    def __init__(
        self,
        db: Database,
        *,
        inventory: InventoryService,
        key: KeyOf,
        repository: Repository,
        can: Can,
    ) -> None:
        self._db = db
        self._inventory = inventory
        self._key = key
        self._repository = repository
        self._can = can

    @operation("configs.list", right="configs.see")
    async def overview(self, actor: Actor) -> tuple[Overview, ...]:
        """List the devices with their newest configuration and how backup of them stands."""
        devices = await self._inventory.devices(actor)
        async with self._db.read(actor) as tx:
            newest, counted = await store.newest(tx), await store.counts(tx)
            stand = await store.standings(tx)
        ways: dict[str, str] = {}
        found = []
        for device in devices:
            number = int(device.id)
            if not device.is_managed and number not in newest:
                continue
            if device.platform not in ways and device.address:
                ways[device.platform] = await self._can(device)
            found.append(
                Overview(
                    device_id=number,
                    name=device.name or device.address,
                    address=device.address,
                    platform=device.platform,
                    site_id=device.site_id,
                    version=newest.get(number),
                    versions=counted.get(number, 0),
                    standing=stand.get(number, Standing(number)),
                    can=ways.get(device.platform, ""),
                )
            )
        return tuple(found)

    @operation("configs.history", right="configs.see")
    async def history(
        self, actor: Actor, *, device_id: int, limit: int = 500
    ) -> tuple[Version, ...]:
        """List the versions of a device's configuration, newest first."""
        if not 1 <= limit <= MOST_HISTORY:
            raise Invalid(f"a limit lies between 1 and {MOST_HISTORY}", field="limit")
        async with self._db.read(actor) as tx:
            return await store.history(tx, device_id, limit)

    async def latest(self, actor: Actor, *, device_id: int) -> Version | None:
        """A device's newest version."""
        actor.require("configs.see")
        async with self._db.read(actor) as tx:
            return (await store.newest_of(tx, (device_id,))).get(device_id)

    async def newest(self, actor: Actor) -> dict[int, Version]:
        """The newest version of every device."""
        actor.require("configs.see")
        async with self._db.read(actor) as tx:
            return await store.newest(tx)

    @operation("configs.version", right="configs.see")
    async def version(self, actor: Actor, *, version_id: int) -> Version:
        """Show what is known of a version, without its text."""
        async with self._db.read(actor) as tx:
            found = await store.version(tx, version_id)
        if found is None:
            raise NotFound(f"there is no version {version_id}")
        return found

    async def since(self, actor: Actor, *, version_id: int) -> tuple[Version, datetime]:
        """A version, and since when what it changed can have been done: the one before it was
        seen last then."""
        actor.require("configs.see")
        version = await self.version(actor, version_id=version_id)
        async with self._db.read(actor) as tx:
            before = await store.version_before(tx, version)
        return version, version.at - LOOK_BACK if before is None else before.seen_at

    @operation("configs.show", right="configs.see")
    async def show(self, actor: Actor, *, version_id: int, with_secrets: bool = False) -> ShownText:
        """Show a version's text; its secrets only to who may see them, and it is recorded."""
        version = await self.version(actor, version_id=version_id)
        lines = (await self._lines(actor, [version]))[version.digest]
        masked = 0
        if with_secrets:
            await self._reveal(actor, version)
        else:
            lines, masked = await asyncio.to_thread(mask_lines, lines, version.family)
        name = (await self._names(actor)).get(version.device_id, "")
        return ShownText(version, name, tuple(lines), masked)

    async def text_of(self, actor: Actor, *, version_id: int) -> str:
        """A version's whole text, for programs that put it back; recorded like a look at it."""
        actor.require("configs.reveal")
        version = await self.version(actor, version_id=version_id)
        await self._reveal(actor, version)
        return "\n".join((await self._lines(actor, [version]))[version.digest])

    async def texts(self, actor: Actor, *, versions: Sequence[Version]) -> Mapping[str, list[str]]:
        """Whole texts by digest, for workers that judge them and tell only masked lines."""
        actor.require("configs.judge")
        return await self._lines(actor, versions)

    @operation("configs.compare", right="configs.see")
    async def compare(
        self, actor: Actor, *, left_id: int, right_id: int, with_secrets: bool = False
    ) -> Comparison:
        """Compare two versions, of one device or of two."""
        left = await self.version(actor, version_id=left_id)
        right = await self.version(actor, version_id=right_id)
        texts = await self._lines(actor, [left, right])
        if with_secrets:
            for one in {left.id: left, right.id: right}.values():
                await self._reveal(actor, one)
        names = await self._names(actor)
        sides = [
            Side(_called(one, names.get(one.device_id, "")), texts[one.digest], one.family)
            for one in (left, right)
        ]
        return await asyncio.to_thread(partial(side_by_side, *sides, with_secrets=with_secrets))

    async def compare_with(
        self, actor: Actor, *, version_id: int, text: str, name: str
    ) -> Comparison:
        """Compare a text, such as a filled-in template, with a version."""
        actor.require("configs.see")
        version = await self.version(actor, version_id=version_id)
        lines = (await self._lines(actor, [version]))[version.digest]
        called = _called(version, (await self._names(actor)).get(version.device_id, ""))
        return await asyncio.to_thread(
            side_by_side,
            Side(name, lines_of(text), version.family),
            Side(called, lines, version.family),
        )

    @operation("configs.search", right="configs.see")
    async def search(
        self,
        actor: Actor,
        *,
        text: str,
        all_versions: bool = False,
        device_ids: tuple[int, ...] = (),
        limit: int = 1_000,
    ) -> SearchResult:
        """Find lines in the newest configurations, or in all versions.

        `text` is words that stand in one line, -words that do not, "a phrase", or /a pattern/.
        """
        if not 1 <= limit <= 100_000:
            raise Invalid("a limit lies between 1 and 100,000", field="limit")
        asked = wanted(text)
        began = time.perf_counter()
        async with self._db.read(actor) as tx:
            newest = await store.newest(tx)
            versions: Sequence[Version] = sorted(
                newest.values(), key=lambda one: one.id, reverse=True
            )
            if all_versions:
                versions = await store.every(tx)
        versions = [one for one in versions if not device_ids or one.device_id in device_ids]
        names = await self._names(actor)
        key = await self._key(actor)
        found: list[Match] = []
        by_digest: dict[str, list[tuple[int, str]]] = {}
        searched = 0
        for at in range(0, len(versions), AT_ONCE):
            if len(found) >= limit or time.perf_counter() - began > PATIENCE_S:
                break
            part = versions[at : at + AT_ONCE]
            await self._look(actor, key, part, asked, by_digest)
            searched += len(part)
            for one in part:
                is_newest = newest.get(one.device_id) == one
                name = names.get(one.device_id, "")
                found += [
                    Match(one.id, one.device_id, name, one.at, is_newest, number + 1, line)
                    for number, line in by_digest[one.digest]
                ]
        return SearchResult(
            matches=tuple(found[:limit]),
            searched=searched,
            total=len(versions),
            is_complete=searched == len(versions) and len(found) <= limit,
            took_s=time.perf_counter() - began,
        )

    @operation("configs.export")
    async def export(self, actor: Actor, *, folder: str, with_secrets: bool = False) -> Exported:
        """Write every version into a bare git repository: a file a device, a commit a version.

        Exported again, new versions follow those that are there. What was committed stays as it is,
        also what is not kept here any more; another folder begins anew.
        """
        if with_secrets:
            actor.require("configs.reveal")
        return await self._export(actor, folder, with_secrets)

    async def write_out(self, actor: Actor, *, folder: str, with_secrets: bool) -> Exported:
        """The same by schedule: whoever set that up had the rights for it."""
        actor.require("configs.keep")
        return await self._export(actor, folder, with_secrets)

    # --- how it works ------------------------------------------------------------------------

    async def _export(self, actor: Actor, folder: str, with_secrets: bool) -> Exported:
        async with self._db.read(actor) as tx:
            versions = await store.every(tx, oldest_first=True)
        if not versions:
            raise NotFound("no configuration was kept yet")
        key = await self._key(actor)
        names = await self._names(actor)
        loop = asyncio.get_running_loop()
        place, repository = Path(folder), self._repository
        written = await asyncio.to_thread(repository.written, place, with_secrets=with_secrets)
        if gitstream.is_from_elsewhere(versions, written):
            raise Refused(f"{folder} was written from another store: choose another folder")
        fresh = gitstream.unwritten(versions, written)

        def opened(part: Sequence[Version]) -> Mapping[str, bytes]:
            asking = asyncio.run_coroutine_threadsafe(self._sealed(actor, part), loop)
            return asking.result(60)

        commits = _commits(fresh, written, names, key, actor.tenant, opened, with_secrets)
        told = await asyncio.to_thread(repository.write, place, commits, onto=written)
        async with self._db.begin(actor) as tx:
            tx.record(
                ConfigsExported(path=told.path, commits=told.commits, with_secrets=with_secrets)
            )
        return told

    async def _names(self, actor: Actor) -> dict[int, str]:
        return {
            int(each.id): each.name or each.address for each in await self._inventory.devices(actor)
        }

    async def _sealed(self, actor: Actor, versions: Sequence[Version]) -> Mapping[str, bytes]:
        async with self._db.read(actor) as tx:
            return await store.sealed(tx, {one.digest for one in versions})

    async def _lines(self, actor: Actor, versions: Sequence[Version]) -> dict[str, list[str]]:
        key = await self._key(actor)
        bodies = await self._sealed(actor, versions)
        return await asyncio.to_thread(_opened, key, actor.tenant, versions, bodies)

    async def _reveal(self, actor: Actor, version: Version) -> None:
        actor.require("configs.reveal")
        async with self._db.begin(actor) as tx:
            tx.record(ConfigRevealed(device_id=version.device_id, version_id=version.id))

    async def _look(
        self,
        actor: Actor,
        key: bytes,
        versions: Sequence[Version],
        asked: Wanted,
        found: dict[str, list[tuple[int, str]]],
    ) -> None:
        fresh = {one.digest: one for one in versions if one.digest not in found}
        bodies = await self._sealed(actor, list(fresh.values()))
        found |= await asyncio.to_thread(
            _found, key, actor.tenant, list(fresh.values()), bodies, asked
        )


def _opened(
    key: bytes, tenant: str, versions: Sequence[Version], bodies: Mapping[str, bytes]
) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for one in versions:
        if one.digest not in bodies:
            raise Broken(f"the text of version {one.id} is missing")
        if one.digest not in texts:
            body = bodies[one.digest]
            texts[one.digest] = lines_of(
                sealing.unseal(key, body, tenant=tenant, digest=one.digest)
            )
    return texts


def _found(
    key: bytes,
    tenant: str,
    versions: Sequence[Version],
    bodies: Mapping[str, bytes],
    asked: Wanted,
) -> dict[str, list[tuple[int, str]]]:
    """Lines that fit in whole texts, as far as they also fit when their secrets are masked."""
    told: dict[str, list[tuple[int, str]]] = {}
    for one in versions:
        told[one.digest] = []
        if one.digest not in bodies:
            continue
        text = sealing.unseal(key, bodies[one.digest], tenant=tenant, digest=one.digest)
        numbers = [at for at, _ in matches(asked, text, most=MOST_OF_A_TEXT)]
        if not numbers:
            continue
        masked = mask_some(text.split("\n"), one.family, numbers)
        for at in numbers:
            line = shown(masked[at], asked)
            if line is not None:
                told[one.digest].append((at, line))
    return told


def _called(version: Version, device: str) -> str:
    return f"{device} {version.at:%Y-%m-%d %H:%M}"


def _commits(
    versions: Sequence[Version],
    written: Written,
    names: Mapping[int, str],
    key: bytes,
    tenant: str,
    opened: Callable[[Sequence[Version]], Mapping[str, bytes]],
    with_secrets: bool,
) -> Iterator[Commit]:
    """One after the other, some texts open at a time; in git's thread."""
    was = dict(written.files)
    files = gitstream.file_names(names, {one.device_id for one in versions}, was)
    for at in range(0, len(versions), AT_ONCE):
        part = versions[at : at + AT_ONCE]
        bodies = opened(part)
        for one in part:
            if one.digest not in bodies:
                continue
            text = sealing.unseal(key, bodies[one.digest], tenant=tenant, digest=one.digest)
            if not with_secrets:
                text = "\n".join(mask_lines(text.split("\n"), one.family)[0])
            name = names.get(one.device_id, str(one.device_id))
            told = f"{name}: +{one.added} −{one.removed} lines ({one.why.value})"
            if one.how:
                told += f"\n\n{one.how}"
            file, former = files[one.device_id], was.get(one.device_id, "")
            was[one.device_id] = file
            yield Commit(
                file,
                text,
                one.at,
                one.who,
                told,
                version_id=one.id,
                device_id=one.device_id,
                former=former if former != file else "",
            )
