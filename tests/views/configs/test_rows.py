"""How a device stands is told in a word, and why in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from noc_console.services.compliance.model import Score
from noc_console.services.configs.model import Match, Overview, Standing, Version, Why
from noc_console.views.configs.rows import (
    ConfigRow,
    config_columns,
    config_rows,
    match_columns,
    version_columns,
)
from noc_console.views.kit.desk import Desk

AT = datetime(2026, 2, 28, tzinfo=UTC)
VERSION = Version(
    3, 1, "d", AT, AT, Why.CHANGE, "ios", "indented", "show run", 1_200, 30_000, 4, 2, "mira",
    "vty0",
)  # fmt: skip
ONE = Overview(1, "r1", "192.0.2.1", "ios", None, VERSION, 7, Standing(1, version_id=3))


def test_states_come_from_what_stands_in_the_way() -> None:
    def state(**fields: object) -> str:
        stand = replace(Standing(1), **fields)  # type: ignore[arg-type]
        return ConfigRow(replace(ONE, standing=stand)).state

    assert state() == "kept"
    assert state(wanted_at=AT) == "waiting"
    assert state(error="x", reason="untrusted") == "set-up"
    assert state(error="x", reason="timeout") == "failing"
    assert state(error="x", reason="platform") == "cannot"
    assert ConfigRow(replace(ONE, version=None)).state == "never"
    row = ConfigRow(replace(ONE, version=None, can="nobody has told yet"))
    assert row.state == "cannot" and row.why_text == "nobody has told yet"


def test_columns_tell_changes_people_and_rules(desk: Desk) -> None:
    (row,) = config_rows((ONE,), {1: Score(passed=3, failed=1)})
    told = {column.key: column.text(row) for column in config_columns(desk)}
    assert (told["delta"], told["by"], told["versions"]) == ("+4 −2", "mira", "7")
    assert told["rules"] == "1 of 4 broken" and told["state"] == "kept"
    for column in config_columns(desk):
        for each in (row, ConfigRow(replace(ONE, version=None))):
            for ask in (column.text, column.sort, column.tip, column.icon, column.color):
                if ask is not None:
                    ask(each)


def test_versions_and_matches_have_their_words(desk: Desk) -> None:
    told = [column.text(VERSION) for column in version_columns(desk)]
    assert told[1:] == ["+4 −2", "mira", "change heard"]
    match = Match(3, 1, "r1", AT, True, 12, "  ntp server")
    assert [column.text(match) for column in match_columns(desk)] == [
        "r1", "newest", "12", "ntp server",
    ]  # fmt: skip
