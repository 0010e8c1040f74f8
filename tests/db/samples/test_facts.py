from datetime import timedelta

import pytest

from noc_console.db.samples import DEVICE, INTERFACE, Wish, open_samples
from noc_console.kernel.errors import Broken, Invalid

TEN = timedelta(seconds=10)


async def test_wishes_of_several_windows_are_put_together_per_device(samples, clock):
    now = clock.now()
    await samples.wish(INTERFACE, 1, [11, 12], now + TEN, "window-a")
    await samples.wish(INTERFACE, 1, [12, 13], now + 2 * TEN, "window-b")
    await samples.wish(DEVICE, 2, [2], now + TEN, "window-a")
    assert await samples.wishes(now) == (
        Wish("device", 2, frozenset({2}), now + TEN),
        Wish("interface", 1, frozenset({11, 12, 13}), now + 2 * TEN),
    )


async def test_a_wish_expires_and_a_renewed_one_goes_on(samples, clock):
    start = clock.now()
    await samples.wish(INTERFACE, 1, [11, 12], start + TEN, "window")
    clock.tick(seconds=8)
    await samples.wish(INTERFACE, 1, [12], clock.now() + TEN, "window")
    clock.tick(seconds=2)
    (left,) = await samples.wishes(clock.now())
    assert left.subject_ids == {12}
    clock.tick(seconds=8)
    assert await samples.wishes(clock.now()) == ()


async def test_another_process_sees_the_wish(samples, store_url, clock):
    await samples.wish(INTERFACE, 1, [11], clock.now() + TEN, "window")
    async with open_samples(store_url, clock=clock) as other:
        assert len(await other.wishes(clock.now())) == 1


async def test_wishes_without_bounds_are_refused(samples, clock):
    until = clock.now() + TEN
    with pytest.raises(Invalid, match="subjects"):
        await samples.wish(INTERFACE, 1, [], until, "window")
    with pytest.raises(Invalid, match="subjects"):
        await samples.wish(INTERFACE, 1, range(1001), until, "window")
    with pytest.raises(Invalid, match="an hour"):
        await samples.wish(INTERFACE, 1, [1], until + timedelta(hours=1), "window")
    with pytest.raises(Invalid, match="by"):
        await samples.wish(INTERFACE, 1, [1], until, "x\n")


async def test_a_pulse_is_the_last_word_only(samples, clock):
    await samples.pulse("collector-1", clock.now(), {"polls": 1})
    clock.tick(seconds=5)
    await samples.pulse("collector-1", clock.now(), {"polls": 2, "note": "späť"})
    await samples.pulse("collector-0", clock.now(), {})
    first, second = await samples.pulses()
    assert (first.name, second.name) == ("collector-0", "collector-1")
    assert second.at == clock.now()
    assert second.health == {"polls": 2, "note": "späť"}


async def test_a_process_silent_for_a_week_is_forgotten(samples, clock):
    await samples.pulse("old", clock.now(), {})
    clock.tick(days=8)
    await samples.pulse("new", clock.now(), {})
    assert [one.name for one in await samples.pulses()] == ["new"]


@pytest.mark.parametrize("health", [{"x": float("nan")}, {"x": object()}, {"x": "y" * 70_000}])
async def test_health_must_be_small_plain_json(samples, clock, health):
    with pytest.raises(Invalid):
        await samples.pulse("collector", clock.now(), health)


async def test_a_damaged_pulse_says_whose_it_is(samples, clock):
    await samples.pulse("collector", clock.now(), {})
    for damaged in ("{", "[]"):
        await samples._threads.write(
            lambda session, told=damaged: session.run(
                "UPDATE samples_pulse SET health = ?", (told,)
            )
        )
        with pytest.raises(Broken, match="collector"):
            await samples.pulses()


async def test_a_hint_of_one_process_is_read_by_another_and_only_since_then(
    samples, store_url, clock
):
    first = clock.now()
    await samples.hint([3, 1, 3], first)
    clock.tick(seconds=5)
    await samples.hint([1], clock.now())
    await samples.hint([], clock.now())
    async with open_samples(store_url, clock=clock) as other:
        assert await other.hints(first) == {1: clock.now(), 3: first}
        assert await other.hints(clock.now()) == {1: clock.now()}
        await other.hint([1], first)
    assert (await samples.hints(first))[1] == clock.now(), "an older word replaces no newer one"
    clock.tick(seconds=700)
    await samples.hint([9], clock.now())
    assert await samples.hints(first) == {9: clock.now()}


async def test_a_store_of_an_earlier_version_gets_the_table_of_hints(store_url, clock):
    async with open_samples(store_url, clock=clock) as old:
        await old.pulse("collector", clock.now(), {})
        await old._threads.write(lambda session: session.run("DROP TABLE samples_hint"))
    async with open_samples(store_url, clock=clock) as new:
        await new.hint([1], clock.now())
        assert len(await new.pulses()) == 1


async def test_what_was_sent_is_told_as_running_totals_by_process(samples, store_url, clock):
    start = clock.now()
    await samples.spend("noc-1", {"192.0.2.1:161": 5, "192.0.2.2:161": 1}, start)
    await samples.spend("noc-1", {}, start)
    clock.tick(seconds=5)
    async with open_samples(store_url, clock=clock) as other:
        await other.spend("noc-2", {"192.0.2.1:161": 3}, clock.now())
        assert await other.spent(start, but="noc-2") == {
            ("192.0.2.1:161", "noc-1"): 5,
            ("192.0.2.2:161", "noc-1"): 1,
        }
    await samples.spend("noc-1", {"192.0.2.1:161": 9}, clock.now())
    assert await samples.spent(clock.now(), but="") == {
        ("192.0.2.1:161", "noc-1"): 9,
        ("192.0.2.1:161", "noc-2"): 3,
    }
    clock.tick(seconds=700)
    await samples.spend("noc-3", {"192.0.2.9:161": 1}, clock.now())
    assert list(await samples.spent(start, but="")) == [("192.0.2.9:161", "noc-3")]
