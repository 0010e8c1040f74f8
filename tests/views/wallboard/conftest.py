"""The services a wall reads, on a real store."""

from tests.views.measured import (  # noqa: F401
    alarms,
    ids,
    inventory,
    plan,
    samples,
    telemetry,
    topology,
)
