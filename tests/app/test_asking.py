"""Reaching devices by what people call them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.app.asking import open_phone
from noc_console.app.compose import open_services
from noc_console.app.config import Config
from noc_console.kernel.errors import Invalid, NotFound, Unreachable
from noc_console.kernel.events import EventBus
from noc_console.lab.run import Lab
from noc_console.services.credentials.model import CredentialKind


async def test_a_typed_community_needs_no_store(config: Config, lab: Lab) -> None:
    device = next(iter(lab.plan.devices.values()))
    nowhere = replace(config, store="sqlite:////nowhere/at/all.db")
    async with open_phone(nowhere, communities=("wrong", "public")) as phone:
        target = await phone.target(f"{device.address}:{device.snmp_port}")
    assert target.credential.community.reveal() == "public"
    assert (target.address, target.port) == (device.address, device.snmp_port)


async def test_a_device_of_the_inventory_is_called_by_its_name(config: Config, lab: Lab) -> None:
    device = next(iter(lab.plan.devices.values()))
    async with open_services(config, bus=EventBus()) as services:
        actor = services.identity.operator()
        for community in ("other", "public"):
            await services.credentials.add_snmp(
                actor, name=community, kind=CredentialKind.SNMP_V2C, community=community
            )
        run = await services.discovery.start(
            actor, seed=(f"{device.address}:{device.snmp_port}",), depth=0
        )
        await services.discovery_worker(actor).work(run.id)
    async with open_phone(config) as phone:
        target = await phone.target(device.name)
        assert target.credential.community.reveal() == "public"
        assert (target.address, target.port) == (device.address, device.snmp_port)
        with pytest.raises(Unreachable):
            await phone.target("127.20.250.250:9")


async def test_what_is_no_name_of_a_device_says_so(config: Config) -> None:
    async with open_phone(config, communities=("public",)) as phone:
        with pytest.raises(Invalid):
            await phone.target("no such thing!")
    async with open_phone(config) as phone:
        with pytest.raises((Invalid, NotFound)) as caught:
            await phone.target("127.0.0.1")
    assert "--community" in str(caught.value)
