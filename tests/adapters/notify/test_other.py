from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from noc_console.adapters.notify.other import other, threads
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import Line, NotSent
from noc_console.services.notify.settings import APPRISE_SCHEMES, AppriseSettings, ChannelKind
from tests.adapters.notify.services import Reply


@pytest.fixture(scope="module")
def runner():
    made = threads()
    yield made
    made.shutdown(wait=True)


def line(url, **settings):
    return Line(ChannelKind.APPRISE, AppriseSettings(**settings), Secret(url))


async def test_a_service_on_the_list_is_reached(service, message, runner):
    url = service.url.replace("http://", "ntfy://") + "/noc-topic"
    service.usual = Reply(body=b'{"id":"x"}', headers={"Content-Type": "application/json"})
    assert (await other(line(url), message, runner)).accepted == "accepted"
    assert "core-1" in service.requests[0].body.decode()


async def test_what_it_says_of_a_failure_is_told_without_the_secret(service, message, runner):
    service.usual = Reply(500, b"{}")
    url = service.url.replace("http://", "gotify://") + "/s3cr3tT0ken"
    with pytest.raises(NotSent, match="did not take it") as raised:
        await other(line(url), message, runner)
    assert "s3cr3tT0ken" not in str(raised.value)


@pytest.mark.parametrize(
    "scheme",
    ["json", "xml", "form", "syslog", "dbus", "exec", "file", "windows", "apprise", "mailto"],
)
async def test_what_is_not_on_the_list_is_refused_before_apprise_sees_it(
    scheme, service, message, runner
):
    url = service.url.replace("http://", f"{scheme}://")
    with pytest.raises(NotSent, match="not among the services allowed") as raised:
        await other(line(url), message, runner)
    assert raised.value.is_final and service.requests == []


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]:80"])
async def test_the_metadata_service_of_a_cloud_is_not_reached(host, message, runner):
    with pytest.raises(NotSent, match="link-local or metadata") as raised:
        await other(line(f"gotify://{host}/s3cr3tT0ken"), message, runner)
    assert raised.value.is_final


async def test_a_redirect_is_not_followed(service, message, runner):
    service.usual = Reply(307, b"", headers={"Location": f"{service.url}/elsewhere"})
    url = service.url.replace("http://", "gotify://") + "/s3cr3tT0ken"
    with pytest.raises(NotSent, match="did not take it"):
        await other(line(url), message, runner)
    assert len(service.requests) == 1


async def test_a_service_that_hangs_is_left(service, message, runner):
    service.usual = Reply(drips=True)
    url = service.url.replace("http://", "ntfy://") + "/topic"
    with pytest.raises(NotSent, match="no answer within"):
        await other(line(url, timeout_s=0.3), message, runner)


async def test_an_address_it_cannot_read_is_told(message, runner):
    with pytest.raises(NotSent, match="does not understand"):
        await other(line("discord://"), replace(message), runner)


def test_every_scheme_on_the_list_is_one_that_apprise_knows():
    import apprise

    known = set()
    for each in apprise.Apprise().details()["schemas"]:
        known |= set(each["protocols"] or ()) | set(each["secure_protocols"] or ())
    assert known >= APPRISE_SCHEMES


def test_apprise_is_not_imported_before_it_is_needed():
    code = "import sys, noc_console.adapters.notify.senders; assert 'apprise' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
