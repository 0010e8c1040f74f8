"""The engine is played by a function: no real one can be told to answer 503 twice, then 429."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import cramjam
import httpx
import pytest

from noc_console.db.samples.engine_url import read_url
from noc_console.db.samples.shipper import Parcel, Shipper

ENGINE = read_url("prometheus+http://127.0.0.1:1")
Answer = Callable[[bytes], httpx.Response]


@contextmanager
def shipping(answer: Answer, **options: float) -> Iterator[Shipper]:
    def handle(request: httpx.Request) -> httpx.Response:
        return answer(bytes(cramjam.snappy.decompress_raw(request.content)))

    client = httpx.Client(transport=httpx.MockTransport(handle))
    shipper = Shipper(ENGINE, client, encode, first_pause_s=0.01, **options)
    try:
        yield shipper
    finally:
        shipper.close(2.0)
        client.close()


def encode(parcels: Sequence[Parcel]) -> bytes:
    return b",".join(parcel.packed for parcel in parcels)


def parcels(*numbers: int, samples: int = 10) -> list[Parcel]:
    return [Parcel(number, number, f"{number:04}".encode(), samples) for number in numbers]


def settled(shipper: Shipper) -> None:
    deadline = time.monotonic() + 10
    while shipper.delivery.waiting and time.monotonic() < deadline:
        time.sleep(0.005)


def test_polls_arrive_in_order_and_are_counted():
    got: list[bytes] = []

    def answer(body: bytes) -> httpx.Response:
        got.append(body)
        return httpx.Response(204)

    with shipping(answer) as shipper:
        shipper.put(parcels(1, 2, 3))
        settled(shipper)
        assert b",".join(got) == b"0001,0002,0003"
        assert (shipper.delivery.sent, shipper.delivery.dropped) == (30, 0)


@pytest.mark.parametrize("status", [500, 503, 429, 408, 401, 404])
def test_what_cannot_be_taken_now_is_sent_again(status: int):
    statuses = [status, status, 204]
    got: list[bytes] = []

    def answer(body: bytes) -> httpx.Response:
        got.append(body)
        return httpx.Response(statuses.pop(0) if statuses else 204, text="busy")

    with shipping(answer) as shipper:
        shipper.put(parcels(1, 2))
        settled(shipper)
        assert got[:3] == [b"0001,0002"] * 3
        assert shipper.delivery.sent == 20


def test_a_lost_connection_is_a_reason_to_wait():
    broken = [True]

    def answer(body: bytes) -> httpx.Response:
        if broken:
            raise httpx.ConnectError("refused")
        return httpx.Response(204)

    with shipping(answer) as shipper:
        shipper.put(parcels(1))
        deadline = time.monotonic() + 10
        while not shipper.delivery.problem and time.monotonic() < deadline:
            time.sleep(0.005)
        assert shipper.delivery.problem == "127.0.0.1:1: ConnectError"
        broken.clear()
        settled(shipper)
        assert shipper.delivery.sent == 10


@pytest.mark.parametrize(("status", "text"), [(400, "out of bounds"), (500, "too old sample")])
def test_wrong_data_is_dropped_alone_and_never_sent_for_ever(status: int, text: str):
    good: list[bytes] = []

    def answer(body: bytes) -> httpx.Response:
        if b"0003" in body:
            return httpx.Response(status, text=text)
        good.append(body)
        return httpx.Response(204)

    with shipping(answer) as shipper:
        shipper.put(parcels(1, 2, 3, 4, 5, 6, 7))
        settled(shipper)
        assert b",".join(good) == b"0001,0002,0004,0005,0006,0007"
        now = shipper.delivery
        assert (now.waiting, now.sent, now.dropped, now.problem) == (0, 60, 10, "")


def test_a_full_queue_drops_the_oldest_and_counts_them():
    hold = threading.Event()
    got: list[bytes] = []

    def answer(body: bytes) -> httpx.Response:
        hold.wait(10)
        got.append(body)
        return httpx.Response(204)

    with shipping(answer, queue_bytes=40) as shipper:
        for number in range(30):
            shipper.put(parcels(number))
        assert shipper.delivery.dropped >= 100
        hold.set()
        settled(shipper)
        assert shipper.delivery.sent + shipper.delivery.dropped == 300
        assert got[-1].endswith(b"0029")


def test_what_waits_at_the_end_is_told_as_dropped():
    def answer(body: bytes) -> httpx.Response:
        return httpx.Response(503)

    with shipping(answer) as shipper:
        shipper.put(parcels(1, 2, 3))
        shipper.close(2.0)
        assert (shipper.delivery.waiting, shipper.delivery.dropped) == (0, 30)
