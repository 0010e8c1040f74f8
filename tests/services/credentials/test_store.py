from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.services.credentials import store
from noc_console.services.credentials.model import CredentialChanged, CredentialKind, Match

FIELDS = {
    "kind": CredentialKind.SNMP_V2C,
    "user": "",
    "auth_protocol": "NONE",
    "priv_protocol": "NONE",
    "context": "",
    "secret": "credential/x",
    "priv_secret": None,
}


async def test_credentials_are_tried_in_the_order_they_were_added(
    db: Database, operator: Actor
) -> None:
    async with db.begin(operator) as tx:
        for name in ("zebra", "ant", "mole"):
            await store.add(tx, name=name, **FIELDS)
        tx.record(CredentialChanged(credential_id=1, what="added"))
        known = await store.every(tx)
        await store.remove(tx, known[1].id)
        assert [one.name for one in await store.every(tx)] == ["zebra", "mole"]
        assert await store.get(tx, known[1].id) is None
    assert [(one.name, one.position) for one in known] == [("zebra", 0), ("ant", 1), ("mole", 2)]
    stranger = Actor("eve", "globex", frozenset({ALL_RIGHTS}))
    async with db.read(stranger) as tx:
        assert await store.every(tx) == ()
        assert await store.get(tx, known[0].id) is None


async def test_what_a_credential_is_for_comes_back_as_it_was_kept(
    db: Database, operator: Actor
) -> None:
    match = Match(names=("core-*",), words=("junos", "vip"))
    async with db.begin(operator) as tx:
        number = await store.add(tx, name="a", **FIELDS)
        await store.change(tx, number, match=store.match_document(match), certificate="cert")
        tx.record(CredentialChanged(credential_id=number, what="added"))
    async with db.read(operator) as tx:
        known = await store.get(tx, number)
    assert known is not None
    assert (known.match, known.certificate) == (match, "cert")
