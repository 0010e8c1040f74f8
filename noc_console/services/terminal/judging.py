"""Whether a line at a device's command line only looks, or changes something.

By the platform's grammar (`resources/platforms/drivers.toml`): what is known to look passes, what
is known to change is named, and anything else is not known. Words may be abbreviated as devices
allow it; where an abbreviation may mean either, it is not known. An alias that a device gives to
one of the looking words cannot be seen from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache

from noc_console.kernel.text import visible
from noc_console.services.inspection.platforms.model import Driver, Grammar

LONGEST = 8_192
"""Characters of a line that are judged; a longer one is not known."""


class Verdict(StrEnum):
    """From harmless to harmful."""

    READS = "reads"
    UNKNOWN = "unknown"
    CHANGES = "changes"


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a line does, and how that is known."""

    verdict: Verdict
    line: str
    why: str = ""


def judge(driver: Driver | None, line: str, *, prompt: str = "", above: str = "") -> Judgement:
    """What a line would do; `prompt` is what stands before it, `above` the line over that."""
    if driver is None or driver.grammar is None:
        return Judgement(Verdict.UNKNOWN, line, "nobody wrote down what changes such a device")
    text = line.strip()
    if not text:
        return Judgement(Verdict.READS, line)
    if len(text) > LONGEST:
        return Judgement(Verdict.UNKNOWN, line, "it is too long to be read")
    if "\n" in text or "\r" in text:
        return Judgement(Verdict.UNKNOWN, line, "it is several lines")
    if driver.comment and text.startswith(driver.comment):
        return Judgement(Verdict.READS, line)
    in_mode = is_mode(driver.grammar, prompt, above)
    found = _worst(_parts(driver.grammar, text, in_mode, driver.patterns))
    return Judgement(found.verdict, line, found.why)


def judge_all(driver: Driver | None, lines: Iterable[str]) -> Judgement:
    """The worst of several lines, the first of its kind."""
    return _worst(judge(driver, line) for line in lines)


def is_mode(grammar: Grammar, prompt: str, above: str = "") -> bool:
    """Whether every line changes something at this prompt."""
    by_prompt = grammar.modes is not None and bool(prompt) and grammar.modes.search(prompt)
    by_above = grammar.above is not None and bool(above) and grammar.above.search(above)
    return bool(by_prompt or by_above)


def is_shell(grammar: Grammar) -> bool:
    """Whether a Unix shell reads the lines, whatever commands it was given."""
    return grammar.style == "shell" or "&&" in grammar.separators


def _worst(found: Iterable[Judgement]) -> Judgement:
    worst = Judgement(Verdict.READS, "")
    for each in found:
        if _RANK[each.verdict] > _RANK[worst.verdict]:
            worst = each
    return worst


def _parts(
    grammar: Grammar, text: str, in_mode: bool, patterns: tuple[str, ...]
) -> Iterator[Judgement]:
    if grammar.style == "menus":
        yield from _menu_line(grammar, text)
        return
    if _opaque(grammar, text):
        yield Judgement(Verdict.UNKNOWN, text, "it has parts that only the device can work out")
        return
    if _outside(text, (">",)) != [text]:
        yield Judgement(Verdict.CHANGES, text, "“>” writes a file")
        return
    for command in _outside(text, grammar.separators):
        yield from _command(grammar, command.strip(), in_mode, patterns)


def _opaque(grammar: Grammar, text: str) -> bool:
    """Quotes left open, and what a shell replaces."""
    if is_shell(grammar):
        # `!` brings back what somebody typed earlier, with all the commands that are in it.
        return any(sign in text for sign in ("$", "`", "\\", "<", "{", "(", "!")) or _is_open(text)
    return "\\" in text and text.endswith("\\")


def _is_open(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("'") % 2 == 1


def _outside(text: str, signs: tuple[str, ...]) -> list[str]:
    """The text cut at signs outside of double quotes."""
    cuts = sorted(signs, key=len, reverse=True)
    if "'" in text and '"' in text:
        # Either may be a letter within the other: then neither hides anything.
        return re.split("|".join(map(re.escape, cuts)), text)
    parts, begin, at, quoted = [], 0, 0, False
    while at < len(text):
        if text[at] == '"':
            quoted = not quoted
        found = None if quoted else next((cut for cut in cuts if text.startswith(cut, at)), None)
        if found is None:
            at += 1
            continue
        parts.append(text[begin:at])
        at = begin = at + len(found)
    parts.append(text[begin:])
    # A quote that is never closed hides nothing.
    return parts if not quoted else re.split("|".join(map(re.escape, cuts)), text)


def _command(
    grammar: Grammar, text: str, in_mode: bool, patterns: tuple[str, ...]
) -> Iterator[Judgement]:
    if not text:
        return
    command, *pipes = _outside(text, ("|",)) if grammar.style == "words" else (text,)
    words = command.split()
    yield _phrase(grammar, words, in_mode)
    for pipe in _whole(pipes, patterns):
        yield _pipe(grammar, pipe)


def _whole(pipes: Iterable[str], patterns: tuple[str, ...]) -> list[str]:
    """The pipes, with those put together that are one pattern (`include up|down`)."""
    found: list[str] = []
    for pipe in pipes:
        is_tight = bool(found) and not found[-1][-1:].isspace() and not pipe[:1].isspace()
        if is_tight and _takes_pattern(found[-1], patterns) and not _writes(pipe):
            found[-1] += "|" + pipe
        else:
            found.append(pipe)
    return found


def _takes_pattern(pipe: str, patterns: tuple[str, ...]) -> bool:
    word, _, pattern = pipe.strip().partition(" ")
    return bool(pattern) and not _writes(word) and any(each.startswith(word) for each in patterns)


def _writes(pipe: str) -> bool:
    """Whether its first word may stand for one that writes a file."""
    word = pipe.strip().partition(" ")[0].lower()
    return any(each.startswith(word) for each in _FILES)


def _phrase(grammar: Grammar, words: list[str], in_mode: bool) -> Judgement:
    shown = visible(" ".join(words), limit=80)
    if in_mode:
        # The first word in full: where there is no `show`, `sh` is `shutdown`.
        tree = _tree_inside(grammar)
        is_whole = words[0].lower() in tree.children
        if is_whole and _walk(tree, words) is Verdict.READS:
            return Judgement(Verdict.READS, shown)
        return Judgement(Verdict.CHANGES, shown, "in a configuration mode every line changes")
    verdict = _walk(_tree(grammar), words, is_shell=grammar.style == "shell")
    if verdict is Verdict.CHANGES:
        return Judgement(verdict, shown, f"“{shown}” changes the device, or leaves it")
    if verdict is Verdict.UNKNOWN:
        return Judgement(verdict, shown, f"it is not known what “{shown}” does")
    return Judgement(verdict, shown)


def _pipe(grammar: Grammar, text: str) -> Judgement:
    words = text.split()
    shown = visible(text.strip(), limit=80)
    tree = _tree_pipes(grammar)
    runs = "`" in text or "$(" in text
    if words and not runs and not _names_file(words) and _walk(tree, words) is Verdict.READS:
        return Judgement(Verdict.READS, shown)
    return Judgement(Verdict.UNKNOWN, shown, f"“| {shown}” may write a file")


_ORDER = re.compile(r"-[a-np-zA-Z]+[\d,.]*|[\d,.]+")


def _names_file(words: list[str]) -> bool:
    """Where pipes are programs, `sort -o` and the second name behind `uniq` are written to."""
    program, *rest = words[1:] if words[0] == "utility" and words[1:] else words
    is_sorting = len(program) > 1 and any(each.startswith(program) for each in ("sort", "uniq"))
    return is_sorting and not all(map(_ORDER.fullmatch, rest))


# A tree of phrases


@dataclass(slots=True)
class _Node:
    verdict: Verdict | None = None
    children: dict[str, _Node] = field(default_factory=dict)


def _grow(phrases: Iterable[tuple[tuple[str, ...], Verdict]]) -> _Node:
    root = _Node()
    for words, verdict in phrases:
        node = root
        for word in words:
            node = node.children.setdefault(word, _Node())
        node.verdict = verdict
    return root


@lru_cache(maxsize=64)
def _tree(grammar: Grammar) -> _Node:
    reads = ((words, Verdict.READS) for words in grammar.reads)
    return _grow([*reads, *((words, Verdict.CHANGES) for words in grammar.writes)])


@lru_cache(maxsize=64)
def _tree_inside(grammar: Grammar) -> _Node:
    return _grow((words, Verdict.READS) for words in grammar.inside)


_FILES = ("redirect", "tee", "append", "save", "file", "request", "write", "python", "bash", "sh")


@lru_cache(maxsize=64)
def _tree_pipes(grammar: Grammar) -> _Node:
    bad = ((tuple(word.split()), Verdict.CHANGES) for word in _FILES)
    return _grow([*bad, *((tuple(text.split()), Verdict.READS) for text in grammar.pipes)])


_Found = dict[tuple[int, bool], set[Verdict]]
"""What phrases of so many words say; one that is whole counts more than one just begun."""


def _walk(root: _Node, words: list[str], *, is_shell: bool = False) -> Verdict:
    """What the deepest phrases that fit say; when they differ it is not known."""
    found: _Found = {}
    _visit(root, words, 0, found, is_shell)
    if not found:
        return Verdict.UNKNOWN
    verdicts = found[max(found)]
    if verdicts == {Verdict.CHANGES}:
        return Verdict.CHANGES
    return Verdict.READS if verdicts == {Verdict.READS} else Verdict.UNKNOWN


def _visit(
    node: _Node,
    words: list[str],
    depth: int,
    found: _Found,
    is_shell: bool,
    is_told: bool = False,
) -> None:
    if node.verdict is not None:
        found.setdefault((depth, True), set()).add(node.verdict)
        is_told = True
    if not words:
        if depth and not is_told:
            # An unfinished phrase may be any of those it begins.
            found.setdefault((depth, False), set()).update(_below(node))
        return
    is_option = is_shell and depth > 0 and words[0].startswith("-")
    fitting = _options(node) if is_option else node
    for child in _fitting(fitting, words[0], exactly=is_shell and depth == 0):
        _visit(child, words[1:], depth + 1, found, is_shell, is_told)
    if is_shell and depth:
        # Options stand anywhere: before what they belong to, and behind it.
        further = node if is_option else _options(node)
        _visit(further, words[1:], depth, found, is_shell, is_told or not is_option)
    elif "**" in node.children:
        for at in range(len(words)):
            _visit(node.children["**"], words[at:], depth + at + 1, found, is_shell, True)


def _options(node: _Node) -> _Node:
    return _Node(None, {name: it for name, it in node.children.items() if name.startswith("-")})


def _below(node: _Node) -> set[Verdict]:
    verdicts = {node.verdict} if node.verdict is not None else set()
    for child in node.children.values():
        verdicts |= _below(child)
    return verdicts


def _fitting(node: _Node, word: str, *, exactly: bool) -> list[_Node]:
    """Children for a word: itself, or else those it abbreviates; and those with a `*`."""
    low = word.lower()
    wild = [
        child
        for name, child in node.children.items()
        if ("*" in name or "[" in name) and name != "**" and fnmatchcase(word, name)
    ]
    exact = node.children.get(word) or node.children.get(low)
    if exact is not None:
        return [exact, *wild]
    if exactly or not low:
        return wild
    return [child for name, child in node.children.items() if name.startswith(low)] + wild


# RouterOS: a path, a verb, and what it is about


_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def _menu_line(grammar: Grammar, text: str) -> Iterator[Judgement]:
    if any("$" in quoted for quoted in _QUOTED.findall(text)):
        yield Judgement(Verdict.UNKNOWN, text, "“$” in a text runs what stands behind it")
        return
    text = _QUOTED.sub('""', text)
    if text.count('"') % 2:
        yield Judgement(Verdict.UNKNOWN, text, "it has a quote that is not closed")
        return
    while (inner := _BRACKETS.search(text)) is not None:
        yield _menu_command(grammar, inner[1])
        text = text[: inner.start()] + '""' + text[inner.end() :]
    if any(sign in text for sign in "{}$[]\"'`\\" if sign != '"'):
        yield Judgement(Verdict.UNKNOWN, text, "it is a script, which only the device can work out")
        return
    for command in text.split(";"):
        if command.strip():
            yield _menu_command(grammar, command)


def _menu_command(grammar: Grammar, text: str) -> Judgement:
    shown = visible(text.strip(), limit=80)
    unknown = Judgement(Verdict.UNKNOWN, shown, f"it is not known what “{shown}” does")
    words = text.replace("/", " ").replace(":", " ").split()
    reads, writes = ({words[0] for words in each} for each in (grammar.reads, grammar.writes))
    for at, word in enumerate(words):
        if word in {"..", '""'} or word in grammar.menus or (at == 1 and _is_place(words)):
            continue
        if word not in reads and (word in writes or _abbreviates(word, writes)):
            return Judgement(Verdict.CHANGES, shown, f"“{shown}” changes the device")
        if word in reads or _abbreviates(word, reads):
            return _menu_arguments(shown, word, words[at + 1 :])
        if not _abbreviates(word, grammar.menus):
            return unknown
    return Judgement(Verdict.READS, shown)


_PLACES = {"ip": "address", "ipv6": "address", "system": "resource"}


def _is_place(words: list[str]) -> bool:
    """`/ip add pr`, `/sys res pr`: what is typed daily, and looks like verbs that are not there."""
    if len(words) < 3 or not _abbreviates(words[2], ["print"]):
        return False
    menu = "system" if _abbreviates(words[0], ["system"]) else words[0]
    return menu in _PLACES and _abbreviates(words[1], [_PLACES[menu]])


def _abbreviates(word: str, names: Iterable[str]) -> bool:
    return len(word) > 1 and any(name.startswith(word) for name in names)


def _menu_arguments(shown: str, verb: str, words: list[str]) -> Judgement:
    for word in words:
        name, is_given, _ = word.partition("=")
        # `export f=x` and `export fi x` write `x`; `fi fi pr` is a place (`firewall filter`).
        is_short = bool(name) if is_given else len(name) > 1 and not "find".startswith(verb)
        is_file = is_short and "file".startswith(name)
        if is_file or (is_given and name in {"do", "on-error", "command", "script", "save-to"}):
            return Judgement(Verdict.CHANGES, shown, f"“{name}=” writes a file or runs a script")
    return Judgement(Verdict.READS, shown)
