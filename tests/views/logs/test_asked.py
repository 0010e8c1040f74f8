"""Questions to the log, from routes and to the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from noc_console.services.intake.model import LineKind
from noc_console.views.logs.asked import Asked, facility_word, from_route, severity_word

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_a_question_reaches_back_from_now() -> None:
    query = Asked(text="bgp", span_s=3600, device_id=7, severity=3, source="10.0.0.1").query(NOW)
    assert (query.text, query.device_ids, query.severity) == ("bgp", (7,), 3)
    assert (query.start, query.end, query.sources) == (
        NOW - timedelta(hours=1),
        None,
        ("10.0.0.1",),
    )


def test_all_that_is_kept_has_no_beginning() -> None:
    assert Asked(span_s=None).query(NOW).start is None


def test_around_a_moment_looks_to_both_sides() -> None:
    at = NOW - timedelta(days=2)
    query = Asked(at=at, span_s=600).query(NOW)
    assert (query.start, query.end) == (at - timedelta(minutes=5), at + timedelta(minutes=5))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Asked(device_id=4)),
        ("severity:3 kind:trap", Asked(device_id=4, severity=3, kind=LineKind.TRAP)),
        ("facility:local7 link down", Asked(device_id=4, facility=23, text="link down")),
        ("source:10.1.2.3", Asked(device_id=4, source="10.1.2.3")),
        ('"lost carrier" -debug', Asked(device_id=4, text='"lost carrier" -debug')),
        ("severity:9 kind:fax at:noon", Asked(device_id=4, text="severity:9 kind:fax at:noon")),
        ('open "quote', Asked(device_id=4, text='open "quote')),
        (
            "at:2026-11-20T22:00:00+00:00",
            Asked(device_id=4, at=datetime(2026, 11, 20, 22, tzinfo=UTC), span_s=3600),
        ),
        ("at:2026-11-20T22:00:00", Asked(device_id=4, text="at:2026-11-20T22:00:00")),
    ],
)
def test_a_route_says_what_to_look_for(text: str, wanted: Asked) -> None:
    assert from_route(text, 4) == wanted


def test_a_span_alone_leaves_nothing_out_but_time() -> None:
    assert not Asked(span_s=60).is_narrow
    assert Asked(severity=3).is_narrow
    assert Asked(text="x", severity=3, span_s=60).widened() == Asked(span_s=None)


def test_numbers_have_the_words_of_the_standard() -> None:
    assert (severity_word(0), severity_word(7), severity_word(12)) == ("Emergency", "Debug", "12")
    assert (facility_word(23), facility_word(None), facility_word(99)) == ("local7", "", "99")
