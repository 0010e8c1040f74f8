"""Finding lines: the head first, then chunk after chunk from the newest back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from noc_console.db.lines import head
from noc_console.db.lines.chunk import (
    PART,
    SIZE,
    Block,
    Columns,
    Places,
    columns_of,
    lines_of,
    pattern_of,
)
from noc_console.db.lines.values import Found, Line, Search
from noc_console.db.lines.words import (
    Term,
    Wanted,
    device_word,
    exactly,
    facility_word,
    kind_word,
    parse,
    severity_word,
    source_word,
    tenant_word,
)
from noc_console.db.samples.envelope import Damaged
from noc_console.db.samples.layout import marks
from noc_console.db.samples.session import Session

FIRST_ROUND, FEWEST, MOST = 4, 2, 16
"""Chunks asked for together: few at first, for most pages are full soon."""
ROUND_S = 0.03
"""What a round of chunks should take: worth its questions, yet short: time is up between two."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Chunk:
    id: int
    first: int
    count: int
    oldest: int
    newest: int
    tenants: tuple[str, ...]


@dataclass(slots=True)
class _Work:
    """One search on its way through the chunks."""

    session: Session
    ask: Search
    wanted: Wanted
    find: str
    began: float
    found: Found = field(default_factory=Found)
    devices: Counter[int] = field(default_factory=Counter)

    @property
    def is_late(self) -> bool:
        is_full = self.found.more
        patience = self.ask.counting_s if is_full else self.ask.patience_s
        return time.monotonic() - self.began > patience


def search(session: Session, ask: Search, *, find: str) -> Found:
    """A page of lines, newest first. `find` is the database's function of (text, needle)."""
    wanted = parse(ask.text)
    work = _Work(session, ask, wanted, find, time.monotonic())
    if ask.counts:
        work.found.severities = [0] * 8
    chunks = _chunks(session, ask)
    while True:
        lines, counted = _head(work)
        again = _chunks(session, ask)
        if [each.id for each in again[:1]] == [each.id for each in chunks[:1]]:
            break
        chunks = again  # lines moved from the head into a chunk while we looked
    _add(work, lines, counted)
    _look_back(work, chunks)
    work.found.devices = dict(work.devices.most_common(50))
    return work.found


def _chunks(session: Session, ask: Search) -> list[_Chunk]:
    """Chunks that may hold what is asked for, newest first."""
    tests, parameters = ["1 = 1"], []
    for test, bound in (
        ("newest >= ?", ask.start),
        ("oldest < ?", ask.end),
        ("first < ?", ask.before),
    ):
        if bound is not None:
            tests.append(test)
            parameters.append(bound)
    rows = session.rows(
        "SELECT id, first, count, oldest, newest, tenants FROM lines_chunk "  # noqa: S608
        f"WHERE {' AND '.join(tests)} ORDER BY id DESC",
        parameters,
    )
    found = [
        _Chunk(number, first, count, oldest, newest, tuple(tenants.split("\x1f")))
        for number, first, count, oldest, newest, tenants in rows
    ]
    return [each for each in found if ask.tenant in each.tenants]


def _head(work: _Work) -> tuple[list[Line], list[tuple[int, int, int]]]:
    if work.wanted.phrases or work.wanted.absent:
        lines = head.select(work.session, work.ask, work.wanted, find=work.find, limit=None)
        lines = [line for line in lines if _says(line, work.wanted)]
        return lines, [(line.severity, line.device, 1) for line in lines]
    lines = head.select(
        work.session, work.ask, work.wanted, find=work.find, limit=work.ask.limit + 1
    )
    if not lines:
        return [], []
    return lines, head.count(work.session, work.ask, work.wanted, find=work.find)


def _add(work: _Work, lines: Sequence[Line], counted: Iterable[tuple[int, int, int]]) -> None:
    found = work.found
    room = work.ask.limit - len(found.lines)
    found.lines.extend(lines[:room])
    found.more |= len(lines) > room
    for severity, device, many in counted:
        found.matches += many
        if work.ask.counts:
            found.severities[min(7, max(0, severity))] += many
            work.devices[device] += many


def _look_back(work: _Work, chunks: Sequence[_Chunk]) -> None:
    at, size = 0, FIRST_ROUND
    while at < len(chunks):
        began = time.monotonic()
        if work.is_late:
            _stop(work, chunks[at])
            return
        some = chunks[at : at + size]
        masks = _readable(work, some)
        for chunk in some:
            mask = masks.get(chunk.id)
            try:
                in_time = mask is None or _take(work, chunk, mask)
            except Damaged:
                _pass_over(work, chunk)
                continue
            if not in_time:
                _stop(work, chunk)
                return
        at += len(some)
        spent = max(time.monotonic() - began, 1e-6)
        size = min(MOST, max(FEWEST, int(len(some) * ROUND_S / spent)))


def _readable(work: _Work, chunks: Sequence[_Chunk]) -> dict[int, Mask]:
    """`_masks` of the chunks that can be read: a damaged one costs only itself."""
    try:
        return _masks(work, chunks)
    except Damaged:
        if len(chunks) > 1:
            return {n: mask for each in chunks for n, mask in _readable(work, [each]).items()}
        _pass_over(work, chunks[0])
        return {}


def _pass_over(work: _Work, chunk: _Chunk) -> None:
    work.found.damaged += chunk.count
    work.found.complete = False


def _stop(work: _Work, chunk: _Chunk) -> None:
    work.found.complete = False
    work.found.searched_to = chunk.newest
    if len(work.found.lines) >= work.ask.limit:
        work.found.more = True  # nobody knows; asking again will tell


def _take(work: _Work, chunk: _Chunk, mask: Mask) -> bool:
    """Count a chunk's lines and read those the page has room for; False when time was up."""
    inside = mask[: chunk.count]
    if work.wanted.phrases or work.wanted.absent:
        return _take_checked(work, chunk, np.flatnonzero(inside))
    room = work.ask.limit - len(work.found.lines)
    many = int(np.count_nonzero(inside))
    work.found.matches += many
    work.found.more |= many > room
    if room or work.ask.counts:
        places = np.flatnonzero(inside)
        _count(work, chunk, places)
        for part, within in _parts(places[::-1], room):
            work.found.lines += _read(work.session, chunk, part, within)
    return True


def _take_checked(work: _Work, chunk: _Chunk, places: npt.NDArray[np.int64]) -> bool:
    """The same where only a line's text tells whether it fits."""
    found = work.found
    fit: list[int] = []
    for part, within in _parts(places[::-1], len(places)):
        if work.is_late:
            break
        for line in _read(work.session, chunk, part, within):
            if not _says(line, work.wanted):
                continue
            fit.append(line.id - chunk.first)
            if len(found.lines) < work.ask.limit:
                found.lines.append(line)
            else:
                found.more = True
    else:
        part = -1
    found.matches += len(fit)
    _count(work, chunk, np.array(fit, np.int64))
    return part < 0 or not len(places)


def _parts(places: npt.NDArray[np.int64], room: int) -> Iterable[tuple[int, list[int]]]:
    """Places, from the last, by the part they are in."""
    part, inside = -1, list[int]()
    for place in places[:room].tolist():
        if place // PART != part:
            if inside:
                yield part, inside
            part, inside = place // PART, []
        inside.append(place % PART)
    if inside:
        yield part, inside


def _read(session: Session, chunk: _Chunk, part: int, inside: Sequence[int]) -> list[Line]:
    rows = session.rows(
        "SELECT data FROM lines_part WHERE chunk = ? AND part = ?", (chunk.id, part)
    )
    return lines_of(rows[0][0], inside, first=chunk.first + part * PART) if rows else []


def _count(work: _Work, chunk: _Chunk, places: npt.NDArray[np.int64]) -> None:
    if not work.ask.counts or not len(places):
        return
    columns = _columns(work.session, chunk)
    if columns is None:
        return
    by_severity = np.bincount(np.minimum(columns.severity[places], 7), minlength=8)
    for severity, many in enumerate(by_severity.tolist()):
        work.found.severities[severity] += many
    devices, many_each = np.unique(columns.device[places], return_counts=True)
    for device, many in zip(devices.tolist(), many_each.tolist(), strict=True):
        work.devices[device] += many


def _columns(session: Session, chunk: _Chunk) -> Columns | None:
    rows = session.rows("SELECT data FROM lines_chunk WHERE id = ?", (chunk.id,))
    return columns_of(rows[0][0]) if rows else None


def _says(line: Line, wanted: Wanted) -> bool:
    text = " ".join(" ".join((line.text, line.source, *line.more)).lower().split())
    return all(phrase in text for phrase in wanted.phrases) and not any(
        phrase in text for phrase in wanted.absent
    )


# ── words ──


def _masks(work: _Work, chunks: Sequence[_Chunk]) -> dict[int, Mask]:
    """For each chunk with a line that fits: which lines do."""
    masks: dict[int, Mask | None] = {chunk.id: None for chunk in chunks}
    for group in _groups(work.ask, work.wanted, chunks):
        stands = _where(work.session, group, masks)
        for number in list(masks):
            if number not in stands:
                del masks[number]
            else:
                _narrow(masks, number, stands[number])
        if not masks:
            return {}
    for term in work.wanted.without:
        for number, mask in _where(work.session, (term,), masks).items():
            _narrow(masks, number, ~mask)
    found = {}
    for chunk in chunks:
        if chunk.id in masks:
            narrowed = masks[chunk.id]
            every = np.ones(SIZE, np.bool_) if narrowed is None else narrowed
            mask = _in_time(work, chunk, every)
            if mask[: chunk.count].any():
                found[chunk.id] = mask
    return found


def _narrow(masks: dict[int, Mask | None], number: int, by: Mask) -> None:
    known = masks[number]
    masks[number] = by if known is None else known & by


def _groups(ask: Search, wanted: Wanted, chunks: Sequence[_Chunk]) -> list[tuple[Term, ...]]:
    """What must be there, the rarest first as far as one can guess."""
    groups = [
        exactly(map(device_word, ask.devices)),
        exactly(map(source_word, ask.sources)),
        *sorted(wanted.groups, key=lambda group: -len(group[0].word)),
        exactly(map(severity_word, ask.severities)),
        exactly(map(facility_word, ask.facilities)),
        exactly(map(kind_word, ask.kinds)),
    ]
    if any(len(chunk.tenants) > 1 for chunk in chunks):
        groups.append(exactly((tenant_word(ask.tenant),)))
    return [group for group in groups if group]


def _where(session: Session, group: Sequence[Term], chunks: Iterable[int]) -> dict[int, Mask]:
    """The lines of each chunk that have any of these words."""
    wanted = sorted(chunks)
    found: dict[int, Mask] = {}

    def note(chunk: int, stands: Mask | Places) -> None:
        mask = found.get(chunk)
        if mask is None and stands.dtype == np.bool_:
            found[chunk] = cast(Mask, stands)
            return
        if mask is None:
            mask = found[chunk] = np.zeros(SIZE, np.bool_)
        if stands.dtype == np.bool_:
            np.logical_or(mask, stands, out=mask)
        else:
            mask[stands] = True

    for term in group:
        word = term.word.encode("utf-8", "replace")
        if term.is_exact:
            for chunk, data in _before(session, word, wanted):
                stands = Block(data).exact(word) if data is not None else None
                if stands is not None:
                    note(chunk, stands)
        else:
            pattern = pattern_of(term)
            blocks = [*_before(session, word, wanted), *_after(session, word, wanted)]
            for chunk, data in blocks:
                if data is not None:
                    for stands in Block(data).like(pattern):
                        note(chunk, stands)
    return found


def _before(session: Session, word: bytes, chunks: Sequence[int]) -> list[tuple[int, bytes | None]]:
    """The block of each chunk in which the word stands, if it does."""
    if not chunks:
        return []
    sql = (
        "SELECT c.id, (SELECT i.data FROM lines_index i WHERE i.chunk = c.id "  # noqa: S608
        "AND i.first <= ? ORDER BY i.first DESC LIMIT 1) "
        f"FROM lines_chunk c WHERE c.id IN ({marks(chunks)})"
    )
    return [(chunk, data) for chunk, data in session.rows(sql, (word, *chunks))]


def _after(session: Session, word: bytes, chunks: Sequence[int]) -> list[tuple[int, bytes]]:
    """Further blocks of each chunk that begin with a word that begins so."""
    if not chunks:
        return []
    sql = (
        "SELECT i.chunk, i.data FROM lines_chunk c CROSS JOIN lines_index i "  # noqa: S608
        f"WHERE c.id IN ({marks(chunks)}) "
        "AND i.chunk = c.id AND i.first > ? AND i.first < ?"
    )
    return [(chunk, data) for chunk, data in session.rows(sql, (*chunks, word, word + b"\xff"))]


def _in_time(work: _Work, chunk: _Chunk, mask: Mask) -> Mask:
    """The mask without lines beyond the bounds of time and id."""
    ask = work.ask
    if ask.before is not None and ask.before < chunk.first + chunk.count:
        mask = mask.copy()
        mask[max(0, ask.before - chunk.first) :] = False
    starts = ask.start is not None and ask.start > chunk.oldest
    ends = ask.end is not None and ask.end <= chunk.newest
    if not starts and not ends:
        return mask
    columns = _columns(work.session, chunk)
    if columns is None:
        return np.zeros(SIZE, np.bool_)
    mask = mask.copy()
    if ask.start is not None:
        mask[: chunk.count] &= columns.at >= ask.start
    if ask.end is not None:
        mask[: chunk.count] &= columns.at < ask.end
    return mask
