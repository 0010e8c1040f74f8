import numpy as np

from noc_console.services.flows.rules.health import MOST_RATES, ExporterHealth
from noc_console.wire.flows.records import RECORD, Heard, Sequence


def heard(count, *, rates=(0,), number=0):
    rows = np.zeros(count, RECORD)
    rows["sampling"] = np.resize(rates, count)
    return Heard("NetFlow v9", 1, rows, Sequence((9, 1), number, number + 1, "packets"), waiting=1)


def test_what_an_exporter_sent_is_told_as_facts():
    health = ExporterHealth(device_id=7)
    health.heard(heard(30, rates=(0, 100), number=4))
    health.heard(heard(30, number=7))
    facts = health.facts(60.0)
    assert (facts["version"], facts["flows"], facts["lost"]) == ("NetFlow v9", 60, 2)
    assert (facts["sampling"], facts["waiting"], facts["flows_per_s"]) == ([100], 2, 1.0)
    assert health.facts(60.0)["flows_per_s"] == 0.0, "only what came since the last word"


def test_an_exporter_that_tells_ever_new_rates_fills_nothing():
    health = ExporterHealth()
    for at in range(50):
        health.heard(heard(5, rates=tuple(range(at * 10 + 1, at * 10 + 6))))
    assert len(health.facts(1.0)["sampling"]) <= MOST_RATES
