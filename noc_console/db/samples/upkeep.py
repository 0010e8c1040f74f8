"""Setting the store up, forgetting what is too old, telling how large it is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta

from noc_console.db.samples import layout
from noc_console.db.samples.kinds import Kind
from noc_console.db.samples.retention import Resolution, Retention
from noc_console.db.samples.rollup import DAY_MS, HOUR_MS
from noc_console.db.samples.session import Session
from noc_console.db.samples.values import Pruned, Stats, from_ms
from noc_console.kernel.errors import Broken, Invalid

SUBJECTS = 200
"""Subjects pruned in one transaction."""

ROWS = 2_000
"""Rows forgotten by one statement: an append never waits longer than for a few of them."""

LONGEST_S = 10 * 366 * 86_400


def set_up(session: Session, kinds: Sequence[Kind]) -> dict[int, Kind]:
    """Make the tables, note the kinds; the answer is every kind the store holds, by code.

    Where a newer program knows more columns of a kind, that is the one: compacting with
    fewer would drop them.

    Raises Broken when a newer program wrote the store, or a kind changed its meaning.
    """
    if not all(session.has(table) for table in layout.TABLES):  # new ones come with a version
        session.create()
    found = session.rows("SELECT value FROM samples_mark WHERE name = 'schema'")
    if not found:
        session.put(layout.MARK, [("schema", layout.SCHEMA)])
    elif found[0][0] > layout.SCHEMA:
        raise Broken(
            f"the measurements have layout {found[0][0]}, this program knows "
            f"{layout.SCHEMA}: a newer version wrote them; update this one"
        )
    known = stored_kinds(session)
    changed = [kind for kind in kinds if _differs(known.get(kind.code), kind)]
    if changed:
        session.put(layout.KIND, [_row(kind) for kind in changed])
    return known | {kind.code: kind for kind in kinds if not _outgrown(kind, known)}


def stored_kinds(session: Session) -> dict[int, Kind]:
    """Every kind any process ever declared in this store."""
    rows = session.rows("SELECT code, name, columns, counters, epoch FROM samples_kind")
    return {
        code: Kind(
            code=code,
            name=name,
            columns=tuple(json.loads(columns)),
            counters=frozenset(json.loads(counters)),
            epoch=epoch or None,
        )
        for code, name, columns, counters, epoch in rows
    }


def _differs(known: Kind | None, kind: Kind) -> bool:
    """Whether the kind must be written. Refuses columns that moved or changed meaning."""
    if known is None:
        return True
    both = min(len(known.columns), len(kind.columns))
    same = known.columns[:both] == kind.columns[:both] and known.epoch == kind.epoch
    turned = (known.counters ^ kind.counters) & set(known.columns[:both])
    if known.name != kind.name or not same or turned:
        raise Broken(
            f"the store holds kind {known.code} as {known.name}{known.columns}, "
            f"the program declares {kind.name}{kind.columns}"
        )
    return len(kind.columns) > len(known.columns)


def _outgrown(kind: Kind, known: dict[int, Kind]) -> bool:
    return kind.code in known and len(known[kind.code].columns) > len(kind.columns)


def _row(kind: Kind) -> tuple[int, str, str, str, str]:
    return (
        kind.code,
        kind.name,
        json.dumps(kind.columns),
        json.dumps(sorted(kind.counters)),
        kind.epoch or "",
    )


def subjects(session: Session) -> list[tuple[int, int]]:
    """Every subject ever measured: kind and id."""
    rows = session.rows("SELECT DISTINCT kind, subject FROM samples_subject ORDER BY 1, 2")
    return [(kind, subject) for kind, subject in rows]


def retentions(session: Session, kinds: Mapping[int, Kind]) -> dict[int, Retention]:
    """How long each kind is kept, by code: as an operator said, else as it was declared."""
    said: dict[str, dict[str, timedelta]] = defaultdict(dict)
    for name, value in session.rows(
        "SELECT name, value FROM samples_mark WHERE name LIKE ?", ("keep/%",)
    ):
        _, kind, what = name.split("/")
        said[kind][what] = timedelta(seconds=value)
    return {
        code: replace(kind.retention, **said[kind.name]) if kind.name in said else kind.retention
        for code, kind in kinds.items()
    }


def keep(session: Session, kind: Kind, retention: Retention) -> None:
    """Note how long a kind is to be kept. Raises Invalid for what makes no sense."""
    spans = {
        part.name: int(getattr(retention, part.name).total_seconds()) for part in fields(retention)
    }
    if not 3600 <= spans["raw"] <= spans["five_minutes"] <= spans["hourly"] <= LONGEST_S:
        raise Invalid(
            "raw samples are kept an hour at least, five minutes as long or longer, "
            "hours the longest and ten years at most",
            field="raw",
        )
    rows = [(f"keep/{kind.name}/{name}", value) for name, value in spans.items()]
    session.put(layout.MARK, rows)


def prune(
    session: Session,
    some: Sequence[tuple[int, int]],
    now: int,
    kept: Mapping[int, Retention],
) -> Pruned:
    """Forget what is too old of some subjects: `ROWS` of each resolution at most."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, subject in some:
        by_kind[kind].append(subject)
    gone = Pruned()
    with session.transaction():
        for kind, ids in by_kind.items():
            retention = kept.get(kind, Retention())

            def forget(
                table: layout.Table,
                resolution: Resolution,
                width: int,
                kind: int = kind,
                ids: Sequence[int] = ids,
                retention: Retention = retention,
            ) -> int:
                when = table.columns[2][0]
                return session.forget(
                    table,
                    f"kind = ? AND subject IN ({layout.marks(ids)}) AND {when} < ?",
                    (kind, *ids, (now - _ms(retention, resolution)) // width),
                    limit=ROWS,
                )

            gone += Pruned(
                blocks=forget(layout.BLOCK, Resolution.RAW, HOUR_MS),
                rollups=forget(layout.FIVE, Resolution.FIVE_MINUTES, HOUR_MS)
                + forget(layout.DAY, Resolution.HOUR, DAY_MS),
            )
    return gone


def prune_rest(session: Session, now: int, kept: Mapping[int, Retention]) -> Pruned:
    """Forget totals, and polls that waited longer than any raw sample is kept."""
    longest = max((_ms(one, Resolution.RAW) for one in kept.values()), default=0)
    cutoff = now - max(longest, _ms(Retention(), Resolution.RAW) if not kept else 0)
    with session.transaction():
        session.run("DELETE FROM samples_total WHERE hour < ?", (cutoff // HOUR_MS,))
        polls = session.forget(layout.HEAD, "at < ?", (cutoff,), limit=ROWS)
    return Pruned(polls=polls)


def stats(session: Session) -> Stats:
    """How large the store is."""
    polls, first_poll = session.rows("SELECT COUNT(*), MIN(at) FROM samples_head")[0]
    blocks, samples, size, first_hour = session.rows(
        "SELECT COALESCE(SUM(blocks), 0), COALESCE(SUM(samples), 0), COALESCE(SUM(bytes), 0), "
        "MIN(hour) FROM samples_total"
    )[0]
    starts = [first_poll, None if first_hour is None else first_hour * HOUR_MS]
    known = [start for start in starts if start is not None]
    return Stats(
        polls=int(polls),
        subjects=len(subjects(session)),
        blocks=int(blocks),
        samples=int(samples),
        block_bytes=int(size),
        store_bytes=session.size(),
        oldest=from_ms(min(known)) if known else None,
    )


def _ms(retention: Retention, resolution: Resolution) -> int:
    return int(retention.of(resolution).total_seconds() * 1000)
