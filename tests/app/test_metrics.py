from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from noc_console.app.metrics import CATALOGUE, MOST_LABELS, Metrics, figures, histogram, label
from noc_console.app.vitals import Latency
from noc_console.app.watchdog import watched_loop
from noc_console.services.telemetry.model import WorkerHealth

WORKERS = (
    WorkerHealth("poller", running=True, restarts=2, stuck=1, heartbeat_age_s=0.5, patience_s=60.0),
    WorkerHealth("traps"),
)


class Told:
    """What `Vitals` says, without a store: these tests are about names and numbers."""

    def __init__(self) -> None:
        self.store = Latency()
        self.skew_s: float | None = -0.25
        self.watch = None

    def workers(self) -> tuple[WorkerHealth, ...]:
        return WORKERS


def told_by(*sources: Callable[[], Mapping[str, Any]]) -> dict[tuple[str, str], float]:
    """Samples of the exposition by name and label value, read by Prometheus' own parser."""
    text = Metrics(Told(), sources, decoder="compiled").text().decode()  # type: ignore[arg-type]
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_what_features_say_becomes_figures_of_prometheus() -> None:
    found = told_by(
        lambda: {"polls": 12, "due_late_s": 0.25, "snmp": {"sent": 40, "late": 2}},
        lambda: {"traps": 7, "schedule": {"failures": {"timeout": 3}, "lateness": {"late": 1}}},
    )
    assert found["noc_polls_total", ""] == 12
    assert found["noc_poll_late_seconds", ""] == 0.25
    assert found["noc_snmp_events_total", "late"] == 2
    assert found["noc_traps_total", ""] == 7
    assert found["noc_poll_failures_recently", "timeout"] == 3
    assert found["noc_polls_late_recently", ""] == 1
    assert found["noc_worker_up", "poller"] == 1
    assert found["noc_worker_up", "traps"] == 0
    assert found["noc_worker_restarts_total", "poller"] == 2
    assert found["noc_worker_heartbeat_age_seconds", "poller"] == 0.5
    assert found["noc_clock_skew_seconds", ""] == -0.25
    assert [value for (name, _), value in found.items() if name == "noc_build_info"] == [1]
    assert found["process_resident_memory_bytes", ""] > 1e6


def test_what_nobody_told_and_what_is_no_number_is_absent() -> None:
    found = told_by(lambda: {"polls": "many", "failures": None, "unreachable": True, "odd": 5})
    assert not {"noc_polls_total", "noc_poll_failures_total", "noc_devices_unreachable"} & {
        name for name, _ in found
    }


def test_no_name_of_a_device_and_no_secret_becomes_a_label() -> None:
    reasons: dict[str, Any] = {"timeout": 3, "core-1\nnoc_evil 1": 2, "public" * 20: 1, "x": "y"}
    found = told_by(lambda: {"drops": reasons})
    dropped = {
        key[1]: value for key, value in found.items() if key[0] == "noc_intake_dropped_total"
    }
    assert dropped == {"timeout": 3, "other": 3}


def test_labels_are_few_and_nothing_is_lost_from_their_sum() -> None:
    (family,) = figures({"drops": {f"reason-{number}": 1 for number in range(1_000)}})
    assert len(family.samples) <= MOST_LABELS + 1
    assert sum(sample.value for sample in family.samples) == 1_000


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.path)
def test_names_follow_prometheus_conventions(entry: Any) -> None:
    assert entry.name.startswith("noc_")
    assert not entry.name.endswith("_total"), "the library adds it to counters"
    assert entry.help.endswith(".")
    if entry.path.endswith("_s") and not entry.path.endswith("_per_s"):
        assert entry.name.endswith("_seconds")


def test_names_are_given_once() -> None:
    assert len({entry.name for entry in CATALOGUE}) == len(CATALOGUE)


async def test_the_lag_of_the_loop_is_a_histogram() -> None:
    with watched_loop(every_s=0.01) as watch:
        told = Told()
        told.watch = watch  # type: ignore[assignment]
        text = Metrics(told, ()).text().decode()  # type: ignore[arg-type]
    assert 'noc_loop_lag_seconds_bucket{le="0.001"}' in text
    assert "noc_loop_blocked_total 0.0" in text


def test_buckets_add_up() -> None:
    family = histogram("noc_x_seconds", "X.", (0.1, 1.0), [3, 2, 1], 4.2)
    told = {sample.labels.get("le", sample.name): sample.value for sample in family.samples}
    assert told == {
        "0.1": 3,
        "1.0": 5,
        "+Inf": 6,
        "noc_x_seconds_count": 6,
        "noc_x_seconds_sum": 4.2,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [("queue full", "queue full"), ("", "other"), ("A", "other"), ('a"b', "other")],
)
def test_a_label_is_short_and_plain(text: str, expected: str) -> None:
    assert label(text) == expected
