"""The past in an engine made for fleets: VictoriaMetrics, Prometheus or Mimir.

Written by Prometheus remote write, read back by the engine's query API. The newest states stay
in our own tables. How long the engine keeps the past is the engine's own setting.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx
import numpy as np

from noc_console.db.samples import layout, matrix, promql, read
from noc_console.db.samples.append import Appender
from noc_console.db.samples.blocks import unpack_poll
from noc_console.db.samples.engine_url import EngineUrl
from noc_console.db.samples.kinds import MISSING, Kind
from noc_console.db.samples.matrix import Matrix
from noc_console.db.samples.moment import Instant
from noc_console.db.samples.promql import Told
from noc_console.db.samples.retention import Resolution
from noc_console.db.samples.rollup import FIVE_MS, HOUR_MS
from noc_console.db.samples.shipper import ANSWER_S, Parcel, Shipper
from noc_console.db.samples.tables import Tables
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import Ask, Compacted, Delivery, Poll, Pruned, Series, Stats
from noc_console.kernel.errors import AuthRejected, Broken, Unreachable
from noc_console.wire import remote_write

T = TypeVar("T")

READERS = 3
LARGEST_ANSWER = 256 << 20


class Fleet:
    """See `Past`. What was appended is on its way: a killed process loses what still waits."""

    def __init__(self, threads: Threads, kinds: dict[int, Kind], *, engine: EngineUrl) -> None:
        self._threads = threads
        self._kinds = kinds
        self._engine = engine
        self._tables = Tables(threads, kinds)
        self._newest = Appender(kinds, keeps_polls=False)
        self._labels = Labels(engine.tenant)
        self._client = httpx.Client(
            headers=engine.headers(),
            timeout=httpx.Timeout(ANSWER_S, connect=5.0),
            verify=_trust(engine),
            # Neither a proxy nor a password from the environment: the URL says it all.
            trust_env=False,
        )
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="samples-ask")
        self._shipper = Shipper(engine, self._client, self._encode)

    @property
    def delivery(self) -> Delivery:
        """How sending goes."""
        return self._shipper.delivery

    async def append(self, batch: Sequence[Poll]) -> None:
        """Write the newest states in one commit, and send the polls on their way."""
        ready = await self._threads.write(partial(self._newest.append, batch=batch))
        self._shipper.put([Parcel(one.device, one.at, one.packed, one.samples) for one in ready])

    async def series(self, ask: Ask) -> dict[int, Series]:
        """Asked of the engine. What was sent a moment ago it may not show yet."""
        if ask.resolution is Resolution.RAW:
            return await self._read(partial(self._raw, ask))
        width = FIVE_MS if ask.resolution is Resolution.FIVE_MINUTES else HOUR_MS
        return await self._read(partial(self._rolled, ask, width))

    async def matrix(self, ask: Ask) -> Matrix:
        """Asked of the engine, as many subjects in one question as fit into one."""
        found: dict[int, Series] = {}
        for some in layout.chunks(ask.subjects):
            found |= await self.series(replace(ask, subjects=tuple(some)))
        return await asyncio.to_thread(matrix.of_series, ask, found)

    async def moment(
        self, kind: Kind, subjects: Sequence[int], *, at: int, back_ms: int
    ) -> Instant:
        """What our own tables hold of the time before the engine; of the rest `matrix` knows."""
        return await self._tables.moment(kind, subjects, at=at, back_ms=back_ms)

    async def compact(self, now: datetime) -> Compacted:
        """What our own tables still hold of the time before the engine."""
        return await self._tables.compact(now)

    async def prune(self, now: datetime) -> Pruned:
        """As `compact`; the engine forgets by itself."""
        return await self._tables.prune(now)

    async def stats(self) -> Stats:
        """Of our own tables, and of what is on its way."""
        now = self.delivery
        return replace(await self._tables.stats(), waiting=now.waiting, dropped=now.dropped)

    async def close(self) -> None:
        """Send what waits, for a few seconds at most."""
        await asyncio.to_thread(self._shut)

    def _shut(self) -> None:
        self._shipper.close()
        self._readers.shutdown()
        self._client.close()

    async def _read(self, job: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, job)

    def _encode(self, parcels: Sequence[Parcel]) -> bytes:
        """One request's body: all series of one poll after another, oldest first."""
        pieces = []
        for parcel in sorted(parcels, key=lambda one: one.at):
            for section in unpack_poll(parcel.packed):
                kind = self._kinds[section.code]
                values = section.values.astype(np.float64)
                values[section.values == MISSING] = np.nan
                labels = self._labels.of(
                    kind, parcel.device, section.ids.tolist(), columns=section.values.shape[1]
                )
                pieces.append(remote_write.series(labels, values.ravel(), parcel.at))
        return b"".join(pieces)

    def _raw(self, ask: Ask) -> dict[int, Series]:
        question = promql.raw_question(ask, back_ms=read.LOOK_BACK_MS)
        lines = self._ask(self._engine.query, query=question, time=_seconds(ask.end - 1))
        tables = promql.raw_tables(ask, lines)
        found = {}
        for subject in ask.subjects:
            parts = tables.get(subject, [])
            what = read.Found(times=[at for at, _ in parts], values=[rows for _, rows in parts])
            found[subject] = read.raw(ask, subject, what)
        return found

    def _rolled(self, ask: Ask, width: int) -> dict[int, Series]:
        first, last = read.slots_of(ask, width)
        usual, lines = self._pace(ask), list[Told]()
        late = promql.late_ms(usual)
        question = promql.rolled_question(ask, width_ms=width, usual_s=usual)
        for start in range(first, last, promql.MOST_POINTS):
            end = min(start + promql.MOST_POINTS, last)
            lines += self._over(question, start=start, end=end, width=width, late=late)
        wholes = promql.rolled(
            ask, lines, first=first, slots=last - first, width_ms=width, late_ms=late
        )
        return {
            subject: read.told(ask, subject, whole, first=first, width=width, found=read.Found())
            for subject, whole in wholes.items()
        }

    def _pace(self, ask: Ask) -> tuple[int, int]:
        question = promql.pace_question(ask)
        if question is None:
            return promql.pace(())
        every = max(HOUR_MS, (ask.end - ask.start) // 48 // HOUR_MS * HOUR_MS)
        first = ask.start // every
        return promql.pace(self._over(question, start=first, end=-(-ask.end // every), width=every))

    def _over(
        self, question: str, *, start: int, end: int, width: int, late: int = 0
    ) -> tuple[Told, ...]:
        """A question for each slot, asked `late` ms after the slot's last millisecond."""
        return self._ask(
            self._engine.query_range,
            query=question,
            start=_seconds((start + 1) * width - 1 + late),
            end=_seconds(end * width - 1 + late),
            step=_seconds(width),
        )

    def _ask(self, url: str, **asked: str) -> tuple[Told, ...]:
        # VictoriaMetrics would move the slots to suit its cache.
        content = self._fetch(url, {**asked, "nocache": "1"})
        return promql.read_answer(content, self._engine.peer)

    def _fetch(self, url: str, form: dict[str, str]) -> bytes:
        peer, content = self._engine.peer, bytearray()
        try:
            with self._client.stream("POST", url, data=form) as answer:
                for some in answer.iter_bytes():
                    content += some
                    if len(content) > LARGEST_ANSWER:
                        raise Broken(f"{peer} answers with more than can be shown")
        except httpx.TimeoutException as error:
            raise Unreachable(f"{peer} did not answer", peer=peer, reason="timeout") from error
        except httpx.HTTPError as error:
            raise Unreachable(f"{peer}: {type(error).__name__}", peer=peer) from error
        if answer.status_code in {401, 403}:
            raise AuthRejected(f"{peer} refuses our login to the measurements", peer=peer)
        if answer.is_client_error:
            said = bytes(content[:200]).decode(errors="backslashreplace")
            raise Broken(f"{peer} refuses a question about measurements: {said!r}")
        if not answer.is_success:
            raise Unreachable(f"{peer} answers {answer.status_code}", peer=peer)
        return bytes(content)


class Labels:
    """The labels of series as bytes. Used in the shipping thread alone."""

    def __init__(self, tenant: str) -> None:
        self._rest = remote_write.label("tenant", tenant) if tenant else b""
        self._names: dict[int, list[bytes]] = {}

    def of(self, kind: Kind, device: int, subjects: Sequence[int], *, columns: int) -> list[bytes]:
        """Those of every subject and its first columns, subject by subject."""
        names = self._names.get(kind.code)
        if names is None or len(names) != len(kind.columns):
            names = self._names[kind.code] = [
                remote_write.label("__name__", promql.metric(kind, column))
                for column in kind.columns
            ]
        own = remote_write.label("device_id", str(device))
        subject_label = promql.id_label(kind)
        if subject_label == "device_id":
            tails = [own + self._rest for _ in subjects]
        else:
            tails = [self._tail(own, subject_label, subject) for subject in subjects]
        return [name + tail for tail in tails for name in names[:columns]]

    def _tail(self, own: bytes, name: str, subject: int) -> bytes:
        theirs = remote_write.label(name, str(subject))
        if name < "device_id":
            return theirs + own + self._rest
        if name > "tenant":
            return own + self._rest + theirs
        return own + theirs + self._rest


def _trust(engine: EngineUrl) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=engine.authority or None)
    except (OSError, ssl.SSLError) as error:
        raise Broken(
            f"the certificates in {engine.authority} cannot be read: {error.strerror}"
        ) from error


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"
