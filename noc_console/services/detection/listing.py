"""A rule of measured values as a row for people."""

from __future__ import annotations

from noc_console.services.detection.language import span_text, write_rule
from noc_console.services.detection.measures import MEASURES
from noc_console.services.detection.model import Family, Kind, Level, Rule, RuleRow
from noc_console.services.detection.scoping import in_words


def row_of(rule: Rule, *, alarms: int = 0) -> RuleRow:
    """As it stands on the list."""
    return RuleRow(
        id=rule.id,
        title=rule.title,
        family=Family.METRIC,
        kind=rule.kind.value,
        watches=MEASURES[rule.measure].title,
        scope=in_words(rule.scope),
        condition=str(rule.condition),
        levels=levels_in_words(rule),
        severity=rule.severity,
        is_enabled=rule.is_enabled,
        origin=rule.origin,
        remedy=rule.remedy,
        toml=write_rule(rule),
        alarms=alarms,
    )


def levels_in_words(rule: Rule) -> str:
    """`major ≥ 95 %, minor ≥ 80 %`, with patience."""
    if rule.is_mute:
        return "nothing is raised here"
    graded = rule.measure in ("sensor.supply_state", "sensor.hardware_state")
    if rule.kind is Kind.ABSENCE:
        return f"{_word(rule.levels[0])} after {span_text(rule.within)}"
    if rule.kind is Kind.STATE and not graded:
        return _word(rule.levels[0]) + _patience(rule)
    return ", ".join(_level(rule, level) for level in rule.levels) + _patience(rule)


def _level(rule: Rule, level: Level) -> str:
    word, at = _word(level), f"{level.raise_at:g}"
    match rule.kind:
        case Kind.BASELINE:
            return f"{word} ≥ {at} σ"
        case Kind.TREND:
            return f"{word} ≤ {at} days"
        case Kind.CHANGE:
            unit = "%" if rule.share else MEASURES[rule.measure].unit
            way = "less" if rule.below else "more"
            return f"{word} {at} {unit} {way} within {span_text(rule.within)}"
    sign = "≤" if rule.below else "≥"
    return f"{word} {sign} {at} {MEASURES[rule.measure].unit}".rstrip()


def _word(level: Level) -> str:
    return level.severity.name.lower()


def _patience(rule: Rule) -> str:
    words = []
    if rule.of > 1:
        words.append(f"{rule.need} of {rule.of}")
    if rule.on_delay_s:
        words.append(f"for {rule.on_delay_s:g} s")
    return f" ({', '.join(words)})" if words else ""
