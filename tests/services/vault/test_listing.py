from __future__ import annotations

from datetime import UTC, datetime, timedelta

from noc_console.kernel.secret import SecretRef
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    Match,
)
from noc_console.services.inventory.model import Device, DeviceId, Site, SiteId
from noc_console.services.secrets.model import Kept
from noc_console.services.vault.listing import counted, entries, subjects, used_on

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def credential(number: int, kind: CredentialKind, **fields: object) -> Credential:
    base = {"id": CredentialId(number), "name": f"c{number}", "kind": kind, "position": number}
    return Credential(**base | fields)  # type: ignore[arg-type]


def device(number: int, **fields: object) -> Device:
    base = {"id": DeviceId(number), "name": f"d{number}", "address": f"10.0.0.{number}"}
    return Device(**base | {"port": 161} | fields)  # type: ignore[arg-type]


def kept(name: str, *, days: int = 1, used: int | None = None, generation: int = 2) -> Kept:
    return Kept(
        SecretRef(name),
        NOW - timedelta(days=days),
        generation,
        None if used is None else NOW - timedelta(days=used),
        "" if used is None else f"user {used}",
    )


def test_a_credential_with_two_secrets_is_one_line_as_old_as_the_older() -> None:
    v3 = credential(1, CredentialKind.SNMP_V3, secret=SecretRef("a"), priv_secret=SecretRef("b"))
    [line] = entries(
        [v3], [kept("a", days=9, used=5), kept("b", days=3, used=2)], {1: 7}, {}, generation=2
    )
    assert (line.kind, line.devices, line.refs) == ("SNMP v3", 7, ("a", "b"))
    assert line.changed_at == NOW - timedelta(days=9)
    assert (line.used_at, line.used_by) == (NOW - timedelta(days=2), "user 2")
    assert not line.is_behind


def test_what_belongs_to_no_credential_is_named_by_its_owner() -> None:
    lines = entries(
        [],
        [
            kept("notify/3"),
            kept("notify/3/key"),
            kept("probe/9", generation=1),
            kept("key/configs"),
        ],
        {},
        {"notify/3": "mail"},
        generation=2,
    )
    assert [(line.name, line.kind, line.refs) for line in lines] == [
        ("configs", "Key for contents", ("key/configs",)),
        ("mail", "Channel", ("notify/3", "notify/3/key")),
        ("9", "Probe", ("probe/9",)),
    ]
    assert [line.is_behind for line in lines] == [False, False, True]


def test_devices_are_counted_by_answer_or_by_match() -> None:
    sites = [Site(SiteId(1), "Delft")]
    devices = [
        device(1, credential_id=1, site_id=SiteId(1)),
        device(2, credential_id=1, platform="junos"),
        device(3),
    ]
    known = [
        credential(1, CredentialKind.SNMP_V2C),
        credential(2, CredentialKind.SSH, match=Match(sites=("delft",))),
        credential(3, CredentialKind.SSH_KEY, match=Match(words=("junos",))),
        credential(4, CredentialKind.ENABLE),
        credential(5, CredentialKind.TOKEN),
    ]
    seen = subjects(devices, sites)
    assert counted(known, seen) == {1: 2, 2: 1, 3: 1, 4: 3}
    assert [(each.name, each.why) for each in used_on(known[0], seen)] == [
        ("d1", "answers to it"),
        ("d2", "answers to it"),
    ]
    assert [(each.name, each.why) for each in used_on(known[1], seen)] == [("d1", "site Delft")]
    assert used_on(known[4], seen) == ()
