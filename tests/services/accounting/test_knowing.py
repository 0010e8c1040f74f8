"""Whose address it is, and which keys are for it."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.accounting.knowing import MOST_KEYS, keys_for, learnt
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    Match,
    Subject,
)
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.service import InventoryService
from tests.services.accounting.conftest import Meet


def key(position: int, text: str, match: Match | None = None) -> tuple[Credential, Secret]:
    one = Credential(
        CredentialId(position), text, CredentialKind.TACACS, position, match=match or Match()
    )
    return one, Secret(text)


def test_the_best_match_comes_first_then_the_operators_order() -> None:
    keys = [
        key(1, "every"),
        key(2, "core", Match(names=("core-*",))),
        key(3, "junos", Match(words=("junos",))),
        key(4, "again"),
    ]
    subject = Subject(name="core-1", platform="ios")
    assert [one.reveal() for one in keys_for(keys, subject)] == ["core", "every", "again"]
    assert keys_for(keys[1:3], Subject(name="edge-1")) == ()


def test_nobody_is_tried_with_more_keys_than_a_change_of_keys_needs() -> None:
    keys = [key(number, f"k{number}") for number in range(30)]
    assert len(keys_for(keys, Subject())) == MOST_KEYS


async def test_a_device_is_known_by_its_address_with_its_keys(
    inventory: InventoryService, credentials: CredentialService, operator: Actor, meet: Meet
) -> None:
    core = await meet("core-1", address="192.0.2.1")
    await meet("edge-1", address="192.0.2.2")
    assert await learnt(operator, inventory=inventory, credentials=credentials) is None
    await credentials.add_tacacs(operator, shared_secret="for core", names=("core-*",))
    known = await learnt(operator, inventory=inventory, credentials=credentials)
    assert known is not None
    assert known["192.0.2.1"].device_id == core and known["192.0.2.1"].platform == "ios"
    assert [one.reveal() for one in known["192.0.2.1"].keys] == ["for core"]
    assert known["192.0.2.2"].keys == (), "it is known, but no key is for it"
    assert "192.0.2.3" not in known
