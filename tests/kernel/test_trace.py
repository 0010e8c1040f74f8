from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import pytest

from noc_console.kernel import trace
from noc_console.kernel.trace import Fact, span


@pytest.fixture(autouse=True)
def nobody_afterwards() -> Iterator[None]:
    yield
    trace.collect_with(None)


def test_a_span_nobody_collects_is_nothing_at_all() -> None:
    assert span("poll", device=1) is span("write")
    with span("poll"), span("poll"):
        pass


def test_who_collects_is_told_of_every_span_and_its_facts() -> None:
    told: list[tuple[str, Mapping[str, Fact]]] = []

    def collect(name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[object]:
        told.append((name, facts))
        return nullcontext()

    trace.collect_with(collect)
    with span("poll", device=7, whole=True):
        pass
    assert told == [("poll", {"device": 7, "whole": True})]
