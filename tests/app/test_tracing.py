"""Spans arrive at a receiver that speaks OTLP over HTTP.

The receiver is a mock: Debian has no OpenTelemetry collector. It takes real HTTP and parses
the bodies with OpenTelemetry's own generated code, so what parses here parses there.
"""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from structlog.testing import capture_logs

from noc_console.app import tracing as module
from noc_console.app.tracing import tracing
from noc_console.kernel.trace import span

service = pytest.importorskip(
    "opentelemetry.proto.collector.trace.v1.trace_service_pb2",
    reason="the extra `tracing` is not installed",
)
ALL = {"poll": 1.0}


class Receiver:
    """What came: the paths asked for, and spans by name."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.spans: dict[str, Any] = {}
        self.services: set[str] = set()
        self.url = ""

    def take(self, path: str, body: bytes) -> None:
        self.paths.append(path)
        request = service.ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            facts = {fact.key: fact.value.string_value for fact in resource.resource.attributes}
            self.services.add(f"{facts['service.name']}/{facts['service.instance.id']}")
            for scope in resource.scope_spans:
                self.spans |= {one.name: one for one in scope.spans}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            found.take(self.path, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def facts_of(one: Any) -> dict[str, Any]:
    return {
        fact.key: getattr(fact.value, fact.value.WhichOneof("value")) for fact in one.attributes
    }


def test_spans_arrive_with_their_parents_and_facts(receiver: Receiver) -> None:
    with tracing(receiver.url + "/", name="ams-1", shares=ALL):
        with span("discovery", run=4), span("poll", device=7):
            pass
        with pytest.raises(ValueError, match="hunter2"), span("write", polls=3):
            raise ValueError("hunter2 is the password")
    assert set(receiver.paths) == {"/v1/traces"}
    assert receiver.services == {"noc-console/ams-1"}
    assert set(receiver.spans) == {"noc.discovery", "noc.poll", "noc.write"}
    outer, inner = receiver.spans["noc.discovery"], receiver.spans["noc.poll"]
    assert inner.parent_span_id == outer.span_id
    assert inner.end_time_unix_nano >= inner.start_time_unix_nano > 0
    assert facts_of(inner) == {"noc.device": 7}
    assert "hunter2" not in str(receiver.spans)


def test_only_a_share_of_what_happens_all_the_time_is_told(receiver: Receiver) -> None:
    with tracing(receiver.url, name="ams-1", shares={"poll": 0.0}):
        for _ in range(50):
            with span("poll"):
                pass
        with span("write"):
            pass
    assert set(receiver.spans) == {"noc.write"}
    assert module.SHARES["poll"] < 0.1


def test_without_an_endpoint_nothing_is_loaded_and_nothing_is_told() -> None:
    with tracing("", name="ams-1"):
        assert span("poll") is span("write")


def test_without_the_extra_it_is_said_once_and_work_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with tracing("http://127.0.0.1:4318", name="ams-1"), span("poll"):
        assert span("poll") is span("write")


def test_a_receiver_that_is_not_there_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXPORT_S", 0.2)
    with capture_logs() as logs:
        with tracing("http://127.0.0.1:9", name="ams-1", shares=ALL), span("poll"):
            pass
        with span("poll"):
            pass
    assert [line for line in logs if line["event"] == "traces"] == [
        {"event": "traces", "arrive": False, "log_level": "warning"}
    ]
