"""The list of noise in words."""

from __future__ import annotations

from noc_console.services.alarms.load import Thing
from noc_console.services.alarms.noise import Deed, Kind, Noise, Remedy
from noc_console.views.alarmhealth.columns import kinds_text, noise_columns

ROW = Noise(
    thing=Thing("device:7", "interface-down", 7, "sw-7 · ge-0/0/1", "Delft"),
    spoke=12,
    share=3.456,
    came=40,
    chatters=2,
    fleeting=9,
    stood_s=float("nan"),
    acted=0,
    standing_s=90_000.0,
    kinds=frozenset({Kind.STALE, Kind.NOISY}),
    remedy=Remedy(Deed.DELAY, "Raise it only after 15 s", 15.0),
)


def test_a_row_says_why_it_is_there_and_what_to_do() -> None:
    shown = {column.key: column.text(ROW) for column in noise_columns()}
    assert shown["kind"] == kinds_text(ROW) == "noisiest, stale"
    assert shown["condition"] == "interface down"
    assert (shown["stood"], shown["actedon"], shown["standing"]) == ("–", "never", "1 d")
    assert shown["remedy"] == "Raise it only after 15 s"


def test_exports_are_plain_numbers() -> None:
    told = {column.key: column.export(ROW) for column in noise_columns() if column.export}
    assert told["share"] == "3.46" and told["stood"] == "" and told["standing"] == "90000"
