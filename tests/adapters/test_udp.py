import asyncio
import socket

import pytest

from noc_console.adapters.udp import Guard, Rate, open_listener, widen
from noc_console.kernel.errors import Broken


def sender(address="127.0.0.1"):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 0))
    sock.setblocking(False)
    return sock


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def test_a_source_has_its_burst_and_then_its_rate():
    guard = Guard(Rate(per_s=10, burst=5))
    assert [guard.allows("a", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert guard.allows("b", 0.0)
    assert [guard.allows("a", 0.25) for _ in range(3)] == [True, True, False]
    assert [guard.allows("a", 100.0) for _ in range(6)] == [True] * 5 + [False]


def test_a_forger_of_addresses_fills_no_memory():
    guard = Guard(Rate(), max_sources=100)
    for n in range(10_000):
        guard.allows(str(n), 0.0)
    assert len(guard._buckets) == 100


async def test_what_is_received_is_handed_over_and_replies_go_back():
    heard = []

    def handle(data, source):
        heard.append((data, source))
        return data.upper() if data == b"ping" else None

    with sender() as sock:
        async with open_listener(handle, bind="127.0.0.1", ports=[0]) as listener:
            sock.sendto(b"ping", ("127.0.0.1", listener.port))
            sock.sendto(b"quiet", ("127.0.0.1", listener.port))
            await until(lambda: len(heard) == 2)
            loop = asyncio.get_running_loop()
            assert await loop.sock_recv(sock, 100) == b"PING"
            assert listener.received == 2
    assert heard == [(b"ping", "127.0.0.1"), (b"quiet", "127.0.0.1")]


async def test_one_loud_source_does_not_silence_another():
    heard = []
    rate = Rate(per_s=1, burst=10)
    with sender() as loud, sender("127.0.0.2") as quiet:
        async with open_listener(
            lambda data, source: heard.append(source), bind="0.0.0.0", ports=[0], rate=rate
        ) as listener:
            for _ in range(300):
                loud.sendto(b"x", ("127.0.0.1", listener.port))
            quiet.sendto(b"x", ("127.0.0.1", listener.port))
            await until(lambda: "127.0.0.2" in heard)
            assert 10 <= heard.count("127.0.0.1") <= 20
            assert listener.throttled >= 280


async def test_a_burst_of_five_thousand_is_not_lost():
    count = 0

    def handle(data, source):
        nonlocal count
        count += 1

    rate = Rate(per_s=1e6, burst=1e6)
    with sender() as sock:
        async with open_listener(handle, bind="127.0.0.1", ports=[0], rate=rate) as listener:
            widened = listener._sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
            burst = min(5_000, widened // 1024)  # what this machine's limit allows
            for _ in range(burst):
                sock.sendto(b"x" * 150, ("127.0.0.1", listener.port))
            await until(lambda: count + listener.lost >= burst)
            assert (count, listener.lost) == (burst, 0)


async def test_what_the_kernel_dropped_is_known():
    with sender() as sock:
        async with open_listener(
            lambda data, source: None, bind="127.0.0.1", ports=[0]
        ) as listener:
            assert listener.lost == 0
            listener._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            for _ in range(500):
                sock.sendto(b"x" * 500, ("127.0.0.1", listener.port))
            assert listener.lost > 300


async def test_the_first_free_port_of_the_list_is_taken():
    with sender() as taken:
        port = taken.getsockname()[1]
        async with open_listener(
            lambda data, source: None, bind="127.0.0.1", ports=[port, 0]
        ) as listener:
            assert listener.port not in (0, port)


async def test_no_free_port_is_a_broken_set_up():
    with sender() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Broken, match=str(port)):
            async with open_listener(lambda data, source: None, bind="127.0.0.1", ports=[port]):
                pass


def test_a_buffer_only_ever_grows():
    with sender() as sock:
        before = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        widen(sock)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= before


class NoReaders(asyncio.SelectorEventLoop):
    """Stands for Windows' proactor loop, which has no add_reader (it cannot run here)."""

    def add_reader(self, fd, callback, *args):
        raise NotImplementedError


def test_a_loop_without_add_reader_listens_through_an_endpoint():
    async def talk():
        with sender() as sock:
            async with open_listener(
                lambda data, source: data * 2, bind="127.0.0.1", ports=[0]
            ) as listener:
                sock.sendto(b"ab", ("127.0.0.1", listener.port))
                await until(lambda: listener.received == 1)
                await asyncio.sleep(0.01)
                return sock.recv(100)

    with asyncio.Runner(loop_factory=NoReaders) as runner:
        assert runner.run(talk()) == b"abab"
