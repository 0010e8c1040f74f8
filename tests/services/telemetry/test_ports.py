"""The shares of the only collector there is."""

from __future__ import annotations

from noc_console.services.telemetry.ports import AllMine


def test_everything_is_the_only_collectors_and_never_changes() -> None:
    shares, told = AllMine(), []
    stop = shares.listen(lambda: told.append(True))
    assert shares.mine(1) and shares.mine(10**9)
    stop()
    assert told == []
