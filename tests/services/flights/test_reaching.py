"""The way to a device: no stranger is told a password, no login too many is tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Refused
from noc_console.lab.run import Lab
from noc_console.services.configs.model import NoLogin
from noc_console.services.hostkeys.model import KeyChanged, NotTrusted
from noc_console.services.inventory.model import Device
from noc_console.services.terminal.judging import Verdict, judge
from tests.adapters.ssh.peers import sshd
from tests.services.bastions import lead_through
from tests.services.flights.conftest import RULES, WAYS, Console


async def device(console: Console, actor: Actor, name: str = "ams-edge-2") -> Device:
    return await console.inventory.device(actor, device_id=console.ids[name])


async def test_a_session_asks_types_and_reads(console: Console, operator: Actor) -> None:
    async with console.reach.open(operator, await device(console, operator)) as session:
        assert "Cisco IOS Software" in await session.ask("show version")
        with pytest.raises(Refused, match="was refused"):
            await session.ask("frobnicate")
        await session.ask_anyway(["frobnicate"])
        assert "hostname ams-edge-2" in await session.tree()
        assert await session.unsaved() == ""


async def test_a_login_of_another_site_is_not_tried(console: Console, operator: Actor) -> None:
    chosen = await device(console, operator)
    sites = {site.id: site.name for site in await console.inventory.sites(operator)}
    assert chosen.site_id is not None
    (good,) = [one for one in await console.credentials.all(operator) if one.kind == "ssh"]
    change = console.credentials.change
    await change(operator, credential_id=good.id, sites=("nowhere",))
    with pytest.raises(NoLogin):
        async with console.reach.open(operator, chosen):
            pass
    await change(operator, credential_id=good.id, sites=(sites[chosen.site_id],))
    async with console.reach.open(operator, chosen):
        pass


async def test_a_login_that_is_refused_gives_way_to_the_next(
    console: Console, operator: Actor
) -> None:
    (good,) = [one for one in await console.credentials.all(operator) if one.kind == "ssh"]
    await console.credentials.remove(operator, credential_id=good.id)
    with pytest.raises(NoLogin):
        async with console.reach.open(operator, await device(console, operator)):
            pass
    await console.credentials.add_ssh(operator, user="noc", password="wrong", name="first")
    with pytest.raises(AuthRejected):
        async with console.reach.open(operator, await device(console, operator)):
            pass
    await console.credentials.add_ssh(operator, user="noc", password="lab", name="second")
    async with console.reach.open(operator, await device(console, operator)) as session:
        assert await session.ask("show version")


async def test_a_stranger_and_a_changed_key_are_told_nothing(
    console: Console, operator: Actor
) -> None:
    known = await device(console, operator)
    await console.hostkeys.forget(operator, host=known.address, port=console.ports[known.address])
    with pytest.raises(NotTrusted) as shown:
        async with console.reach.open(operator, known):
            pass
    other = await device(console, operator, "ams-edge-3")
    (wrong,) = await console.hostkeys.pinned(
        operator, host=other.address, port=console.ports[other.address]
    )
    swapped = replace(shown.value.key, key=wrong.key, fingerprint=wrong.fingerprint)
    await console.hostkeys.trust(operator, key=swapped)
    with pytest.raises(KeyChanged):
        async with console.reach.open(operator, known):
            pass
    alarms = await console.alarms.active(operator, device_id=console.ids["ams-edge-2"])
    assert [alarm.condition for alarm in alarms] == ["ssh-host-key-changed"]


@pytest.mark.parametrize(("platform", "why"), [("apc", "nobody has told"), ("", "unknown")])
async def test_without_a_way_nothing_is_opened(
    console: Console, operator: Actor, platform: str, why: str
) -> None:
    known = replace(await device(console, operator), platform=platform)
    with pytest.raises(Refused, match=why):
        async with console.reach.open(operator, known):
            pass


async def test_who_only_looks_cannot_write_whatever_is_asked(
    console: Console, operator: Actor, lab: Lab
) -> None:
    for name, lines in {
        "ams-edge-1": ("configure exclusive", "request system reboot", "commit"),
        "ams-edge-2": ("configure terminal", "reload in 10", "write memory", "frobnicate"),
        "ams-edge-3": ("configure terminal", "rollback configuration last 1"),
    }.items():
        async with console.reach.look(operator, await device(console, operator, name)) as session:
            assert await session.tree()
            for line in lines:
                with pytest.raises(Refused, match="who looks changes nothing"):
                    await session.ask(line)
            with pytest.raises(Refused):
                await session.ask_anyway(lines)
            with pytest.raises(Refused):
                await session.type(session.manner.begin)
    assert lab.world.settings.touched() == {}


async def test_every_question_of_a_dry_run_is_known_to_look() -> None:
    for name, manner in WAYS.items():
        driver = next(d for f in RULES.files.values() for d in f.drivers if d.name == name)
        asked = [driver.commands["config"], driver.commands.get("startup", ""), *driver.paging]
        if manner.image is not None:
            asked += [manner.image.free, manner.image.version]
        for line in filter(None, asked):
            assert judge(driver, line).verdict is Verdict.READS, (name, line)


async def test_a_refused_line_is_told_without_its_secret(console: Console, operator: Actor) -> None:
    async with console.reach.open(operator, await device(console, operator)) as session:
        with pytest.raises(Refused) as refused:
            await session.ask("snmp-server user bob grp v3 auth sha hunter2 priv aes 128 hunter3")
    assert "was refused" in str(refused.value) and "hunter" not in str(refused.value)


async def test_a_device_behind_two_jump_hosts_is_changed_through_them(
    console: Console, operator: Actor, tmp_path: Path
) -> None:
    (tmp_path / "outer").mkdir()
    (tmp_path / "inner").mkdir()
    with sshd(tmp_path / "outer") as outer, sshd(tmp_path / "inner") as inner:
        await lead_through(
            outer,
            inner,
            actor=operator,
            ways=console.ways,
            credentials=console.credentials,
            hostkeys=console.hostkeys,
            names="*-edge-2",
        )
        async with console.reach.open(operator, await device(console, operator)) as session:
            assert "Cisco IOS Software" in await session.ask("show version")
            await session.type(["configure terminal", "hostname behind", "end"])
        assert (outer.accepted, inner.accepted) == (1, 1)
        file = tmp_path / "image.bin"
        file.write_bytes(b"x" * 1000)
        there = await device(console, operator)
        await console.reach.put(
            operator, there, source=file, target="flash:/image.bin", told=lambda _: None
        )
        assert (outer.accepted, inner.accepted) == (2, 2)
        straight = await device(console, operator, "ams-edge-3")
        async with console.reach.open(operator, straight) as session:
            assert await session.ask("show version")
        assert (outer.accepted, inner.accepted) == (2, 2)
