from __future__ import annotations

import ipaddress
import logging
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from noc_console.adapters.notify.http import Answer, ask, check, clean, is_off_limits, retry_after
from noc_console.kernel.secret import Secret
from noc_console.services.notify.ports import NotSent
from noc_console.services.notify.settings import WebhookSettings
from tests.adapters.notify.services import Reply, serving

QUICK = WebhookSettings(timeout_s=1.0)


async def test_an_answer_is_told_with_its_status_and_headers(service):
    service.usual = Reply(202, b"taken", {"X-Request-Id": "42"})
    answer = await ask("POST", Secret(f"{service.url}/in?k=1"), QUICK, content=b"hello")
    assert (answer.status, answer.text, answer.headers["x-request-id"]) == (202, "taken", "42")
    (request,) = service.requests
    assert (request.method, request.path, request.body) == ("POST", "/in?k=1", b"hello")
    assert request.headers["Host"] == f"127.0.0.1:{service.server_address[1]}"


async def test_a_slow_loris_is_left_within_the_time_out(service):
    service.usual = Reply(drips=True)
    with pytest.raises(NotSent, match=r"no answer within 0\.3 s"):
        await ask("GET", Secret(service.url), WebhookSettings(timeout_s=0.3))


async def test_who_hangs_up_is_told_and_nobody_there_is_told(service):
    service.usual = Reply(hangs_up=True)
    with pytest.raises(NotSent, match="hung up"):
        await ask("GET", Secret(service.url), QUICK)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(NotSent, match="no connection"):
            await ask("GET", Secret(f"http://127.0.0.1:{port}/s3cret-path"), QUICK)


async def test_a_certificate_nobody_vouches_for_is_refused_unless_it_is_ours(certified):
    file, authority = certified
    with serving(file) as service:
        with pytest.raises(NotSent, match="certificate is not trusted"):
            await ask("GET", Secret(service.url), QUICK)
        assert service.requests == []
        trusting = WebhookSettings(timeout_s=5.0, ca=authority)
        assert (await ask("GET", Secret(service.url), trusting)).status == 200
        named = service.url.replace("127.0.0.1", "localhost")
        assert (await ask("GET", Secret(named), trusting)).status == 200
        careless = WebhookSettings(timeout_s=5.0, verify=False)
        assert (await ask("GET", Secret(service.url), careless)).status == 200
    with pytest.raises(NotSent, match="no PEM text"):
        await ask("GET", Secret("https://127.0.0.1:1"), WebhookSettings(ca="nonsense"))


async def test_a_name_whose_certificate_is_another_s_is_refused(certified, monkeypatch):
    file, authority = certified
    with serving(file) as service:
        port = service.server_address[1]
        # A name that leads here; no resolver of this machine knows one beside localhost.
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more)
        )
        with pytest.raises(NotSent, match="certificate is not trusted"):
            await ask(
                "GET",
                Secret(f"https://hooks.example.test:{port}/"),
                WebhookSettings(timeout_s=5.0, ca=authority),
            )


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "0.0.0.0", "100.100.100.200"],
)
async def test_link_local_and_metadata_addresses_are_refused_before_anything_is_sent(host):
    with pytest.raises(NotSent, match="link-local or metadata") as refused:
        await ask("GET", Secret(f"http://{host}/latest/meta-data"), QUICK)
    assert refused.value.is_final
    with pytest.raises(NotSent, match="link-local or metadata"):
        proxied = WebhookSettings(timeout_s=1.0, proxy="http://127.0.0.1:1")
        await ask("GET", Secret(f"http://{host}/latest/meta-data"), proxied)


def test_what_is_off_limits_and_what_is_not():
    off = ("169.254.1.1", "fe80::1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "fd00:ec2::254",
           "224.0.0.1", "::")  # fmt: skip
    assert all(is_off_limits(ipaddress.ip_address(each)) for each in off)
    fine = ("127.0.0.1", "10.0.0.1", "192.168.1.1", "fd00::1", "::1", "8.8.8.8", "64:ff9b::808:808")
    assert not any(is_off_limits(ipaddress.ip_address(each)) for each in fine)


async def test_a_proxy_is_asked_with_the_whole_address(service):
    through = WebhookSettings(timeout_s=2.0, proxy=service.url)
    answer = await ask("POST", Secret("http://gateway.example.test/x"), through, content=b"1")
    assert answer.status == 200
    assert service.requests[0].path == "http://gateway.example.test/x"


async def test_an_endless_answer_is_read_up_to_a_limit(service):
    service.usual = Reply(body=b"x" * 300_000)
    answer = await ask("GET", Secret(service.url), WebhookSettings(timeout_s=5.0))
    assert len(answer.body) == 64 << 10


def test_what_each_status_means():
    def of(status, **headers):
        with pytest.raises(NotSent) as raised:
            check(Answer(status, headers, b"because"))
        return raised.value

    check(Answer(204, {}, b""))
    assert of(410).is_gone and of(410).is_final
    assert of(429, **{"retry-after": "7"}).retry_after_s == 7
    assert of(429).retry_after_s == 60 and of(429).is_ours
    assert of(503, **{"retry-after": "9"}).retry_after_s == 9
    assert of(503).retry_after_s is None and not of(503).is_final
    assert of(400).is_final and of(400).is_ours
    assert not of(401).is_final and not of(500).is_final and not of(404).is_final
    assert "redirects" in str(of(302))
    assert str(of(500)) == "HTTP 500: because"


def test_retry_after_is_a_number_or_a_date_or_nothing():
    assert retry_after("120") == 120
    at = datetime.now(UTC) + timedelta(seconds=100)
    assert 90 < (retry_after(format_datetime(at, usegmt=True)) or 0) <= 100
    past = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
    assert retry_after(past) == 0
    for nonsense in ("", "soon", "-5", "9" * 30, "٣"):
        assert retry_after(nonsense) is None


async def test_no_secret_is_in_an_error_or_a_log(service, caplog):
    caplog.set_level(logging.DEBUG)
    token = "T0KENT0KENT0KEN"
    service.usual = Reply(500, f"cannot POST /services/{token}".encode())
    url = Secret(f"{service.url}/services/{token}")
    answer = await ask("POST", url, QUICK, content=b"x")
    with pytest.raises(NotSent) as raised:
        check(answer, (url,))
    assert token not in str(raised.value) and "•••" in str(raised.value)
    shown = [record.getMessage() for record in caplog.records if record.levelno >= logging.INFO]
    assert not any(token in each for each in shown)


def test_a_foreign_text_is_short_and_on_one_line():
    text = clean("one\r\ntwo\x1b[31m" + "x" * 500, ())
    assert "\n" not in text and "\x1b" not in text and len(text) < 180
