"""Rules as TOML: read with errors that name file, rule and key, and written back.

A file is a list of `[[rule]]` tables; README.md beside the files says what each key means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from string import Formatter
from typing import Any, NoReturn

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.measures import MEASURES, Measure, Subject
from noc_console.services.detection.model import EVERYWHERE, Kind, Level, Origin, Rule, Scope
from noc_console.services.inventory.model import DeviceType

LARGEST = 256 << 10
"""Characters of one file."""
MOST_RULES = 2_000
_LONGEST_TEXT, _LONGEST_REMEDY, _LONGEST_WORD, _MOST_WORDS = 300, 2_000, 120, 200
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|h|d|w)")
_SECONDS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)")
_TIMES = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
PLACEHOLDERS = frozenset({"value", "unit", "limit", "object", "device", "site", "usual", "days"})
_SEVERITIES = {s.name.lower(): s for s in Severity if s > Severity.INDETERMINATE}
_CONDITIONS = {
    "device.reachable": Condition.UNREACHABLE,
    "device.restart": Condition.RESTARTED,
    "probe.state": Condition.PROBE_FAILED,
}
"""Measures whose alarms others know by their word."""
_LEVEL_KEYS = {"severity", "raise", "clear"}
_KEYS = {
    "id", "title", "kind", "measure", "condition", "scope", "level", "below", "both", "need", "of",
    "dead_band", "on_delay", "off_delay", "within", "share", "least", "target", "device_limits",
    "mute", "enabled", "text", "remedy", "severity",
}  # fmt: skip
_SCOPE_KEYS = {one.name for one in fields(Scope)}
_DEFAULT_DEAD_BAND = 0.1
"""Of a level without `clear` and `dead_band`: so much of the raising value."""


class _Wrong(ValueError):
    """What is wrong, and at which key."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key, self.why = key, why


def read_rules(text: str, *, name: str, origin: Origin = Origin.PACK) -> tuple[Rule, ...]:
    """All rules of a file called `name`. Raises Invalid naming file, rule and key."""
    if len(text) > LARGEST:
        raise Invalid(f"{name}: longer than {LARGEST >> 10} KiB")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{name}: {error}") from error
    except RecursionError:
        raise Invalid(f"{name}: too many brackets in each other") from None
    rules = told.pop("rule", [])
    if told:
        raise Invalid(f"{name}: {min(told)} is no key here; rules are [[rule]] tables")
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise Invalid(f"{name}: [[rule]] tables are a list of at most {MOST_RULES}")
    found: dict[str, Rule] = {}
    for place, table in enumerate(rules):
        rule = _named(table, name, place)
        if rule.id in found:
            raise Invalid(f"{name}: rule {rule.id}: there are two of this id")
        found[rule.id] = replace(rule, origin=origin, file=name, at=place)
    return tuple(found.values())


def read_rule(text: str, *, name: str = "the rule", origin: Origin = Origin.OWN) -> Rule:
    """The one rule of a text."""
    rules = read_rules(text, name=name, origin=origin)
    if len(rules) != 1:
        raise Invalid(f"{name}: {len(rules)} rules where one is expected")
    return rules[0]


def _named(table: object, name: str, place: int) -> Rule:
    which = f"rule {place + 1}"
    if not isinstance(table, dict):
        raise Invalid(f"{name}: {which}: not a table")
    if isinstance(table.get("id"), str):
        which = f"rule {table['id'][:60]}"
    try:
        return rule_of(table)
    except _Wrong as wrong:
        raise Invalid(f"{name}: {which}: {wrong}", field=wrong.key) from None


def rule_of(table: Mapping[str, Any]) -> Rule:
    """A rule out of a table of TOML."""
    if unknown := set(table) - _KEYS:
        _fail(min(unknown), "no key of a rule; see README.md beside the rules")
    number = _text(table, "id", longest=60)
    if not _ID.fullmatch(number):
        _fail("id", "lower-case letters and digits with hyphens")
    kind = _one_of(Kind, table, "kind")
    measure = MEASURES.get(_text(table, "measure", longest=60))
    if measure is None:
        _fail("measure", f"{table['measure']!r} is not measured; see README.md for all measures")
    _check_kind(kind, measure)
    below = _flag(table, "below")
    mute = _flag(table, "mute")
    levels = _levels(table, below=below, kind=kind, measure=measure, mute=mute)
    default = (1, 1) if kind is not Kind.THRESHOLD or measure.is_state else (2, 3)
    need = _count(table, "need", default[0])
    of = _count(table, "of", max(default[1], need) if "need" not in table else need)
    if need > of:
        _fail("need", f"{need} of {of} values cannot be")
    rule = Rule(
        id=number,
        title=_text(table, "title", longest=100),
        kind=kind,
        measure=measure.name,
        condition=_condition(table),
        levels=levels,
        scope=_scope(table.get("scope", {}), measure),
        below=below,
        both=_flag(table, "both"),
        need=need,
        of=of,
        on_delay_s=_span(table, "on_delay").total_seconds(),
        off_delay_s=_span(table, "off_delay").total_seconds(),
        within=_within(table, kind),
        share=_flag(table, "share"),
        least=_number(table, "least") if "least" in table else None,
        target=_number(table, "target") if "target" in table else None,
        device_limits=_flag(table, "device_limits"),
        is_mute=mute,
        is_enabled=_flag(table, "enabled", default=True),
        text=_template(table),
        remedy=_text(table, "remedy", longest=_LONGEST_REMEDY, needed=False),
    )
    known = _CONDITIONS.get(measure.name)
    if known is not None and rule.condition != known:
        _fail("condition", f"of {measure.name} it is always {known}")
    if known is not None and (rule.on_delay_s or rule.off_delay_s):
        _fail("on_delay", f"{measure.name} has a patience of its own")
    if kind is Kind.TREND and rule.target is None and not rule.device_limits:
        _fail("target", "a trend needs the value it runs towards")
    return rule


def _check_kind(kind: Kind, measure: Measure) -> None:
    if (kind is Kind.STATE) != measure.is_state and kind is not Kind.ABSENCE:
        word = "a state" if measure.is_state else "a number"
        _fail("kind", f"{measure.name} is {word}")
    kept = {Subject.INTERFACE, Subject.DEVICE, Subject.SENSOR, Subject.PROBE}
    if kind in (Kind.CHANGE, Kind.BASELINE, Kind.TREND) and measure.subject not in kept:
        _fail("kind", f"{measure.name} has no history to learn from")


def _levels(
    table: Mapping[str, Any], *, below: bool, kind: Kind, measure: Measure, mute: bool
) -> tuple[Level, ...]:
    told = table.get("level", [])
    if "severity" in table:
        if told:
            _fail("severity", "either this or [[rule.level]]")
        if not _is_plain(kind, measure):
            _fail("severity", "a rule about numbers has [[rule.level]] tables")
        return (Level(_severity(table), 1.0, 0.5),)
    if mute:
        if told:
            _fail("level", "a mute rule has none")
        return ()
    if not isinstance(told, list) or not 0 < len(told) <= 4:
        _fail("level", "one to four [[rule.level]] tables")
    band = _number(table, "dead_band") if "dead_band" in table else None
    if band is not None and band < 0:
        _fail("dead_band", "not below 0")
    # A trend counts days down: fewer are worse, whatever the value does.
    few_is_bad = below if kind in (Kind.THRESHOLD, Kind.STATE) else kind is Kind.TREND
    levels = [_level(one, band, below=few_is_bad) for one in told]
    levels.sort(key=lambda level: -level.severity)
    for worse, milder in pairwise(levels):
        if worse.severity == milder.severity:
            _fail("level", f"two of {worse.severity.name.lower()}")
        if (worse.raise_at < milder.raise_at) != few_is_bad or worse.raise_at == milder.raise_at:
            _fail("level.raise", "a worse severity needs a value further out")
    return tuple(levels)


def _is_plain(kind: Kind, measure: Measure) -> bool:
    """There is nothing to compare: it is so, or it is not."""
    graded = measure.name in ("sensor.supply_state", "sensor.hardware_state")
    return kind is Kind.ABSENCE or (kind is Kind.STATE and not graded)


def _level(told: object, band: float | None, *, below: bool) -> Level:
    if not isinstance(told, dict):
        _fail("level", "not a table")
    if unknown := set(told) - _LEVEL_KEYS:
        _fail(f"level.{min(unknown)}", "no key of a level: severity, raise, clear")
    at = _number(told, "raise", "level.")
    if "clear" in told:
        back = _number(told, "clear", "level.")
    else:
        width = abs(at) * _DEFAULT_DEAD_BAND if band is None else band
        back = at + width if below else at - width
    if (back < at) if below else (back > at):
        _fail("level.clear", "lies on the wrong side of raise")
    return Level(_severity(told, "level."), at, back)


def _severity(told: Mapping[str, Any], where: str = "") -> Severity:
    word = told.get("severity")
    if word not in _SEVERITIES:
        _fail(f"{where}severity", f"one of {', '.join(_SEVERITIES)}")
    return _SEVERITIES[word]


def _condition(table: Mapping[str, Any]) -> Condition:
    try:
        return Condition(_text(table, "condition", longest=60))
    except Invalid as error:
        _fail("condition", str(error))


def _scope(told: object, measure: Measure) -> Scope:
    if not isinstance(told, dict):
        _fail("scope", "a table [rule.scope]")
    if unknown := set(told) - _SCOPE_KEYS:
        _fail(f"scope.{min(unknown)}", f"no key of a scope: {', '.join(sorted(_SCOPE_KEYS))}")
    made: dict[str, Any] = {}
    for key, value in told.items():
        if key == "linked":
            if not isinstance(value, bool):
                _fail("scope.linked", "true or false")
            made[key] = value
        elif key in ("speed_min", "speed_max"):
            made[key] = _speed(value, f"scope.{key}")
        elif key == "interface_types":
            made[key] = _types(value)
        else:
            made[key] = _words(value, f"scope.{key}")
    if unknown := {w.lstrip("!") for w in made.get("types", ())} - {t.value for t in DeviceType}:
        _fail("scope.types", f"{min(unknown)!r} is none of {', '.join(DeviceType)}")
    scope = Scope(**made)
    if scope.is_of_ports and measure.subject is not Subject.INTERFACE:
        _fail("scope", f"{measure.name} is not of an interface, so it has no name or speed of one")
    return scope


def _words(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_WORDS:
        _fail(key, f"a list of one to {_MOST_WORDS} words")
    for word in value:
        if not isinstance(word, str) or not 0 < len(word) <= _LONGEST_WORD:
            _fail(key, f"words of one to {_LONGEST_WORD} letters")
    return tuple(value)


def _types(value: object) -> tuple[int, ...]:
    is_list = isinstance(value, list) and 0 < len(value) <= _MOST_WORDS
    if not is_list or not all(type(one) is int and 0 < one < 10_000 for one in value):  # type: ignore[attr-defined]
        _fail("scope.interface_types", "a list of ifType numbers")
    return tuple(value)  # type: ignore[arg-type]


def _speed(value: object, key: str) -> float:
    """bit/s: a number, or a text such as "10G"."""
    if isinstance(value, str) and (match := _SPEED.fullmatch(value.strip())):
        return float(match[1]) * _TIMES[match[2]]
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    _fail(key, 'bit/s, or a text such as "10G"')


def _within(table: Mapping[str, Any], kind: Kind) -> timedelta:
    if kind in (Kind.THRESHOLD, Kind.STATE):
        if "within" in table:
            _fail("within", f"a rule of kind {kind} looks at no span")
        return timedelta(0)
    span = _span(table, "within")
    least, most = {
        Kind.CHANGE: (timedelta(minutes=1), timedelta(days=1)),
        Kind.ABSENCE: (timedelta(minutes=1), timedelta(days=30)),
        Kind.BASELINE: (timedelta(hours=6), timedelta(days=30)),
        Kind.TREND: (timedelta(days=7), timedelta(days=365)),
    }[kind]
    if not least <= span <= most:
        _fail("within", f"{span_text(least)} to {span_text(most)} for a rule of kind {kind}")
    return span


def _span(table: Mapping[str, Any], key: str) -> timedelta:
    """Seconds, or a text such as `5 min`."""
    value = table.get(key, 0)
    if isinstance(value, str) and (match := _SPAN.fullmatch(value.strip())):
        seconds = float(match[1]) * _SECONDS[match[2]]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    else:
        _fail(key, 'a time such as "30 s", "5 min", "2 h", "14 d" or "6 w"')
    if not 0 <= seconds <= 400 * 86_400:
        _fail(key, "0 to 400 days")
    return timedelta(seconds=seconds)


def span_text(span: timedelta) -> str:
    """As it is written in a rule."""
    seconds = span.total_seconds()
    for unit in ("w", "d", "h", "min"):
        if seconds >= _SECONDS[unit] and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:g} {unit}"
    return f"{seconds:g} s"


def _template(table: Mapping[str, Any]) -> str:
    text = _text(table, "text", longest=_LONGEST_TEXT, needed=False)
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        _fail("text", str(error))
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS or conversion or (spec and not re.fullmatch(r"\.\df", spec)):
            known = ", ".join(sorted(PLACEHOLDERS))
            _fail("text", f"{{{name[:40]}}} is no placeholder: {known}, e.g. {{value:.1f}}")
    return text


def _text(table: Mapping[str, Any], key: str, *, longest: int, needed: bool = True) -> str:
    value = table.get(key, None if needed else "")
    if not isinstance(value, str) or (needed and not value.strip()) or len(value) > longest:
        _fail(key, f"a text of up to {longest} letters" + (" is needed" if needed else ""))
    return value.strip()


def _one_of(kinds: type[Kind], table: Mapping[str, Any], key: str) -> Kind:
    try:
        return kinds(table.get(key, Kind.THRESHOLD))
    except ValueError:
        _fail(key, f"one of {', '.join(kinds)}")


def _flag(table: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        _fail(key, "true or false")
    return value


def _count(table: Mapping[str, Any], key: str, default: int) -> int:
    value = table.get(key, default)
    if type(value) is not int or not 1 <= value <= 8:
        _fail(key, "a whole number from 1 to 8")
    return value


def _number(table: Mapping[str, Any], key: str, where: str = "") -> float:
    value = table.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(float(value)) < 1e18:  # type: ignore[arg-type]
        _fail(f"{where}{key}", "a number")
    return float(value)  # type: ignore[arg-type]


def _fail(key: str, why: str) -> NoReturn:
    raise _Wrong(key, why)


# --- writing -------------------------------------------------------------------------------------


def write_rule(rule: Rule) -> str:
    """The rule as one `[[rule]]` table; reading it gives the same rule again."""
    lines = ["[[rule]]", *_pairs(rule)]
    scope = {
        one.name: getattr(rule.scope, one.name)
        for one in fields(Scope)
        if getattr(rule.scope, one.name) != getattr(EVERYWHERE, one.name)
    }
    if scope:
        lines += ["", "[rule.scope]"]
        lines += [f"{key} = {_value(value)}" for key, value in scope.items()]
    if not _is_plain(rule.kind, MEASURES[rule.measure]):
        for level in rule.levels:
            lines += ["", "[[rule.level]]", f'severity = "{level.severity.name.lower()}"']
            lines += [f"raise = {level.raise_at:.12g}", f"clear = {level.clear_at:.12g}"]
    return "\n".join(lines) + "\n"


def _pairs(rule: Rule) -> list[str]:
    plain = _is_plain(rule.kind, MEASURES[rule.measure])
    pairs: list[tuple[str, object, bool]] = [
        ("id", rule.id, True),
        ("title", rule.title, True),
        ("kind", rule.kind.value, True),
        ("measure", rule.measure, True),
        ("condition", str(rule.condition), True),
        ("severity", rule.severity.name.lower(), plain and bool(rule.levels)),
        ("enabled", False, not rule.is_enabled),
        ("mute", True, rule.is_mute),
        ("below", True, rule.below),
        ("both", True, rule.both),
        ("need", rule.need, True),
        ("of", rule.of, True),
        ("on_delay", span_text(timedelta(seconds=rule.on_delay_s)), rule.on_delay_s > 0),
        ("off_delay", span_text(timedelta(seconds=rule.off_delay_s)), rule.off_delay_s > 0),
        ("within", span_text(rule.within), bool(rule.within)),
        ("share", True, rule.share),
        ("least", rule.least, rule.least is not None),
        ("target", rule.target, rule.target is not None),
        ("device_limits", True, rule.device_limits),
        ("text", rule.text, bool(rule.text)),
        ("remedy", rule.remedy, bool(rule.remedy)),
    ]
    return [f"{key} = {_value(value)}" for key, value, is_said in pairs if is_said]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return quoted(str(value))


_ESCAPES: dict[str, str] = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def quoted(text: str) -> str:
    """A basic string of TOML."""
    escape: Callable[[str], str] = lambda c: (  # noqa: E731 - a table and its exception
        _ESCAPES.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c)
    )
    return '"' + "".join(map(escape, text)) + '"'
