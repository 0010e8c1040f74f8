from datetime import timedelta

from noc_console.db.samples.retention import Resolution, Retention


def test_every_resolution_has_a_retention():
    kept = Retention(raw=timedelta(days=3))
    assert kept.of(Resolution.RAW) == timedelta(days=3)
    assert kept.of(Resolution.RAW) < kept.of(Resolution.FIVE_MINUTES) < kept.of(Resolution.HOUR)
