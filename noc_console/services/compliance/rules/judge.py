"""Whether a configuration is as a rule wants it, and on which lines that verdict stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

from noc_console.kernel.errors import Invalid
from noc_console.services.compliance.model import Evidence, Rule, RuleKind, Verdict
from noc_console.services.compliance.rules.blocks import Placed, bare, is_a_list, placed
from noc_console.services.compliance.rules.golden import INTERFACES, filled, template, variables
from noc_console.services.compliance.rules.heads import in_full
from noc_console.services.configs.patterns import found_in, pattern

MOST_EVIDENCE = 20
"""Lines told for one rule on one device."""
LONGEST_NAME, LONGEST_TEXT, MOST_LINES = 100, 60_000, 2_000


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration to be judged, once taken apart for all rules."""

    lines: Sequence[str]
    family: str
    placed: Sequence[Placed]
    is_list: bool

    @classmethod
    def of(cls, lines: Sequence[str], family: str) -> Configured:
        return cls(lines, family, placed(lines, family), is_a_list(lines, family))


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a rule: to be there as it is, or to be fitted."""

    text: str
    pattern: re.Pattern[str] | None = None

    def fits(self, line: str) -> bool:
        return found_in(self.pattern, line) if self.pattern is not None else line == self.text


def check(rule: Rule) -> None:
    """Refuse a rule that says nothing, or could not be judged in time; names the field."""
    if not rule.name.strip() or len(rule.name) > LONGEST_NAME or not rule.name.isprintable():
        raise Invalid(f"a rule needs a name of at most {LONGEST_NAME} characters", field="name")
    if "\0" in rule.text or "\0" in rule.variables:
        raise Invalid("this is no text: there are zeros in it", field="text")
    if len(rule.text) > LONGEST_TEXT or rule.text.count("\n") > MOST_LINES:
        raise Invalid(f"a rule has at most {MOST_LINES:,} lines", field="text")
    if rule.kind is RuleKind.TEMPLATE:
        template(rule.text)
        variables(rule.variables)
        return
    if rule.kind is RuleKind.BLOCK:
        _head(rule)
    if not _lines(rule.text):
        raise Invalid("a rule needs a line that must, or must not, be there", field="text")


def applies(rule: Rule, *, platform: str, device: str) -> bool:
    """Whether a rule is about a device at all."""
    return (
        rule.is_on
        and (not rule.platforms or platform in rule.platforms)
        and (
            not rule.devices
            or any(fnmatchcase(device.lower(), each.lower()) for each in rule.devices)
        )
    )


def revision(rules: Iterable[Rule]) -> str:
    """What changes when any rule does."""
    told = "\x1e".join(repr(rule) for rule in sorted(rules, key=lambda rule: rule.id))
    return sha256(told.encode()).hexdigest()[:16]


def judge(
    rule: Rule, config: Configured, given: Mapping[str, Any]
) -> tuple[Verdict, tuple[Evidence, ...]] | None:
    """The verdict with its lines; None where the rule finds nothing to judge."""
    if rule.kind is RuleKind.HAS:
        return _verdict(_missing(_lines(rule.text), [one.text for one in config.placed]))
    if rule.kind is RuleKind.LACKS:
        wanted = _lines(rule.text)
        return _verdict(
            Evidence(config.lines[one.number].rstrip(), one.number + 1)
            for one in config.placed
            if any(line.fits(one.text) for line in wanted)
        )
    if rule.kind is RuleKind.BLOCK:
        return _blocks(rule, config)
    try:
        wanted_text = filled(rule.text, {**given, **variables(rule.variables)})
    except Invalid as error:
        return Verdict.ERROR, (Evidence(str(error)),)
    return _verdict(_not_as(wanted_text, config, given.get(INTERFACES) or ()))


def _verdict(evidence: Iterable[Evidence]) -> tuple[Verdict, tuple[Evidence, ...]]:
    told = []
    for one in evidence:
        told.append(one)
        if len(told) == MOST_EVIDENCE:
            break
    return (Verdict.FAIL if told else Verdict.PASS), tuple(told)


def _lines(text: str) -> list[_Line]:
    """A line each; between strokes it is a pattern. Comments of configurations say nothing."""
    found = []
    for line in text.splitlines():
        stripped = line.strip()
        if len(stripped) > 2 and stripped[0] == stripped[-1] == "/":
            found.append(_Line(stripped, pattern(stripped[1:-1], field="text")))
        elif wanted := bare(line):
            found.append(_Line(wanted))
    return found


def _missing(wanted: Sequence[_Line], there: Sequence[str], head: str = "") -> Iterable[Evidence]:
    known = set(there)
    for line in wanted:
        is_there = line.text in known if line.pattern is None else any(map(line.fits, there))
        if not is_there:
            yield Evidence(f"{head} › {line.text}" if head else line.text)


def _blocks(rule: Rule, config: Configured) -> tuple[Verdict, tuple[Evidence, ...]] | None:
    must = _lines("\n".join(x for x in rule.text.splitlines() if not x.strip().startswith("-")))
    never = _lines(
        "\n".join(x.strip()[1:] for x in rule.text.splitlines() if x.strip().startswith("-"))
    )
    head = _head(rule)
    found = _listed(head, config) if config.is_list else _nested(head, config)
    if not found:
        return None
    told: list[Evidence] = []
    for name, body in found:
        told += _missing(must, [text for text, _ in body], name)
        told += [
            Evidence(f"{name} › {text}", number + 1)
            for text, number in body
            if any(line.fits(text) for line in never)
        ]
    return _verdict(told)


def _head(rule: Rule) -> re.Pattern[str]:
    """What heads of blocks look like: always a pattern, with strokes around it or without."""
    block = rule.block.strip()
    if len(block) > 2 and block[0] == block[-1] == "/":
        block = block[1:-1]
    return pattern(block, field="block")


_Body = list[tuple[str, int]]


def _nested(head: re.Pattern[str], config: Configured) -> list[tuple[str, _Body]]:
    """Blocks by their heads, each with all lines in it."""
    found: list[tuple[str, _Body]] = []
    open_at: tuple[tuple[str, ...], _Body] | None = None
    for one in config.placed:
        if open_at is not None:
            if one.path[: len(open_at[0])] == open_at[0]:
                open_at[1].append((one.text, one.number))
                continue
            open_at = None
        if found_in(head, one.text):
            body: _Body = []
            found.append((one.text, body))
            open_at = ((*one.path, one.text), body)
    return found


def _listed(head: re.Pattern[str], config: Configured) -> list[tuple[str, _Body]]:
    """Where a line is a path: what stands behind the same beginning is one block."""
    found: dict[str, _Body] = {}
    for one in config.placed:
        match = head.search(one.text)
        if match is not None and match.end() < len(one.text):
            body = found.setdefault(one.text[: match.end()].strip(), [])
            body.append((one.text[match.end() :].strip(), one.number))
    return list(found.items())


_Whole = tuple[str, ...]
"""A line behind the heads of its blocks."""
ONLY = "="
"""Before a head in a template: its block holds these lines, and no others."""


def _not_as(
    text: str, config: Configured, ports: Sequence[Mapping[str, Any]] = ()
) -> Iterable[Evidence]:
    """Lines of a filled-in template that are not there in their block; and those of the
    configuration that are in a block which holds nothing else."""
    there = [(_whole(one, config), one.number) for one in config.placed]
    known = {whole for whole, _ in there}
    wanted, whole_blocks = _wanted(text, config, ports)
    lost: list[_Whole] = []
    for whole in wanted:
        # Of a block that is missing its head is told, not each line in it.
        if whole in known or any(whole[: len(head)] == head for head in lost):
            continue
        lost.append(whole)
        yield Evidence(" › ".join(whole))
    for whole, number in there:
        if whole not in wanted and any(_is_in(whole, block, config) for block in whole_blocks):
            yield Evidence(" › ".join(whole), number + 1)


def _wanted(
    text: str, config: Configured, ports: Sequence[Mapping[str, Any]]
) -> tuple[dict[_Whole, None], list[_Whole]]:
    """The lines of a template, and the blocks that hold nothing else; heads as they are printed."""
    heads = {one.text: None for one in config.placed if not one.path}
    wanted: dict[_Whole, None] = {}
    blocks: list[_Whole] = []
    for one in placed(text.split("\n"), config.family):
        # A mark is no part of a line, wherever in the path it stands.
        plain = [part.removeprefix(ONLY).strip() for part in _whole(one, config)]
        whole = (in_full(plain[0], heads, ports), *plain[1:])
        if one.text.startswith(ONLY):
            blocks.append(whole)
        # A marked beginning of set lines is no line itself.
        if not (config.is_list and one.text.startswith(ONLY)):
            wanted[whole] = None
    return wanted, blocks


def _whole(one: Placed, config: Configured) -> _Whole:
    return (one.text,) if config.is_list else (*one.path, one.text)


def _is_in(whole: _Whole, block: _Whole, config: Configured) -> bool:
    if config.is_list:
        return whole[0].startswith(f"{block[0]} ")
    return len(whole) > len(block) and whole[: len(block)] == block
