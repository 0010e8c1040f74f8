"""What makes noise, and the remedy proposed."""

from __future__ import annotations

from noc_console.services.alarms import load
from noc_console.services.alarms.load import Steps, Thing
from noc_console.services.alarms.noise import Deed, Kind, Noise, noise

DAY = 86_400.0


def thing(number: int, condition: str = "interface-down") -> Thing:
    return Thing(f"device:{number}", condition, number, f"sw-{number}", "Delft")


def noisy(
    told: list[tuple[float, int, str]],
    condition: str = "interface-down",
    standing: dict[tuple[str, str], float] | None = None,
) -> dict[int, Noise]:
    count = max((alarm for _, alarm, _ in told), default=0) + 1
    rows = [(at, alarm, load.WORDS.index(word), 4, alarm) for at, alarm, word in told]
    things = [thing(number, condition) for number in range(count)]
    found = noise(Steps.of(rows, things), start=0.0, end=10 * DAY, standing=standing or {})
    return {one.thing.device_id: one for one in found}


def blinks(alarm: int, times: int, *, stands: float, pause: float) -> list[tuple[float, int, str]]:
    told = []
    for at in range(times):
        start = at * (stands + pause)
        told += [(start, alarm, "reopened" if at else "raised"), (start + stands, alarm, "cleared")]
    return told


def test_an_alarm_gone_within_seconds_gets_a_delay_of_the_length_that_would_have_helped() -> None:
    one = noisy(blinks(1, 8, stands=12, pause=4000))[1]
    assert one.kinds == {Kind.NOISY, Kind.FLEETING, Kind.IGNORED}
    assert (one.remedy.deed, one.remedy.seconds) == (Deed.DELAY, 15.0)
    assert (one.spoke, one.fleeting, one.chatters, one.stood_s) == (8, 8, 0, 12)


def test_one_that_comes_back_at_once_is_to_be_held() -> None:
    one = noisy(blinks(1, 5, stands=400, pause=8) + blinks(2, 4, stands=11, pause=9))
    assert one[1].remedy.deed is not Deed.HOLD, "it stood long: no chatter"
    assert one[2].chatters == 2
    assert one[2].remedy.deed is Deed.DELAY


def test_a_value_swinging_around_its_level_gets_a_dead_band() -> None:
    one = noisy(blinks(1, 6, stands=10, pause=10), condition="cpu")[1]
    assert Kind.CHATTERING in one.kinds and one.remedy.deed is Deed.DEAD_BAND


def test_what_nobody_acts_on_is_to_be_lowered_and_one_deed_changes_that() -> None:
    told = blinks(1, 6, stands=1000, pause=5000)
    assert noisy(told)[1].remedy.deed is Deed.LOWER
    one = noisy([*told, (6500.0, 1, "acknowledged")])[1]
    assert Kind.IGNORED not in one.kinds
    assert one.acted == 1 and one.remedy.deed is Deed.REPAIR


def test_what_stands_for_days_is_stale_and_what_is_young_is_not() -> None:
    told = [(8.0 * DAY, 1, "raised"), (9.5 * DAY, 2, "raised"), (9.5 * DAY, 2, "owned")]
    found = noisy(
        told,
        standing={
            ("device:1", "interface-down"): 8 * DAY,
            ("device:2", "interface-down"): 9.5 * DAY,
        },
    )
    assert found[1].kinds == {Kind.STALE} and found[1].remedy.deed is Deed.SHELVE
    assert "2 d" in found[1].remedy.text
    assert 2 not in found


def test_the_ten_noisiest_are_ten_and_shares_are_of_everything() -> None:
    told = [each for alarm in range(1, 15) for each in blinks(alarm, 2, stands=600, pause=900)]
    found = noisy(told)
    assert sum(Kind.NOISY in one.kinds for one in found.values()) == 10
    assert abs(next(iter(found.values())).share - 100 / 14) < 1e-9
