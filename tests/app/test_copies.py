"""Configurations as the console puts them together."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.app.compose import Services
from noc_console.services.configs.model import Fetched
from noc_console.services.inventory.model import Inspected


async def test_configurations_are_read_kept_and_written_by_one_set_of_services(
    services: Services,
) -> None:
    actor = services.identity.operator()
    assert await services.archive.overview(actor) == ()
    assert (await services.exports.policy(actor)).folder == ""
    assert (await services.backups.policy(actor)).write_credentials == ()
    assert await services.compliance.rules(actor) == ()


async def test_a_version_tells_who_had_the_device_elevated_when_the_device_tells_nobody(
    services: Services,
) -> None:
    actor = services.identity.operator()
    seen = Inspected("192.0.2.1", 161, datetime.now(UTC), "core-1")
    number = int(await services.inventory.record(actor, inspected=seen))
    await services.elevation.elevate(
        actor, device_id=number, name="core-1", reason="CHG-7", is_recorded=True
    )
    told = Fetched(number, datetime.now(UTC), "hostname x\n", "ios", "indented", "show run")
    (version,) = await services.backups.keep(actor, fetched=[told])
    assert version.who == actor.name
    assert version.how == f"elevated terminal of {actor.name} (CHG-7)"
