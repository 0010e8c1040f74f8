from __future__ import annotations

from noc_console.app.compose import Services
from noc_console.app.means import make_jumps


async def test_jobs_are_done_with_what_the_console_has(services: Services) -> None:
    means = services.job_means
    assert means.jobs is services.jobs
    assert means.credentials is services.credentials
    assert means.ways is services.ways
    assert await means.drivers("ios") is not None
    assert await means.drivers("nobody's") is None
    actor = services.identity.operator()
    assert await services.jobs.all(actor) == ()


async def test_old_ssh_allowed_at_a_terminal_holds_for_programs(services: Services) -> None:
    may_be_old, actor = make_jumps(services.ways).may_be_old, services.identity.operator()
    assert not await may_be_old("192.0.2.7", 22)
    await services.ways.allow_legacy(actor, host="192.0.2.7", reason="no newer firmware")
    assert await may_be_old("192.0.2.7", 22) and not await may_be_old("192.0.2.7", 2222)
    await services.ways.forbid_legacy(actor, host="192.0.2.7")
    assert not await may_be_old("192.0.2.7", 22)
