"""Against the real VictoriaMetrics and Prometheus; our own tables tell what is right."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import pytest

from noc_console.db.samples import (
    DEVICE,
    INTERFACE,
    Poll,
    Resolution,
    Row,
    Rows,
    Samples,
    open_samples,
)
from noc_console.db.samples.fleet import Fleet, Labels
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import AuthRejected, Broken, Unreachable
from noc_console.kernel.secret import Secret
from tests.db.samples.conftest import counters
from tests.lab.engines import Engine, engine, installed

HOUR = timedelta(hours=1)
# Prometheus takes recent samples only.
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 4 * HOUR
START_MS = int(START.timestamp() * 1000)


@pytest.fixture(scope="module", params=["victoriametrics", "prometheus"])
def server(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    with TemporaryDirectory() as folder, engine(request.param, Path(folder)) as running:
        yield running


@pytest.fixture
async def fleet(server: Engine, tmp_path: Path) -> AsyncIterator[Samples]:
    url = f"sqlite:///{tmp_path}/fleet.db"
    async with open_samples(url, clock=SystemClock(), engine=server.url) as opened:
        yield opened


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Samples]:
    async with open_samples(f"sqlite:///{tmp_path}/tables.db", clock=SystemClock()) as opened:
        yield opened


def sender(samples: Samples) -> Fleet:
    assert isinstance(samples._past, Fleet)
    return samples._past


async def arrived(samples: Samples, server: Engine) -> None:
    """Until the engine has what was sent, and shows it."""
    for _ in range(600):
        if sender(samples).delivery.waiting == 0:
            break
        await asyncio.sleep(0.02)
    assert sender(samples).delivery.waiting == 0
    if server.name == "victoriametrics":  # which shows new series a second later otherwise
        await asyncio.to_thread(httpx.get, f"{server.base}/internal/force_flush", timeout=30)


def night(device: int) -> list[Poll]:
    """Three hours, a poll a minute: noise, a gap of ten minutes, a restart, a silent column."""
    random, polls = np.random.default_rng(device), []
    octets, epoch = 5_000_000, 1
    for minute in range(180):
        octets += int(random.integers(50_000, 90_000))
        if minute == 100:
            octets, epoch = 1_000, 2
        if 40 <= minute < 50:
            continue
        row = counters(octets, epoch=epoch, status=2 if minute > 170 else 1)
        at = START_MS + minute * 60_000 + 7_000
        device_row = (int(random.integers(1_000, 90_000)), 40_000, None, 86_400, 900, 1)
        rows = [Row(INTERFACE, device * 10 + port, row) for port in (1, 2)]
        polls.append(Poll(device, at, [*rows, Row(DEVICE, device, device_row)]))
    return polls


async def test_raw_samples_come_back_as_our_own_tables_tell_them(
    fleet: Samples, tables: Samples, server: Engine
):
    for store in (fleet, tables):
        await store.append(night(1))
    await arrived(fleet, server)
    for kind, subjects in ((INTERFACE, (11, 12)), (DEVICE, (1,))):
        told, right = [
            await store.series_of(
                kind, subjects, START, START + 3 * HOUR, resolution=Resolution.RAW
            )
            for store in (fleet, tables)
        ]
        for subject in subjects:
            assert told[subject].times_ms.tolist() == right[subject].times_ms.tolist()
            for column, values in right[subject].values.items():
                np.testing.assert_allclose(told[subject].values[column], values)
        assert np.isnan(told[subjects[0]].values[kind.shown[0]]).sum() >= 1


@pytest.mark.parametrize("resolution", [Resolution.FIVE_MINUTES, Resolution.HOUR])
async def test_the_engine_rolls_up_as_we_would(
    fleet: Samples, tables: Samples, server: Engine, resolution: Resolution
):
    for store in (fleet, tables):
        await store.append(night(2))
    await arrived(fleet, server)
    await tables.compact(START + 5 * HOUR)
    for kind, subject, column in ((INTERFACE, 21, "in_octets"), (DEVICE, 2, "cpu")):
        told, right = [
            await store.series(
                kind, subject, START, START + 3 * HOUR, columns=[column], resolution=resolution
            )
            for store in (fleet, tables)
        ]
        assert told.times_ms.tolist() == right.times_ms.tolist()
        both = ~np.isnan(told.values[column]) & ~np.isnan(right.values[column])
        # A slot next to the gap or the restart may be told by one of the two alone.
        assert both.sum() >= len(both) - 4
        # VictoriaMetrics takes the rate next to a gap from the one sample there is.
        tolerance = 0.001 if server.name == "prometheus" else 0.25
        off = np.abs(told.values[column][both] / right.values[column][both] - 1)
        assert np.median(off) < 0.001
        np.testing.assert_allclose(
            told.values[column][both], right.values[column][both], rtol=tolerance
        )
        band, wanted = told.bands[column], right.bands[column]
        np.testing.assert_allclose(band.greatest[both], wanted.greatest[both], rtol=tolerance)
        assert (band.least[both] <= band.p95[both]).all()
        assert (band.p95[both] <= band.greatest[both]).all()
        assert (band.n[both] > 0).all()
        if resolution is Resolution.FIVE_MINUTES:
            assert np.isnan(told.values[column][9])  # minutes 45 to 50: nothing was measured


async def test_many_subjects_in_one_question_are_told_as_each_alone(fleet: Samples, server: Engine):
    await fleet.append(night(4))
    await arrived(fleet, server)
    end, asked = START + 3 * HOUR, {"resolution": Resolution.FIVE_MINUTES}
    many = await fleet.matrix(INTERFACE, [41, 99, 42], START, end, columns=["in_octets"], **asked)
    alone = await fleet.series_of(INTERFACE, (41, 42), START, end, **asked)
    assert many.ids.tolist() == [41, 99, 42] and many.means("in_octets").shape == (3, 36)
    for row, subject in ((0, 41), (2, 42)):
        right = np.full(36, np.nan)
        told = alone[subject]
        right[(told.times_ms - START_MS) // 300_000] = told.values["in_octets"]
        np.testing.assert_allclose(many.means("in_octets")[row], right, rtol=1e-5)
        assert np.isfinite(right).sum() > 30
    assert np.isnan(many.means("in_octets")[1]).all(), "nobody measured it"
    assert np.isnan(many.means("in_octets")[0, 9]), "a gap stays a gap"


async def test_a_restart_is_no_burst(fleet: Samples, server: Engine):
    await fleet.append(night(3))
    await arrived(fleet, server)
    found = await fleet.series(
        INTERFACE, 31, START, START + 3 * HOUR, columns=["in_octets"], resolution=Resolution.HOUR
    )
    assert np.nanmax(found.bands["in_octets"].greatest) <= 90_000 / 60


async def test_the_newest_states_stay_at_home(fleet: Samples, server: Engine):
    await fleet.append(night(4))
    assert (await fleet.latest(INTERFACE, [41]))[41].values["status"] == 2
    assert (await fleet.stats()).polls == 0
    assert [one.subject_id for one in await fleet.top(INTERFACE, "status", 1, fresh=9 * HOUR)]


async def test_series_never_measured_are_empty(fleet: Samples):
    for resolution in Resolution:
        found = await fleet.series(INTERFACE, 987_654, START, START + HOUR, resolution=resolution)
        assert np.isnan(found.values["in_octets"]).all()


async def test_unsigned_counters_and_matrices_arrive(fleet: Samples, server: Engine):
    for minute in range(3):
        table = np.array([counters(2**52 + minute * 6_000)], np.int64)
        await fleet.append(
            [Poll(5, START_MS + minute * 60_000, [Rows(INTERFACE, np.array([51]), table)])]
        )
    await arrived(fleet, server)
    found = await fleet.series(INTERFACE, 51, START, START + HOUR, resolution=Resolution.RAW)
    assert found.values["in_octets"].tolist()[1:] == [100, 100]


async def test_what_the_engine_calls_wrong_is_dropped_alone(fleet: Samples, server: Engine):
    """Prometheus refuses what is older than its window; VictoriaMetrics takes any age."""
    good = [
        Poll(6, START_MS + minute * 60_000, [Row(INTERFACE, 61, counters(minute * 6_000))])
        for minute in range(20)
    ]
    ancient = Poll(6, START_MS - 400 * 86_400_000, [Row(INTERFACE, 62, counters(1))])
    await fleet.append([*good[:10], ancient, *good[10:]])
    await arrived(fleet, server)
    now, refused = fleet.delivery, 10 if server.name == "prometheus" else 0
    assert (now.sent, now.dropped, now.problem) == (210 - refused, refused, "")
    found = await fleet.series(INTERFACE, 61, START, START + HOUR, resolution=Resolution.RAW)
    assert len(found.times_ms) == 20
    assert (await fleet.stats()).dropped == refused


async def test_an_engine_that_is_down_is_waited_for(tmp_path: Path):
    if not installed("victoriametrics"):
        pytest.skip("victoriametrics is not installed")
    with engine("victoriametrics", tmp_path / "vm") as server:
        port = int(server.base.rpartition(":")[2])
        url = f"sqlite:///{tmp_path}/noc.db"
        async with open_samples(url, clock=SystemClock(), engine=server.url) as samples:
            server.process.kill()
            server.process.wait()
            await samples.append(night(7))
            for _ in range(500):
                if sender(samples).delivery.problem:
                    break
                await asyncio.sleep(0.02)
            down = sender(samples).delivery
            assert down.problem.startswith(f"127.0.0.1:{port}") and down.waiting > 0
            with pytest.raises(Unreachable):
                await samples.series(INTERFACE, 71, START, START + HOUR)
            with engine("victoriametrics", tmp_path / "vm", port=port) as again:
                await arrived(samples, again)
                found = await samples.series(
                    INTERFACE, 71, START, START + HOUR, resolution=Resolution.RAW
                )
                assert np.nanmax(found.values["in_octets"]) > 0
                assert sender(samples).delivery.dropped == 0


async def test_a_refused_login_and_a_refused_question_are_told_apart(tmp_path: Path):
    """A server of our own: the packaged engines know neither logins nor tenants."""
    asked: list[dict[str, str]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.partition(": ") for line in head.split("\r\n")[1:] if line]
        asked.append({name.lower(): value for name, _, value in lines})
        status = "401 No" if len(asked) == 1 else "422 Odd"
        says = f"HTTP/1.1 {status}\r\nContent-Length: 3\r\nConnection: close\r\n\r\nodd"
        writer.write(says.encode())
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with (
        listening,
        open_samples(
            f"sqlite:///{tmp_path}/noc.db",
            clock=SystemClock(),
            engine=f"mimir+http://127.0.0.1:{port}?tenant=acme",
            token=Secret("s3cret"),
        ) as samples,
    ):
        with pytest.raises(AuthRejected):
            await samples.series(DEVICE, 1, START, START + HOUR)
        with pytest.raises(Broken, match="refuses a question"):
            await samples.series(DEVICE, 1, START, START + HOUR)
    assert asked[0]["authorization"] == "Bearer s3cret"
    assert asked[0]["x-scope-orgid"] == "acme"


def test_labels_are_sorted_as_the_protocol_demands():
    labels = Labels("acme").of(INTERFACE, 7, [71, 72], columns=2)
    assert len(labels) == 4
    places = [labels[3].index(name) for name in (b"__name__", b"device_id", b"interface_id")]
    assert places == sorted(places) and labels[3].endswith(b"\x0a\x06tenant\x12\x04acme")
    assert b"noc_interface_out_octets_total" in labels[3] and b"72" in labels[3]
    assert Labels("").of(DEVICE, 7, [7], columns=1)[0].count(b"device_id") == 1
