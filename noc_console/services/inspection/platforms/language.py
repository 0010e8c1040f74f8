"""The small language of the rule files: conditions on a row, and names made from it.

`resources/platforms/README.md` describes it to the people who write rules. Everything is parsed
when the files are loaded, so that a rule is wrong at start or never; at run time a value that is
missing or of another kind makes a condition false and a name shorter, nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Index, Row, Value
from noc_console.wire.numbers import number_of

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_CONDITION = re.compile(
    r"\s*(?P<what>[A-Za-z_][\w.\-]*)\s*(?P<op>==|!=|<=|>=|<|>|!~|~|not in|in)\s*(?P<to>.*?)\s*"
)
_RECKONED = re.compile(
    r"(?!index\.\d+-)"  # `{index.2-3}` is a range; `{index.-1-3}` subtracts
    r"(?P<what>[A-Za-z_]\w*(?:\.-?\d+)?)(?P<op>[-+*/])(?P<by>\d+(?:\.\d+)?)"
)
_PLACE = re.compile(r"\{([^{}]*)\}")
LONGEST = 120
"""Characters of a name."""


class Wrong(ValueError):
    """A rule that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a name may refer to beside its row: ENTITY-MIB's names and the interfaces' ones."""

    entities: Mapping[int, str] = field(default_factory=dict)
    ports: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """One row as a rule sees it."""

    index: Index
    row: Row
    labels: Mapping[str, Mapping[str, str]]
    context: Context

    def number(self, name: str) -> float | None:
        """The column's number, or the first number in its text; None without one."""
        if name == "index":
            return float(self.index[-1])
        if name.startswith("index."):
            arcs = _arcs(self.index, name[6:])
            return float(arcs[0]) if arcs else None
        return number_of(self.row.get(name))

    def text(self, name: str) -> str:
        """The column as one line of text."""
        if name == "index" or name.startswith("index."):
            return _index_text(self.index, name)
        return tables.text(self.row.get(name))

    def word(self, name: str) -> str:
        """The column's label when the rule has one for it, else its text."""
        raw = self.text(name)
        return self.labels[name].get(raw, raw) if name in self.labels else raw


Test = Callable[[Scope], bool]


def condition(words: str) -> Test:
    """`"value > 0"`, `"name ~ '^PSU'"`, `"state in 1 2 3"`, `"has limit"`, `"lacks limit"`."""
    if words.startswith(("has ", "lacks ")):
        wanted, _, column = words.partition(" ")
        column = column.strip()
        return lambda scope: (scope.row.get(column) is not None) == (wanted == "has")
    match = _CONDITION.fullmatch(words)
    if match is None:
        raise Wrong(f"the condition {words!r} is not `column operator value`")
    what, op, to = match["what"], match["op"], match["to"]
    if to[:1] in ("'", '"') and to[-1:] == to[:1] and len(to) > 1:
        to, quoted = to[1:-1], True
    else:
        quoted = False
    if op in ("~", "!~"):
        pattern = expression(to)
        wanted_match = op == "~"
        return lambda scope: (pattern.search(scope.text(what)) is not None) == wanted_match
    if op in ("in", "not in"):
        choices = frozenset(to.replace(",", " ").split())
        return lambda scope: (_plain(scope, what) in choices) == (op == "in")
    return _compared(what, op, to, quoted)


def _compared(what: str, op: str, to: str, quoted: bool) -> Test:
    if quoted or not _NUMBER.fullmatch(to):
        if op not in ("==", "!="):
            if quoted or not re.fullmatch(r"[A-Za-z_][\w.\-]*", to):
                raise Wrong(f"{what} {op} {to!r}: only numbers and columns have an order")
            return lambda scope: _holds(scope.number(what), op, scope.number(to))
        return lambda scope: (scope.text(what) == to) == (op == "==")
    limit = float(to)
    if op == "!=":
        return lambda scope: scope.number(what) != limit
    return lambda scope: _holds(scope.number(what), op, limit)


def _holds(left: float | None, op: str, right: float | None) -> bool:
    if left is None or right is None:
        return False
    match op:
        case "==":
            return left == right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
    return left >= right


def _plain(scope: Scope, what: str) -> str:
    """The value to look up in a list: numbers without a trailing `.0`."""
    return scope.text(what)


def conditions(words: Sequence[str]) -> Test:
    """All of them must hold."""
    tests = [condition(each) for each in words]
    if not tests:
        return lambda _scope: True
    if len(tests) == 1:
        return tests[0]
    return lambda scope: all(test(scope) for test in tests)


def expression(pattern: str) -> re.Pattern[str]:
    """A regular expression of a rule; letter case does not matter."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise Wrong(f"the regular expression {pattern!r} cannot be read: {error}") from error


Template = Callable[[Scope], str]


def template(words: str) -> Template:
    """`"Fan {name} {index.1}"`: text with columns, parts of the index and looked-up names.

    `{entity:index.1}` is the ENTITY-MIB name of that number, `{port:index.1}` the interface's
    name, `{ascii:index.2-}` index numbers read as letters, `{mac:column}` octets as a MAC.
    """
    pieces: list[str | Template] = []
    at = 0
    for match in _PLACE.finditer(words):
        if match.start() > at:
            pieces.append(words[at : match.start()])
        pieces.append(_place(match[1]))
        at = match.end()
    if at < len(words):
        pieces.append(words[at:])
    if not pieces:
        return lambda _scope: ""

    def made(scope: Scope) -> str:
        parts = [each if isinstance(each, str) else each(scope) for each in pieces]
        return " ".join("".join(parts).split())[:LONGEST]

    return made


def _reckoned(match: re.Match[str]) -> Template:
    """`{index.1+1}`, `{wavelength/100}`: a number, told from another start or in another unit."""
    what, op, by = match["what"], match["op"], float(match["by"])
    if op == "/" and not by:
        raise Wrong(f"{match[0]!r} divides by zero")

    def made(scope: Scope) -> str:
        number = scope.number(what)
        if number is None:
            return ""
        value = {"+": number + by, "-": number - by, "*": number * by}.get(op, number / (by or 1))
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"

    return made


def _place(words: str) -> Template:
    if match := _RECKONED.fullmatch(words):
        return _reckoned(match)
    kind, colon, what = words.partition(":")
    if not colon:
        return lambda scope: scope.word(words)
    match kind:
        case "entity":
            return lambda scope: _looked_up(scope, scope.context.entities, what)
        case "port":
            return lambda scope: _looked_up(scope, scope.context.ports, what)
        case "ascii":
            return lambda scope: _ascii(_arcs(scope.index, what.removeprefix("index.")))
        case "mac":
            return lambda scope: tables.mac(scope.row.get(what))
        case "hex":
            return lambda scope: _hex(scope.row.get(what))
        case "ip":
            return lambda scope: tables.address(scope.row.get(what))
    raise Wrong(f"{{{words}}}: {kind!r} is none of entity, port, ascii, mac, hex, ip")


def _looked_up(scope: Scope, names: Mapping[int, str], what: str) -> str:
    number = scope.number(what)
    return "" if number is None else names.get(int(number), f"{int(number)}")


def _hex(value: Value) -> str:
    return value.hex().upper() if isinstance(value, bytes) else ""


def _ascii(arcs: Sequence[int]) -> str:
    """Letters in an index: all of it, or each text with its count before it (RFC 2578, 7.7).

    Below a blank no number is a letter, so that it is a count; what follows the last text is
    left out.
    """
    if arcs and arcs[0] == len(arcs) - 1:
        return _letters(arcs[1:])
    if not arcs or arcs[0] >= ord(" "):
        return _letters(arcs)
    texts = []
    while arcs and arcs[0] < len(arcs):
        count = arcs[0]
        if any(arc < ord(" ") for arc in arcs[1 : 1 + count]):
            break
        texts.append(_letters(arcs[1 : 1 + count]))
        arcs = arcs[1 + count :]
    return " ".join(filter(None, texts))


def _letters(arcs: Sequence[int]) -> str:
    return tables.text(bytes(arc for arc in arcs if 0 <= arc <= 255))


def _index_text(index: Index, name: str) -> str:
    arcs = index if name == "index" else _arcs(index, name[6:])
    return ".".join(map(str, arcs))


def _arcs(index: Index, part: str) -> Index:
    """`2` the second number, `-1` the last, `2-3` from … to, `2-` the rest."""
    if part in ("", "index"):
        return index
    first, dash, last = part.partition("-") if not part.startswith("-") else (part, "", "")
    try:
        start = int(first)
    except ValueError:
        return ()
    if start < 0:
        return index[start:][:1] if -start <= len(index) else ()
    if not dash:
        return index[start - 1 : start]
    return index[start - 1 : int(last) if last.isdecimal() else None]
