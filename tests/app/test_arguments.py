from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

import pytest

from noc_console.app.arguments import chosen, parser_for
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Refused
from noc_console.kernel.operation import Operation, operation


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    HIGH = 5


class Desk:
    @operation("desk.paint")
    async def paint(
        self,
        actor: Actor,
        *,
        wall: str,
        coat: tuple[int, ...] = (),
        colour: Colour = Colour.RED,
        level: Level | None = None,
        dry: bool = False,
        when: datetime | None = None,
        litres: float = 1.5,
    ) -> None:
        """Paint a wall.

        Slowly.
        """

    @operation("desk.strange")
    async def strange(self, actor: Actor, *, thing: object) -> None:
        """Take anything."""


def parsed(*typed: str) -> dict[str, object]:
    method = Desk().paint
    parser = parser_for(Operation("desk.paint", "", ""), method, program="noc")
    return chosen(method, parser.parse_args(typed))


def test_what_is_not_typed_is_left_to_the_operation() -> None:
    assert parsed("--wall", "north") == {"wall": "north"}


def test_options_have_the_types_of_the_signature() -> None:
    typed = ["--wall", "n", "--coat", "1", "--coat", "2", "--colour", "RED", "--level", "high"]
    typed += ["--dry", "--when", "2026-03-01T12:00:00+02:00", "--litres", "2"]
    assert parsed(*typed) == {
        "wall": "n",
        "coat": (1, 2),
        "colour": Colour.RED,
        "level": Level.HIGH,
        "dry": True,
        "when": datetime(2026, 3, 1, 10, tzinfo=UTC),
        "litres": 2.0,
    }


def test_numbers_are_given_one_by_one_or_with_commas(capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["--wall", "n", "--coat", "1,2", "--coat", "3"]
    assert parsed(*typed)["coat"] == (1, 2, 3)
    with pytest.raises(SystemExit):
        parsed("--wall", "n", "--coat", "1;2")
    assert "'1;2' is no number, nor several like 1,2" in capsys.readouterr().err


def test_a_time_without_a_zone_is_utc() -> None:
    when = parsed("--wall", "n", "--when", "2026-03-01")["when"]
    assert isinstance(when, datetime)
    assert when.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "typed", [[], ["--wall"], ["--wall", "n", "--colour", "blue"], ["--wall", "n", "--when", "x"]]
)
def test_bad_words_are_refused_with_the_usage(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parsed(*typed)
    assert left.value.code == 2
    assert "usage: noc desk.paint" in capsys.readouterr().err


def test_an_operation_for_programs_says_so() -> None:
    with pytest.raises(Refused, match="only programs"):
        parser_for(Operation("desk.strange", "", ""), Desk().strange, program="noc")


def test_a_secret_is_asked_for_instead_of_being_seen_in_the_list_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Safe:
        @operation("safe.keep")
        async def keep(
            self, actor: Actor, *, user: str, password: str = "", community: tuple[str, ...] = ()
        ) -> None:
            """Keep a login."""

    [described] = [Operation("safe.keep", "safe.keep", "Keep a login.")]
    parser = parser_for(described, Safe().keep, program="noc-console")
    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\npublic\n"))
    given = parser.parse_args(["--user", "-", "--password", "-", "--community", "-"])
    assert chosen(Safe().keep, given) == {
        "user": "-",
        "password": "hunter2",
        "community": ("public",),
    }
    given = parser.parse_args(["--user", "noc", "--password", "lab"])
    assert chosen(Safe().keep, given) == {"user": "noc", "password": "lab"}
    assert "asks for it" in parser.format_help()
