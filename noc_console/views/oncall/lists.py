"""The columns of the policies and of what escalations told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QColor

from noc_console.kernel.text import plural
from noc_console.services.oncall import words
from noc_console.services.oncall.model import Duties, PageOut, Policy
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look
from noc_console.views.kit.times import iso
from noc_console.views.oncall.policy_form import targets_text


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy with what its steps say."""

    policy: Policy
    place: int
    """From 1: the order in which policies are asked."""
    steps: str

    @property
    def id(self) -> int:
        return int(self.policy.id)


def policy_rows(duties: Duties) -> list[PolicyRow]:
    """In the order in which they are asked."""
    return [
        PolicyRow(policy, place, steps_text(policy, duties))
        for place, policy in enumerate(duties.policies, start=1)
    ]


def steps_text(policy: Policy, duties: Duties) -> str:
    """`at once: on call: First line → after 15 min: Ada Byron`."""
    told = [
        f"{words.wait_text(step.after_min)}: {targets_text(step.targets, duties)}"
        for step in words.all_steps(policy)
    ]
    return "  →  ".join(told)


def policy_columns(desk: Desk) -> Sequence[Column[PolicyRow]]:
    return (
        Column(
            "Order",
            lambda row: str(row.place),
            sort=lambda row: row.place,
            id="order",
            width=56,
            align=Align.RIGHT,
            dim=True,
        ),
        Column("Policy", lambda row: row.policy.name, id="policy", width=180, bold=lambda _: True),
        Column(
            "State",
            lambda row: "on" if row.policy.is_on else "off",
            width=56,
            color=lambda row: None if row.policy.is_on else _attention(),
        ),
        Column("Alarms", lambda row: words.match_text(row.policy), id="alarms", width=230),
        Column("Steps", lambda row: row.steps, id="steps", width=320, stretch=True),
        Column("Rounds", lambda row: words.rounds_text(row.policy), id="rounds", width=150),
        Column(
            "Changed",
            lambda row: desk.times.clock_time(row.policy.changed_at),
            sort=lambda row: row.policy.changed_at,
            tip=lambda row: f"by {row.policy.changed_by}, {desk.times.both(row.policy.changed_at)}",
            export=lambda row: iso(row.policy.changed_at),
            width=110,
            dim=True,
        ),
    )


def page_columns(desk: Desk) -> Sequence[Column[PageOut]]:
    return (
        Column(
            "At",
            lambda page: desk.times.clock_time(page.at),
            sort=lambda page: page.at,
            tip=lambda page: desk.times.both(page.at),
            export=lambda page: iso(page.at),
            width=110,
        ),
        Column("Policy", lambda page: page.policy, id="policy", width=170),
        Column(
            "Alarm",
            lambda page: (
                f"#{page.alarm_id}" + (f" and {page.others:,} more" if page.others else "")
            ),
            sort=lambda page: int(page.alarm_id),
            width=120,
        ),
        Column("Told", lambda page: ", ".join(one.name for one in page.told), width=240),
        Column("Why", lambda page: page.note, id="why", width=320, stretch=True),
        Column(
            "Handed over",
            lambda page: desk.times.clock_time(page.handed_at) if page.handed_at else "waiting",
            id="handed",
            sort=lambda page: page.handed_at,
            width=110,
            dim=True,
        ),
        Column(
            "Problems",
            lambda page: "; ".join(page.problems),
            id="problems",
            width=260,
            color=lambda page: _attention(),
        ),
    )


def troubles_text(gaps: int, doubles: int, people: Sequence[str], days: int) -> str:
    """What a calendar has that is seldom meant; empty when all is well.

    `people` are those on call in two rotas at once.
    """
    told = []
    if gaps:
        told.append(plural(gaps, "gap"))
    if doubles:
        told.append(plural(doubles, "double booking"))
    if people:
        verb = "is" if len(people) == 1 else "are"
        told.append(f"{', '.join(people)} {verb} on call in two rotas at once")
    return f"Within {days} days: {', '.join(told)}." if told else ""


def _attention() -> QColor:
    return look().color("attention.plain")
