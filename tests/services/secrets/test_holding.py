from __future__ import annotations

import pytest
from sqlalchemy import select

from noc_console.db.database import Database, journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken, Conflict, Invalid, NotAllowed, NotFound, Refused
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import rules, store, wrapping
from noc_console.services.secrets.model import (
    HolderKind,
    Locked,
    LockState,
    SecretRevealed,
    VaultUnlockFailed,
)
from tests.conftest import FakeClock
from tests.services.secrets.conftest import MIRA, TOM, Opening, Vault

NAME = SecretRef("core")


async def events_of(db: Database, actor: Actor, kind: type) -> list[dict[str, object]]:
    async with db.read(actor) as tx:
        return list(
            await tx.rows(
                select(journal.c.facts).where(journal.c.event == kind.__name__),
                lambda row: dict(row.facts),
            )
        )


async def test_without_people_a_window_opens_by_the_machines_key(
    opening: Opening, operator: Actor
) -> None:
    window = opening(attended=True)
    await window.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    state = await window.holding.state(operator)
    assert (state.lock, state.people, state.secrets) == (LockState.OPEN, 0, 1)


async def test_with_people_a_window_waits_for_a_pass_phrase_and_a_collector_does_not(
    vault: Vault, opening: Opening, operator: Actor, db: Database
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    window, collector = opening(attended=True), opening()
    assert (await collector.secrets.use(operator, name=NAME)).reveal() == "hunter2"
    assert (await window.holding.state(operator)).lock is LockState.LOCKED
    with pytest.raises(Locked):
        await window.secrets.use(operator, name=NAME)
    await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    assert (await window.secrets.use(operator, name=NAME)).reveal() == "hunter2"
    assert window.holding.person == "mira"
    window.holding.lock()
    with pytest.raises(Locked):
        await window.secrets.put(operator, name=NAME, secret=Secret("x"))
    assert len(await events_of(db, operator, VaultUnlockFailed)) == 0


async def test_a_person_opens_the_vault_on_a_machine_without_a_key(
    vault: Vault, opening: Opening, operator: Actor
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    laptop = opening(key="laptop", attended=True)
    await laptop.holding.unlock(operator, person="mira", passphrase=MIRA)
    await laptop.secrets.put(operator, name=SecretRef("edge"), secret=Secret("s3cret"))
    assert (await vault.secrets.use(operator, name=SecretRef("edge"))).reveal() == "s3cret"


async def test_wrong_phrases_are_journaled_slowed_down_and_never_repeated(
    vault: Vault, opening: Opening, operator: Actor, db: Database, clock: FakeClock
) -> None:
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    window = opening(attended=True)
    for _ in range(5):
        with pytest.raises(NotAllowed) as refused:
            await window.holding.unlock(operator, person="mira", passphrase=Secret("wr0ng phrase"))
        assert "wr0ng" not in str(refused.value)
    with pytest.raises(Refused, match="try again in"):
        await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    failed = await events_of(db, operator, VaultUnlockFailed)
    assert [each["in_a_row"] for each in failed] == [1, 2, 3, 4, 5]
    assert "wr0ng" not in repr(failed)
    clock.tick(seconds=10)
    await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    with pytest.raises(NotFound):
        await window.holding.unlock(operator, person="eve", passphrase=MIRA)


async def test_who_is_put_out_reads_nothing_that_is_written_after(
    vault: Vault, opening: Opening, operator: Actor
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("before"))
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    await vault.holding.add_person(operator, name="tom", passphrase=TOM)
    toms = opening(key="toms", attended=True)
    await toms.holding.unlock(operator, person="tom", passphrase=TOM)
    assert (await toms.secrets.use(operator, name=NAME)).reveal() == "before"
    stolen = dict(toms.secrets.keys._opened)  # what he could have copied while he was let in
    tom = next(h for h in await vault.holding.holders(operator) if h.name == "tom")
    assert await vault.holding.put_out(operator, holder_id=tom.id) == 1
    await vault.secrets.put(operator, name=NAME, secret=Secret("after"))
    with pytest.raises(Broken, match="has not been let in"):
        await toms.secrets.use(operator, name=NAME)
    async with vault.secrets._db.read(operator) as tx:
        sealed = await store.get(tx, NAME)
    assert sealed is not None
    for key in stolen.values():
        with pytest.raises(Broken):
            rules.unseal(bytes(key), sealed, tenant=operator.tenant, name=NAME)
    mira = opening(key="miras", attended=True)
    await mira.holding.unlock(operator, person="mira", passphrase=MIRA)
    assert (await mira.secrets.use(operator, name=NAME)).reveal() == "after"


async def test_a_holder_written_into_the_store_by_hand_gets_no_key(
    vault: Vault, operator: Actor, db: Database, clock: FakeClock
) -> None:
    """Whoever can write the database, but not open the vault, stays outside after a rotation."""
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    private = wrapping.new_private()
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    mira = next(h for h in await vault.holding.holders(operator) if h.name == "mira")
    async with db.begin(operator) as tx:
        number = await store.add_holder(
            tx,
            name="eve",
            kind=HolderKind.PERSON,
            public=wrapping.public_of(private),
            shut=b"",
            proof=b"p" * 32,
            at=clock.now(),
        )
        # And mira's key exchanged for one of eve's own.
        exchanged = wrapping.public_of(wrapping.new_private())
        await store.change_holder(tx, mira.id, public=exchanged)
        tx.record(SecretRevealed(name="-", person="eve"))
    shown = {h.name: h.is_let_in for h in await vault.holding.holders(operator)}
    assert shown == {"mira": False, "eve": False, "noc-1": True}
    await vault.holding.rotate(operator)
    async with db.read(operator) as tx:
        generation = await store.newest(tx)
        assert await store.wrap_for(tx, generation, wrapping.public_of(private)) is None
        assert await store.wrap_for(tx, generation, exchanged) is None
    assert number


async def test_another_machine_asks_and_is_let_in_by_its_fingerprint(
    vault: Vault, opening: Opening, operator: Actor
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    second = opening(key="noc-2")
    with pytest.raises(Broken, match="does not open"):
        await second.secrets.use(operator, name=NAME)
    assert await second.holding.ask(operator)
    assert not await second.holding.ask(operator)
    asking = next(h for h in await vault.holding.holders(operator) if h.name == "noc-2")
    assert not asking.is_let_in
    with pytest.raises(Conflict, match="another key"):
        await vault.holding.let_in(operator, holder_id=asking.id, fingerprint="0000-0000")
    with pytest.raises(Broken):  # nobody lets themselves in
        await second.holding.let_in(operator, holder_id=asking.id, fingerprint=asking.fingerprint)
    await vault.holding.let_in(operator, holder_id=asking.id, fingerprint=asking.fingerprint)
    assert (await second.secrets.use(operator, name=NAME)).reveal() == "hunter2"
    with pytest.raises(Conflict, match="already"):
        await vault.holding.let_in(operator, holder_id=asking.id, fingerprint=asking.fingerprint)
    with pytest.raises(Refused, match="themselves"):
        await second.holding.put_out(operator, holder_id=asking.id)


async def test_two_people_on_two_machines_share_a_store_from_the_start(
    opening: Opening, operator: Actor
) -> None:
    """As operators do it: each their own computer, and nobody copies a file."""
    mira = opening(key="pc-1", attended=True)
    await mira.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    tom = opening(key="pc-2", attended=True)
    with pytest.raises(Broken, match="not been let in"):
        await tom.secrets.use(operator, name=NAME)
    assert (await tom.holding.state(operator)).lock is LockState.OPEN  # nobody could unlock it
    await mira.holding.add_person(operator, name="mira", passphrase=MIRA)
    await mira.holding.add_person(operator, name="tom", passphrase=TOM)
    assert (await mira.holding.state(operator)).lock is LockState.OPEN
    assert (await tom.holding.state(operator)).lock is LockState.LOCKED
    await tom.holding.unlock(operator, person="tom", passphrase=TOM)
    assert (await tom.secrets.use(operator, name=NAME)).reveal() == "hunter2"
    await tom.secrets.put(operator, name=NAME, secret=Secret("by tom"))
    mira.holding.lock()
    await mira.holding.unlock(operator, person="mira", passphrase=MIRA)
    assert (await mira.secrets.use(operator, name=NAME)).reveal() == "by tom"
    collector = opening(key="pc-2")
    assert await collector.holding.ask(operator)
    (asks,) = [one for one in await tom.holding.holders(operator) if not one.is_let_in]
    await tom.holding.let_in(operator, holder_id=asks.id, fingerprint=asks.fingerprint)
    assert (await collector.secrets.use(operator, name=NAME)).reveal() == "by tom"
    (out,) = [one for one in await tom.holding.holders(operator) if one.name == "mira"]
    await tom.holding.put_out(operator, holder_id=out.id)
    with pytest.raises(Broken, match="mira has not been let in"):
        await mira.secrets.use(operator, name=NAME)


async def test_a_secret_is_revealed_after_the_phrase_was_given_again_and_journaled(
    vault: Vault, opening: Opening, operator: Actor, db: Database
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    with pytest.raises(Refused, match="nobody has a pass phrase"):
        await vault.holding.reveal(operator, name=NAME, passphrase=MIRA)
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    window = opening(attended=True)
    await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    with pytest.raises(NotAllowed):
        await window.holding.reveal(operator, name=NAME, passphrase=TOM)
    assert await events_of(db, operator, SecretRevealed) == []
    shown = await window.holding.reveal(operator, name=NAME, passphrase=MIRA)
    assert shown.reveal() == "hunter2"
    told = await events_of(db, operator, SecretRevealed)
    assert told == [{"name": "core", "person": "mira"}]


async def test_another_pass_phrase_opens_and_the_old_one_no_longer(
    vault: Vault, opening: Opening, operator: Actor
) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    await vault.holding.change_passphrase(operator, person="mira", old=MIRA, new=TOM)
    window = opening(attended=True)
    with pytest.raises(NotAllowed):
        await window.holding.unlock(operator, person="mira", passphrase=MIRA)
    await window.holding.unlock(operator, person="mira", passphrase=TOM)
    assert (await window.secrets.use(operator, name=NAME)).reveal() == "hunter2"


async def test_people_have_names_of_their_own_and_phrases_worth_the_name(
    vault: Vault, operator: Actor
) -> None:
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    with pytest.raises(Conflict):
        await vault.holding.add_person(operator, name="mira", passphrase=TOM)
    with pytest.raises(Invalid):
        await vault.holding.add_person(operator, name=" ", passphrase=TOM)
    with pytest.raises(Invalid):
        await vault.holding.add_person(operator, name="tom", passphrase=Secret("short"))


async def test_locking_overwrites_the_keys(vault: Vault, operator: Actor) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    keys = vault.secrets.keys
    held = [*keys._opened.values(), keys._private, keys._machine]
    assert all(key and any(key) for key in held)
    vault.holding.lock()
    assert not any(any(key) for key in held if key is not None)
    assert not keys.is_open


async def test_moving_without_another_place_moves_nothing(vault: Vault, operator: Actor) -> None:
    await vault.secrets.put(operator, name=NAME, secret=Secret("hunter2"))
    assert await vault.holding.move(operator) == 0
    assert [kept.name for kept in await vault.holding.kept(operator)] == ["core"]
