"""OpenTelemetry traces, for those who collect them: the extra `tracing` and an endpoint.

Spans go out by OTLP over HTTP from a thread of the library's own; what cannot be sent is
dropped there, and no poll waits for it. Without the extra or an endpoint nothing is imported.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import structlog

from noc_console import __version__
from noc_console.kernel import trace
from noc_console.kernel.trace import Fact

_log = structlog.get_logger("tracing")

SHARES = {"poll": 0.01, "probe": 0.01}
"""Of what happens all the time only this share becomes spans; of everything else, all."""
EXPORT_S = 5.0
MOST_WAITING = 2_048

_NOTHING: AbstractContextManager[object] = nullcontext()


@contextmanager
def tracing(
    endpoint: str, *, name: str, shares: Mapping[str, float] | None = None
) -> Iterator[None]:
    """Send the spans of the block to `endpoint`; empty: none. Never an error of ours."""
    provider = _provider(endpoint, name) if endpoint else None
    if provider is None:
        yield
        return
    trace.collect_with(_opener(provider, SHARES if shares is None else shares))
    _log.info("tracing", name=name)
    try:
        yield
    finally:
        trace.collect_with(None)
        provider.shutdown()


def _provider(endpoint: str, name: str) -> Any:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _log.warning("traces are wanted, but the extra `tracing` is not installed")
        return None
    provider = TracerProvider(
        resource=Resource.create(
            {
                "service.name": "noc-console",
                "service.version": __version__,
                "service.instance.id": name,
            }
        ),
        shutdown_on_exit=False,
    )
    exporter: Any = _Telling(
        OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_S)
    )
    provider.add_span_processor(
        BatchSpanProcessor(
            exporter, max_queue_size=MOST_WAITING, export_timeout_millis=EXPORT_S * 1000
        )
    )
    return provider


class _Telling:
    """An exporter that says once that spans do not arrive, and once that they do again.

    The library's own complaints come with every batch, and with the texts of its HTTP client.
    """

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter
        self._arrives = True
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    def export(self, spans: Any) -> Any:
        result = self._exporter.export(spans)
        arrives = result.name == "SUCCESS"
        if arrives != self._arrives:
            self._arrives = arrives
            _log.warning("traces", arrive=arrives)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return bool(self._exporter.force_flush(timeout_millis))


def _opener(
    provider: Any, shares: Mapping[str, float]
) -> Callable[[str, Mapping[str, Fact]], AbstractContextManager[object]]:
    tracer = provider.get_tracer("noc_console", __version__)

    def open_span(name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[object]:
        share = shares.get(name, 1.0)
        if share < 1.0 and random.random() >= share:
            return _NOTHING
        # Errors carry texts of drivers and devices: that one happened is told, not which.
        opened: AbstractContextManager[object] = tracer.start_as_current_span(
            f"noc.{name}",
            attributes={f"noc.{key}": value for key, value in facts.items()},
            record_exception=False,
            set_status_on_exception=False,
        )
        return opened

    return open_span
