from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from noc_console.app import metrics_server
from noc_console.app.metrics import Metrics
from noc_console.app.metrics_server import MOST_CONNECTIONS, MetricsServer, loopback
from noc_console.app.supervise import Supervisor, supervisor
from noc_console.app.vitals import Vitals
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import Broken
from noc_console.services.alarms.service import AlarmService


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One kind of store is enough here."""
    return f"sqlite:///{tmp_path}/noc.db"


class Served:
    """A collector's metrics at an address of the test's own."""

    def __init__(self, vitals: Vitals, keeper: Supervisor) -> None:
        self.vitals = vitals
        self.keeper = keeper
        self.client = httpx.AsyncClient(trust_env=False, timeout=10)

    @property
    def url(self) -> str:
        return f"http://{self.vitals.metrics}"

    @property
    def port(self) -> int:
        return int(self.vitals.metrics.rpartition(":")[2])

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(self.url + path, headers=headers)


@pytest.fixture
async def served(db: Database, collector: Actor) -> AsyncIterator[Served]:
    async with serving(db, collector, "localhost:0") as running:
        yield running


@asynccontextmanager
async def serving(db: Database, actor: Actor, address: str) -> AsyncIterator[Served]:
    clock = SystemClock()
    async with supervisor() as keeper:
        vitals = Vitals(
            name=lambda: "test",
            workers=lambda: keeper.health,
            db=db,
            alarms=AlarmService(db, clock=clock),
            clock=clock,
            actor=actor,
        )
        keeper.start("vitals", vitals.run, patience_s=60)
        metrics = Metrics(vitals, (lambda: {"polls": 5},))
        keeper.start("metrics", MetricsServer(address, vitals, metrics).run, is_endless=True)
        while not vitals.metrics:
            await asyncio.sleep(0.01)
        running = Served(vitals, keeper)
        try:
            yield running
        finally:
            await running.client.aclose()


async def test_metrics_and_health_are_told_on_both_families(served: Served) -> None:
    told = await served.get("/metrics")
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "noc_polls_total 5.0" in told.text
    assert (await served.get("/health/live")).json() == {"status": "alive", "reasons": []}
    ready = await served.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert (await served.get("/elsewhere")).status_code == 404
    six = await served.client.get(f"http://[::1]:{served.port}/health/live")
    assert six.status_code == 200
    head = await served.client.head(served.url + "/metrics")
    assert (head.status_code, head.content) == (200, b"")


async def test_a_collector_that_is_not_well_says_why(served: Served) -> None:
    async def fall() -> None:
        raise Broken("the port is taken")

    served.keeper.start("traps", fall)
    await asyncio.sleep(0.05)
    ready = await served.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["traps does not run: the port is taken"]
    assert (await served.get("/health/live")).status_code == 200


async def test_a_collector_whose_loop_stands_still_still_says_so(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S16: the blocked loop is told by a thread that is not blocked."""
    monkeypatch.setattr(metrics_server, "LOOP_PATIENCE_S", 0.3)
    loop = asyncio.get_running_loop()

    def ask() -> httpx.Response:
        return httpx.get(served.url + "/health/live", trust_env=False, timeout=10)

    asking = loop.run_in_executor(None, ask)
    time.sleep(1.0)
    answer = await asking
    assert answer.status_code == 503
    assert answer.json()["status"] == "stuck"
    assert "the event loop stands still" in answer.json()["reasons"][0]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /metrics HTTP/1.1\r\nHost: noc.example.net\r\n\r\n", b"403"),
        (b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n", b"403"),
        (b"GET /metrics HTTP/1.1\r\n\r\n", b"403"),
        (b"POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET http://evil/ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 300 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 20_000, b"400"),
    ],
)
async def test_what_is_no_question_of_ours_is_refused(
    served: Served, sent: bytes, status: bytes
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(sent)
    line = await reader.readline()
    writer.transport.abort()
    assert line.split()[1] == status


async def test_slow_clients_are_few_and_do_not_stay(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow loris holds some connections for a while; nobody else waits for it for long."""
    monkeypatch.setattr(metrics_server, "PATIENCE_S", 2.0)
    slow = [
        await asyncio.open_connection("127.0.0.1", served.port) for _ in range(MOST_CONNECTIONS)
    ]
    for _, writer in slow:
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: local")
    await asyncio.sleep(0.1)
    assert (await served.get("/health/live")).status_code == 503
    ends = [await reader.read() for reader, _ in slow]
    assert ends == [b""] * MOST_CONNECTIONS
    for _, writer in slow:
        writer.transport.abort()
    assert (await served.get("/health/live")).status_code == 200


def sockets() -> int:
    """Of this process; its store opens and closes files meanwhile."""
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found += entry.readlink().as_posix().startswith("socket:")
        except FileNotFoundError:  # closed a moment ago
            continue
    return found


async def test_many_connections_at_once_leave_nothing_behind(served: Served) -> None:
    before = sockets()
    for _ in range(10):
        burst = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(20)]
        for sock in burst:
            sock.close()
        await asyncio.sleep(0)
    async with asyncio.timeout(60):
        while sockets() > before:
            await asyncio.sleep(0.05)
    # The last of them may still be on their way out for a turn of the server's loop.
    while (answer := await served.get("/health/live")).status_code == 503:
        assert answer.text == "too many ask at once\n"
    assert answer.status_code == 200


async def test_a_taken_port_is_said_and_tried_again(
    db: Database, collector: Actor, served: Served
) -> None:
    another = MetricsServer(f"127.0.0.1:{served.port}", served.vitals, Metrics(served.vitals, ()))
    with pytest.raises(Broken, match=f"port {served.port}"):
        await another.run()


async def test_the_port_is_free_again_when_the_server_has_ended(
    db: Database, collector: Actor
) -> None:
    async with serving(db, collector, "127.0.0.1:0") as first:
        port = first.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await first.get("/health/live")).status_code == 200, "so ours was taken before"
    assert await reader.read() == b"", "who was connected is told"
    writer.transport.abort()
    async with serving(db, collector, f"127.0.0.1:{port}") as second:
        assert (await second.get("/health/live")).status_code == 200


@pytest.mark.parametrize(
    "address", ["0.0.0.0:9464", "192.0.2.1:9464", "example.net:1", "[::]:1", "9464", "127.0.0.1:x"]
)
def test_metrics_leave_this_machine_at_no_address(address: str) -> None:
    with pytest.raises(Broken):
        loopback(address)


async def test_prometheus_itself_scrapes_and_likes_it(served: Served, tmp_path: Path) -> None:
    """Debian's own Prometheus as the peer, and promtool's judgement of the text."""
    prometheus, promtool = shutil.which("prometheus"), shutil.which("promtool")
    if prometheus is None or promtool is None:
        pytest.skip("prometheus is not installed")
    text = (await served.get("/metrics")).content
    checked = await asyncio.to_thread(
        subprocess.run, [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    complaints = checked.stdout + checked.stderr
    assert b"noc_" not in complaints, complaints.decode()
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n"
        f"- {{job_name: noc, static_configs: [{{targets: ['{served.vitals.metrics}']}}]}}\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        prometheus,
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert await scraped(served.client, f"http://127.0.0.1:{port}") == "5"
    finally:
        process.kill()
        await process.wait()


async def scraped(client: httpx.AsyncClient, url: str) -> str:
    """The value Prometheus has of our polls, once it has one."""
    while True:
        try:
            answer = await client.get(f"{url}/api/v1/query", params={"query": "noc_polls_total"})
            found = json.loads(answer.content)["data"]["result"]
        except (httpx.TransportError, KeyError, ValueError):
            found = []
        if found:
            return str(found[0]["value"][1])
        await asyncio.sleep(0.2)
