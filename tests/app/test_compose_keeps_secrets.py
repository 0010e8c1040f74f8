"""Canaries: a secret of every kind goes through the whole console, and is then looked for."""

from __future__ import annotations

import base64
import copy
import json
import logging
import shutil
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from noc_console.app import logs, present
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.db.database import journal
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, Subject
from noc_console.services.inventory.model import Inspected
from noc_console.services.notify.settings import ChannelKind
from noc_console.views.kit.errors import describe
from noc_console.views.notify.forms import new_channel
from tests.lab.snmpd import free_udp_port

KINDS = ("community", "auth", "priv", "password", "keytext", "keyphrase", "enable", "tokentext")
KINDS += ("webhook", "personphrase", "wrongphrase")
CANARY = {kind: f"Kanarie-{kind}-7f3a9" for kind in KINDS}
WEBHOOK = f"https://127.0.0.1:1/{CANARY['webhook']}"
KEY = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY['keytext']}\n-----END OPENSSH PRIVATE KEY-----"


async def fill(services: Services, actor: Actor) -> None:
    """A secret of every kind."""
    add = services.credentials
    await add.add_snmp(actor, community=CANARY["community"])
    await add.add_snmp(
        actor,
        kind=CredentialKind.SNMP_V3,
        user="noc",
        auth_protocol="SHA256",
        auth_pass=CANARY["auth"],
        priv_protocol="AES128",
        priv_pass=CANARY["priv"],
    )
    await add.add_ssh(actor, user="noc", password=CANARY["password"])
    await add.add(
        actor,
        kind=CredentialKind.SSH_KEY,
        user="noc",
        secret=Secret(KEY),
        priv_secret=Secret(CANARY["keyphrase"]),
    )
    await add.add(actor, kind=CredentialKind.ENABLE, secret=Secret(CANARY["enable"]))
    await add.add(actor, kind=CredentialKind.TOKEN, name="awx", secret=Secret(CANARY["tokentext"]))
    channel = replace(new_channel(ChannelKind.WEBHOOK), name="hook")
    await services.notify.save_channel(
        actor, wanted=channel, secret=Secret(WEBHOOK), key=Secret("")
    )


async def use(services: Services, actor: Actor) -> list[str]:
    """Everything that can be done with them here; what went wrong, as people would read it."""
    wrong: list[str] = []
    seen = Inspected("127.0.0.1", free_udp_port(), services.clock.now(), name="lab-1")
    device = int(await services.inventory.record(actor, inspected=seen))
    vault = services.vault
    await vault.add_person(actor, name="mira", passphrase=Secret(CANARY["personphrase"]))
    works = [
        vault.test(actor, credential_id=int(known.id), device_id=device)
        for known in await services.credentials.all(actor)
    ]
    works += [
        vault.unlock(actor, person="mira", passphrase=Secret(CANARY["wrongphrase"])),
        services.notify.test(actor, channel_id=1),
        services.credentials.new_secret(actor, credential_id=4, secret=Secret("no key at all")),
    ]
    for work in works:
        try:
            wrong.append(repr(await work))
        except NocError as error:
            wrong += traceback.format_exception(error)
    await services.credentials.opened(actor)
    logins = await services.credentials.logins_for(actor, subject=Subject(), purpose="test")
    token = await services.credentials.token(actor, name="awx", purpose="test")
    await vault.rotate(actor)
    wrong += [repr(logins), str(logins), f"{token}", f"{token!r}", present.as_json(logins)]
    structlog.get_logger("test").info("used", logins=logins, login=logins[0], token=token)
    logging.getLogger("library").warning("sent %s with password=%s", logins, CANARY["password"])
    wrong += [
        present.as_json(await vault.entries(actor)),
        present.as_text(await vault.holders(actor)),
    ]
    with pytest.raises(TypeError):
        copy.deepcopy(token)
    try:
        _fall(logins, CANARY["password"])
    except ZeroDivisionError as bug:
        report = describe(bug)
        wrong += [report.text, report.details]
    return wrong


def _fall(logins: object, password: str) -> float:
    """A bug in a frame that holds secrets."""
    return len(password) / (0 if logins else 1)


async def test_no_secret_reaches_a_log_an_error_the_journal_a_crash_report_or_a_backup(
    config: Config, tmp_path: Path
) -> None:
    file = config.data / "logs" / "window.log"
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.set_up(level="DEBUG", file=file)
    try:
        async with open_services(config, bus=EventBus()) as services:
            actor = services.identity.operator()
            await fill(services, actor)
            wrong = await use(services, actor)
            async with services.db.read(actor) as tx:
                told = await tx.rows(
                    select(journal), lambda row: json.dumps(row.facts) + row.actor + row.event
                )
            # As before an upgrade: the store as it is, beside it.
            backup = config.data / "backups"
            backup.mkdir(exist_ok=True)
            for each in config.data.glob("noc.db*"):
                shutil.copyfile(each, backup / each.name)
    finally:
        for handler in logging.getLogger().handlers[:]:
            logging.getLogger().removeHandler(handler)
            handler.close()
        logging.getLogger().handlers[:], logging.getLogger().level = before
    assert "SecretUsed" in "".join(told) and "VaultUnlockFailed" in "".join(told)
    shown = "\n".join([*wrong, *told])
    for kind, secret in CANARY.items():
        assert secret not in shown, f"the {kind} was told to somebody"
        encoded = base64.b64encode(secret.encode())[:-4]
        for path in [each for each in tmp_path.rglob("*") if each.is_file()]:
            content = path.read_bytes()
            assert secret.encode() not in content, f"the {kind} lies in {path.name}"
            assert encoded not in content, f"the {kind} lies in {path.name}, as base64"
    assert file.stat().st_size > 0
    assert "•••" in file.read_text(encoding="utf-8")
