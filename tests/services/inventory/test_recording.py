"""Matching the parts of a device seen before."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inventory.model import (
    DeviceId,
    Inspected,
    Interface,
    InterfaceId,
    SeenInterface,
)
from noc_console.services.inventory.recording import clean, identity_of, pair_interfaces


def known(number: int, index: int, name: str, mac: str = "") -> Interface:
    return Interface(InterfaceId(number), DeviceId(1), index, name, mac=mac)


def seen(index: int, name: str, mac: str = "") -> SeenInterface:
    return SeenInterface(index, name, mac=mac)


def test_names_match_before_indexes() -> None:
    kept = [known(1, 10, "a"), known(2, 11, "b")]
    pairs, new, gone = pair_interfaces(kept, [seen(11, "a"), seen(10, "b")])
    assert [(old.id, port.name) for old, port in pairs] == [(1, "a"), (2, "b")]
    assert (new, gone) == ([], [])


def test_names_that_are_not_unique_match_by_index() -> None:
    kept = [known(1, 10, "eth"), known(2, 11, "eth")]
    pairs, new, gone = pair_interfaces(kept, [seen(11, "eth"), seen(10, "eth")])
    assert [(old.id, port.index) for old, port in pairs] == [(2, 11), (1, 10)]
    assert (new, gone) == ([], [])


def test_a_renamed_port_is_known_by_its_index_and_mac() -> None:
    mac = "00:1b:21:00:00:01"
    pairs, new, _ = pair_interfaces([known(1, 10, "old", mac)], [seen(10, "new", mac)])
    assert [(old.id, port.name) for old, port in pairs] == [(1, "new")]
    assert new == []


def test_another_card_in_the_slot_is_another_port() -> None:
    kept = [known(1, 10, "old", "00:1b:21:00:00:01")]
    pairs, new, gone = pair_interfaces(kept, [seen(10, "new", "00:1b:21:00:00:02")])
    assert pairs == []
    assert [port.name for port in new] == ["new"]
    assert gone == kept


def test_text_for_the_store_has_no_nul_and_an_end() -> None:
    assert clean("a\x00b") == "ab"
    assert len(clean("x" * 10_000)) == 255


def test_an_identity_holds_the_address_and_those_of_the_interfaces() -> None:
    told = Inspected(
        "10.0.0.1",
        161,
        datetime(2026, 3, 1, tzinfo=UTC),
        name="core-1",
        credential_id=1,
        interfaces=(SeenInterface(1, "lo", addresses=("127.0.0.1/8", "10.9.9.9/32")),),
    )
    found = identity_of(told)
    assert found.addresses == {"10.0.0.1", "10.9.9.9"}
    assert found.contacts == {("10.0.0.1", 161)}
