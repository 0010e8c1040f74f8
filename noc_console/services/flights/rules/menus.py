"""RouterOS' language of paths: entries in menus, as `/export terse` prints them.

A line is a path, a verb, what it is about, and properties: `/ip address add address=192.0.2.1/24
interface=ether1`, `/interface ethernet set [ find default-name=ether1 ] disabled=yes`. Lines are
brought into one form (one command, its whole path, its properties by the alphabet), so that what
was typed and what is printed can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from noc_console.kernel.errors import Invalid
from noc_console.services.flights.rules.hidden import told

VERBS = frozenset(("add", "set", "remove", "enable", "disable", "comment", "unset", "move"))
"""What changes entries, and is undone with them; all others do something of their own."""
_PLAIN = re.compile(r"[\w.:/,@*+%-]+")
_YES_NO = {"true": "yes", "false": "no"}
_AGAIN = re.compile(r" #\d+$")
"""Marks an entry that says the same as an earlier one."""
_CLOSES = {"[": "]", "(": ")", "{": "}"}


@dataclass(frozen=True, slots=True)
class Said:
    """One line in its parts."""

    path: str
    verb: str
    about: str
    """What it is about, as it is printed; "" for a menu that is one entry."""
    wants: Mapping[str, str] | None
    """What `find` looks for; None for what only the router works out."""
    words: Mapping[str, str]
    """Properties and their values; a property behind `!` is taken away."""
    raw: str = ""
    """What it is about, as it was typed."""

    @property
    def line(self) -> str:
        """As it is compared."""
        return self._with(self.about)

    @property
    def typed(self) -> str:
        """As it is sent: `find` compares what was quoted otherwise than what was not."""
        return self._with(self.raw or self.about)

    def _with(self, about: str) -> str:
        words = (f"{key}={value}" if value else key for key, value in sorted(self.words.items()))
        return " ".join(filter(None, (self.path, self.verb, about, *words)))


def logical(text: str, *, is_typed: bool = False) -> Iterator[str]:
    """The lines of an export with their whole paths: long ones joined, menus put before them.

    Raises Invalid for a path that is typed and that no line follows: it may do something, as
    `/system reboot` does.
    """
    path, begun, alone = "", "", ""
    for raw in text.splitlines():
        line = begun + raw.strip()
        if line.endswith("\\") and not line.endswith("\\\\"):
            begun = line[:-1]
            continue
        begun = ""
        if not line or line.startswith("#"):
            continue
        if alone and line.startswith("/"):
            break
        if line.startswith("/") and _is_path(line):
            path = _path(line.split())
            alone = line if is_typed else ""
        else:
            alone = ""
            yield line if line.startswith("/") or not path else f"{path} {line}"
    if alone:
        raise Invalid(f"“{_short(alone)}” changes no entry of a menu", field="template")


def entries(text: str) -> dict[str, dict[str, object]]:
    """A configuration as lines of one form; what cannot be read stays as it is printed."""
    tree: dict[str, dict[str, object]] = {}
    for raw in logical(text):
        try:
            line = parse(raw).line
        except Invalid:
            line = raw
        number = 2
        while line in tree:
            line = f"{_AGAIN.sub('', line)} #{number}"
            number += 1
        tree[line] = {}
    return tree


def in_full(lines: Sequence[str]) -> tuple[str, ...]:
    """Typed lines with their whole paths. Raises Invalid for what is no change of an entry."""
    return tuple(parse(line).typed for line in logical("\n".join(lines), is_typed=True))


@lru_cache(maxsize=40_000)
def parse(line: str) -> Said:
    """A line with its whole path in its parts. Raises Invalid."""
    tokens = _tokens(line)
    if not tokens or not tokens[0].startswith("/"):
        raise Invalid(f"“{_short(line)}” does not begin with a path (/…)", field="template")
    menu: list[str] = []
    verb, rest = "", list(tokens)
    while rest and not verb and "=" not in rest[0] and rest[0][0] not in '[!"':
        for word in filter(None, rest.pop(0).split("/")):
            if verb:
                raise Invalid(f"“{_short(line)}” is no line to type", field="template")
            verb = word if word in VERBS else ""
            menu += [] if verb else [word]
    if not verb or not menu:
        known = ", ".join(sorted(VERBS))
        told_ = f"“{_short(line)}” does not change an entry ({known}): nobody could take it back"
        raise Invalid(told_, field="template")
    return _said("/" + " ".join(menu), verb, rest, line)


def order(tree: Mapping[str, object], prefixes: Sequence[str]) -> dict[str, list[str]]:
    """The entries of menus in which their order matters."""
    found: dict[str, list[str]] = {}
    for line in tree:
        if line.startswith(tuple(prefixes)) and (said := read(line)) is not None:
            found.setdefault(said.path, []).append(line)
    return found


def moved(one: Mapping[str, object], other: Mapping[str, object], prefixes: Sequence[str]) -> str:
    """The first menu in which the entries of both stand in another order; "" for none."""
    if not prefixes:
        return ""
    here, there = order(one, prefixes), order(other, prefixes)
    for path, lines in here.items():
        both = set(lines) & set(there.get(path, ()))
        if [x for x in lines if x in both] != [x for x in there.get(path, ()) if x in both]:
            return path
    return ""


def read(line: str) -> Said | None:
    """A line of a configuration in its parts; None for one that cannot be read."""
    try:
        return parse(_AGAIN.sub("", line))
    except Invalid:
        return None


def wanted(about: str) -> Mapping[str, str] | None:
    """The conditions of a `find`; None where there are others than `property=value`."""
    inner = about.strip("[] ").split(None, 1)
    if not inner or inner[0] != "find":
        return None
    found: dict[str, str] = {}
    for token in _tokens(inner[1] if len(inner) > 1 else ""):
        key, is_equal, value = token.partition("=")
        if token in ("where", "and"):
            continue
        if not is_equal or not re.fullmatch(r"[a-z][\w.-]*", key):
            return None
        found[key] = _value(value)
    return found or None


def quoted(value: str) -> str:
    """A value as `find` compares it with what is printed: numbers are numbers, the rest texts."""
    is_told = value.startswith('"') or value.isdigit() or value in ("yes", "no")
    return value if is_told else f'"{value}"'


# -- how it is read ------------------------------------------------------------------------


def _said(path: str, verb: str, rest: Iterable[str], line: str) -> Said:
    about, wants = "", None
    words: dict[str, str] = {}
    for token in rest:
        key, is_equal, value = token.partition("=")
        if token.startswith("["):
            about, value = token, ""
        elif token.startswith("!"):
            words[token] = ""
            continue
        elif not is_equal and about and verb == "unset":
            words[f"!{token}"] = ""
            continue
        elif not is_equal or key == "numbers":
            if about or verb == "add":
                raise Invalid(f"“{_short(line)}”: what is “{_short(token)}”?", field="template")
            about = value if is_equal else token
        elif value.startswith(("[", "(", "$", "{")):
            told_ = f"“{_short(line)}” has a value that only the router works out"
            if key != "place-before":
                raise Invalid(told_, field="template")
            words[key] = value
        else:
            words[key] = _value(value)
    raw = about
    if about.startswith("["):
        about, wants = _found(about), wanted(about)
    elif about:
        about = _value(about)
        wants = {"name": about}
    return Said(path, verb, about, wants, words, raw)


def _found(about: str) -> str:
    """`find` in the form in which it is printed."""
    conditions = wanted(about)
    if conditions is None:
        return " ".join(about.split())
    return f"[ find {' '.join(f'{k}={v}' for k, v in conditions.items())} ]"


def _value(raw: str) -> str:
    """A value without quotes that it does not need."""
    inner = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw
    if raw == "":
        return '""'
    plain = inner if _PLAIN.fullmatch(inner) else raw
    return _YES_NO.get(plain, plain)


def _tokens(line: str) -> list[str]:
    """Words; texts in quotes and what stands in brackets stay together."""
    found: list[str] = []
    word, closing = "", []
    in_quotes = is_escaped = False
    for letter in line:
        if is_escaped:
            is_escaped = False
        elif in_quotes:
            is_escaped, in_quotes = letter == "\\", letter != '"'
        elif letter == '"':
            in_quotes = True
        elif letter in _CLOSES:
            closing.append(_CLOSES[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        elif letter in ";{}" and not closing:
            raise Invalid(f"“{_short(line)}”: one command a line", field="template")
        elif letter in " \t" and not closing:
            found += [word] if word else []
            word = ""
            continue
        word += letter
    if in_quotes or closing:
        raise Invalid(f"“{_short(line)}”: a quote or a bracket is open", field="template")
    return [*found, word] if word else found


def _is_path(line: str) -> bool:
    """Whether a line only goes to a menu."""
    words = line.replace("/", " ").split()
    return all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", word) for word in words) and not (
        VERBS & set(words)
    )


def _path(words: Iterable[str]) -> str:
    return "/" + " ".join(word for part in words for word in part.split("/") if word)


def _short(line: str) -> str:
    return told(line.strip())[:60]
