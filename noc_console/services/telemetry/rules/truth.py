"""The schedule's truth on its way between processes: values to plain JSON and back.

A collector of another version may tell less or more: what is missing is as if nothing had
been counted, what is unknown is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from noc_console.services.inventory.model import DeviceId
from noc_console.services.telemetry.model import (
    Breaker,
    BudgetUse,
    Lane,
    Lateness,
    ScheduleNow,
    TierNow,
    TroubledDevice,
)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def to_json(now: ScheduleNow) -> dict[str, Any]:
    """Everything but the name and the moment, which the pulse has already."""
    told = asdict(now)
    del told["collector"], told["at"]
    bars = [[None if math.isinf(edge) else edge, count] for edge, count in now.lateness.bars]
    told["lateness"]["bars"] = bars
    return told


def from_json(collector: str, at: datetime, told: Mapping[str, Any]) -> ScheduleNow:
    """The values again."""
    given = _known(ScheduleNow, told)
    lateness = _known(Lateness, given.get("lateness"))
    budget = _known(BudgetUse, given.get("budget"))
    lateness["bars"] = tuple(
        (math.inf if edge is None else float(edge), int(count))
        for edge, count in lateness.get("bars", ())
    )
    budget["spent_most"] = tuple(
        (DeviceId(int(number)), float(rate)) for number, rate in budget.get("spent_most", ())
    )
    return ScheduleNow(
        **{
            **given,
            "collector": collector,
            "at": at,
            "lateness": Lateness(**lateness),
            "budget": BudgetUse(**budget),
            "lanes": _counts(Lane, given.get("lanes")),
            "breakers": _counts(Breaker, given.get("breakers")),
            "tiers": tuple(TierNow(**_known(TierNow, one)) for one in given.get("tiers", ())),
            "troubled": tuple(_troubled(one) for one in given.get("troubled", ())),
        }
    )


def _troubled(told: Mapping[str, Any]) -> TroubledDevice:
    given = _known(TroubledDevice, told)
    given["lane"] = Lane(given["lane"])
    given["breaker"] = Breaker(given["breaker"])
    return TroubledDevice(**given)


def _known(kind: type[Any], told: Mapping[str, Any] | None) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in (told or {}).items() if key in names}


def _counts(kind: type[E], told: Mapping[str, int] | None) -> dict[E, int]:
    found = told or {}
    return {one: int(found[one.value]) for one in kind if one.value in found}
