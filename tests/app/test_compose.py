from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect

from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.kernel.errors import Broken, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.secrets.model import Locked


async def test_a_first_start_makes_a_whole_store(config: Config, store_url: str) -> None:
    config = replace(config, store=store_url)
    async with open_services(config, bus=EventBus()) as services:
        assert await services.inventory.devices(services.identity.operator()) == ()
        tables = set(inspect(services.db.engine).get_table_names())
    assert {"alembic_version", "journal", "devices", "alarms"} <= tables


async def test_what_was_written_is_there_at_the_next_start(config: Config) -> None:
    async with open_services(config, bus=EventBus()) as first:
        actor = first.identity.operator()
        await first.credentials.add_snmp(actor, name="core", community="S3CR3T")
    async with open_services(config, bus=EventBus()) as second:
        [(known, key)] = await second.credentials.opened(actor)
    assert known.name == "core"
    assert key.community is not None and key.community.reveal() == "S3CR3T"
    stored = b"".join(file.read_bytes() for file in config.data.glob("noc.db*"))
    assert b"S3CR3T" not in stored


async def test_every_operation_is_offered_once_with_its_right_and_a_sentence(
    services: Services,
) -> None:
    offered = services.operations()
    assert list(offered) == sorted(offered)
    assert {"inventory.devices", "alarms.acknowledge", "discovery.start", "lab.fail"} <= set(
        offered
    )
    for name, (described, _) in offered.items():
        assert described.name == name
        assert described.right
        assert described.summary.endswith("."), name


async def test_the_store_is_named_without_its_password(services: Services) -> None:
    assert services.store_text == "SQLite noc.db"
    there = replace(services.config, store="postgresql://noc:S3CR3T@db.example.net/noc")
    assert replace(services, config=there).store_text == "PostgreSQL db.example.net/noc"


@pytest.mark.parametrize(
    ("store", "error"),
    [("mysql://noc@db/noc", Broken), ("nonsense", Broken)],
)
async def test_a_store_that_cannot_be_is_refused(
    config: Config, store: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        async with open_services(replace(config, store=store), bus=EventBus()):
            pytest.fail("opened")


async def test_the_vault_key_lies_outside_the_store(config: Config, tmp_path: Path) -> None:
    async with open_services(config, bus=EventBus()) as services:
        await services.credentials.add_snmp(
            services.identity.operator(), name="core", community="public"
        )
    assert (tmp_path / "vault.key").stat().st_mode & 0o077 == 0


async def test_a_lab_that_is_not_there_is_no_error(services: Services) -> None:
    actor = services.identity.operator()
    assert not (await services.lab.status(actor)).running
    with pytest.raises(Unreachable):
        await services.lab.fail(actor, name="link-down")


async def test_a_server_that_is_not_there_is_named_without_its_password(config: Config) -> None:
    away = replace(config, store="postgresql://noc:S3CR3T@127.0.0.1:1/noc")
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1") as told:
        async with open_services(away, bus=EventBus()):
            pytest.fail("there is no server")
    assert "S3CR3T" not in str(told.value)


async def test_a_damaged_store_is_refused_with_a_way_out_and_left_as_it_is(
    config: Config,
) -> None:
    """S9: writing on would cost more than what is damaged already."""
    async with open_services(config, bus=EventBus()):
        pass
    store = config.data / "noc.db"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.read_bytes())
    content[4096:8192] = random.Random(9).randbytes(4096)
    store.write_bytes(bytes(content))
    with pytest.raises(Broken, match=r"is damaged .*\.recover"):
        async with open_services(config, bus=EventBus()):
            pass
    assert store.read_bytes() == bytes(content)


async def test_what_has_secrets_is_told_by_its_name(services: Services) -> None:
    actor = services.identity.operator()
    await services.credentials.add_snmp(actor, name="core", community="public")
    assert [entry.name for entry in await services.vault.entries(actor)] == ["core"]


async def test_a_window_opens_no_vault_of_somebody_with_a_pass_phrase(config: Config) -> None:
    async with open_services(config, bus=EventBus()) as services:
        actor = services.identity.operator()
        await services.credentials.add_snmp(actor, name="core", community="public")
        await services.vault.add_person(
            actor, name="mira", passphrase=Secret("a phrase of some length")
        )
    async with open_services(config, bus=EventBus(), attended=True) as window:
        with pytest.raises(Locked):
            await window.credentials.opened(actor)
    async with open_services(config, bus=EventBus()) as collector:
        assert len(await collector.credentials.opened(actor)) == 1


async def test_a_vault_behind_a_pass_phrase_waits_for_it(config: Config) -> None:
    chosen = replace(config, vault="passphrase")
    async with open_services(chosen, bus=EventBus()) as services:
        actor = services.identity.operator()
        with pytest.raises(Locked):
            await services.credentials.add_snmp(actor, name="core", community="public")
        await services.vault.unlock(actor, passphrase=Secret("a phrase of some length"))
        await services.credentials.add_snmp(actor, name="core", community="public")
        assert not (config.data / "vault.key").exists()
