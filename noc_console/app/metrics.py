"""A collector's figures in Prometheus' words.

Features say how they are in their own words (`health()`, mappings of plain numbers); the
catalogue below gives each of them a name, a type and a help text. Labels are reasons, lanes
and workers of ours: nothing a device, a file or an operator named ever becomes one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from noc_console import __version__
from noc_console.app.vitals import STORE_BUCKETS_S, Vitals
from noc_console.app.watchdog import LAG_BUCKETS_S

Source = Callable[[], Mapping[str, Any]]
"""Something that says how it is."""

MOST_LABELS = 40
OTHER = "other"
_LABEL = re.compile(r"[a-z0-9][a-z0-9 :._-]{0,39}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure: where it is found in what is told, and what Prometheus calls it."""

    path: str
    """Keys, dotted."""
    name: str
    help: str
    is_counter: bool = False
    label: str = "kind"
    """What the keys are where the figure is a mapping."""


CATALOGUE = (
    Entry("devices", "noc_devices", "Devices this collector polls."),
    Entry("unreachable", "noc_devices_unreachable", "Devices that do not answer."),
    Entry("polls", "noc_polls", "Polls begun.", is_counter=True),
    Entry("failures", "noc_poll_failures", "Polls without an answer.", is_counter=True),
    Entry(
        "dropped_polls",
        "noc_polls_dropped",
        "Measurements that waited too long for the store.",
        is_counter=True,
    ),
    Entry("due_late_s", "noc_poll_late_seconds", "How late the latest turn of the last round was."),
    Entry("polls_written", "noc_polls_written", "Polls stored.", is_counter=True),
    Entry("samples_sent", "noc_samples_sent", "Values an engine elsewhere took.", is_counter=True),
    Entry("samples_lost", "noc_samples_lost", "Values it would not take.", is_counter=True),
    Entry("samples_waiting", "noc_samples_waiting", "Values waiting for an engine elsewhere."),
    Entry("polls_unwritten", "noc_polls_unwritten", "Polls waiting for the store."),
    Entry("schedule.lateness.late", "noc_polls_late_recently", "Late turns of ten minutes."),
    Entry("schedule.lateness.p95_s", "noc_poll_late_p95_seconds", "Lateness, of ten minutes."),
    Entry(
        "schedule.failures",
        "noc_poll_failures_recently",
        "Polls without an answer, of ten minutes.",
        label="reason",
    ),
    Entry("schedule.lanes", "noc_lane_devices", "Devices by lane.", label="lane"),
    Entry("schedule.breakers", "noc_breaker_devices", "Devices by breaker.", label="state"),
    Entry("schedule.waiting", "noc_polls_waiting", "Turns waiting for a slot."),
    Entry("schedule.polls_per_s", "noc_polls_per_second", "Polls, of ten minutes."),
    Entry("schedule.requests_per_s", "noc_requests_per_second", "Requests, of ten minutes."),
    Entry(
        "schedule.budget.refused",
        "noc_budget_refusals_recently",
        "Looks put off because a device's budget was spent, of ten minutes.",
    ),
    Entry("traps", "noc_traps", "Notifications heard.", is_counter=True),
    Entry("syslog", "noc_syslog_lines", "Log lines heard.", is_counter=True),
    Entry("accounted", "noc_accounting_records", "Accounting records kept.", is_counter=True),
    Entry(
        "drops",
        "noc_intake_dropped",
        "Notifications and lines lost, by listener and reason.",
        is_counter=True,
        label="reason",
    ),
    Entry("queued", "noc_intake_queued", "Notifications and lines waiting to be stored."),
    Entry("flow_datagrams", "noc_flow_datagrams", "Export datagrams heard.", is_counter=True),
    Entry("flows", "noc_flows", "Flow records heard.", is_counter=True),
    Entry("flows_dropped", "noc_flows_dropped", "Flow records lost.", is_counter=True),
    Entry("flows_malformed", "noc_flows_malformed", "Datagrams not understood.", is_counter=True),
    Entry("probes", "noc_probes", "Probes this collector makes."),
    Entry("probe_rounds", "noc_probe_rounds", "Rounds of probes done.", is_counter=True),
    Entry(
        "probe_overruns",
        "noc_probe_overruns",
        "Rounds left out: the one before went on.",
        is_counter=True,
    ),
    Entry("shards", "noc_shards_held", "Parts of the devices this collector holds leases of."),
    Entry("lease_left_s", "noc_lease_left_seconds", "Until the leases end unless renewed."),
    Entry("lease_failures", "noc_lease_failures", "Leases not renewed in time.", is_counter=True),
    Entry(
        "snmp",
        "noc_snmp_events",
        "What the SNMP reader counted, mostly datagrams.",
        is_counter=True,
        label="event",
    ),
)


class Metrics(Collector):
    """Everything a collector tells Prometheus. Call on the collector's own loop."""

    def __init__(self, vitals: Vitals, sources: Sequence[Source], *, decoder: str = "pure") -> None:
        self._vitals = vitals
        self._sources = tuple(sources)
        self._decoder = decoder
        self._registry = CollectorRegistry()
        self._registry.register(self)
        # What Prometheus' own library says of a process: CPU, memory, descriptors, garbage.
        for standard in (ProcessCollector, PlatformCollector, GCCollector):
            standard(registry=self._registry)

    def text(self) -> bytes:
        """The exposition in Prometheus' text format."""
        return generate_latest(self._registry)

    def describe(self) -> Iterator[Metric]:
        """Nothing: names are known only once everybody has told something."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        told: dict[str, Any] = {}
        for source in self._sources:
            told.update(source())
        return chain(figures(told), self._workers(), self._loop(), self._store(), self._about_us())

    def _workers(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("noc_worker_up", "Whether it runs and moves.", labels=["worker"])
        again = CounterMetricFamily(
            "noc_worker_restarts", "Times started again.", labels=["worker"]
        )
        stuck = CounterMetricFamily("noc_worker_stuck", "Times it stood still.", labels=["worker"])
        age = GaugeMetricFamily(
            "noc_worker_heartbeat_age_seconds", "Since it last moved.", labels=["worker"]
        )
        for worker in self._vitals.workers():
            name = [label(worker.name)]
            up.add_metric(name, worker.is_well)
            again.add_metric(name, worker.restarts)
            stuck.add_metric(name, worker.stuck)
            if worker.heartbeat_age_s is not None:
                age.add_metric(name, worker.heartbeat_age_s)
        yield from (up, again, stuck, age)

    def _loop(self) -> Iterator[Metric]:
        watch = self._vitals.watch
        if watch is None:
            return
        yield histogram(
            "noc_loop_lag_seconds",
            "How long the event loop took to come to what was due.",
            LAG_BUCKETS_S,
            watch.lag_counts,
            watch.lag_sum_s,
        )
        yield CounterMetricFamily(
            "noc_loop_blocked", "Times the event loop stood still.", value=watch.blocked
        )

    def _store(self) -> Iterator[Metric]:
        store = self._vitals.store
        yield histogram(
            "noc_store_seconds",
            "How long the store took to answer a question about nothing.",
            STORE_BUCKETS_S,
            store.counts,
            store.sum_s,
        )
        if self._vitals.skew_s is not None:
            yield GaugeMetricFamily(
                "noc_clock_skew_seconds",
                "This machine's clock minus the database's.",
                value=self._vitals.skew_s,
            )

    def _about_us(self) -> Iterator[Metric]:
        about = GaugeMetricFamily("noc_build_info", "What runs.", labels=["version", "decoder"])
        about.add_metric([__version__, label(self._decoder)], 1)
        yield about


def figures(told: Mapping[str, Any]) -> Iterator[Metric]:
    """The catalogue's entries that somebody told."""
    for entry in CATALOGUE:
        value = _found(told, entry.path)
        if isinstance(value, Mapping):
            family = _family(entry, [entry.label])
            for key, number in _bounded(value).items():
                family.add_metric([key], number)
        elif _is_number(value):
            family = _family(entry, [])
            family.add_metric([], value)
        else:
            continue
        yield family


def _family(entry: Entry, labels: list[str]) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if entry.is_counter else GaugeMetricFamily
    return kind(entry.name, entry.help, labels=labels)


def _found(told: Mapping[str, Any], path: str) -> Any:
    value: Any = told
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounded(told: Mapping[Any, Any]) -> dict[str, float]:
    """Numbers by label; too many labels, and such as are none, count as `other` together."""
    found: dict[str, float] = {}
    for key, value in told.items():
        if not _is_number(value):
            continue
        name = label(str(key))
        if name not in found and len(found) >= MOST_LABELS:
            name = OTHER
        found[name] = found.get(name, 0) + value
    return found


def label(text: str) -> str:
    """A text that may become a label: short and plain, or else `other`."""
    return text if _LABEL.fullmatch(text) else OTHER


def histogram(
    name: str, text: str, edges: Sequence[float], counts: Sequence[int], total: float
) -> HistogramMetricFamily:
    """Prometheus' histograms are cumulative; ours are not. `counts` has one more than `edges`."""
    rising = list(accumulate(counts))
    buckets = [(str(edge), count) for edge, count in zip(edges, rising, strict=False)]
    return HistogramMetricFamily(
        name, text, buckets=[*buckets, ("+Inf", rising[-1])], sum_value=total
    )
