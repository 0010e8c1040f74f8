"""Light and shade."""

from __future__ import annotations

from datetime import datetime, timedelta

from noc_console.services.rootcause.rules.ground import A_DOWN, B_DOWN, Ground, survey
from noc_console.services.rootcause.rules.shade import (
    BOX,
    CABLE,
    NOBODY,
    Cause,
    Scene,
    Shade,
    cast,
)
from tests.services.rootcause.plants import AT, LATER, Plant, chain

SETTLE = timedelta(minutes=3)


def shade(
    plant: Plant,
    *,
    dead: str = "",
    silent: str = "",
    unlit: str = "",
    down: dict[int, int] | None = None,
    now: datetime = LATER,
) -> tuple[Ground, Shade]:
    """Everybody answers but those named."""
    ground = survey(plant.network())
    number = {box.name: at for at, box in enumerate(ground.boxes)}
    gone = frozenset(number[name] for name in dead.split())
    quiet = frozenset(number[name] for name in silent.split())
    unknown = {number[name] for name in unlit.split()}
    lit = frozenset(range(len(ground.boxes))) - gone - quiet - unknown
    scene = Scene(gone, quiet, lit, down)
    return ground, cast(ground, scene, since=lambda _cause: AT, now=now, settle=SETTLE)


def causes(told: tuple[Ground, Shade]) -> dict[str, Cause]:
    ground, made = told
    return {
        box.name: why for box, why in zip(ground.boxes, made.cause, strict=True) if why is not None
    }


LINE = Plant([("r0", "s1"), ("s1", "s2"), ("s2", "s3")], vantage=("r0",))


def test_where_nothing_is_wrong_everything_is_lit() -> None:
    assert causes(shade(LINE)) == {}


def test_the_first_dead_one_stands_for_those_behind_it() -> None:
    assert causes(shade(LINE, dead="s1 s2 s3")) == {
        "s1": (BOX, 1), "s2": (BOX, 1), "s3": (BOX, 1),
    }  # fmt: skip


def test_the_step_towards_the_cause_is_kept() -> None:
    ground, made = shade(LINE, dead="s1 s2 s3")
    assert made.via == {2: (1, 1), 3: (2, 2)}
    assert [ground.boxes[at].name for at in (3, made.via[3][0], made.via[2][0])] == [
        "s3",
        "s2",
        "s1",
    ]


def test_a_cable_both_ends_call_down_is_the_cause_itself() -> None:
    cut = {0: A_DOWN | B_DOWN}
    assert causes(shade(LINE, dead="s1 s2 s3", down=cut)) == dict.fromkeys(
        ("s1", "s2", "s3"), (CABLE, 0)
    )


def test_a_cable_only_the_lit_end_calls_down_leads_to_a_dead_device() -> None:
    assert causes(shade(LINE, dead="s1 s2", unlit="s3", down={0: A_DOWN}))["s2"] == (BOX, 1)


def test_a_cable_only_the_dark_end_called_down_is_the_cause() -> None:
    assert causes(shade(LINE, dead="s1 s2 s3", down={0: B_DOWN}))["s1"] == (CABLE, 0)


def test_a_device_that_is_silent_without_an_alarm_is_a_cause_nobody_can_point_at() -> None:
    assert causes(shade(LINE, dead="s2 s3", silent="s1")) == {
        "s1": (NOBODY, 1), "s2": (NOBODY, 1), "s3": (NOBODY, 1),
    }  # fmt: skip


def test_nobody_asked_is_not_down_light_goes_through() -> None:
    assert causes(shade(LINE, dead="s3", unlit="s1 s2")) == {"s3": (BOX, 3)}


def test_of_two_causes_equally_near_the_first_wins() -> None:
    ring = Plant([("r0", "s1"), ("r0", "s2"), ("s1", "s3"), ("s2", "s3")], vantage=("r0",))
    assert causes(shade(ring, dead="s1 s2 s3"))["s3"] == (BOX, 1)


def test_a_box_in_the_shade_that_answers_is_believed_after_a_while() -> None:
    soon = shade(LINE, dead="s1 s3", now=AT + timedelta(minutes=1))
    assert causes(soon) == {"s1": (BOX, 1), "s2": (BOX, 1), "s3": (BOX, 1)}
    assert soon[1].next_at == AT + SETTLE
    later = shade(LINE, dead="s1 s3", now=AT + SETTLE)
    assert causes(later) == {"s1": (BOX, 1), "s3": (BOX, 3)}
    assert later[1].next_at is None
    assert later[1].proven == {2}


def test_where_nobody_said_what_the_collectors_hang_on_the_core_is_lit() -> None:
    plant = chain(pops=3, each=2)
    plant.vantage = ()
    names = causes(shade(plant, dead="r2 s21 s22 u2"))
    assert set(names.values()) == {(BOX, survey(plant.network()).number[plant.ids["r2"]])}


def test_when_the_core_itself_is_dead_it_is_where_the_light_should_come_from() -> None:
    plant = Plant([("r0", "s1"), ("r0", "s2"), ("r0", "s3")])
    assert set(causes(shade(plant, dead="r0 s1 s2 s3")).values()) == {(BOX, 0)}


def test_a_zones_own_collectors_light_it_when_it_is_cut_off() -> None:
    plant = Plant([("r0", "s1"), ("s1", "s2"), ("s2", "s3")])
    plant.zones = {"s2": 4, "s3": 4}
    cut = {1: A_DOWN | B_DOWN}
    assert causes(shade(plant, dead="s3", down=cut, now=AT)) == {"s3": (BOX, 3)}
