"""The statements of a configuration with the blocks they stand in, a parser per way of writing.

Bytes of devices: nothing here trusts that blocks are closed, quotes end or lines are short. Every
parser is one pass over the lines; what it does not understand becomes words without a block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LONGEST_LINE = 8_192
"""Characters of a line that are looked at."""
DEEPEST = 32
"""Blocks in one another."""
MOST_WORDS = 64
"""Words of a line that are looked at; lists of VLANs or prefixes say no more after that."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands in its line, without its quotes."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One line's words, and the words of the blocks around it, the outermost first."""

    line: int
    path: tuple[str, ...]
    words: tuple[Word, ...]


Parser = Callable[[Sequence[str]], Iterator[Statement]]

_PLAIN = re.compile(r'"(?P<q>[^"]*)"?|(?P<w>\S+)')
_BRACED = re.compile(r'"(?P<q>(?:[^"\\]|\\.)*+)"?|(?P<p>[{};\[\]])|(?P<w>[^\s{};\[\]"]+)')
_PAIR = re.compile(r'(?P<key>[\w.\-]+)=(?:"(?P<q>(?:[^"\\]|\\.)*+)"?|(?P<w>[^\s"]*))')
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w:.\-]+)(?P<rest>[^<>]*)>|(?P<text>[^<]+)")


def statements(lines: Sequence[str], family: str) -> Iterator[Statement]:
    """The statements of a configuration written in a family's way (see the platforms' drivers).

    A family told wrongly does little harm: a platform that writes paths may answer in braces.
    """
    return _PARSERS.get(_seen(lines, family), _indented)(lines)


def _seen(lines: Sequence[str], family: str) -> str:
    """The family by what stands there, where platforms answer in one of two ways."""
    if family not in {"set", "braces"}:
        return family
    first = next((x for line in lines[:200] if (x := line.strip()) and x[0] not in "#/!"), "")
    return "set" if first.partition(" ")[0] in {"set", "delete", "deactivate"} else "braces"


def _words(line: str, found: re.Pattern[str]) -> list[Word]:
    words: list[Word] = []
    for match in found.finditer(line[:LONGEST_LINE]):
        if len(words) == MOST_WORDS:
            break
        kind = "q" if match["q"] is not None else "w"
        if match[kind] is not None:
            words.append(Word(match[kind], match.start(kind), match.end(kind)))
    return words


def _indented(lines: Sequence[str]) -> Iterator[Statement]:
    """Cisco, Huawei and their many heirs: a block is what stands further in."""
    stack: list[tuple[int, tuple[str, ...]]] = []
    for number, line in enumerate(lines):
        words = _words(line, _PLAIN)
        if not words or words[0].text[0:1] in {"!", "#"}:
            continue
        indent = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= indent:
            stack.pop()
        yield Statement(number, _flat(stack), tuple(words))
        if len(stack) < DEEPEST:
            stack.append((indent, tuple(word.text.lower() for word in words)))


def _flat(stack: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[str, ...]:
    return tuple(word for _, words in stack for word in words)


def _set(lines: Sequence[str]) -> Iterator[Statement]:
    """A path a line: `set system login user x authentication encrypted-password "…"`."""
    for number, line in enumerate(lines):
        words = _words(line, _PLAIN)
        if words and words[0].text[0:1] != "#":
            yield Statement(number, (), tuple(words))


def _braces(lines: Sequence[str]) -> Iterator[Statement]:
    """Blocks in braces, statements that end with a semicolon or with their line."""
    stack: list[tuple[str, ...]] = []
    for number, line in enumerate(lines):
        if line.lstrip().startswith(("#", "/*", "!")):
            continue
        words: list[Word] = []
        for match in _BRACED.finditer(line[:LONGEST_LINE]):
            mark = match["p"]
            if mark is None:
                kind = "q" if match["q"] is not None else "w"
                if len(words) < MOST_WORDS:
                    words.append(Word(match[kind], match.start(kind), match.end(kind)))
                continue
            if mark in "{;" and words:
                yield Statement(number, tuple(w for part in stack for w in part), tuple(words))
            if mark == "{" and len(stack) < DEEPEST:
                stack.append(tuple(word.text.lower() for word in words))
            elif mark == "}" and stack:
                stack.pop()
            if mark in "{};":
                words = []
        if words:
            yield Statement(number, tuple(w for part in stack for w in part), tuple(words))


def _routeros(lines: Sequence[str]) -> Iterator[Statement]:
    """MikroTik's export: each `key=value` is a statement below its menu, verb and key."""
    menu: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            continue
        head, equals, _ = line[:LONGEST_LINE].partition("=")
        bare = head.split()[:-1] if equals else head.split()
        if line.startswith("/"):
            menu = tuple(part for word in bare for part in word.lower().split("/") if part)
        for at, match in enumerate(_PAIR.finditer(line[:LONGEST_LINE])):
            if at == MOST_WORDS:
                break
            kind = "q" if match["q"] is not None else "w"
            value = Word(match[kind], match.start(kind), match.end(kind))
            yield Statement(number, (*menu, match["key"].lower()), (value,))


def _fortios(lines: Sequence[str]) -> Iterator[Statement]:
    """Fortinet's `config … / edit … / set … / next / end`."""
    stack: list[tuple[str, ...]] = []
    for number, line in enumerate(lines):
        words = _words(line, _PLAIN)
        verb = words[0].text.lower() if words else ""
        if verb in {"next", "end"}:
            if stack:
                stack.pop()
        elif verb in {"config", "edit"}:
            if len(stack) < DEEPEST:
                stack.append(tuple(word.text.lower() for word in words[1:]))
        elif verb == "set":
            yield Statement(number, tuple(w for part in stack for w in part), tuple(words[1:]))


def _xml(lines: Sequence[str]) -> Iterator[Statement]:
    """Texts of elements below the names of the elements around them, without prefixes."""
    stack: list[str] = []
    for number, line in enumerate(lines):
        for match in _TAG.finditer(line[:LONGEST_LINE]):
            text = match["text"]
            if text is not None:
                if stripped := text.strip():
                    start = match.start("text") + text.index(stripped)
                    value = Word(stripped, start, start + len(stripped))
                    yield Statement(number, tuple(stack), (value,))
                continue
            name = match["name"].rpartition(":")[2].lower()
            if match["end"]:
                if name in stack:
                    del stack[len(stack) - 1 - stack[::-1].index(name) :]
            elif not match["rest"].endswith("/") and len(stack) < DEEPEST:
                stack.append(name)


_PARSERS: dict[str, Parser] = {
    "indented": _indented,
    "set": _set,
    "braces": _braces,
    "routeros": _routeros,
    "fortios": _fortios,
    "xml": _xml,
}
