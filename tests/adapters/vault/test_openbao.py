from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.vault.openbao import BaoSettings, OpenBao
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Broken, NotFound, Unreachable
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.credentials.model import CredentialKind, Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.service import SecretService
from tests.adapters.vault.bao import ROLE, SECRET_ID, Bao, serving
from tests.conftest import FakeClock


class Ticks:
    """A monotonic clock that moves when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def bao() -> Iterator[Bao]:
    with serving() as made:
        yield made


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def settings(bao: Bao) -> BaoSettings:
    return BaoSettings(bao.address, ROLE, Secret(SECRET_ID))


@pytest.fixture
async def place(bao: Bao, ticks: Ticks) -> AsyncIterator[OpenBao]:
    made = OpenBao(settings(bao), monotonic=ticks)
    yield made
    await made.close()


async def test_what_is_written_is_a_version_and_every_version_is_read(
    place: OpenBao, bao: Bao
) -> None:
    assert await place.write("acme/core", Secret("one")) == 1
    assert await place.write("acme/core", Secret("two")) == 2
    assert (await place.read("acme/core", 1)).reveal() == "one"
    assert (await place.read("acme/core", 2)).reveal() == "two"
    assert list(bao.kept) == ["noc-console/acme/core"]
    await place.destroy("acme/core")
    with pytest.raises(NotFound):
        await place.read("acme/core", 2)
    await place.destroy("acme/core")


async def test_a_token_that_ends_or_is_taken_back_is_replaced(
    place: OpenBao, bao: Bao, ticks: Ticks
) -> None:
    await place.write("acme/a", Secret("x"))
    await place.write("acme/a", Secret("y"))
    assert bao.sign_ins == 1
    ticks.now += 3600
    await place.write("acme/a", Secret("z"))
    assert bao.sign_ins == 2
    bao.tokens.clear()
    await place.write("acme/a", Secret("w"))
    assert bao.sign_ins == 3


async def test_a_secret_is_asked_for_once_in_five_minutes(
    place: OpenBao, bao: Bao, ticks: Ticks
) -> None:
    await place.write("acme/a", Secret("x"))
    for _ in range(3):
        await place.read("acme/a", 1)
    assert bao.reads == 1
    ticks.now += 301
    await place.read("acme/a", 1)
    assert bao.reads == 2


async def test_its_moods_have_words_of_their_own_and_no_secret_in_them(
    place: OpenBao, bao: Bao, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[BaseException] = []
    bao.is_sealed = True
    with pytest.raises(Unreachable, match="sealed") as told:
        await place.write("acme/a", Secret("hunter2"))
    errors.append(told.value)
    bao.is_sealed, bao.is_forbidding = False, True
    with pytest.raises(AuthRejected, match="policy") as told:
        await place.write("acme/a", Secret("hunter2"))
    errors.append(told.value)
    bao.is_forbidding = False
    for raw in (b"<html>hunter2", b"[]", b'{"data": 7}', b"x" * (2 << 20)):
        bao.raw = raw
        with pytest.raises(Unreachable) as told:
            await place.write("acme/a", Secret("hunter2"))
        errors.append(told.value)
    bao.raw = None
    bao.redirect = "http://127.0.0.1:1/"
    with pytest.raises(Unreachable, match="307") as told:
        await place.write("acme/a", Secret("hunter2"))
    errors.append(told.value)
    words = repr([str(error) + repr(error.__cause__) for error in errors]) + repr(place.__dict__)
    for secret in ("hunter2", SECRET_ID, "hvs."):
        assert secret not in words
        assert secret not in caplog.text


async def test_a_role_it_does_not_know_is_said(bao: Bao) -> None:
    place = OpenBao(replace(settings(bao), secret_id=Secret("wrong")))
    with pytest.raises(AuthRejected, match="AppRole") as refused:
        await place.read("acme/a", 1)
    assert "wrong" not in str(refused.value)
    await place.close()


async def test_the_secret_id_is_read_anew_at_each_sign_in(
    bao: Bao, tmp_path: Path, ticks: Ticks
) -> None:
    file = tmp_path / "secret-id"
    file.write_text("old")
    place = OpenBao(replace(settings(bao), secret_id_file=file), monotonic=ticks)
    with pytest.raises(AuthRejected):
        await place.write("a/b", Secret("x"))
    file.write_text(SECRET_ID + "\n")
    assert await place.write("a/b", Secret("x")) == 1
    file.unlink()
    place.forget()
    with pytest.raises(Broken, match="cannot be read"):
        await place.write("a/b", Secret("x"))
    await place.close()


async def test_a_namespace_is_named_in_every_question(bao: Bao) -> None:
    bao.namespace = "isp"
    place = OpenBao(replace(settings(bao), namespace="isp"))
    assert await place.write("a/b", Secret("x")) == 1
    await place.close()


async def test_nobody_there_is_unreachable(bao: Bao) -> None:
    place = OpenBao(replace(settings(bao), address="http://127.0.0.1:1"))
    with pytest.raises(Unreachable, match="does not answer"):
        await place.read("a/b", 1)
    await place.close()


@pytest.mark.parametrize(
    "address",
    ["http://vault.example.net:8200", "ftp://x", "nonsense", "https://me:pw@vault.example.net"],
)
def test_secrets_do_not_cross_a_network_in_clear(address: str) -> None:
    with pytest.raises(Broken) as refused:
        OpenBao(BaoSettings(address, ROLE))
    assert "pw" not in str(refused.value)


async def test_the_vault_keeps_only_references_then_and_an_undone_write_counts_not(
    place: OpenBao, bao: Bao, db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    vault = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock, place=place)
    name = SecretRef("credentials/1")
    await vault.put(operator, name=name, secret=Secret("hunter2"))
    with pytest.raises(RuntimeError):
        async with db.begin(operator) as tx:
            await vault.put_in(tx, name=name, secret=Secret("never committed"))
            raise RuntimeError
    assert (await vault.use(operator, name=name)).reveal() == "hunter2"
    assert list(bao.kept) == ["noc-console/acme/credentials=2F1"]
    for file in tmp_path.glob("noc.db*"):
        assert b"hunter2" not in file.read_bytes()


async def test_secrets_move_there_and_back(
    place: OpenBao, bao: Bao, db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    keyring = KeyFile(tmp_path / "key")
    here = SecretService(db, keyring=keyring, clock=clock)
    for number in range(25):
        await here.put(operator, name=SecretRef(f"s{number}"), secret=Secret(f"v{number}"))
    there = SecretService(db, keyring=keyring, clock=clock, place=place)
    assert await Holding(db, there, clock=clock).move(operator) == 25
    kept = await Holding(db, there, clock=clock).kept(operator)
    assert all(each.is_elsewhere for each in kept)
    assert (await there.use(operator, name=SecretRef("s7"))).reveal() == "v7"
    with pytest.raises(Broken, match="OpenBao"):
        await here.use(operator, name=SecretRef("s7"))
    assert await Holding(db, there, clock=clock).rotate(operator) == 0
    back = SecretService(db, keyring=keyring, clock=clock, place=place, writes_there=False)
    assert await Holding(db, back, clock=clock).move(operator) == 25
    assert (await here.use(operator, name=SecretRef("s7"))).reveal() == "v7"


async def test_what_was_removed_here_is_forgotten_there_a_minute_later(
    place: OpenBao, bao: Bao, db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    vault = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock, place=place)
    for name in ("gone", "kept", "undone"):
        await vault.put(operator, name=SecretRef(name), secret=Secret("x"))
    async with db.begin(operator) as tx:
        await vault.remove_in(tx, name=SecretRef("gone"))
    with pytest.raises(RuntimeError):
        async with db.begin(operator) as tx:
            await vault.remove_in(tx, name=SecretRef("undone"))
            raise RuntimeError
    assert await vault.forget_removed(operator) == 0
    clock.tick(seconds=61)
    assert await vault.forget_removed(operator) == 1
    assert sorted(bao.kept) == ["noc-console/acme/kept", "noc-console/acme/undone"]


async def test_no_transaction_waits_for_it(
    place: OpenBao,
    bao: Bao,
    db: Database,
    clock: FakeClock,
    operator: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ticks: Ticks,
) -> None:
    """Each question is answered by a program elsewhere: nobody's transaction may wait for it."""
    vault = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock, place=place)
    credentials = CredentialService(db, vault)
    public = await credentials.add_snmp(operator, community="public")
    login = await credentials.add_ssh(operator, user="noc", password="lab")
    word = await credentials.add(operator, kind=CredentialKind.ENABLE, secret=Secret("word"))
    token = await credentials.add(
        operator, kind=CredentialKind.TOKEN, name="awx", secret=Secret("token")
    )
    is_open, asked = 0, 0

    def counted(door: Any) -> Any:
        @asynccontextmanager
        async def counting(actor: Actor) -> AsyncIterator[Any]:
            nonlocal is_open
            async with door(actor) as tx:
                is_open += 1
                try:
                    yield tx
                finally:
                    is_open -= 1

        return counting

    ask = place._send

    async def asking(*args: Any) -> Any:
        nonlocal asked
        asked += 1
        assert not is_open
        return await ask(*args)

    monkeypatch.setattr(db, "begin", counted(db.begin))
    monkeypatch.setattr(db, "read", counted(db.read))
    monkeypatch.setattr(place, "_send", asking)
    place.forget()
    [(_, opened)] = await credentials.opened(operator, credential_ids=(int(public.id),))
    assert opened.community.reveal() == "public"
    [found] = await credentials.logins_for(operator, subject=Subject(name="r1"), purpose="test")
    assert (found.password.reveal(), found.enable.reveal()) == ("lab", "word")
    told = await credentials.token(operator, name="awx", purpose="test")
    assert told.reveal() == "token"
    for one in (public, login, word, token):
        await credentials.new_secret(operator, credential_id=int(one.id), secret=Secret("new"))
    assert len(await vault.content_key(operator, purpose="configs")) == 32
    assert await Holding(db, vault, clock=clock).move(operator) == 0
    back = SecretService(
        db, keyring=KeyFile(tmp_path / "key"), clock=clock, place=place, writes_there=False
    )
    assert await Holding(db, back, clock=clock).move(operator) == 5
    ticks.now += 3600
    assert await Holding(db, vault, clock=clock).move(operator) == 5
    assert asked > 15


async def test_who_looks_ahead_is_told_that_it_does_not_answer(
    place: OpenBao, bao: Bao, db: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> None:
    vault = SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock, place=place)
    await vault.put(operator, name=SecretRef("notify/1"), secret=Secret("x"))
    place.forget()
    bao.is_sealed = True
    with pytest.raises(Unreachable, match="sealed"):
        await vault.look_ahead(operator, [SecretRef("notify/1"), None, SecretRef("nothing")])
