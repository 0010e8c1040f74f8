"""How rules are changed: what undo goes back to, what a family of changes amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Condition
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.detection.model import Kind, Origin, Rule, RuleChange

UNDONE = "undone"

SPOKEN_BY_OTHERS = frozenset(
    {
        Condition.UNREACHABLE,
        Condition.RESTARTED,
        Condition.PROBE_FAILED,
        Condition.PROBE_LOSS,
        Condition.PROBE_LATENCY,
        Condition.CERTIFICATE_EXPIRY,
    }
)
"""Conditions whose alarms are cleared by who watches them."""


def is_ours(rule: Rule) -> bool:
    """Whether the worker judges the rule; the rest is judged with the poll or by the probes."""
    if rule.kind in (Kind.CHANGE, Kind.BASELINE, Kind.TREND, Kind.ABSENCE):
        return True
    measure = MEASURES[rule.measure]
    of_probes = measure.subject is Subject.PROBE
    by_probes = of_probes and (rule.device_limits or rule.condition in SPOKEN_BY_OTHERS)
    return not measure.is_polled and not by_probes


def check_apart(rule: Rule, others: Iterable[Rule]) -> None:
    """Raises Invalid where another rule's alarms would be cleared by this one, and it by them.

    Polls and probes clear what they find well, and the worker what history finds well: of one
    condition only one of them may speak, or its alarms come and go with every round.
    """
    for other in others:
        is_same = other.id != rule.id and other.condition == rule.condition
        if is_same and is_ours(other) is not is_ours(rule):
            raise Invalid(
                f"alarms of {rule.condition} are raised by the rule {other.id}, which is judged "
                "elsewhere and would clear them: choose another word",
                field="condition",
            )


def before(steps: Sequence[RuleChange]) -> str | None:
    """The text that undo goes back to; empty is ours, None: there is nothing to take back.

    Undoing twice goes back twice: each `undone` step takes the last one off that still counts.
    """
    texts = [""]
    for step in steps:
        if step.what == UNDONE:
            texts.pop()
        else:
            texts.append(step.toml)
    return texts[-2] if len(texts) > 1 else None


def in_force(pack: Iterable[Rule], texts: Mapping[str, str]) -> tuple[tuple[Rule, ...], list[str]]:
    """Ours with the operator's changes, then their own; and what of theirs cannot be read.

    A kept text that a later version of the program no longer understands stops nothing else.
    """
    rules: list[Rule] = []
    problems: list[str] = []
    rest = dict(texts)
    for rule in pack:
        text = rest.pop(rule.id, None)
        changed = None if text is None else _read(rule.id, text, problems)
        if changed is None:
            rules.append(rule)
        else:
            rules.append(replace(changed, origin=Origin.CHANGED, file=rule.file, at=rule.at))
    for at, (rule_id, text) in enumerate(rest.items(), start=len(rules)):
        own = _read(rule_id, text, problems)
        if own is not None:
            rules.append(replace(own, origin=Origin.OWN, at=at))
    return tuple(rules), problems


def _read(rule_id: str, text: str, problems: list[str]) -> Rule | None:
    try:
        return read_rule(text, name=f"rule {rule_id}")
    except Invalid as error:
        problems.append(str(error))
        return None


def copy_name(rule_id: str, taken: Iterable[str]) -> str:
    """An id for a copy that nobody has."""
    known = set(taken)
    base = rule_id[:50]
    return next(
        name for number in range(2, len(known) + 3) if (name := f"{base}-{number}") not in known
    )
