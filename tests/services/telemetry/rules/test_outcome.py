"""Which reports are worth sending."""

import pytest

from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.telemetry.rules.outcome import is_news

ABOUT = AlarmObject(7)


@pytest.mark.parametrize(
    ("stands", "told", "expected"),
    [
        (None, Severity.CLEARED, False),
        (None, Severity.MINOR, True),
        (Severity.MINOR, Severity.MINOR, False),
        (Severity.MINOR, Severity.MAJOR, True),
        (Severity.MAJOR, Severity.CLEARED, True),
    ],
)
def test_only_what_changes_something_is_told(
    stands: Severity | None, told: Severity, expected: bool
) -> None:
    standing = {} if stands is None else {(ABOUT.key, Condition.CPU): stands}
    assert is_news(AlarmReport(ABOUT, Condition.CPU, told), standing) is expected
