"""Names, texts and words of happenings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.graphs import rules
from noc_console.services.graphs.model import GraphId, SavedGraph

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_blanks_around_a_name_do_not_count_and_a_line_break_is_shown() -> None:
    assert rules.checked_name("  Uplinks  ") == "Uplinks"
    assert "\n" not in rules.checked_name("a\nb")
    with pytest.raises(Invalid):
        rules.checked_name("   ")


def test_a_text_is_one_line() -> None:
    assert rules.checked_text(" interface:9\n span:6h ") == "interface:9 span:6h"


def test_only_the_owner_changes_a_graph() -> None:
    graph = SavedGraph(GraphId(1), "x", "y", "ann", True, AT)
    rules.must_own(graph, "ann")
    with pytest.raises(NotAllowed):
        rules.must_own(graph, "bob")


def test_that_a_device_was_looked_at_is_no_change_and_odd_facts_do_no_harm() -> None:
    rows = [
        (AT, "DeviceChanged", {"device_id": 7, "what": "seen"}),
        (AT, "DeviceChanged", {"device_id": 7, "what": "model, site_id"}),
        (AT, "PartChanged", {}),
        (AT, "DeviceChanged", {"device_id": 7, "what": "evil\x1b[2J"}),
    ]
    texts = [one.text for one in rules.of_changes(rows)]
    assert texts[:2] == ["model changed, moved to another site", "a part: changed"]
    assert "\x1b" not in texts[2]
