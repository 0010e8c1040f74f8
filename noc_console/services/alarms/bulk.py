"""Thousands of rows with a few statements: the same on SQLite and PostgreSQL.

Ten thousand alarms acknowledged together differ in nothing but their number, so the numbers
travel as one parameter and the database does the rest. A round for each row would take
PostgreSQL seconds, and an IN list of ten thousand parameters SQLite does not take.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Dialect,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

FEW = 8
"""Up to so many rows with the same values are not worth a statement of their own."""


class _Keys(TypeDecorator[list[Any]]):
    """Many numbers or words as one parameter: an array, or JSON where there are none."""

    impl = String
    cache_ok = True

    def __init__(self, *, are_numbers: bool) -> None:
        super().__init__()
        self.are_numbers = are_numbers

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            kind = BigInteger() if self.are_numbers else Text()
            return dialect.type_descriptor(ARRAY(kind))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLAlchemy would say `… = 1` on SQLite, and no index answers that."""
        return self


def among(column: Column[Any], keys: Collection[Any]) -> FunctionElement[bool]:
    """Whether a column is one of any number of numbers, or of any number of words."""
    kind = _Keys(are_numbers=isinstance(column.type, Integer))
    return _Among(column, literal(sorted(set(keys)), kind))


class _Aside(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "aside"

    def self_group(self, against: Any = None) -> Any:
        return self


def aside(column: Column[Any], value: Any) -> FunctionElement[bool]:
    """Whether a column has this value, in a question that another column answers better.

    SQLite would go through everything of a tenant sooner than look up each number.
    """
    return _Aside(column, literal(value, column.type))


@compiles(_Aside, "sqlite")
def _sqlite_aside(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"+{column} = {given}"


@compiles(_Aside, "postgresql")
def _postgresql_aside(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = {given}"


@compiles(_Among, "sqlite")
def _sqlite_among(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - compiled parts


@compiles(_Among, "postgresql")
def _postgresql_among(element: FunctionElement[bool], compiler: Any, **how: Any) -> str:
    # Not a join: of a table nobody has counted yet the planner would compare each with each.
    column, given = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY({given})"


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
        alone[names] += [{**dict(values), "id": id} for id in ids]
    for names, rows in alone.items():
        if connection.dialect.name == "postgresql":
            _patch_each(connection, table, names, rows)
            continue
        statement = table.update().where(table.c.id == bindparam("id_"))
        sets: dict[str, Any] = {name: bindparam(name) for name in names}
        for row in rows:
            row["id_"] = row.pop("id")
        connection.execute(statement.values(sets), rows)


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
        insert_rows(connection, table, alone)


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows that all have the same columns."""
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), rows)
        return
    columns = _quoted(connection, list(rows[0]))
    listed = ", ".join(columns)
    source = f"SELECT {listed} FROM {_records(table)}"  # noqa: S608 - our own names
    statement = text(f"INSERT INTO {table.name} ({listed}) {source}")
    connection.execute(statement, {"rows": _as_json(rows)})


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Numbers for rows to come (PostgreSQL): nobody else gets them."""
    each = text(
        f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) "  # noqa: S608
        "FROM generate_series(1, :count)"
    )
    return [int(id) for id in connection.scalars(each, {"count": count})]


def _patch_each(
    connection: Connection, table: Table, names: Sequence[str], rows: list[dict[str, Any]]
) -> None:
    sets = ", ".join(f"{name} = new.{name}" for name in _quoted(connection, names))
    statement = text(
        f"UPDATE {table.name} SET {sets} FROM {_records(table)} AS new "  # noqa: S608
        f"WHERE {table.name}.id = new.id"
    )
    connection.execute(statement, {"rows": _as_json(rows)})


def _records(table: Table) -> str:
    """Rows out of one parameter, with the types the table has (PostgreSQL)."""
    return f"json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))"


def _quoted(connection: Connection, names: Sequence[str]) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote
    return [str(quote(name)) for name in names]


def _as_json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, default=_moment, separators=(",", ":"))


def _moment(value: datetime) -> str:
    """As the store keeps it: UTC, without saying so."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat()


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
