"""The policy every installation begins with."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall.model import (
    NEW,
    Match,
    Policy,
    PolicyId,
    Step,
    Target,
    TargetKind,
)

PATIENCE_MIN = 15.0
EVERY_MIN = 10.0
ROUNDS_OF_A_DAY = int(24 * 60 / EVERY_MIN)


def first_policy() -> Policy:
    """A major or critical alarm that nobody acknowledges for 15 minutes is told again every 10.

    To every open window, for a day: it needs no contacts, and is what people put steps with
    names before.
    """
    return Policy(
        id=PolicyId(NEW),
        name="Nobody has acknowledged",
        match=Match(least=Severity.MAJOR),
        steps=(Step((Target(TargetKind.DESK),), after_min=PATIENCE_MIN),),
        again=ROUNDS_OF_A_DAY,
        pause_min=EVERY_MIN,
        # Whatever somebody adds is asked before it.
        position=1_000,
    )
