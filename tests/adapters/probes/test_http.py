"""Pages against Python's own web server on loopback, in clear and over TLS."""

from __future__ import annotations

import ssl

import pytest

from noc_console.adapters.probes import http
from noc_console.kernel.errors import Unreachable
from noc_console.services.probes.model import ProbeState
from noc_console.services.probes.settings import HttpSettings
from tests.adapters.probes.pages import certificate, serving


async def at_home(name: str) -> str:
    """The resolver of these tests: knows two names."""
    known = {"localhost": "127.0.0.1", "public.example": "8.8.8.8"}
    if name not in known:
        raise Unreachable(f"{name} is not known to DNS", peer=name, reason="dns")
    return known[name]


@pytest.fixture(scope="module")
def site():
    with serving() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    file = certificate(tmp_path_factory.mktemp("tls"))
    with serving(file) as port:
        yield port, file


async def test_a_page_tells_its_status_and_phases(site):
    told = await http.get(f"{site}/hello?x=1", HttpSettings(text="/hello?x=1"), at_home)
    assert (told.state, told.sent, len(told.rtts_us)) == (ProbeState.WELL, 1, 1)
    assert {"connect", "first_byte"} <= told.phases_us.keys()
    assert "tls" not in told.phases_us
    assert ("Status", "200 OK") in told.facts


async def test_a_name_is_resolved_once_and_told_to_the_server(site):
    port = site.rpartition(":")[2]
    url = f"http://localhost:{port}/"
    told = await http.get(url, HttpSettings(text=f"You asked localhost:{port}"), at_home)
    assert told.state is ProbeState.WELL
    assert "name" in told.phases_us


@pytest.mark.parametrize(
    ("path", "settings", "reason"),
    [
        ("/broken", HttpSettings(), "status"),
        ("/", HttpSettings(status="201,300-302"), "status"),
        ("/", HttpSettings(text="another text"), "text"),
        ("/endless", HttpSettings(text="never there"), "text"),
    ],
)
async def test_a_page_that_is_not_as_it_should_be_is_wrong(site, path, settings, reason):
    told = await http.get(site + path, settings, at_home)
    assert (told.state, told.reason, told.lost) == (ProbeState.WRONG, reason, 0)


async def test_a_silent_page_ends_in_time(site):
    told = await http.get(f"{site}/silent", HttpSettings(timeout_s=0.5), at_home)
    assert (told.state, told.reason, told.lost) == (ProbeState.SILENT, "timeout", 1)
    assert "connect" in told.phases_us


async def test_nobody_there_and_no_such_name_are_told_apart():
    with serving() as port:
        pass
    told = await http.get(f"http://127.0.0.1:{port}/", HttpSettings(), at_home)
    assert (told.state, told.reason) == (ProbeState.SILENT, "refused")
    told = await http.get("http://nowhere.invalid/", HttpSettings(), at_home)
    assert (told.state, told.reason) == (ProbeState.SILENT, "dns")


async def test_redirects_are_followed_but_not_for_ever(site):
    told = await http.get(f"{site}/to//end", HttpSettings(text="for /end"), at_home)
    assert told.state is ProbeState.WELL
    far = site + "/to/" * 8
    told = await http.get(far, HttpSettings(redirects=False, status="302"), at_home)
    assert told.state is ProbeState.WELL
    told = await http.get(far, HttpSettings(), at_home)
    assert (told.state, told.reason) == (ProbeState.WRONG, "redirect")


async def test_a_redirect_to_another_kind_of_url_is_refused(site):
    told = await http.get(f"{site}/to/file:///etc/passwd", HttpSettings(), at_home)
    assert told.state is ProbeState.SILENT
    assert "file:///etc/passwd" in told.error


async def test_from_a_public_page_nobody_is_sent_to_a_private_address(site, monkeypatch):
    """A page on the internet must not make the collector ask its own network.

    No public server may be asked in a test: the loopback plays one, on its first look-up.
    """
    port = site.rpartition(":")[2]
    kept = http.ipaddress.ip_address

    class Public:
        is_global = True

    calls = {"n": 0}

    def first_is_public(text):
        calls["n"] += 1
        # The literal is looked at once to see that it is one, then to see whether it is public.
        return Public() if calls["n"] == 2 else kept(text)

    monkeypatch.setattr(http.ipaddress, "ip_address", first_is_public)
    url = f"http://127.0.0.1:{port}/to/http://127.0.0.1:{port}/inside?token=1"
    told = await http.get(url, HttpSettings(), at_home)
    assert (told.state, told.reason) == (ProbeState.WRONG, "redirect")
    assert "token" not in told.error
    calls["n"] = 0
    told = await http.get(url, HttpSettings(private_redirects=True), at_home)
    assert told.state is ProbeState.WELL


async def test_a_certificate_nobody_vouches_for_is_wrong_and_its_facts_are_told(secure):
    port, _ = secure
    told = await http.get(f"https://localhost:{port}/", HttpSettings(), at_home)
    assert (told.state, told.reason) == (ProbeState.WRONG, "certificate")
    assert "self-signed" in told.error
    facts = dict(told.facts)
    assert (facts["Certificate"], facts["Issued by"]) == ("localhost", "itself")
    assert told.expires_at is not None


async def test_a_probe_may_accept_a_self_signed_certificate(secure):
    port, _ = secure
    told = await http.get(f"https://localhost:{port}/", HttpSettings(trust_any=True), at_home)
    assert told.state is ProbeState.WELL
    assert {"name", "connect", "tls", "first_byte"} == told.phases_us.keys()
    assert dict(told.facts)["TLS"].startswith("TLSv1.")


async def test_a_certificate_of_a_known_authority_is_accepted_for_its_name_only(
    secure, monkeypatch
):
    port, file = secure
    kept = ssl.create_default_context
    monkeypatch.setattr(http.ssl, "create_default_context", lambda: kept(cafile=str(file)))
    told = await http.get(f"https://localhost:{port}/", HttpSettings(), at_home)
    assert told.state is ProbeState.WELL

    async def other(_name: str) -> str:
        return "127.0.0.1"

    told = await http.get(f"https://other.example:{port}/", HttpSettings(), other)
    assert (told.state, told.reason) == (ProbeState.WRONG, "certificate")


async def test_an_ended_certificate_is_told_with_its_date(tmp_path):
    file = certificate(tmp_path, days=-3)
    with serving(file) as port:
        told = await http.get(f"https://127.0.0.1:{port}/", HttpSettings(), at_home)
    assert told.reason == "certificate"
    assert told.expires_at is not None


async def test_a_server_that_speaks_no_http_is_no_crash():
    import asyncio

    async def talk(reader, writer):
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        told = await http.get(f"http://127.0.0.1:{port}/", HttpSettings(), at_home)
        assert (told.state, told.reason) == (ProbeState.SILENT, "malformed")
        told = await http.get(f"https://127.0.0.1:{port}/", HttpSettings(), at_home)
        assert (told.state, told.reason) == (ProbeState.SILENT, "tls")


@pytest.mark.parametrize(
    ("status", "wanted", "fits"),
    [
        (200, "200", True),
        (204, "200-299", True),
        (401, "200, 401", True),
        (404, "200-399", False),
        (200, "ok", False),
        (200, "", False),
        (200, "-", False),
    ],
)
def test_a_status_fits_numbers_and_ranges(status, wanted, fits):
    assert http.fits(status, wanted) is fits
