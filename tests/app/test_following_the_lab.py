from __future__ import annotations

import asyncio
import socket

import pytest

from noc_console.app.compose import Services
from noc_console.app.following import FOLLOWED, follow_discovery
from noc_console.lab.run import Lab
from noc_console.services.discovery.model import RunState


async def test_the_command_line_does_the_search_itself_and_tells_how_it_ended(
    services: Services, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    actor = services.identity.operator()
    run = await services.discovery.start(actor, seed=lab.seeds[:1], community=("public",))
    ended = await follow_discovery(services, run)
    assert (ended.state, ended.found) == (RunState.DONE, len(lab.plan.devices))
    said = capsys.readouterr()
    assert "done: 6 devices found, 0 left" in said.err
    assert said.out == "", "standard output is for the answer"


async def test_an_interrupted_search_is_cancelled(services: Services) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        actor = services.identity.operator()
        seed = f"127.0.0.1:{silent.getsockname()[1]}"
        run = await services.discovery.start(actor, seed=(seed,), community=("public",))
        following = asyncio.get_running_loop().create_task(follow_discovery(services, run))
        while (await services.discovery.status(actor, run_id=run.id)).state is RunState.WAITING:
            await asyncio.sleep(0.02)
        following.cancel()
        await asyncio.wait({following})
    assert following.cancelled()
    now = await services.discovery.status(actor, run_id=run.id)
    assert now.state is RunState.CANCELLED


async def test_what_is_followed_is_an_operation(services: Services) -> None:
    assert set(FOLLOWED) <= set(services.operations())
