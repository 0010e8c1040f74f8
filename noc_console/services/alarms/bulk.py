"""Thousands of rows with a few statements: the same on SQLite and PostgreSQL.

Ten thousand alarms acknowledged together differ in nothing but their number, so the numbers
travel as one parameter and the database does the rest. A round for each row would take
PostgreSQL seconds, and an IN list of ten thousand parameters SQLite does not take.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    bindparam,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

FEW = 8
"""Up to so many rows with the same values are not worth a statement of their own."""


class _AmongNumbers(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among_numbers"


class _AmongWords(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among_words"


def among(column: Column[Any], keys: Collection[Any]) -> FunctionElement[bool]:
    """Whether a column is one of any number of numbers, or of any number of words."""
    given = literal(json.dumps(sorted(set(keys))), String)
    is_number = isinstance(column.type, Integer)
    return _AmongNumbers(column, given) if is_number else _AmongWords(column, given)


@compiles(_AmongNumbers, "sqlite")
@compiles(_AmongWords, "sqlite")
def _sqlite_among(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - compiled parts


@compiles(_AmongNumbers, "postgresql")
def _postgresql_among_numbers(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    return _any_of(element, compiler, "bigint", how)


@compiles(_AmongWords, "postgresql")
def _postgresql_among_words(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    return _any_of(element, compiler, "text", how)


def _any_of(
    element: FunctionElement[bool], compiler: Any, kind: str, how: Mapping[str, Any]
) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    each = f"json_array_elements_text(CAST({given} AS json))"
    return f"{column} = ANY(ARRAY(SELECT CAST({each} AS {kind})))"


Values = tuple[tuple[str, Any], ...]
"""Columns with what they shall hold."""


def patch_rows(connection: Connection, table: Table, patches: Iterable[tuple[int, Values]]) -> None:
    """Change rows by id, each to its own values; those that change alike in one statement."""
    alike: dict[Values, list[int]] = defaultdict(list)
    for id, values in patches:
        alike[values].append(id)
    alone: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for values, ids in alike.items():
        if not values:
            continue
        if len(ids) > FEW:
            connection.execute(table.update().where(among(table.c.id, ids)).values(dict(values)))
            continue
        names = tuple(name for name, _ in values)
        alone[names] += [{**dict(values), "row_id": id} for id in ids]
    for names, rows in alone.items():
        statement = table.update().where(table.c.id == bindparam("row_id"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), rows)


def add_rows(
    connection: Connection, table: Table, rows: Iterable[tuple[Values, tuple[str, int]]]
) -> None:
    """Append rows given as what they share with others and the one number that is their own."""
    alike: dict[tuple[Values, str], list[int]] = defaultdict(list)
    for shared, (name, number) in rows:
        alike[shared, name].append(number)
    alone = []
    for (shared, name), numbers in alike.items():
        if len(numbers) > FEW:
            _add_alike(connection, table, shared, name, numbers)
        else:
            alone += [{**dict(shared), name: number} for number in numbers]
    if alone:
        connection.execute(table.insert(), alone)


def _add_alike(
    connection: Connection, table: Table, shared: Values, name: str, numbers: list[int]
) -> None:
    given = literal(json.dumps(numbers), String)
    if connection.dialect.name == "sqlite":
        each = text("json_each(:given)").bindparams(given=given.value)
        number = literal_column("json_each.value", Integer)
    else:
        each = text("json_array_elements_text(CAST(:given AS json)) AS each(value)")
        each = each.bindparams(given=given.value)
        number = literal_column("CAST(each.value AS bigint)", Integer)
    columns = [table.c[column] for column, _ in shared]
    told = [literal(value, table.c[column].type) for column, value in shared]
    source = select(*told, number).select_from(each)
    connection.execute(insert(table).from_select([*columns, table.c[name]], source))
