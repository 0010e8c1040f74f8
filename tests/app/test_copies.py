"""Configurations as the console puts them together."""

from __future__ import annotations

from noc_console.app.compose import Services


async def test_configurations_are_read_kept_and_written_by_one_set_of_services(
    services: Services,
) -> None:
    actor = services.identity.operator()
    assert await services.archive.overview(actor) == ()
    assert (await services.exports.policy(actor)).folder == ""
    assert (await services.backups.policy(actor)).write_credentials == ()
    assert await services.compliance.rules(actor) == ()
