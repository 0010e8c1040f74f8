"""What a kept filter may be called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.filters import rules
from noc_console.services.filters.model import FilterId, SavedFilter

MINE = SavedFilter(
    FilterId(1), "alarms", "Night", "is=mine", "mira", False, datetime(2026, 3, 1, tzinfo=UTC)
)


def test_a_name_is_told_without_blanks_and_is_bounded() -> None:
    assert rules.checked_name("  Night ") == "Night"
    for wrong in ("", "   ", "n" * 61):
        with pytest.raises(Invalid):
            rules.checked_name(wrong)


def test_nothing_is_no_filter() -> None:
    assert rules.checked_text(" a \n b ") == "a b"
    for wrong in ("  ", "x" * 2_001):
        with pytest.raises(Invalid):
            rules.checked_text(wrong)


def test_a_list_has_a_plain_name() -> None:
    assert rules.checked_list("alarm-rules") == "alarm-rules"
    with pytest.raises(Invalid):
        rules.checked_list("alarms; drop")


def test_only_its_owner_changes_it() -> None:
    rules.must_own(MINE, "mira")
    with pytest.raises(NotAllowed, match="mira"):
        rules.must_own(MINE, "ann")
