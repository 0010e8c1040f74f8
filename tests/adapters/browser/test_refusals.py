"""Error statuses in words."""

from __future__ import annotations

import pytest

from noc_console.adapters.browser.refusals import refusal
from noc_console.kernel.errors import Conflict, Invalid, NotFound, Refused, Unreachable


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (2, NotFound),
        (3, Invalid),
        (5, Refused),
        (7, Invalid),
        (10, Invalid),
        (12, Conflict),
        (16, Refused),
        (17, Refused),
        (18, NotFound),
        (99, Unreachable),
    ],
)
def test_a_status_is_the_error_whose_move_it_is(status: int, kind: type[Exception]) -> None:
    error = refusal(status, what="sysName.0", peer="192.0.2.1:161")
    assert type(error) is kind
    assert "192.0.2.1:161" in str(error)


def test_a_wrong_type_and_a_wrong_value_point_at_their_fields() -> None:
    fields = {
        status: getattr(refusal(status, what="x", peer="y"), "field", None) for status in (7, 10)
    }
    assert fields == {7: "type", 10: "value"}
