"""Values on their way to a terminal or a program: JSON, and tables for eyes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from noc_console.kernel.money import Money
from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible

WIDEST = 48
"""Characters of a cell in a table for eyes."""
MOST_IN_LINE = 8
"""Words of a list that are told side by side; more are a text."""
LONGEST_LINE = 4_000


def plain(value: Any) -> Any:
    """The value in JSON's types; secrets stay dots, moments are ISO 8601, gaps are null."""
    if value is None or (isinstance(value, (bool, int)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Secret, Money, Path)):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if hasattr(value, "tolist"):  # numpy's arrays and numbers, without waiting for numpy here
        return plain(value.tolist())
    return _compound(value)


def _compound(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (Sequence, set, frozenset)) and not isinstance(value, str):
        return [plain(item) for item in value]
    return str(value)


def as_json(value: Any) -> str:
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def as_text(value: Any) -> str:
    """A table for a list of records, `name  value` lines for one, the text itself else.

    A record with words of its own (`__str__`) is told in them.
    """
    if is_dataclass(value) and "__str__" in type(value).__dict__:
        return _lines(str(value))
    shown = plain(value)
    if isinstance(shown, list):
        if not shown:
            return "nothing found"
        rows = [_joined(row) for row in shown]
        if all(isinstance(row, dict) for row in rows):
            return _table(rows)
        return "\n".join(_cell(row) for row in rows)
    if isinstance(shown, dict):
        return _record(shown)
    return "" if shown is None else _lines(_words(shown))


def _joined(row: Any) -> Any:
    """Records that belong together, such as a rule and its score, are one line of a table."""
    if not _is_table(row):
        return row
    joined: dict[str, Any] = {}
    for part in row:
        joined |= {name: item for name, item in part.items() if name not in joined}
    return joined


def _record(shown: dict[str, Any]) -> str:
    """A line for each field; below them whole texts, and lists of records as tables."""
    fields_ = _spread(shown)
    below = {key: item for key, item in fields_.items() if _is_table(item) or _is_text(item)}
    width = max((len(key) for key in fields_ if key not in below), default=0)
    lines = [
        f"{key:<{width}}  {_cell(item, 400)}" for key, item in fields_.items() if key not in below
    ]
    for key, item in below.items():
        told = _table([_flat(row) for row in item]) if _is_table(item) else _text(item)
        lines += ["", f"{key}:", told]
    return "\n".join(lines)


def _spread(shown: dict[str, Any], before: str = "") -> dict[str, Any]:
    """A record within a record is told as `version.at`, `version.size`."""
    found: dict[str, Any] = {}
    for key, item in shown.items():
        inner = _spread(item, f"{before}{key}.") if isinstance(item, dict) and item else None
        found |= {f"{before}{key}": item} if inner is None else inner
    return found


def _is_text(item: Any) -> bool:
    """Whether it is more than one line can tell."""
    if isinstance(item, list):
        return len(item) > MOST_IN_LINE and all(isinstance(line, str) for line in item)
    return isinstance(item, str) and "\n" in item.strip()


def _text(item: str | list[str]) -> str:
    return _lines(item if isinstance(item, str) else "\n".join(item))


def _lines(text: str) -> str:
    """A whole text, line by line, each safe to show."""
    return "\n".join(visible(line, limit=LONGEST_LINE) for line in text.rstrip("\n").split("\n"))


def _is_table(item: Any) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(row, dict) for row in item)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A record within a record becomes columns of its own."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        inner = value if isinstance(value, dict) and not value.keys() & row.keys() else None
        found |= {name: value} if inner is None else inner
    return found


def _table(rows: list[dict[str, Any]]) -> str:
    """Columns that say nothing in any row are left out."""
    names = [name for name in rows[0] if any(row.get(name) not in (None, "", []) for row in rows)]
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[at]) for line in cells)) for at, name in enumerate(names)]
    numeric = [all(_is_number(row.get(name)) for row in rows) for name in names]

    def line(texts: Sequence[str]) -> str:
        parts = (
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(texts, widths, numeric, strict=True)
        )
        return "  ".join(parts).rstrip()

    return "\n".join([line([name.upper() for name in names]), *(line(texts) for texts in cells)])


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _cell(value: Any, limit: int = WIDEST) -> str:
    return visible(_words(value), limit=limit)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
