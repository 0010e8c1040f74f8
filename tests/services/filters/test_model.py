"""Kept filters are values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from noc_console.services.filters.model import FilterId, SavedFilter


def test_a_kept_filter_is_not_changed_but_replaced() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    kept = SavedFilter(FilterId(1), "alarms", "Night", "is=mine", "mira", False, at)
    with pytest.raises(FrozenInstanceError):
        kept.name = "Day"  # type: ignore[misc]
