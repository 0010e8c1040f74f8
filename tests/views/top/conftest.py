"""Lists of a small network, and of a large one that was never measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from noc_console.db.database import Database
from noc_console.services.inventory.listed import Listing
from noc_console.services.top import sheets
from noc_console.services.top.model import NUMBERS, TEXTS, Facts, Sheet, TopKind
from noc_console.services.top.service import TopService
from tests.views.graphs.conftest import Measured, measured  # noqa: F401
from tests.views.probes.conftest import probed  # noqa: F401

NAN = float("nan")


@pytest.fixture
def top(store: Database, measured: Measured) -> TopService:  # noqa: F811
    world = measured.world
    return TopService(
        Listing(store),
        world.samples,
        clock=world.clock,
        inventory=world.inventory,
        telemetry=world.telemetry,
        probes=measured.probed.service,
    )


def sheet_of(
    values: Sequence[float], *, names: Sequence[str] = (), facts: Facts | None = None
) -> Sheet:
    """Ports 10, 20 … that receive so much."""
    count = len(values)
    if facts is None:
        texts = dict.fromkeys(TEXTS, ("",) * count)
        texts["name"] = tuple(names or (f"ge-0/0/{at}" for at in range(count)))
        texts["device"] = tuple(f"core-{at % 3}" for at in range(count))
        ids = np.arange(1, count + 1) * 10
        facts = Facts(TopKind.INTERFACES, ids, np.arange(1, count + 1) % 3, texts)
    numbers = {name: np.full(count, NAN) for name in NUMBERS[TopKind.INTERFACES]}
    numbers["in"] = np.array(values, np.float64)
    return sheets.sheet(facts, numbers, None)
