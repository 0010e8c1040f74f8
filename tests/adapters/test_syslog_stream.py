from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from noc_console.adapters import syslog_stream
from noc_console.adapters.syslog_stream import open_syslog_stream, tls_context
from noc_console.adapters.udp import Rate
from noc_console.kernel.errors import Broken
from noc_console.services.detection.events.model import Trust
from noc_console.services.intake.model import LogLine
from tests.conftest import FakeClock


async def until(heard: list[LogLine], count: int) -> None:
    async with asyncio.timeout(20):
        while len(heard) < count:
            await asyncio.sleep(0.01)


async def test_both_framings_of_rfc_6587_are_heard(clock: FakeClock) -> None:
    heard: list[LogLine] = []
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as listener:
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"<187>Mar  1 00:00:00 core1 rpd[9]: BGP down\n9 <13>a\nb c<14>last")
        await until(heard, 2)
        writer.close()
        await until(heard, 3)
        assert listener.received == 3
        async with asyncio.timeout(10):
            while listener.open:
                await asyncio.sleep(0.01)
    assert [line.text for line in heard] == ["BGP down", "a␊b c", "last"]
    assert (heard[0].app, heard[0].source) == ("rpd", "127.0.0.1")


@pytest.mark.skipif(shutil.which("logger") is None, reason="util-linux' logger is not installed")
async def test_loggers_lines_arrive(clock: FakeClock) -> None:
    """A client nobody of us wrote."""
    heard: list[LogLine] = []
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as listener:
        for counted in ((), ("--octet-count",)):
            command = ("logger", "-T", "-n", "127.0.0.1", "-P", str(listener.port), *counted)
            process = await asyncio.create_subprocess_exec(
                *command, "--rfc5424=notime,nohost", "-p", "local7.err", "-t", "noc", "link down"
            )
            assert await process.wait() == 0
        await until(heard, 2)
    assert {line.trust for line in heard} == {Trust.CONNECTED}
    assert {(line.text, line.facility, line.severity, line.app) for line in heard} == {
        ("link down", 23, 3, "noc")
    }


async def test_a_loud_stream_waits_and_loses_nothing(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syslog_stream, "PAUSE_S", 0.005)
    heard: list[LogLine] = []
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,), rate=Rate(per_s=2_000, burst=10)
    ) as listener:
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"".join(b"<13>line %d\n" % n for n in range(500)))
        await until(heard, 11)
        assert len(heard) < 500, "it is held back"
        await until(heard, 500)
        writer.close()
    assert [line.text for line in heard] == [f"line {n}" for n in range(500)]


async def test_one_source_cannot_take_all_connections_and_nonsense_ends_one(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syslog_stream, "MOST_OF_ONE", 2)
    heard: list[LogLine] = []
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as listener:
        streams = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(3)]
        async with asyncio.timeout(10):
            while not listener.refused:
                await asyncio.sleep(0.01)
        streams[0][1].write(b"999999 x")
        async with asyncio.timeout(10):
            assert await streams[0][0].read() == b""
        streams[1][1].write(b"<13>still here\n")
        await until(heard, 1)
        assert listener.drops() == {"connection refused": 1, "malformed": 1}
        for _, writer in streams:
            writer.close()


async def test_a_silent_connection_is_closed(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syslog_stream, "IDLE_S", 0.05)
    async with open_syslog_stream(
        lambda line: None, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_no_free_port_is_a_broken_set_up(clock: FakeClock) -> None:
    async with open_syslog_stream(
        lambda line: None, clock=clock, bind="127.0.0.1", ports=(0,)
    ) as taken:
        with pytest.raises(Broken, match=str(taken.port)):
            async with open_syslog_stream(
                lambda line: None, clock=clock, bind="127.0.0.1", ports=(taken.port,)
            ):
                pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a self-made certificate and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


async def test_lines_come_over_tls_from_openssl(clock: FakeClock, certificate: Path) -> None:
    """RFC 5425: counted octets within TLS."""
    heard: list[LogLine] = []
    context = tls_context(certificate / "cert.pem", certificate / "key.pem")
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,), tls=context
    ) as listener:
        process = await asyncio.create_subprocess_exec(
            *("openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{listener.port}"),
            *("-CAfile", str(certificate / "cert.pem"), "-verify_return_error"),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        told = b"<165>1 2026-03-01T00:00:00Z mx1 mgd 7 UI_COMMIT - configuration committed"
        process.stdin.write(str(len(told)).encode() + b" " + told)
        await process.stdin.drain()
        await until(heard, 1)
        process.kill()
        await process.wait()
    assert (heard[0].text, heard[0].message_id) == ("configuration committed", "UI_COMMIT")
    assert heard[0].trust is Trust.CONNECTED, "a secret way, and yet anybody's word"


async def test_with_authorities_only_who_shows_a_certificate_is_heard(
    clock: FakeClock, certificate: Path
) -> None:
    heard: list[LogLine] = []
    pem, key = certificate / "cert.pem", certificate / "key.pem"
    context = tls_context(pem, key, pem)
    async with open_syslog_stream(
        heard.append, clock=clock, bind="127.0.0.1", ports=(0,), tls=context
    ) as listener:
        client = ssl.create_default_context(cafile=pem)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=client)
        writer.write(b"<13>nobody\n")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with asyncio.timeout(10):
                if await reader.read() == b"":
                    raise ConnectionResetError
        writer.close()
        client.load_cert_chain(pem, key)
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=client)
        writer.write(b"<13>known\n")
        await until(heard, 1)
        writer.close()
    assert [(line.text, line.trust) for line in heard] == [("known", Trust.AUTHENTIC)]


def test_files_that_are_no_certificate_are_a_broken_set_up(certificate: Path) -> None:
    with pytest.raises(Broken, match="certificate"):
        tls_context(certificate / "key.pem", certificate / "key.pem")
    with pytest.raises(Broken, match="No such file"):
        tls_context(certificate / "none.pem", certificate / "key.pem")
