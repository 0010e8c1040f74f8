"""Which policy an alarm has, and the reasons, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase

from noc_console.kernel.text import plural
from noc_console.services.oncall.model import Case, Policy, Verdict
from noc_console.services.oncall.rules.turns import is_within, zone_of


def verdict(policy: Policy, case: Case, at: datetime) -> Verdict:
    """Whether a policy is for an alarm that was raised at a moment."""
    wanted = policy.match
    if not policy.is_on:
        return Verdict(policy, False, "it is switched off")
    if not policy.steps and policy.final is None:
        return Verdict(policy, False, "it has no steps")
    if case.severity < wanted.least:
        worse = f"{wanted.least.name.lower()} or worse"
        return Verdict(policy, False, f"it is for {worse}, this is {case.severity.name.lower()}")
    for what, told, patterns in (
        ("site", case.site, wanted.sites),
        ("type of device", case.type, wanted.types),
        ("condition", case.condition, wanted.conditions),
    ):
        if patterns and not _fits(told, patterns):
            shown = f"{what} {told}" if told else f"no {what}"
            return Verdict(
                policy, False, f"it is for {what} {', '.join(patterns)}; this has {shown}"
            )
    if case.customers < wanted.customers:
        least = plural(wanted.customers, "customer")
        return Verdict(
            policy, False, f"it is for {least} hit or more, this hits {case.customers:,}"
        )
    if not is_within(wanted.hours, zone_of(policy.zone), at):
        return Verdict(policy, False, f"it is for other hours ({policy.zone})")
    return Verdict(policy, True, "everything it asks for holds")


def verdicts(policies: Iterable[Policy], case: Case, at: datetime) -> tuple[Verdict, ...]:
    """Each policy in its order, up to the first that matches: that one has the alarm."""
    done = []
    for policy in sorted(policies, key=lambda each: (each.position, each.id)):
        done.append(verdict(policy, case, at))
        if done[-1].matches:
            break
    return tuple(done)


def policy_for(policies: Iterable[Policy], case: Case, at: datetime) -> Policy | None:
    """The policy that has an alarm."""
    return next((each.policy for each in verdicts(policies, case, at) if each.matches), None)


def _fits(told: str, patterns: Iterable[str]) -> bool:
    """`pop-*` fits `POP-North`: case does not matter, a star stands for anything."""
    lower = told.lower()
    return any(fnmatchcase(lower, pattern.lower()) for pattern in patterns)
