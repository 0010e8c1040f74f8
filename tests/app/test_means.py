from __future__ import annotations

from noc_console.app.compose import Services


async def test_jobs_are_done_with_what_the_console_has(services: Services) -> None:
    means = services.job_means
    assert means.jobs is services.jobs
    assert means.credentials is services.credentials
    assert means.hostkeys is services.hostkeys
    assert await means.drivers("ios") is not None
    assert await means.drivers("nobody's") is None
    actor = services.identity.operator()
    assert await services.jobs.all(actor) == ()
