"""Files that devices send by TFTP: taken from whom they were asked of, and nobody else."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from noc_console.adapters import tftp
from noc_console.adapters.tftp import TftpShelf, address_towards, requested
from noc_console.kernel.errors import Refused
from tests.lab.snmpd import free_udp_port

DEVICE = "127.0.0.1"
BLOCK = b"x" * 512


def write(name: str, *options: bytes) -> bytes:
    return b"\0\2" + b"\0".join([name.encode(), b"octet", *options, b""])


def data(number: int, content: bytes) -> bytes:
    return b"\0\3" + number.to_bytes(2) + content


def ack(number: int) -> bytes:
    return b"\0\4" + number.to_bytes(2)


@pytest.fixture
def shelf() -> TftpShelf:
    return TftpShelf(port=free_udp_port(), bind=DEVICE)


async def test_a_file_comes_in_blocks_and_what_is_sent_twice_is_taken_once(
    shelf: TftpShelf,
) -> None:
    async with shelf.expecting(DEVICE) as upload:
        assert shelf.heard(write(upload.name), DEVICE, 4_000) == ack(0)
        assert shelf.heard(write(upload.name), DEVICE, 4_000) == ack(0)
        assert shelf.heard(data(1, BLOCK), DEVICE, 4_000) == ack(1)
        assert shelf.heard(data(1, BLOCK), DEVICE, 4_000) == ack(1)
        assert shelf.heard(data(3, BLOCK), DEVICE, 4_000) == b""
        assert shelf.heard(data(2, b"end"), DEVICE, 4_000) == ack(2)
        assert shelf.heard(data(2, b"end"), DEVICE, 4_000) == ack(2)
        assert upload.body.result() == BLOCK + b"end"


async def test_only_the_announced_name_from_the_device_is_answered(shelf: TftpShelf) -> None:
    async with shelf.expecting(DEVICE) as upload:
        assert shelf.heard(write("startup.cfg"), DEVICE, 4_000) == b""
        assert shelf.heard(write(upload.name), "127.0.0.9", 4_000) == b""
        assert shelf.heard(data(1, b"never asked"), DEVICE, 4_000) == b""
        assert shelf.heard(b"\0\1" + write(upload.name)[2:], DEVICE, 4_000) == b""
        shelf.heard(write(upload.name), DEVICE, 4_000)
        assert shelf.heard(data(1, b"from another port"), DEVICE, 4_001) == b""
        assert not upload.body.done()


async def test_an_attempt_from_another_port_begins_anew(shelf: TftpShelf) -> None:
    async with shelf.expecting(DEVICE) as upload:
        shelf.heard(write(upload.name), DEVICE, 4_000)
        shelf.heard(data(1, BLOCK), DEVICE, 4_000)
        assert shelf.heard(write("/" + upload.name), DEVICE, 4_001) == ack(0)
        assert shelf.heard(data(1, b"short"), DEVICE, 4_001) == ack(1)
        assert upload.body.result() == b"short"


async def test_what_is_too_large_is_refused_and_not_kept(
    shelf: TftpShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tftp, "LARGEST", 600)
    async with shelf.expecting(DEVICE) as upload:
        shelf.heard(write(upload.name), DEVICE, 4_000)
        shelf.heard(data(1, BLOCK), DEVICE, 4_000)
        assert shelf.heard(data(2, BLOCK), DEVICE, 4_000).startswith(b"\0\5\0\3")
        assert upload.is_too_large and not upload.parts and not upload.body.done()
        assert shelf.heard(data(3, BLOCK), DEVICE, 4_000) == b""


@pytest.mark.parametrize(
    ("asked", "block"),
    [(b"1024", 1_024), (b"65464", tftp.LARGEST_BLOCK), (b"7", 512), (b"-1", 512), (b"", 512)],
)
def test_larger_blocks_are_agreed_to_within_one_packet(asked: bytes, block: int) -> None:
    request = requested(write("a.cfg", b"BLKSIZE", asked, b"tsize", b"0"))
    assert request is not None and request.block == block
    assert request.answer == (ack(0) if block == 512 else b"\0\6blksize\0%d\0" % block)


@pytest.mark.parametrize(
    "packet",
    [b"", b"\0\2", b"\0\2a.cfg\0mail\0", b"\0\2a.cfg\0octet", b"\0\2" + b"\0" * 600, b"\0\2\0\0"],
)
async def test_rubbish_is_no_request_and_ends_nothing(packet: bytes, shelf: TftpShelf) -> None:
    assert requested(packet) is None
    async with shelf.expecting(DEVICE):
        assert shelf.heard(packet, DEVICE, 4_000) == b""


async def test_the_port_is_open_only_while_a_file_is_expected(shelf: TftpShelf) -> None:
    assert not shelf.is_listening
    for _ in range(3):
        async with shelf.expecting(DEVICE) as one, shelf.expecting(DEVICE) as other:
            assert shelf.is_listening and one.name != other.name
        assert not shelf.is_listening


async def test_a_port_that_somebody_else_has_is_said(shelf: TftpShelf) -> None:
    other = TftpShelf(port=shelf._port, bind=DEVICE)
    async with shelf.expecting(DEVICE):
        with pytest.raises(Refused, match="another TFTP server"):
            async with other.expecting(DEVICE):
                pytest.fail("there were two on one port")


@pytest.mark.parametrize("options", [(), ("--tftp-blksize", "1024")])
async def test_curl_sends_a_file(
    shelf: TftpShelf, tmp_path: Path, options: tuple[str, ...]
) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    text = b"hostname edge-1\n" * 1_000
    (tmp_path / "file").write_bytes(text)
    async with shelf.expecting(DEVICE) as upload:
        process = await asyncio.create_subprocess_exec(
            curl, "-sS", *options, "-T", str(tmp_path / "file"),
            f"tftp://{DEVICE}:{shelf._port}/{upload.name}",
        )  # fmt: skip
        try:
            async with asyncio.timeout(20):
                assert await upload.body == text
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()


def test_our_address_is_the_one_on_the_way_to_the_device() -> None:
    assert address_towards("127.0.0.1") == "127.0.0.1"
    with pytest.raises(Refused):
        address_towards("2001:db8::1")
