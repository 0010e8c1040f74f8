"""Exchanged parts are told by their serial numbers."""

from __future__ import annotations

from noc_console.services.inventory.model import Part
from noc_console.services.inventory.rules import parts
from noc_console.services.inventory.rules.parts import Change


def card(place: str, serial: str = "", model: str = "") -> Part:
    return Part(place, f"Slot {place}", model, serial)


def test_the_first_sight_of_a_box_is_no_change() -> None:
    assert parts.changes((), (card("1", "A"),)) == ()


def test_another_serial_in_the_same_place_is_a_replacement() -> None:
    told = parts.changes((card("1", "A", "LC"),), (card("1", "B", "LC"),))
    assert told == (Change("Slot 1", "replaced: was LC A, is LC B"),)


def test_a_serial_that_was_not_told_is_not_another_one() -> None:
    assert parts.changes((card("1", "A"),), (card("1"),)) == ()
    assert parts.changes((card("1"),), (card("1", "A"),)) == ()


def test_a_part_in_an_empty_place_was_put_in() -> None:
    told = parts.changes((card("1", "A"),), (card("1", "A"), card("2", "B")))
    assert told == (Change("Slot 2", "put in: B"),)


def test_many_new_places_at_once_mean_that_we_read_more_than_before() -> None:
    many = tuple(card(str(number), "S") for number in range(2, 40))
    assert parts.changes((card("1", "A"),), (card("1", "B"), *many)) == (
        Change("Slot 1", "replaced: was A, is B"),
    )


def test_a_part_that_is_missing_once_is_remembered() -> None:
    kept = parts.merged((card("1", "A"), card("2", "B")), (card("2", "C"),))
    assert kept == (card("1", "A"), card("2", "C"))


def test_parts_survive_their_document_and_garbage_is_none() -> None:
    both = (card("1", "A", "LC"), card("2", "Ü"))
    assert parts.read(parts.written(both)) == both
    for garbage in ("", "{", "7", '[{"colour": 1}]', "[7]"):
        assert parts.read(garbage) == ()
