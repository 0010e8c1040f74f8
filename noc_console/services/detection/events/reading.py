"""Event rules out of TOML, read strictly: a mistake is an error with its place.

`resources/alarm_rules/events/README.md` describes the files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noc_console.kernel.errors import Broken, Invalid
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.events import flows, templates
from noc_console.services.detection.events.entries import (
    SEVERITIES,
    Words,
    choice,
    flag,
    listed,
    once,
    only,
    phrase,
    raw_table,
    seconds,
    slug,
    table,
    whole,
)
from noc_console.services.detection.events.model import (
    EITHER,
    About,
    ConditionWord,
    EventRule,
    Grade,
    Mark,
    Pattern,
    Proof,
    Sense,
    Take,
)

MOST_BYTES = 512 * 1024
MOST_PATTERNS = 60
"""Of one rule."""
CONDITIONS = "conditions.toml"
LONGEST_REMEDY = 2_000

TONES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
"""syslog's severities, 0 to 7 (RFC 5424 §6.2.1)."""
FORMS = frozenset(("", "ipv4", "ipv6", "inet", "mac", "hex", "text", "first", "last"))

_OID = re.compile(r"\d{1,10}(?:\.\d{1,10}){1,60}")
_ABOUT = re.compile(r"[a-z][a-z-]{0,30}")
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_MNEMONIC = re.compile(r"[A-Za-z0-9_/?.-]{2,80}\*?")
_TAKE = re.compile(r"(value|index):([0-9.]+)(?:\|(?:(\d{1,2})\+)?([a-z0-9]+))?")

_COMMON = frozenset(("severity", "about", "key", "text", "remedy", "proof", "clear_after"))
_RULE = _COMMON | {"id", "title", "condition", "enabled", "raise", "clear"}
_CONDITION = _COMMON | {"word"}
_TRAP = frozenset(("trap", "mib", "where", "unless", "grade", "take"))
_LINE = frozenset(
    ("mnemonic", "topic", "app", "facility", "at_least", "structured", "text", "regex")
)
_BOTH = frozenset(("says", "tone", "look", "shown", "names", "mark"))


@dataclass(frozen=True, slots=True)
class EventPack:
    """All that was read of some files."""

    conditions: Mapping[Condition, ConditionWord]
    rules: tuple[EventRule, ...]
    notices: tuple[Pattern, ...]
    flows: tuple[flows.FlowRule, ...]
    texts: Mapping[str, str]
    """The text each rule stands in its file as, by id."""


def load(folder: Path) -> EventPack:
    """Everything in a folder of rule files. Broken says file, rule and key of what is wrong."""
    try:
        texts = {
            file.name: _text_of(file)
            for file in sorted(folder.glob("*.toml"), key=lambda file: file.name)
        }
        return read(texts)
    except Invalid as error:
        raise Broken(f"alarm rules in {folder}: {error}") from error


def read(files: Mapping[str, str]) -> EventPack:
    """What some files say, by their names. Raises Invalid naming file, rule and key."""
    parsed = {name: _parsed(name, text) for name, text in files.items()}
    conditions: dict[Condition, ConditionWord] = {}
    rules: dict[str, EventRule] = {}
    found_flows: dict[str, flows.FlowRule] = {}
    notices: list[Pattern] = []
    for name, words in parsed.items():
        for number, entry in _entries(words, "condition", name):
            with _at(name, f"[[condition]] {entry.get('word', number)}"):
                one = _condition(entry)
                once(conditions, one.word)
                conditions[one.word] = one
    texts: dict[str, str] = {}
    for name, words in parsed.items():
        with _at(name, "the file"):
            only(words, frozenset(("title", "condition", "rule", "notice", "flow")))
            phrase(words, "title", must=True)
        for number, entry in _entries(words, "rule", name):
            with _at(name, f"[[rule]] {entry.get('id', number)}"):
                rule = _rule(entry, conditions, name)
                once(rules, rule.id)
                rules[rule.id] = rule
        for number, entry in _entries(words, "notice", name):
            with _at(name, f"[[notice]] {entry.get('says', number)}"):
                notices.append(_pattern(entry, Sense.NOTICE))
        for number, entry in _entries(words, "flow", name):
            with _at(name, f"[[flow]] {entry.get('id', number)}"):
                flow = flows.read(entry, name)
                once(found_flows, flow.id)
                once(rules, flow.id)
                found_flows[flow.id] = flow
        texts |= pieces(files[name])
    return EventPack(
        conditions, tuple(rules.values()), tuple(notices), tuple(found_flows.values()), texts
    )


def read_one(text: str, pack: EventPack) -> EventRule | flows.FlowRule:
    """One rule as an operator wrote it. Raises Invalid naming the key."""
    words = _parsed("the rule", text)
    rules, streams = (
        [entry for _, entry in _entries(words, kind, "the rule")] for kind in ("rule", "flow")
    )
    if set(words) - {"rule", "flow"} or len(rules) + len(streams) != 1:
        raise Invalid("a rule is one [[rule]] or one [[flow]] and nothing else", field="toml")
    if streams:
        return flows.read(streams[0], "")
    return _rule(rules[0], pack.conditions, "")


def pieces(text: str) -> dict[str, str]:
    """The rules of a file as texts of their own, by id: comments stay with what follows them."""
    found = {}
    heads = list(re.finditer(r"^\[\[(\w+)\]\]", text, re.MULTILINE))
    for head, after in zip(heads, [*heads[1:], None], strict=True):
        if head[1] not in {"rule", "flow"}:
            continue
        piece = text[head.start() : after.start() if after else len(text)]
        kept = piece.rstrip().splitlines()
        while kept and kept[-1].startswith("#"):  # it is about the next one
            kept.pop()
        name = re.search(r'^id\s*=\s*"([^"]+)"', piece, re.MULTILINE)
        if name:
            found[name[1]] = "\n".join(kept).rstrip() + "\n"
    return found


def _text_of(file: Path) -> str:
    if file.stat().st_size > MOST_BYTES:
        raise Invalid(f"{file.name} is larger than {MOST_BYTES >> 10} KiB")
    return file.read_text("utf-8")


def _parsed(name: str, text: str) -> Words:
    if len(text) > MOST_BYTES:
        raise Invalid(f"{name} is larger than {MOST_BYTES >> 10} KiB")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{name} is no TOML: {error}", field="toml") from error
    except RecursionError:
        raise Invalid(f"{name}: too many brackets in each other", field="toml") from None


@contextmanager
def _at(file: str, place: str) -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise Invalid(f"{file}, {place}: {error}", field=error.field) from error


def _entries(words: Words, kind: str, file: str) -> Iterator[tuple[int, Words]]:
    found = words.get(kind, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Invalid(f"{file}: write [[{kind}]]")
    yield from enumerate(found, start=1)


def _condition(entry: Words) -> ConditionWord:
    only(entry, _CONDITION)
    about, key = _object(entry, "device", "")
    return ConditionWord(
        word=Condition(phrase(entry, "word", must=True)),
        about=about,
        key=key,
        severity=choice(entry, "severity", SEVERITIES, Severity.WARNING),
        text=phrase(entry, "text", must=True),
        remedy=phrase(entry, "remedy", longest=LONGEST_REMEDY),
        proof=choice(entry, "proof", {each.value: each for each in Proof}, Proof.NONE),
        clear_after_s=seconds(entry, "clear_after", 0.0),
    )


def _rule(entry: Words, conditions: Mapping[Condition, ConditionWord], file: str) -> EventRule:
    only(entry, _RULE)
    word = Condition(phrase(entry, "condition", must=True))
    known = conditions.get(word) or ConditionWord(word)
    about, key = _object(entry, known.about, known.key)
    rule = EventRule(
        id=slug(entry, "id"),
        title=phrase(entry, "title", must=True),
        condition=word,
        severity=choice(entry, "severity", SEVERITIES, known.severity),
        about=about,
        key=key,
        text=phrase(entry, "text") or known.text,
        remedy=phrase(entry, "remedy", longest=LONGEST_REMEDY) or known.remedy,
        proof=choice(entry, "proof", {each.value: each for each in Proof}, known.proof),
        clear_after_s=seconds(entry, "clear_after", known.clear_after_s),
        raises=_patterns(entry, "raise", Sense.RAISE),
        clears=_patterns(entry, "clear", Sense.CLEAR),
        is_enabled=flag(entry, "enabled", True),
        file=file,
    )
    _check_rule(rule)
    return rule


def _check_rule(rule: EventRule) -> None:
    if not rule.raises:
        raise Invalid("raise: without a pattern nothing ever raises it", field="raise")
    if not rule.text:
        raise Invalid("text: say what is wrong (the condition has no text either)", field="text")
    if rule.severity is Severity.CLEARED:
        raise Invalid("severity: a rule raises something", field="severity")
    wanted = set(_NAME.findall(rule.key))
    either = EITHER.get(rule.about, ())
    for pattern in (*rule.raises, *rule.clears):
        if either and rule.proof is Proof.NONE and not pattern.words & set(either):
            raise Invalid(f"take: {pattern.watches} gives no {{{either[0]}}}", field="take")
        if missing := sorted(wanted - pattern.words):
            raise Invalid(
                f"key: {pattern.watches} gives no {{{missing[0]}}}, which tells two of"
                f" {rule.about!r} apart",
                field="key",
            )


def _object(entry: Words, about: str, key: str) -> tuple[str, str]:
    """The kind of object, and what tells two of them apart."""
    kind = phrase(entry, "about") or about
    if not _ABOUT.fullmatch(kind):
        raise Invalid(f"about: {kind!r} is no word of small letters", field="about")
    if "key" in entry:
        return kind, phrase(entry, "key")
    if kind == about and key:
        return kind, key
    return kind, "" if kind in (About.DEVICE, *EITHER) else f"{{{kind.replace('-', '_')}}}"


def _patterns(entry: Words, key: str, sense: Sense) -> tuple[Pattern, ...]:
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Invalid(f"{key}: a list of patterns in braces", field=key)
    if len(found) > MOST_PATTERNS:
        raise Invalid(f"{key}: at most {MOST_PATTERNS} patterns", field=key)
    patterns = []
    for number, each in enumerate(found, start=1):
        try:
            patterns.append(_pattern(each, sense))
        except Invalid as error:
            raise Invalid(f"{key} {number}: {error}", field=key) from error
    return tuple(patterns)


def _pattern(entry: Words, sense: Sense) -> Pattern:
    is_trap = "trap" in entry
    only(entry, (_TRAP if is_trap else _LINE) | _BOTH)
    if not is_trap and not entry.keys() & {"mnemonic", "topic", "app", "text", "regex"}:
        raise Invalid("a pattern needs a trap, mnemonic, topic, app, text or regex")
    return Pattern(
        sense=sense,
        trap=_oid_or_below(entry) if is_trap else "",
        mib=phrase(entry, "mib", must=is_trap),
        says=phrase(entry, "says", must=is_trap),
        tone=choice(entry, "tone", {name: n for n, name in enumerate(TONES)}, 5),
        look=flag(entry, "look", False),
        shown=tuple((_oid(oid), label) for label, oid in table(entry, "shown").items()),
        where=_values(entry, "where"),
        unless=_values(entry, "unless"),
        grade=_grade(entry),
        take={name: _take(text) for name, text in table(entry, "take").items()},
        names=_names(entry),
        mnemonic=_mnemonic(entry),
        topic=phrase(entry, "topic"),
        app=phrase(entry, "app").lower(),
        facilities=tuple(whole(each, 23, "facility") for each in listed(entry, "facility")),
        at_least=choice(entry, "at_least", {name: n for n, name in enumerate(TONES)}, 7),
        structured=table(entry, "structured"),
        texts=_texts(entry),
        mark=choice(entry, "mark", {each.value: each for each in Mark}, Mark.NONE),
    )


def _texts(entry: Words) -> tuple[templates.Template, ...]:
    made = [(each, templates.template) for each in listed(entry, "text")]
    made += [(each, templates.expression) for each in listed(entry, "regex")]
    found = []
    for source, compile_it in made:
        if not isinstance(source, str):
            raise Invalid("text: a pattern is a text", field="text")
        found.append(compile_it(source))
    return tuple(found)


def _mnemonic(entry: Words) -> str:
    word = phrase(entry, "mnemonic")
    if word and not _MNEMONIC.fullmatch(word):
        raise Invalid(f"mnemonic: {word!r} is not of the form BGP-?-ADJCHANGE", field="mnemonic")
    return word


def _oid_or_below(entry: Words) -> str:
    word = phrase(entry, "trap", must=True)
    _oid(word.removesuffix(".*"))
    return word


def _oid(word: Any) -> str:
    if not isinstance(word, str) or not _OID.fullmatch(word):
        raise Invalid(f"{str(word)[:80]!r} is no OID in numbers")
    return word


def _take(word: str) -> Take:
    found = _TAKE.fullmatch(word)
    form = (found[4] or "") if found else ""
    if not found or not (form in FORMS or form.isdigit()):
        raise Invalid(
            f"take: {word[:80]!r} is not of the form value:OID, index:OID or index:OID|ipv4",
            field="take",
        )
    is_index = found[1] == "index"
    return Take(_oid(found[2].rstrip(".")), is_index, form, int(found[3] or 0))


def _grade(entry: Words) -> Grade | None:
    table = raw_table(entry, "grade")
    if not table:
        return None
    severities = {
        str(value): choice({"grade": word}, "grade", SEVERITIES, Severity.WARNING)
        for value, word in table.items()
        if value != "of"
    }
    if "of" not in table or not severities:
        raise Invalid("grade: say of which varbind, and what its values mean", field="grade")
    return Grade(_take(str(table["of"])), severities)


def _names(entry: Words) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for name, meant in raw_table(entry, "names").items():
        if not isinstance(meant, dict):
            raise Invalid(f"names: {name} needs a table of values and words", field="names")
        found[name] = {str(value): str(word) for value, word in meant.items()}
    return found


def _values(entry: Words, key: str) -> dict[str, tuple[str, ...]]:
    return {
        _oid(oid): tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        for oid, value in raw_table(entry, key).items()
    }
