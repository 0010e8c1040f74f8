"""The listener against PyPI's `tacacs_plus`, a client nobody of us wrote, and against enemies."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
from tacacs_plus.accounting import TACACSAccountingStart
from tacacs_plus.client import TACACSClient
from tacacs_plus.flags import (
    TAC_PLUS_ACCT_FLAG_START,
    TAC_PLUS_ACCT_FLAG_STOP,
    TAC_PLUS_ACCT_FLAG_WATCHDOG,
)
from tacacs_plus.packet import TACACSHeader, TACACSPacket

from noc_console.adapters import tacacs
from noc_console.adapters.tacacs import AccountingListener, open_accounting
from noc_console.adapters.udp import Rate
from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret
from noc_console.services.accounting.model import Accounted, Known, Moment, Trouble
from noc_console.services.accounting.ports import Answer
from tests.conftest import FakeClock

KEY = "tac-lab-key"
COMMAND = [b"task_id=7", b"service=shell", b"priv-lvl=15", b"cmd=configure terminal <cr>"]


class Book:
    """Stands for the Bookkeeper, which is proved beside it: keeps at once, later, or never."""

    def __init__(self, *keys: str) -> None:
        self.device: Known | None = Known(7, "core", "ios", tuple(map(Secret, keys)))
        self.heard: list[Accounted] = []
        self.waiting: list[Answer] = []
        self.troubles: list[Trouble] = []
        self.keeps: bool | None = True

    def known(self, source: str) -> Known | None:
        return self.device

    def take(self, heard: Accounted, answer: Answer) -> None:
        self.heard.append(heard)
        if self.keeps is None:
            self.waiting.append(answer)
        else:
            answer(self.keeps)

    def refused(self, source: str, trouble: Trouble) -> None:
        assert source == "127.0.0.1"
        self.troubles.append(trouble)


@pytest.fixture
def book() -> Book:
    return Book("an older key", KEY)


@asynccontextmanager
async def listening(
    book: Book, clock: FakeClock, rate: Rate = tacacs.RATE
) -> AsyncIterator[AccountingListener]:
    async with (
        asyncio.timeout(60),
        open_accounting(book, clock=clock, bind="127.0.0.1", ports=(0,), rate=rate) as listener,
    ):
        yield listener


def client(listener: AccountingListener, key: str | None = KEY) -> TACACSClient:
    return TACACSClient("127.0.0.1", listener.port, key, timeout=20)


def request(session: int, *, single: bool = True, key: str = KEY, user: str = "mira") -> bytes:
    body = TACACSAccountingStart(user, 4, 6, 15, 1, COMMAND, "192.0.2.5", "tty2").packed
    header = TACACSHeader(0xC0, 3, session, len(body), flags=4 if single else 0)
    return bytes(TACACSPacket(header, body, key))


async def read_reply(reader: asyncio.StreamReader) -> tuple[TACACSHeader, bytes]:
    header = TACACSHeader.unpacked(await reader.readexactly(12))
    body = await reader.readexactly(header.length)
    return header, TACACSPacket(header, body, KEY).body


async def until_closed(listener: AccountingListener) -> None:
    while listener.open:
        await asyncio.sleep(0.01)


async def test_another_clients_accounting_is_heard_and_confirmed(
    book: Book, clock: FakeClock
) -> None:
    async with listening(book, clock) as listener:
        for flag in (
            TAC_PLUS_ACCT_FLAG_START,
            TAC_PLUS_ACCT_FLAG_STOP,
            TAC_PLUS_ACCT_FLAG_WATCHDOG,
        ):
            reply = await asyncio.to_thread(
                client(listener).account,
                "mira",
                flag,
                arguments=COMMAND,
                priv_lvl=1,
                rem_addr="192.0.2.5",
                port="tty2",
            )
            assert reply.valid and reply.server_msg == b""
        await until_closed(listener)
        assert listener.received == 3 and not listener.by_source
    assert [one.moment for one in book.heard] == [Moment.START, Moment.STOP, Moment.UPDATE]
    one = book.heard[0]
    assert (one.user, one.address, one.port, one.privilege, one.task) == (
        "mira", "192.0.2.5", "tty2", 15, "7",
    )  # fmt: skip
    assert (one.command, one.source, one.device_id) == ("configure terminal", "127.0.0.1", 7)
    assert one.received_at == clock.now() and book.troubles == []


async def test_what_is_not_kept_is_an_error_so_that_the_next_server_is_told(
    book: Book, clock: FakeClock
) -> None:
    book.keeps = False
    async with listening(book, clock) as listener:
        reply = await asyncio.to_thread(
            client(listener).account, "mira", TAC_PLUS_ACCT_FLAG_STOP, arguments=COMMAND
        )
    assert reply.error and not reply.valid


async def test_a_store_that_hangs_is_an_error_in_time(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tacacs, "ANSWER_S", 0.05)
    book.keeps = None
    async with listening(book, clock) as listener:
        reply = await asyncio.to_thread(
            client(listener).account, "mira", TAC_PLUS_ACCT_FLAG_STOP, arguments=COMMAND
        )
        assert reply.error and book.troubles == [Trouble.NOT_KEPT]
        await until_closed(listener)
        book.waiting[0](True)  # the device is gone: nobody is told, nothing falls


async def test_logins_and_rights_are_errors_not_refusals(book: Book, clock: FakeClock) -> None:
    async with listening(book, clock) as listener:
        login = await asyncio.to_thread(client(listener).authenticate, "mira", "s3cret")
        assert login.error and not login.invalid and not login.valid
        rights = await asyncio.to_thread(client(listener).authorize, "mira", [b"cmd=reload"])
        assert rights.error and rights.server_msg == tacacs.SAID.encode()
    assert book.heard == [] and book.troubles == [Trouble.NOT_ACCOUNTING] * 2


@pytest.mark.parametrize("key", ["another key", None])
async def test_another_key_or_none_is_not_answered(
    book: Book, clock: FakeClock, key: str | None
) -> None:
    async with listening(book, clock) as listener:
        sender = client(listener, key)
        if key is None:
            body = TACACSAccountingStart("mira", 4, 6, 15, 1, COMMAND).packed
            octets = bytes(TACACSPacket(TACACSHeader(0xC0, 3, 1, len(body), flags=1), body, None))
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(octets)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await read_reply(reader)
            writer.close()
        else:
            with pytest.raises((OSError, ValueError)):
                await asyncio.to_thread(sender.account, "mira", 4, arguments=COMMAND)
    assert book.heard == []
    assert book.troubles == [Trouble.OTHER_KEY if key else Trouble.CLEAR]


async def test_strangers_and_devices_without_a_key_are_let_go_at_once(
    book: Book, clock: FakeClock
) -> None:
    async with listening(book, clock) as listener:
        for device in (None, Known(7, "core", "ios")):
            book.device = device
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(request(1))
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await reader.readexactly(1)
            writer.close()
        assert not listener.open
    assert book.troubles == [Trouble.STRANGER, Trouble.NO_KEY] and book.heard == []


async def test_many_sessions_go_through_one_connection(book: Book, clock: FakeClock) -> None:
    book.keeps = None
    async with listening(book, clock) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        whole = b"".join(request(number) for number in range(1, 201))
        for at in range(0, len(whole), 97):  # cut anywhere
            writer.write(whole[at : at + 97])
        answered = 0
        while answered < 200:
            while not book.waiting:
                await asyncio.sleep(0.01)
            waiting, book.waiting = book.waiting, []
            assert len(waiting) <= tacacs.MOST_UNANSWERED, "the rest waits at the device"
            for answer in waiting[::-1]:
                answer(True)
            for _ in waiting:
                header, body = await read_reply(reader)
                assert header.flags == 4 and header.seq_no == 2 and body == b"\0\0\0\0\x01"
            answered += len(waiting)
        assert len(book.heard) == 200
        writer.close()
        await until_closed(listener)


async def test_answers_at_once_do_not_pile_up(book: Book, clock: FakeClock) -> None:
    """A full queue answers within the call: a thousand packets in one read are no recursion."""
    book.keeps = False
    async with listening(book, clock, Rate(per_s=1e6, burst=1e6)) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(request(9) * 1_500)
        for _ in range(1_500):
            await read_reply(reader)
        writer.close()
    assert len(book.heard) == 1_500


async def test_a_loud_device_waits_and_loses_nothing(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tacacs, "PAUSE_S", 0.005)
    async with listening(book, clock, Rate(per_s=500, burst=5)) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"".join(request(number) for number in range(1, 101)))
        await read_reply(reader)
        assert len(book.heard) < 100, "it is held back"
        for _ in range(99):
            await read_reply(reader)
        writer.close()
    assert len(book.heard) == 100


async def test_without_the_flag_a_connection_is_one_session(book: Book, clock: FakeClock) -> None:
    async with listening(book, clock) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(request(1, single=False) + request(2, single=False))
        header, _ = await read_reply(reader)
        assert header.session_id == 1 and header.flags == 0
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
        writer.close()
    assert len(book.heard) == 1


async def test_a_key_that_changes_while_a_connection_stands_is_the_one_that_counts(
    book: Book, clock: FakeClock
) -> None:
    async with listening(book, clock) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(request(1))
        await read_reply(reader)
        book.device = Known(7, "core", "ios", (Secret("the next key"),))
        writer.write(request(2))
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
        writer.close()
    assert book.troubles == [Trouble.OTHER_KEY] and len(book.heard) == 1


@pytest.mark.parametrize("said", [b"", b"\xc0\x03\x01", request(1)[:40]])
async def test_who_sends_no_whole_packet_is_not_waited_for(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(tacacs, "PACKET_S", 0.1)
    async with listening(book, clock) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(said)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
        writer.close()
        await until_closed(listener)


async def test_octet_by_octet_is_not_for_ever(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tacacs, "PACKET_S", 0.2)
    async with listening(book, clock) as listener:
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        sent = 0
        while not listener.open:
            await asyncio.sleep(0.01)
        for octet in request(1):
            if not listener.open:
                break
            writer.write(bytes((octet,)))
            sent += 1
            await asyncio.sleep(0.02)
        assert sent < len(request(1))
        writer.close()
    assert book.heard == []


async def test_one_device_and_all_of_them_have_so_many_connections(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tacacs, "MOST_OF_ONE", 2)
    async with listening(book, clock) as listener:
        held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
        writer.close()
        assert book.troubles == [Trouble.TOO_MANY] and len(listener.open) == 2
        for _, each in held:
            each.close()
        await until_closed(listener)


async def test_any_mutated_packet_leaves_the_listener_as_it_was(
    book: Book, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tacacs, "PACKET_S", 0.3)
    chance = Random(8907)
    async with listening(book, clock, Rate(per_s=1e6, burst=1e6)) as listener:
        for _ in range(150):
            packet = bytearray(request(1, single=chance.random() < 0.5))
            for _ in range(chance.randint(1, 5)):
                packet[chance.randrange(len(packet))] = chance.randrange(256)
            _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(bytes(packet[: chance.randint(1, len(packet))]))
            writer.close()
        await until_closed(listener)
        reply = await asyncio.to_thread(client(listener).account, "tom", 4, arguments=COMMAND)
        assert reply.valid and book.heard[-1].user == "tom"
    assert Trouble.MALFORMED in book.troubles and Trouble.OTHER_KEY in book.troubles


async def test_a_request_that_means_nothing_is_an_error(book: Book, clock: FakeClock) -> None:
    async with listening(book, clock) as listener:
        reply = await asyncio.to_thread(client(listener).account, "mira", 6, arguments=COMMAND)
    assert reply.error and b"flags 0x06" in reply.server_msg
    assert book.troubles == [Trouble.MALFORMED] and book.heard == []


async def test_a_port_that_is_taken_is_passed_over_and_said_when_it_is_the_last(
    book: Book, clock: FakeClock
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with open_accounting(
            book, clock=clock, bind="127.0.0.1", ports=(port, 0)
        ) as listener:
            assert listener.port != port
        with pytest.raises(Broken, match=f"TCP port {port}"):
            async with open_accounting(book, clock=clock, bind="127.0.0.1", ports=(port,)):
                pass
