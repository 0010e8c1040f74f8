"""Findings as JSON documents and back: how the store keeps what is shown and never searched.

A row is an object without the fields that have their default. Fields this version does not
know are passed over, and a row that does not fit is left out: a document may come from an
older or newer console.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

R = TypeVar("R")
Reader = Callable[[Any], Any]

LONGEST = 900_000
"""Characters of one document; rows beyond are left out."""


def written(rows: Iterable[object], *, most: int) -> tuple[str, int]:
    """The document of the first `most` rows that fit, and how many those are."""
    told: list[str] = []
    size = 2
    for row in rows:
        text = json.dumps(_plain(row), ensure_ascii=False, separators=(",", ":"))
        size += len(text) + 1
        if len(told) == most or size > LONGEST:
            break
        told.append(text)
    return f"[{','.join(told)}]", len(told)


def read(kind: type[R], document: str) -> tuple[R, ...]:
    """The rows of a document; those that do not fit the kind are left out."""
    try:
        told = json.loads(document)
    except ValueError:
        return ()
    found = []
    for one in told if isinstance(told, list) else ():
        try:
            found.append(_dataclass(kind)(one))
        except (TypeError, ValueError, KeyError):
            continue
    return tuple(found)


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(told)
            for field in fields(value)
            if (told := getattr(value, field.name)) != field.default
        }
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


_KNOWN: dict[type[Any], Reader] = {}


def _dataclass(kind: type[Any]) -> Reader:
    if kind not in _KNOWN:
        _KNOWN[kind] = _maker(kind)
    return _KNOWN[kind]


def _maker(kind: type[Any]) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    needed = {
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    }

    def make(told: Any) -> Any:
        if not isinstance(told, dict) or not needed <= told.keys():
            raise TypeError
        return kind(**{name: read(told[name]) for name, read in readers.items() if name in told})

    return make


def _reader(hint: Any) -> Reader:
    """How a value of this type is read; anything else raises TypeError."""
    if get_origin(hint) is UnionType:
        (inner,) = (_reader(one) for one in get_args(hint) if one is not NoneType)
        return lambda told: None if told is None else inner(told)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if is_dataclass(hint):
        return _dataclass(cast(type[Any], hint))
    if hint is float:
        return lambda told: float(_of(told, (int, float)))
    return lambda told: _of(told, (hint,))


def _tuple(inner: Sequence[Any]) -> Reader:
    if len(inner) == 2 and inner[1] is Ellipsis:
        each = _reader(inner[0])
        return lambda told: tuple(each(one) for one in _of(told, (list,)))
    readers = [_reader(one) for one in inner]
    return lambda told: tuple(
        read(one) for read, one in zip(readers, _of(told, (list,)), strict=True)
    )


def _of(told: Any, kinds: tuple[type, ...]) -> Any:
    if not isinstance(told, kinds) or (isinstance(told, bool) and bool not in kinds):
        raise TypeError
    return told
