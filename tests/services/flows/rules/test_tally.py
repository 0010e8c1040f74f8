import numpy as np

from noc_console.db.flows import word_id
from noc_console.services.flows.model import Dimension
from noc_console.services.flows.rules import tally as module
from noc_console.services.flows.rules.cubes import CUBES, TALKS
from noc_console.services.flows.rules.grouping import total
from noc_console.services.flows.rules.prefixes import Named, PrefixTable
from noc_console.services.flows.rules.tally import Tally
from noc_console.wire.flows.records import RECORD, halves

PREFIXES = PrefixTable([Named("10.1.0.0/16", 11, 77), Named("192.0.2.0/24", 12)])


def rows_of(*flows):
    """(source, destination, bytes, sampling, sport, dport)"""
    rows = np.zeros(len(flows), RECORD)
    for row, (source, target, octets, sampling, sport, dport) in zip(rows, flows, strict=True):
        row["src_hi"], row["src_lo"] = halves(source)
        row["dst_hi"], row["dst_lo"] = halves(target)
        row["bytes"], row["packets"], row["flows"] = octets, 2, 1
        row["sampling"], row["sport"], row["dport"], row["protocol"] = sampling, sport, dport, 6
    return rows


def exporters(rows):
    return np.full(len(rows), word_id("192.0.2.1"), np.uint64)


def add(tally, *flows):
    rows = rows_of(*flows)
    tally.add(rows, exporters(rows), PREFIXES)


def test_sampling_is_multiplied_and_silence_means_every_packet():
    tally = Tally()
    add(
        tally,
        ("10.1.0.1", "192.0.2.9", 100, 1_000, 40_000, 443),
        ("10.1.0.1", "192.0.2.9", 7, 0, 40_001, 443),
    )
    (talk,) = tally.closed(60)[TALKS.number]["bytes"].tolist()
    assert talk == 100 * 1_000 + 7, "and ports of the moment do not tell two talks apart"
    assert tally.closed(60)[TALKS.number]["packets"].tolist() == [2_002]
    assert tally.closed(60)[TALKS.number]["flows"].tolist() == [2]


def test_prefixes_and_customers_are_found_at_both_ends():
    tally = Tally()
    add(tally, ("10.1.0.1", "192.0.2.9", 1, 0, 1, 2), ("192.0.2.9", "10.1.0.1", 1, 0, 1, 2))
    talks = tally.closed(60)[TALKS.number]
    assert sorted(talks["src_net"].tolist()) == [11, 12]
    assert talks["customer"].tolist() == [77, 77]


def test_every_cube_tells_the_same_total():
    tally = Tally()
    add(tally, *((f"10.1.0.{n}", f"192.0.2.{n % 7}", n, 0, 1_000 + n, 80) for n in range(1, 200)))
    add(tally, ("10.1.0.1", "192.0.2.9", 5, 0, 1, 2))
    closed = tally.closed(60)
    assert {total(columns)[0] for columns in closed.values()} == {sum(range(1, 200)) + 5}
    assert len(closed) == len(CUBES) + 1


def test_the_minute_is_bounded_and_what_is_cut_is_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_KEYS", 50)
    monkeypatch.setattr(module, "KEPT_KEYS", 20)
    tally = Tally()
    for block in range(10):
        add(
            tally,
            *((f"10.{block}.{n}.1", "192.0.2.9", n + 1, 0, 1, 2) for n in range(150)),
        )
    sources = tally.closed(60)[CUBES[Dimension.SOURCE].number]
    assert tally.cut_off > 0
    assert len(sources["bytes"]) <= 51
    assert total(sources)[0] == 10 * sum(range(1, 151))


def test_a_forged_counter_cannot_wrap_a_sum():
    tally = Tally()
    add(tally, *(("10.1.0.1", "192.0.2.9", (1 << 64) - 1, (1 << 32) - 1, 1, 2) for _ in range(10)))
    assert 1 << 58 < total(tally.closed(60)[TALKS.number])[0] <= 1 << 62


def test_no_flows_make_no_minute():
    tally = Tally()
    add(tally)
    assert tally.closed(60) == {}
