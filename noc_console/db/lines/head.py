"""The newest lines, still rows: written in batches, searched by scanning them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noc_console.db.lines import layout
from noc_console.db.lines.values import Line, Search
from noc_console.db.lines.words import BOUNDARY, Term, Wanted, Words
from noc_console.db.samples.session import Session

_FIELD = "\x1f"
_COLUMNS = "id, at, tenant, device, source, kind, severity, facility, count, text, more"


def append(session: Session, lines: Sequence[Line], split: Words) -> int:
    """Write lines; the id of the last one. Ids follow one another, in the order of commits."""
    told = [" " + " ".join(split.of(line)) + " " for line in lines]
    with session.transaction():
        # The row's lock makes other writers wait: who commits later has the greater ids.
        [(after,)] = session.rows(
            "UPDATE lines_mark SET value = value + ? WHERE name = 'next' RETURNING value",
            (len(lines),),
        )
        first = after - len(lines)
        session.put(
            layout.HEAD,
            [
                _row(line, first + n, words)
                for n, (line, words) in enumerate(zip(lines, told, strict=True))
            ],
        )
    return int(after) - 1


def _row(line: Line, number: int, words: str) -> tuple[Any, ...]:
    return (
        number,
        line.at,
        line.tenant,
        line.device,
        line.source,
        line.kind,
        line.severity,
        line.facility,
        line.count,
        line.text,
        _FIELD.join(each.replace(_FIELD, " ") for each in line.more),
        words,
    )


def oldest(session: Session, limit: int) -> tuple[list[Line], list[str]]:
    """The first lines of the head and their words."""
    rows = session.rows(f"SELECT {_COLUMNS}, words FROM lines_head ORDER BY id LIMIT ?", (limit,))  # noqa: S608
    return [line_of(row) for row in rows], [row[-1] for row in rows]


def line_of(row: Sequence[Any]) -> Line:
    """A row of the head as a line."""
    number, at, tenant, device, source, kind, severity, facility, count, text, more, *_ = row
    fields = tuple(more.split(_FIELD)) if more else ()
    return Line(at, tenant, device, source, kind, severity, facility, text, count, fields, number)


def select(
    session: Session, ask: Search, wanted: Wanted, *, find: str, limit: int | None
) -> list[Line]:
    """Lines of the head that fit, newest first; phrases are for the caller to check."""
    where, parameters = _where(ask, wanted, find)
    sql = f"SELECT {_COLUMNS} FROM lines_head WHERE {where} ORDER BY id DESC"  # noqa: S608
    if limit is not None:
        sql, parameters = f"{sql} LIMIT ?", [*parameters, limit]
    return [line_of(row) for row in session.rows(sql, parameters)]


def count(
    session: Session, ask: Search, wanted: Wanted, *, find: str
) -> list[tuple[int, int, int]]:
    """Severity, device and how many lines of the head fit."""
    where, parameters = _where(ask, wanted, find)
    group = "severity, device" if ask.counts else "0, -1"
    by = "GROUP BY severity, device" if ask.counts else ""
    return [
        (int(severity), int(device), int(many))
        for severity, device, many in session.rows(
            f"SELECT {group}, count(*) FROM lines_head WHERE {where} {by}",  # noqa: S608
            parameters,
        )
    ]


def _where(ask: Search, wanted: Wanted, find: str) -> tuple[str, list[Any]]:
    tests, parameters = ["tenant = ?"], list[Any]([ask.tenant])
    for column, sign, bound in (("at", ">=", ask.start), ("at", "<", ask.end)):
        if bound is not None:
            tests.append(f"{column} {sign} ?")
            parameters.append(bound)
    if ask.before is not None:
        tests.append("id < ?")
        parameters.append(ask.before)
    for column, among in (
        ("device", ask.devices),
        ("facility", ask.facilities),
        ("severity", ask.severities),
        ("kind", ask.kinds),
        ("lower(source)", tuple(source.lower() for source in ask.sources)),
    ):
        if among:
            tests.append(f"{column} IN ({', '.join('?' * len(among))})")
            parameters.extend(among)
    tests += [_any(group, find, parameters) for group in wanted.groups]
    tests += [f"NOT {_any((term,), find, parameters)}" for term in wanted.without]
    return " AND ".join(tests), parameters


def _any(terms: Sequence[Term], find: str, parameters: list[Any]) -> str:
    return "(" + " OR ".join(_one(term, find, parameters) for term in terms) + ")"


def _one(term: Term, find: str, parameters: list[Any]) -> str:
    """How the word begins decides for nearly every row; how it goes on is asked of few."""
    if term.is_exact:
        parameters.append(f" {term.word} ")
        return f"{find}(words, ?) > 0"
    parameters.append(f" {term.word}")
    if term.goes_on == "*":
        return f"{find}(words, ?) > 0"
    ends = [f" {term.word}{end}" for end in (" ", *BOUNDARY)]
    parameters.extend(ends)
    further = " OR ".join([f"{find}(words, ?) > 0"] * len(ends))
    return f"({find}(words, ?) > 0 AND ({further}))"
