"""One budget per device, whoever asks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from noc_console.db.samples import Samples, open_samples
from noc_console.kernel.errors import Conflict, Unreachable
from noc_console.services.telemetry import budget as module
from noc_console.services.telemetry.budget import BURST_S, PER_SECOND, Budget
from tests.conftest import FakeClock

ROUTER = "192.0.2.1:161"
BURST = round(PER_SECOND * BURST_S)


class Time:
    """Steady seconds that pass when somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
        self.now = 1_000.0
        self._clock = clock
        real = asyncio.sleep

        async def sleep(seconds: float) -> None:
            self.now += seconds
            clock.tick(seconds=seconds)
            await real(0)

        monkeypatch.setattr(module.asyncio, "sleep", sleep)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """SQLite only: what is asked of the stores is proved on both elsewhere."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> Time:
    return Time(monkeypatch, clock)


async def test_two_consoles_get_as_much_together_as_one_would_alone(
    samples: Samples, store_url: str, clock: FakeClock, time: Time
) -> None:
    async with open_samples(store_url, clock=clock) as elsewhere:
        one = Budget(samples, clock=clock, steady=time, name="noc-1")
        other = Budget(elsewhere, clock=clock, steady=time, name="noc-2")
        began, sent = time.now, 0
        while time.now - began < 30:
            for budget in (one, other):
                await budget.wait(ROUTER)
                budget.spend(ROUTER, 10)
                sent += 10
            await module.asyncio.sleep(0.01)
        # Each may spend its burst before it has heard of the other.
        assert sent <= 2 * BURST + PER_SECOND * (time.now - began) + 40
        assert sent >= PER_SECOND * 30, "nobody starves either"


async def test_the_poller_hears_of_what_others_took_once_and_of_no_poll(
    samples: Samples, store_url: str, clock: FakeClock, time: Time
) -> None:
    async with open_samples(store_url, clock=clock) as elsewhere:
        poller = Budget(samples, clock=clock, steady=time)
        console = Budget(elsewhere, clock=clock, steady=time)
        console.spend(ROUTER, 500)
        await console.sync()
        await poller.sync()
        assert poller.taken_beside() == {}, "what was sent before our time is paid for"
        console.spend(ROUTER, 7)
        await console.sync()
        poller.spend(ROUTER, 3, polling=True)
        await poller.sync()
        await poller.sync()
        assert poller.taken_beside() == {ROUTER: 7}
        assert poller.taken_beside() == {}
        poller.spend(ROUTER, 2)
        assert poller.taken_beside() == {ROUTER: 2}, "an inspection in the same process"
        await poller.sync()
        await console.sync()
        assert console.taken_beside() == {ROUTER: 507 + 5}, "and the console of all of it"


async def test_a_device_others_keep_busy_is_left_alone_with_a_word(
    samples: Samples, clock: FakeClock, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = Budget(samples, clock=clock, steady=time)
    monkeypatch.setattr(module, "LONGEST_WAIT_S", 5.0)
    budget.spend(ROUTER, BURST + round(PER_SECOND * 20))
    began = time.now
    with pytest.raises(Conflict, match="left alone"):
        await budget.wait(ROUTER)
    assert time.now - began == pytest.approx(5.0)
    await budget.wait("192.0.2.2:161")


async def test_without_the_store_everybody_goes_on_with_what_it_knows(
    samples: Samples, clock: FakeClock, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        # A store that goes away for a moment; a real one takes seconds to do so.
        raise Unreachable("the store is away", peer="store")

    budget = Budget(samples, clock=clock, steady=time)
    with monkeypatch.context() as gone:
        gone.setattr(samples, "spend", away)
        budget.spend(ROUTER, BURST + 50)
        began = time.now
        await budget.wait(ROUTER)
        assert time.now - began == pytest.approx(1.0)
    await budget.sync()
    (total,) = (await samples.spent(clock.now(), but="")).values()
    assert total == BURST + 50, "told later"
