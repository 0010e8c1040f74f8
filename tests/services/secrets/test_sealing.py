from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.secrets import rules, store
from noc_console.services.secrets.model import SecretStored
from tests.conftest import FakeClock
from tests.services.secrets.conftest import MIRA, Opening, Vault


async def test_a_rotation_seals_everything_anew_and_forgets_the_old_keys(
    vault: Vault, opening: Opening, operator: Actor, db: Database
) -> None:
    for number in range(5):
        await vault.secrets.put(operator, name=SecretRef(f"s{number}"), secret=Secret(f"v{number}"))
    running = opening()  # a collector that has opened the old key
    await running.secrets.use(operator, name=SecretRef("s0"))
    assert await vault.holding.rotate(operator) == 5
    assert await vault.holding.rotate(operator) == 5
    async with db.read(operator) as tx:
        assert await store.generations(tx) == (3,)
        sealed = await store.get(tx, SecretRef("s1"))
    assert sealed is not None
    assert rules.generation_of(sealed, name="s1") == 3
    for number in range(5):
        kept = await running.secrets.use(operator, name=SecretRef(f"s{number}"))
        assert kept.reveal() == f"v{number}"


async def test_secrets_of_a_store_from_before_stay_readable_and_are_sealed_anew(
    vault: Vault, operator: Actor, db: Database, clock: FakeClock, tmp_path: Path
) -> None:
    """As an older version left them: sealed with the key file itself, no keys in the store."""
    vault.secrets.keys.keyring.put(bytes(range(32)))
    old = rules.seal(bytes(range(32)), b"hunter2", tenant=operator.tenant, name="core")
    async with db.begin(operator) as tx:
        await store.put(tx, SecretRef("core"), old, at=clock.now(), generation=0)
        tx.record(SecretStored(name="core"))
    assert (await vault.secrets.use(operator, name=SecretRef("core"))).reveal() == "hunter2"
    assert await vault.holding.catch_up(operator) == 0  # reading alone changes nothing
    await vault.secrets.put(operator, name=SecretRef("new"), secret=Secret("x"))
    assert (await vault.holding.state(operator)).behind == 1
    assert await vault.holding.catch_up(operator) == 1
    assert (await vault.secrets.use(operator, name=SecretRef("core"))).reveal() == "hunter2"
    assert (await vault.holding.state(operator)).behind == 0


async def test_a_person_who_is_let_in_reads_what_older_versions_wrote(
    vault: Vault, opening: Opening, operator: Actor, db: Database, clock: FakeClock
) -> None:
    vault.secrets.keys.keyring.put(bytes(range(32)))
    old = rules.seal(bytes(range(32)), b"hunter2", tenant=operator.tenant, name="core")
    async with db.begin(operator) as tx:
        await store.put(tx, SecretRef("core"), old, at=clock.now(), generation=0)
        tx.record(SecretStored(name="core"))
    await vault.holding.add_person(operator, name="mira", passphrase=MIRA)
    laptop = opening(key="laptop", attended=True)
    await laptop.holding.unlock(operator, person="mira", passphrase=MIRA)
    assert (await laptop.secrets.use(operator, name=SecretRef("core"))).reveal() == "hunter2"


async def test_an_undone_write_leaves_no_key_behind_that_nobody_has(
    vault: Vault, operator: Actor, db: Database
) -> None:
    with pytest.raises(RuntimeError):
        async with db.begin(operator) as tx:
            await vault.secrets.put_in(tx, name=SecretRef("a"), secret=Secret("x"))
            raise RuntimeError("the caller changed its mind")
    await vault.secrets.put(operator, name=SecretRef("b"), secret=Secret("y"))
    assert (await vault.secrets.use(operator, name=SecretRef("b"))).reveal() == "y"


_ROTATING = """
import asyncio, sys
from pathlib import Path
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.secrets import sealing
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.service import SecretService
sealing.PORTION = 1  # a transaction each: the longest way
async def main():
    clock = SystemClock()
    db = Database(open_engine(sys.argv[1]), clock=clock, bus=EventBus())
    secrets = SecretService(db, keyring=KeyFile(Path(sys.argv[2])), clock=clock)
    holding = Holding(db, secrets, clock=clock)
    print("begun", flush=True)
    while True:
        await holding.rotate(Actor("killed", "acme", frozenset({ALL_RIGHTS})))
asyncio.run(main())
"""


async def test_a_rotation_killed_anywhere_loses_nothing(
    vault: Vault, opening: Opening, operator: Actor, store_url: str, tmp_path: Path
) -> None:
    if not store_url.startswith("sqlite"):
        pytest.skip("one kind of store is enough: what is killed is a process, not a server")
    wanted = {f"s{number}": f"v{number}" for number in range(30)}
    for name, text in wanted.items():
        await vault.secrets.put(operator, name=SecretRef(name), secret=Secret(text))
    was_behind = False
    watching = opening()
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", _ROTATING, store_url, str(tmp_path / "noc-1")],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        )
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == b"begun\n"
            # Until it is in the middle: how long that takes is the machine's affair.
            while not (await watching.holding.state(operator)).behind:
                assert child.poll() is None
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
        fresh = opening()
        for name, text in wanted.items():
            assert (await fresh.secrets.use(operator, name=SecretRef(name))).reveal() == text
        was_behind |= (await fresh.holding.state(operator)).behind > 0
        await fresh.holding.catch_up(operator)
        assert (await fresh.holding.state(operator)).behind == 0
    assert was_behind, "it was never killed in the middle: the test tested nothing"
