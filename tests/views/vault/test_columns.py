from __future__ import annotations

from datetime import timedelta

from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    Match,
)
from noc_console.services.vault.model import Entry
from noc_console.views.kit.desk import Desk
from noc_console.views.vault.columns import entry_columns, for_what, lies


def entry(kind: CredentialKind, match: Match | None = None, **fields: object) -> Entry:
    known = Credential(CredentialId(1), "core", kind, 0, user="noc", match=match or Match())
    return Entry("core", kind.value, ("a",), known, **fields)  # type: ignore[arg-type]


async def test_what_a_credential_is_for_is_said_in_words() -> None:
    assert for_what(entry(CredentialKind.SSH)) == "every device"
    match = Match(("core-*",), ("junos", "olt"), ("Delft",))
    assert for_what(entry(CredentialKind.SSH, match)) == "core-* · junos, olt · site Delft"
    assert for_what(entry(CredentialKind.SNMP_V3)) == "devices that answered to it"
    assert for_what(entry(CredentialKind.TOKEN)) == "programs"
    assert for_what(Entry("configs", "Key for contents", ("key/configs",))) == "the console itself"


async def test_where_a_secret_lies_is_said() -> None:
    assert lies(entry(CredentialKind.SSH)) == "store"
    assert lies(entry(CredentialKind.SSH, is_behind=True)) == "store, older key"
    assert lies(entry(CredentialKind.SSH, is_elsewhere=True)) == "OpenBao"
    assert lies(Entry("v3", "SNMP v3", ())) == "no secret"


async def test_a_secret_that_stayed_the_same_for_more_than_a_year_is_pointed_at(
    desk: Desk,
) -> None:
    ages = next(column for column in entry_columns(desk) if column.title == "Age")
    assert ages.color is not None and ages.tip is not None
    now = desk.clock.now()
    old = entry(CredentialKind.SSH, changed_at=now - timedelta(days=400))
    new = entry(CredentialKind.SSH, changed_at=now - timedelta(days=4))
    assert ages.color(old) is not None and ages.tip(old)
    assert ages.color(new) is None and not ages.tip(new)
