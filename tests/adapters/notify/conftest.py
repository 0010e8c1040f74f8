"""Services of messages, certificates and a message to send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.services.notify.ports import Message
from tests.adapters.notify.services import Service, serving
from tests.adapters.probes.pages import certificate

AT = datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as running:
        yield running


@pytest.fixture
def message() -> Message:
    return Message(
        id="noc-acme-7",
        to="+31612345678",
        subject="New alarm: CRITICAL core-1 ge-0/0/1",
        body="New alarm: unreachable on core-1\n\nSince: 2026-03-01 12:00 UTC",
        at=AT,
        created_at=AT,
        severity="critical",
        turn="raised",
        facts={"id": 12, "device": "core-1", "condition": "unreachable"},
    )


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A certificate with its key in a file, and the certificate alone as text."""
    file = certificate(tmp_path_factory.mktemp("tls"))
    text = file.read_text()
    return file, text[text.index("-----BEGIN CERTIFICATE") :]
