"""Entries of rule files: each mistake names its key."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.detection.events import entries


def test_times_are_written_with_their_unit() -> None:
    assert entries.seconds({"t": "15 min"}, "t", 0) == 900
    assert entries.seconds({"t": "2h"}, "t", 0) == 7_200
    assert entries.seconds({}, "t", 5) == 5


@pytest.mark.parametrize(
    ("ask", "entry"),
    [
        (lambda entry: entries.phrase(entry, "k"), {"k": 5}),
        (lambda entry: entries.phrase(entry, "k", must=True), {}),
        (lambda entry: entries.phrase(entry, "k", longest=3), {"k": "four"}),
        (lambda entry: entries.slug(entry, "k"), {"k": "Two Words"}),
        (lambda entry: entries.choice(entry, "k", {"a": 1}, 1), {"k": "b"}),
        (lambda entry: entries.flag(entry, "k", True), {"k": "yes"}),
        (lambda entry: entries.table(entry, "k"), {"k": {"a": 1}}),
        (lambda entry: entries.raw_table(entry, "k"), {"k": []}),
        (lambda entry: entries.whole(entry["k"], 5, "k"), {"k": 6}),
        (lambda entry: entries.whole(entry["k"], 5, "k"), {"k": True}),
        (lambda entry: entries.seconds(entry, "k", 0), {"k": "15"}),
        (lambda entry: entries.only(entry, frozenset("a")), {"k": 1}),
    ],
)
def test_a_wrong_entry_is_refused_with_its_key(ask: object, entry: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        ask(entry)  # type: ignore[operator]
    assert caught.value.field == "k"
