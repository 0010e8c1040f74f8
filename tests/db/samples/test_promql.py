import json

import numpy as np
import pytest

from noc_console.db.samples import DEVICE, INTERFACE, Kind, Resolution
from noc_console.db.samples.kinds import MISSING
from noc_console.db.samples.promql import (
    metric,
    pace,
    pace_question,
    raw_question,
    raw_tables,
    read_answer,
    rolled,
    rolled_question,
)
from noc_console.db.samples.rollup import FIVE_MS, MAX, MEAN
from noc_console.db.samples.values import Ask
from noc_console.kernel.errors import Broken

START = 1_772_359_200_000


def ask(kind: Kind = INTERFACE, *columns: str, subjects: tuple[int, ...] = (11, 12)) -> Ask:
    wanted = columns or ("in_octets", "status")
    return Ask(kind, subjects, START, START + 3_600_000, wanted, Resolution.RAW)


def answer(*lines: tuple[dict[str, str], list[tuple[float, str]]]) -> bytes:
    result = [{"metric": labels, "values": values} for labels, values in lines]
    return json.dumps({"data": {"resultType": "matrix", "result": result}}).encode()


def test_metrics_are_called_as_prometheus_wants_it():
    assert metric(INTERFACE, "in_octets") == "noc_interface_in_octets_total"
    assert metric(INTERFACE, "status") == "noc_interface_status"
    odd = Kind(code=900, name='Fan "tray"', columns=("Speed} or vector(1)",))
    assert metric(odd, odd.columns[0]) == "noc_fan__tray__speed__or_vector_1_"


def test_raw_samples_are_asked_for_with_the_epoch_that_rates_need():
    assert raw_question(ask(), back_ms=900_000) == (
        '{__name__=~"noc_interface_in_octets_total|noc_interface_status|noc_interface_epoch",'
        'interface_id=~"11|12"}[4500000ms]'
    )
    assert "epoch" not in raw_question(ask(INTERFACE, "status"), back_ms=0)


def test_rates_are_taken_between_neighbours_and_never_across_a_restart():
    told = rolled_question(ask(INTERFACE, "in_octets"), width_ms=FIVE_MS, usual_s=(60, 60))
    assert "irate(noc_interface_in_octets_total" in told
    assert "[150s]" in told and "[300000ms:60000ms]" in told
    assert "unless on (device_id, interface_id) (changes(noc_interface_epoch" in told
    plain = rolled_question(ask(DEVICE, "cpu"), width_ms=FIVE_MS, usual_s=(60, 60))
    assert "irate" not in plain
    assert (
        'quantile_over_time(0.95, noc_device_cpu{device_id=~"11|12"}[300000ms] offset 60000ms)'
        in plain
    )


def test_the_pace_is_learned_from_how_much_there_is_an_hour():
    assert pace_question(ask(DEVICE, "cpu")) is None
    lines = read_answer(
        answer(
            ({"interface_id": "11"}, [(1, "60"), (2, "60"), (3, "3600")]),
            ({"interface_id": "12"}, [(1, "12")]),
        ),
        "peer",
    )
    assert pace(lines) == (60, 300)
    assert pace(()) == (60, 60)


def test_raw_samples_become_tables_with_gaps_where_a_column_is_silent():
    own = {"device_id": "1", "interface_id": "11"}
    lines = read_answer(
        answer(
            (own | {"__name__": "noc_interface_in_octets_total"}, [(1.5, "7"), (2.5, "9")]),
            (own | {"__name__": "noc_interface_status"}, [(2.5, "1"), (3.5, "NaN")]),
            (own | {"__name__": "noc_interface_status", "interface_id": "99"}, [(2.5, "1")]),
            (own | {"__name__": "something_else"}, [(2.5, "1")]),
        ),
        "peer",
    )
    ((times, table),) = raw_tables(ask(), lines)[11]
    assert times.tolist() == [1500, 2500, 3500]
    assert table[:, 0].tolist() == [7, 9, MISSING]
    assert table[:, 8].tolist() == [MISSING, 1, MISSING]
    assert 99 not in raw_tables(ask(), lines)


def test_a_slot_without_samples_knows_nothing():
    own = {"interface_id": "11"}
    end = (START + FIVE_MS + 60_000 - 1) / 1000
    lines = read_answer(
        answer(
            (own | {"statistic": "in_octets/mean"}, [(end, "100"), (end + 300, "100")]),
            (own | {"statistic": "in_octets/max"}, [(end, "120"), (end + 900_000, "5")]),
            (own | {"statistic": "in_octets/n"}, [(end, "5")]),
            (own | {"statistic": "nonsense/n"}, [(end, "5")]),
        ),
        "peer",
    )
    found = rolled(ask(), lines, first=START // FIVE_MS, slots=2, width_ms=FIVE_MS, late_ms=60_000)[
        11
    ]
    assert found.stats[0, 0, [MEAN, MAX]].tolist() == [100, 120]
    assert found.n[:, 0].tolist() == [5, 0]
    assert np.isnan(found.stats[1]).all()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"data": null}',
        b'{"data": {"resultType": "vector", "result": []}}',
        b'{"data": {"resultType": "matrix", "result": [{"values": [[1, "x"]], "metric": {}}]}}',
        b'{"data": {"resultType": "matrix", "result": [{"values": [[1]], "metric": {}}]}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_none_is_an_error_and_no_crash(content: bytes):
    with pytest.raises(Broken):
        read_answer(content, "peer")
