"""AWX by its interface; the peer is `tests.lab.awx`, which says why it is no real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from noc_console.adapters.jobs.awx import AwxClient
from noc_console.kernel.errors import AuthRejected, NotFound, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.jobs.model import ItemState
from noc_console.services.jobs.ports import AwxServer
from tests.lab.awx import TOKEN, Awx, awx


@pytest.fixture
def there() -> Iterator[Awx]:
    with awx() as made:
        yield made


@pytest.fixture
def server(there: Awx) -> AwxServer:
    return AwxServer(there.url, Secret(TOKEN))


async def test_all_templates_are_listed_page_by_page(server: AwxServer) -> None:
    found = await AwxClient().templates(server)
    assert len(found) == 230
    assert (found[0].name, found[1].asks_limit) == ("Template 001", False)


async def test_a_template_is_launched_followed_and_tells_of_its_hosts(server: AwxServer) -> None:
    client = AwxClient()
    number = await client.launch(
        server, template_id=1, variables='{"vlan": 7}', limit="core-1,edge-2"
    )
    seen, line, text = [], 0, ""
    while True:
        state = await client.state(server, job_id=number)
        part, line = await client.output(server, job_id=number, after_line=line)
        text += part
        seen.append(state.status)
        if state.is_over:
            break
    assert seen == ["running", "running", "successful"]
    assert text == "".join(f"line {n}\n" for n in range(6)), "each line once"
    assert state.is_good
    assert [(host, came) for host, came, _ in state.hosts] == [
        ("core-1", ItemState.CHANGED),
        ("edge-2", ItemState.FAILED),
    ]
    await client.cancel(server, job_id=number)  # it is over already: no error


async def test_a_job_is_cancelled(server: AwxServer) -> None:
    client = AwxClient()
    number = await client.launch(server, template_id=1, variables="", limit="")
    await client.cancel(server, job_id=number)
    state = await client.state(server, job_id=number)
    assert (state.status, state.is_over, state.is_good) == ("canceled", True, False)


async def test_a_template_that_would_run_everywhere_is_not_launched(
    server: AwxServer, there: Awx
) -> None:
    with pytest.raises(Refused, match="everywhere"):
        await AwxClient().launch(server, template_id=2, variables="", limit="core-1")
    with pytest.raises(Refused, match="no variables"):
        await AwxClient().launch(server, template_id=3, variables='{"a": 1}', limit="")
    assert there.jobs == {}


async def test_what_goes_wrong_is_said_and_the_token_is_not(there: Awx) -> None:
    client = AwxClient()
    with pytest.raises(AuthRejected) as refused:
        await client.templates(AwxServer(there.url, Secret("wrong-token-77")))
    assert "wrong-token-77" not in str(refused.value)
    with pytest.raises(NotFound):
        await client.state(AwxServer(there.url, Secret(TOKEN)), job_id=999)
    with pytest.raises(Unreachable):
        await client.templates(AwxServer("http://127.0.0.1:9", Secret(TOKEN)))


async def test_no_token_leaves_this_machine_without_tls() -> None:
    """A job kept from before the rule, too; 192.0.2.1 is nobody's (RFC 5737)."""
    with pytest.raises(Refused, match="does not cross a network in clear"):
        await AwxClient().templates(AwxServer("http://192.0.2.1", Secret(TOKEN)))
